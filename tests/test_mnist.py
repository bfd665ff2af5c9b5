"""Protects mnist.py: hostile servers, full disks, kills, and data that is damaged or wrapped oddly.

Without --mnist, four small files of the same form stand in for MNIST.
"""

import gzip
import hashlib
import io
import os
import pickle
import re
import shutil
import signal
import socket
import ssl
import statistics
import struct
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

import mnist
from helpers import ROOT

NAMES = list(mnist.PACKED)
LARGEST = NAMES[0]  # the file that is fetched first
LOGIN_PAGE = b"<!DOCTYPE html><html><body>Welcome to the Hotel Wi-Fi. Sign in.</body></html>"
EXPECTED_OUTPUT = """\
Downloading train-images-idx3-ubyte.gz...
Downloading t10k-images-idx3-ubyte.gz...
Downloading train-labels-idx1-ubyte.gz...
Downloading t10k-labels-idx1-ubyte.gz...
Download complete.
Save complete.
"""


# The stand-in for MNIST.


def make_stand_in():
    """Return small arrays, and by their names the files that hold them, unpacked."""
    random = np.random.default_rng(0)
    images = [random.integers(0, 256, (count, 784), np.uint8) for count in (200, 50)]
    labels = [random.integers(0, 10, count, np.uint8) for count in (200, 50)]
    arrays = [images[0], labels[0], images[1], labels[1]]
    headers = [struct.pack(">4i", 2051, len(i), 28, 28) for i in images]
    headers += [struct.pack(">2i", 2049, len(i)) for i in labels]
    contents = [headers[0], headers[2], headers[1], headers[3]]
    contents = [header + array.tobytes() for header, array in zip(contents, arrays)]
    return arrays, dict(zip(mnist.UNPACKED, contents))


ARRAYS, CONTENTS = make_stand_in()
GZ_FILES = {f"{name}.gz": gzip.compress(CONTENTS[name], mtime=0) for name in NAMES}
TABLES = {
    "MIRRORS": [],
    "SHAPES": [array.shape for array in ARRAYS],
    "UNPACKED": {name: hashlib.sha256(CONTENTS[name]).hexdigest() for name in mnist.UNPACKED},
    "PACKED": {name: hashlib.sha256(GZ_FILES[f"{name}.gz"]).hexdigest() for name in NAMES},
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A data folder, not made yet, for an mnist module that believes in the stand-in."""
    for name, table in TABLES.items():
        monkeypatch.setattr(mnist, name, table)
    monkeypatch.setenv("MNIST_DIR", str(tmp_path / "the data"))
    for variable in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy"):
        monkeypatch.delenv(variable, raising=False)
    return tmp_path / "the data"


@pytest.fixture
def impatient(monkeypatch):
    """pooch waits less long for a sign of life, and pauses no longer before it asks again."""
    pooch = pytest.importorskip("pooch")
    downloader = pooch.HTTPDownloader
    quick = lambda **options: downloader(**{**options, "timeout": 0.7})  # noqa: E731
    monkeypatch.setattr(pooch, "HTTPDownloader", quick)
    monkeypatch.setattr("pooch.core.time.sleep", lambda seconds: None)


def write_files(folder, files=GZ_FILES):
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def holds(arrays):
    """Whether these are the four arrays of the stand-in, as load() returns them."""
    kinds = {(array.dtype.name, array.flags.writeable) for array in arrays}
    return kinds == {("uint8", True)} and all(map(np.array_equal, arrays, ARRAYS))


def is_complete(folder):
    """Whether the four files and the archive are there, intact, and nothing else."""
    same = all((folder / name).read_bytes() == content for name, content in GZ_FILES.items())
    return same and sorted(os.listdir(folder)) == sorted([*GZ_FILES, mnist.ARCHIVE])


# The server, and the ways in which it can fail.


class Handler(BaseHTTPRequestHandler):
    """Answers with what its server's behaviour does, and counts."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.close_connection = True
        self.server.requests.append(self.path)
        name = self.path.rpartition("/")[2]
        self.body = b"" if "//" in self.path else GZ_FILES.get(name, b"")
        self.server.behaviour(self)

    def answer(self, content, status=200, length=None):
        """Send a content, and say that it has its length, or another one."""
        self.send_response(status)
        self.send_header("Content-Length", str(len(content) if length is None else length))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, behaviour):
        super().__init__(("127.0.0.1", 0), Handler)
        self.behaviour, self.requests = behaviour, []
        self.over = threading.Event()
        self.url = f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request, client_address):
        pass  # The other side went away: some tests want that.


@pytest.fixture
def serve():
    """Start servers: serve(behaviour) returns one; its address is .url."""
    servers = []

    def start(behaviour):
        servers.append(Server(behaviour))
        threading.Thread(target=servers[-1].serve_forever, args=(0.02,), daemon=True).start()
        return servers[-1]

    yield start
    for server in servers:
        server.over.set()
        server.shutdown()
        server.server_close()


def good(handler):
    handler.answer(handler.body)


def status(code):
    return lambda handler: handler.answer(b"Sorry", code)


def login_page(handler):
    handler.answer(LOGIN_PAGE)


def cut_short(handler):
    handler.answer(handler.body[: len(handler.body) // 2], length=len(handler.body))


def reset(handler):
    cut_short(handler)
    handler.wfile.flush()
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


def stall_in_body(handler):
    cut_short(handler)
    handler.server.over.wait(20)


def wrong_content(handler):
    handler.answer(handler.body[:-1] + b"?")


def garbage(handler):
    handler.wfile.write(b"\x1b[2J\x07\xff" + b"garbage" * 1000 + b"\r\n\r\n")


# What a mirror does, and what the error says of it.
FAULTS = {
    "404": (status(404), "answered 404"),
    "503": (status(503), "answered 503"),
    "login page": (login_page, "Wi-Fi login page"),
    "cut short": (cut_short, "cannot be reached, or broke off"),
    "reset": (reset, "cannot be reached, or broke off"),
    "stall in the body": (stall_in_body, "cannot be reached, or broke off"),
    "wrong content": (wrong_content, "sent something else"),
    "garbage": (garbage, "cannot be reached, or broke off"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault(fault, folder, impatient, serve, monkeypatch, capfd):
    """At the only mirror it ends with a clear error; where there is another, that one is asked.

    It is asked for all four files, so that a dead mirror costs its time only once.
    """
    behaviour, expected = FAULTS[fault]
    bad, well = serve(behaviour), serve(good)
    with pytest.raises(ConnectionError) as caught:
        mnist.download(bad.url)
    text = str(caught.value)
    assert re.search(expected, text)
    assert f"Could not download {LARGEST}.gz: {bad.url} " in text  # what happened, and where
    assert "--mirror" in text  # the two ways out that a room has
    assert "sample" in text
    assert len(text) < 400
    assert all(character.isprintable() or character == "\n" for character in text)
    assert os.listdir(folder) == []  # nothing half-written
    capfd.readouterr()
    monkeypatch.setattr(mnist, "MIRRORS", [bad.url, well.url])
    mnist.download()
    assert is_complete(folder)
    assert {path.rpartition("/")[2] for path in bad.requests} == {f"{LARGEST}.gz"}
    assert capfd.readouterr() == (EXPECTED_OUTPUT, "")  # Only a terminal sees a progress bar.
    assert holds(mnist.load())


@pytest.mark.parametrize("fault", ["503", "reset", "wrong content", "stall in the body"])
def test_a_fault_that_passes(fault, folder, impatient, serve):
    """A single mirror is asked twice, and a slash behind its address is no trouble."""

    def fail_at_first(handler):
        (FAULTS[fault][0] if len(mirror.requests) == 1 else good)(handler)

    mirror = serve(fail_at_first)
    mnist.download(mirror.url + "/")
    assert is_complete(folder)
    assert holds(mnist.load())


def test_all_mirrors_are_named_in_the_error(folder, impatient, serve, monkeypatch):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        dead = f"http://127.0.0.1:{closed.getsockname()[1]}"
    mirrors = [dead, serve(status(404)).url, "http://no-such-host.invalid", "192.168.1.5:8000"]
    monkeypatch.setattr(mnist, "MIRRORS", mirrors)
    with pytest.raises(ConnectionError) as caught:
        mnist.download()
    assert all(mirror in str(caught.value) for mirror in mirrors)


def test_a_certificate_of_ones_own(folder, impatient, serve, tmp_path, monkeypatch):
    """As a company's proxy has it: refused with a sentence, and trusted where it is named."""
    if not shutil.which("openssl"):
        pytest.skip("no openssl here to make a certificate with")
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1"]
    command += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate]
    subprocess.run(command, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    mirror = serve(good)
    mirror.socket = context.wrap_socket(mirror.socket, server_side=True)
    address = mirror.url.replace("http:", "https:")
    with pytest.raises(ConnectionError, match="REQUESTS_CA_BUNDLE"):
        mnist.download(address)
    assert mirror.requests == []  # It never falls back to a connection that nobody has checked.
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    mnist.download(address)
    assert is_complete(folder)


# The data in other wrappings, as people have it already.

WRAPPINGS = {
    "as published": GZ_FILES,
    "unpacked": CONTENTS,
    "with a dot": {name.replace("-idx", ".idx"): content for name, content in CONTENTS.items()},
    "packed again": {f"{n}.gz": gzip.compress(c, 1) for n, c in CONTENTS.items()},
    "named by a browser": {f"{n} (1).gz": gzip.compress(c) for n, c in CONTENTS.items()},
    "torchvision's": {f"MNIST/raw/{name}": content for name, content in CONTENTS.items()},
}


@pytest.mark.parametrize("place", ["data folder", "mirror"])
@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_data_in_other_wrappings(wrapping, place, folder, tmp_path):
    mirror = write_files(tmp_path / "Übungs-Stick ß 数字" if place == "mirror" else folder)
    for name in GZ_FILES:
        (mirror / name).unlink()
    write_files(mirror, WRAPPINGS[wrapping])
    if place == "data folder":
        assert holds(mnist.load())
    mnist.download(mirror)
    assert holds(mnist.load())
    (folder / mnist.ARCHIVE).unlink()
    assert holds(mnist.load())


def test_a_folder_with_a_damaged_file_is_no_mirror(folder, impatient, tmp_path):
    write_files(tmp_path / "stick")
    (tmp_path / "stick" / f"{LARGEST}.gz").write_bytes(b"damaged")
    with pytest.raises(ConnectionError, match="stick cannot be reached"):
        mnist.download(tmp_path / "stick")
    assert os.listdir(folder) == []


@pytest.mark.parametrize("name", GZ_FILES)
def test_only_the_damaged_file_is_fetched_anew(name, folder, serve):
    """One bit is wrong: every byte is checked. What is intact is not fetched again."""
    write_files(folder)
    content = bytearray(GZ_FILES[name])
    content[len(content) // 2] ^= 16
    (folder / name).write_bytes(content)
    with pytest.raises(FileNotFoundError, match=re.escape(str(folder / name))):
        mnist.load()
    mirror = serve(good)
    mnist.download(mirror.url)
    assert mirror.requests == [f"/{name}"]
    assert is_complete(folder)


@pytest.mark.parametrize("stray", [f"{LARGEST}.gz", f"{LARGEST}.gz.part", "MNIST/raw/t10k", "npz"])
def test_where_something_of_mnist_lies_the_sample_is_not_used(stray, folder, capsys):
    stray = stray.replace("npz", mnist.ARCHIVE).replace("raw/t10k", f"raw/{NAMES[1]}")
    write_files(folder, {stray: b"half"})
    with pytest.raises(FileNotFoundError, match="to mend it") as caught:
        mnist.load()
    assert stray.split("/")[-1] in str(caught.value)
    assert capsys.readouterr().err == ""


# Disks, and the archive of the arrays.


@pytest.mark.parametrize("room", [0, 1000, len(GZ_FILES[f"{LARGEST}.gz"])])
def test_a_full_disk(room, folder, serve, tmp_path):
    """A file may not grow larger than nothing, a piece, or the largest file; the archive would."""
    resource = pytest.importorskip("resource")
    mirror = serve(good)
    code = "import mnist, resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
    code += f"resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {resource.RLIM_INFINITY}))\n"
    code += "import runpy, sys; sys.dont_write_bytecode = True\n"
    code += "runpy.run_path('mnist.py', run_name='__main__')\n"
    process = start(copy_of_mnist(tmp_path), folder, "-c", code, "--mirror", mirror.url)
    status, _, errors = finish(process)
    assert status == 1
    assert "File too large" in errors
    assert "MNIST_DIR" in errors
    assert "Traceback" not in errors
    assert sorted(os.listdir(folder)) == (sorted(GZ_FILES) if room > 1000 else [])


def test_a_read_only_folder_with_the_four_files(folder, monkeypatch):
    write_files(folder)
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    mnist.download()
    assert sorted(os.listdir(folder)) == sorted(GZ_FILES)
    assert holds(mnist.load())


def packed_arrays(arrays):
    file = io.BytesIO()
    np.savez(file, *arrays)
    return file.getvalue()


class Trap:
    """Unpickling this would run code."""

    def __reduce__(self):
        return (os.mkdir, ("the trap has snapped",))


GOOD_ARCHIVE = packed_arrays(ARRAYS)
MIDDLE = len(GOOD_ARCHIVE) // 2
DAMAGED_ARCHIVES = {
    "empty": b"",
    "cut": GOOD_ARCHIVE[:MIDDLE],
    "a flipped bit": GOOD_ARCHIVE[:MIDDLE] + b"?" + GOOD_ARCHIVE[MIDDLE + 1 :],
    "a web page": LOGIN_PAGE,
    "a pickle": pickle.dumps([Trap()]),
    "pickles in it": packed_arrays([np.array([Trap()])] * 4),
    "a missing array": packed_arrays(ARRAYS[:3]),
    "other shapes": packed_arrays([array[:-1] for array in ARRAYS]),
    "another kind of number": packed_arrays([array.astype(float) for array in ARRAYS]),
}


@pytest.mark.parametrize("damage", DAMAGED_ARCHIVES)
def test_an_archive_that_cannot_be_used_is_passed_over(damage, folder, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    write_files(folder)
    (folder / mnist.ARCHIVE).write_bytes(DAMAGED_ARCHIVES[damage])
    assert holds(mnist.load())  # from the four files
    mnist.download()  # mends it
    for name in GZ_FILES:
        (folder / name).unlink()
    assert holds(mnist.load())  # from the archive
    assert not (tmp_path / "the trap has snapped").exists()


def test_an_archive_of_another_program_stays(folder, tmp_path):
    """Keras calls its own mnist.npz."""
    write_files(folder, {"mnist.npz": b"from Keras", "team-photo.jpg": b"?"})
    assert len(mnist.load()[0]) == 12600  # the sample: this is nothing of ours.
    mnist.init(write_files(tmp_path / "stick"))
    assert (folder / "mnist.npz").read_bytes() == b"from Keras"
    assert holds(mnist.load())


def test_mnist_dir(monkeypatch, tmp_path):
    monkeypatch.setenv("MNIST_DIR", "")
    assert mnist.data_folder() == Path(mnist.__file__).absolute().with_name("mnist_data")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("MNIST_DIR", "~/digits")
    assert mnist.data_folder() == tmp_path / "digits"


# The command as people run it.


def copy_of_mnist(tmp_path):
    """Make a folder with a copy of mnist.py that believes in the stand-in."""
    source = (ROOT / "mnist.py").read_text(encoding="utf-8")
    main = '\nif __name__ == "__main__":'
    tables = "".join(f"{name} = {table!r}\n" for name, table in TABLES.items())
    assert source.count(main) == 1
    (tmp_path / "project").mkdir()
    copy = source.replace(main, f"\n{tables}\n{main}")
    (tmp_path / "project" / "mnist.py").write_text(copy, encoding="utf-8")
    return tmp_path / "project"


def start(project, folder, *arguments, **options):
    environment = {**os.environ, "PYTHONPATH": "", "PYTHONUNBUFFERED": "1"}
    environment["MNIST_DIR"] = str(folder)
    command = [sys.executable, *map(str, arguments)]
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    return subprocess.Popen(command, cwd=project, env=environment, text=True, **options)


def finish(process):
    """Wait for a process: its status, its standard output, its standard error."""
    output, errors = process.communicate(timeout=120)
    return process.returncode, output, errors


def test_the_command_prints_what_the_map_shows(tmp_path, folder, serve):
    command = start(copy_of_mnist(tmp_path), folder, "mnist.py", "--mirror", serve(good).url)
    assert finish(command) == (0, EXPECTED_OUTPUT, "")
    assert is_complete(folder)


def test_an_error_ends_the_command_without_a_traceback(tmp_path, folder, serve):
    command = start(copy_of_mnist(tmp_path), folder, "mnist.py", "--mirror", serve(login_page).url)
    status, _, errors = finish(command)
    assert status == 1
    assert errors.startswith("Could not download")
    assert len(errors.splitlines()) == 3


def test_without_pooch(tmp_path, folder, serve):
    """The command says what to install. From a folder, and to load, it is not needed."""
    project = copy_of_mnist(tmp_path)
    for library in ("pooch", "requests", "tqdm"):
        (project / f"{library}.py").write_text("raise ImportError('no such library')")
    status, _, errors = finish(start(project, folder, "mnist.py", "--mirror", serve(good).url))
    assert status == 1
    assert "pip install pooch tqdm" in errors
    assert "--mirror FOLDER" in errors
    assert "Traceback" not in errors
    stick = write_files(tmp_path / "stick")
    assert finish(start(project, folder, "mnist.py", "--mirror", stick))[0] == 0
    code = "import mnist, sys; print(len(mnist.load()), [n for n in sys.argv if n in sys.modules])"
    heavy = ["sklearn", "scipy", "pooch", "requests", "ssl"]
    assert finish(start(project, folder, "-c", code, *heavy)) == (0, "4 []\n", "")


@pytest.mark.skipif(os.name == "nt", reason="a terminal can only be imitated where there is pty")
def test_on_a_terminal_a_bar_moves_along(tmp_path, folder, serve):
    import pty
    import termios

    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    address = serve(good).url
    process = start(copy_of_mnist(tmp_path), folder, "mnist.py", "--mirror", address, stderr=theirs)
    os.close(theirs)
    shown = b""
    try:
        while piece := os.read(ours, 4096):
            shown += piece
    except OSError:  # how the end looks on Linux
        pass
    assert process.communicate()[0] == EXPECTED_OUTPUT
    assert b"%|" in shown


@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C to a whole console")
@pytest.mark.parametrize("way", ["Ctrl-C", "kill"])
def test_stopped_in_mid_download(way, tmp_path, folder, serve):
    """The file that was under way counts for nothing; those before it stay."""

    def stall_at_the_second(handler):
        (good if handler.path.endswith(f"{LARGEST}.gz") else stall_in_body)(handler)

    project, mirror = copy_of_mnist(tmp_path), serve(stall_at_the_second)
    process = start(project, folder, "mnist.py", "--mirror", mirror.url)
    while len(mirror.requests) < 2:
        assert process.poll() is None
        time.sleep(0.02)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT if way == "Ctrl-C" else signal.SIGKILL)
    status, _, errors = finish(process)
    left = sorted(os.listdir(folder))
    assert left[0] == "tmp" + left[0][3:] if way == "kill" else left == [f"{LARGEST}.gz"]
    if way == "Ctrl-C":
        assert status == 1
        assert errors.startswith("Stopped.")
    with pytest.raises(FileNotFoundError):
        mnist.load()  # and never the sample in disguise
    mirror.behaviour = good
    assert finish(start(project, folder, "mnist.py", "--mirror", mirror.url))[0] == 0
    assert holds(mnist.load())


def test_twenty_at_once(tmp_path, folder, serve):
    """Nobody ever sees a file that is not complete."""
    project, address = copy_of_mnist(tmp_path), serve(good).url
    code = f"import mnist; mnist.download({address!r}); print(len(mnist.load()[0]))"
    processes = [start(project, folder, "-c", code) for _ in range(20)]
    for process in processes:
        status, output, errors = finish(process)
        assert (status, errors) == (0, "")
        assert output.endswith("Save complete.\n200\n")
    assert is_complete(folder)


# The sample.


def test_the_sample_has_the_form_of_mnist_and_says_what_it_is(folder, capsys):
    sample = mnist.load()
    note = capsys.readouterr().err
    assert "not MNIST" in note
    assert "python mnist.py" in note
    assert [array.shape for array in sample] == [(12600, 784), (12600,), (397, 784), (397,)]
    for array in sample:
        assert array.dtype == np.uint8
        assert array.flags.writeable
    assert set(sample[1]) == set(sample[3]) == set(range(10))
    assert (sample[0].min(), sample[0].max()) == (0, 255)
    margins = np.ones((28, 28), bool)
    margins[4:24, 4:24] = False
    assert not sample[2].reshape(-1, 28, 28)[:, margins].any()


def test_no_test_digit_is_in_the_training_part(folder):
    """Nor a shifted copy of one: images are compared after they are cropped to their ink."""

    def cropped(image):
        rows, columns = np.nonzero(image.reshape(28, 28))
        ink = image.reshape(28, 28)[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
        return ink.shape, ink.tobytes()

    training_images, _, test_images, _ = mnist.load()
    training = {cropped(image) for image in training_images}
    assert 1300 < len(training) <= 1400  # The crop does undo the shifts.
    assert not training & {cropped(image) for image in test_images}


# The real MNIST.


def test_the_real_mnist(real, tmp_path, monkeypatch):
    """Its arrays are right, and loading is timed. Printed, not asserted: machines are busy."""
    if not real:
        pytest.skip("needs MNIST: run pytest with --mnist")
    source = mnist.data_folder()
    monkeypatch.setenv("MNIST_DIR", str(tmp_path))
    mnist.download(source)
    arrays = mnist.load()
    assert [array.shape for array in arrays] == mnist.SHAPES
    assert arrays[1][:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert arrays[3][:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]
    assert round(arrays[0].mean() / 255, 4) == 0.1307  # the mean that everybody knows
    pickled = pickle.dumps(arrays, protocol=pickle.HIGHEST_PROTOCOL)
    (tmp_path / "pickle").write_bytes(pickled)
    ways = {
        "load()": mnist.load,
        "unpickling": lambda: pickle.loads((tmp_path / "pickle").read_bytes()),
        "four .gz files": mnist.read_files,
    }
    seconds = {way: [] for way in ways}
    for _ in range(7):
        for way, function in ways.items():
            begun = time.perf_counter()
            function()
            seconds[way].append(time.perf_counter() - begun)
    for way, measured in seconds.items():
        print(f"{way}: {1000 * statistics.median(measured):.0f} ms")
