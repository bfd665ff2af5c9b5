"""Protects mnist.py: hostile servers, full disks, kills, and data that is damaged or wrapped oddly.

Without --mnist, four small files of the same form stand in for MNIST.
"""

import contextlib
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
from pages import PAGES

NAMES = list(mnist.PACKED)
LARGEST = NAMES[0]  # the file that is fetched first
LOGIN_PAGE = b"<!DOCTYPE html><html><body>Welcome to the Hotel Wi-Fi. Sign in.</body></html>"
(SHOWN,) = PAGES["README.md"].blocks_in("text", "output of python mnist.py")
EXPECTED_OUTPUT = SHOWN.text


# The stand-in for MNIST: small arrays, and by their names the files that hold them, unpacked.

ARRAYS, CONTENTS = [], {}
random = np.random.default_rng(0)
for name, shape in zip(mnist.UNPACKED, [(200, 784), (200,), (50, 784), (50,)]):
    is_images = "images" in name
    array = random.integers(0, 256 if is_images else 10, shape, np.uint8)
    ARRAYS.append(array)
    CONTENTS[name] = bytes(16 if is_images else 8) + array.tobytes()  # behind a header
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

    def do_GET(self):
        self.server.requests.append(self.path)
        self.body = GZ_FILES.get(self.path.removeprefix("/"), b"")
        self.server.behaviour(self)

    def answer(self, content, status=200, length=None):
        """Send a content, and say that it has its length, or another one."""
        self.send_response(status)
        self.send_header("Content-Length", length or len(content))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments):
        pass


class Server(ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        pass  # The other side went away: some tests want that.


def good(handler):
    handler.answer(handler.body)


@pytest.fixture
def serve():
    """Start servers: serve(behaviour) returns one; its address is .url."""
    with contextlib.ExitStack() as at_the_end:

        def start(behaviour=good):
            server = at_the_end.enter_context(Server(("127.0.0.1", 0), Handler))
            server.behaviour, server.requests = behaviour, []
            server.url = f"http://127.0.0.1:{server.server_port}"
            threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
            at_the_end.callback(server.shutdown)
            return server

        yield start


def login_page(handler):
    handler.answer(LOGIN_PAGE)


def cut_short(handler):
    handler.answer(handler.body[: len(handler.body) // 2], length=len(handler.body))


def reset(handler):
    cut_short(handler)
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


def stall(handler):
    cut_short(handler)
    time.sleep(20)


# What a mirror does, and what the error says of it.
BROKE_OFF = "cannot be reached, or broke off"
FAULTS = {
    "404": (lambda handler: handler.answer(b"Sorry", 404), "answered 404"),
    "503": (lambda handler: handler.answer(b"Sorry", 503), "answered 503"),
    "login page": (login_page, "Wi-Fi login page"),
    "cut short": (cut_short, BROKE_OFF),
    "reset": (reset, BROKE_OFF),
    "stall": (stall, BROKE_OFF),
    "wrong content": (lambda handler: handler.answer(handler.body + b"?"), "sent something else"),
    "garbage": (lambda handler: handler.wfile.write(b"\x1b[2J\x07\xff" * 999 + b"\n"), BROKE_OFF),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault(fault, folder, impatient, serve, monkeypatch, capfd):
    """At the only mirror it ends with a clear error; where there is another, that one is asked.

    It is asked for all four files, so that a dead mirror costs its time only once.
    """
    behaviour, expected = FAULTS[fault]
    bad, well = serve(behaviour), serve()
    with pytest.raises(ConnectionError) as caught:
        mnist.download(bad.url)
    text = str(caught.value)
    assert expected in text
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


@pytest.mark.parametrize("fault", ["503", "reset", "wrong content", "stall"])
def test_a_fault_that_passes(fault, folder, impatient, serve):
    """A single mirror is asked twice, and a slash behind its address is no trouble."""

    def fail_at_first(handler):
        (FAULTS[fault][0] if len(mirror.requests) == 1 else good)(handler)

    mirror = serve(fail_at_first)
    mnist.download(mirror.url + "/")
    assert is_complete(folder)
    assert holds(mnist.load())


def test_all_mirrors_are_named_in_the_error(folder, impatient, serve, monkeypatch):
    answering = serve(FAULTS["404"][0]).url
    mirrors = ["http://127.0.0.1:9", answering, "http://no-such-host.invalid", "192.168.1.5:8000"]
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
    mirror = serve()
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
    "with a short name": {f"{n.partition('-idx')[0]}.gz": GZ_FILES[f"{n}.gz"] for n in NAMES},
    "torchvision's": {f"MNIST/raw/{name}": content for name, content in CONTENTS.items()},
}


@pytest.mark.parametrize("place", ["data folder", "mirror"])
@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_data_in_other_wrappings(wrapping, place, folder, tmp_path):
    mirror = folder if place == "data folder" else tmp_path / "Übungs-Stick ß 数字"
    write_files(mirror, WRAPPINGS[wrapping])
    if place == "data folder":
        assert holds(mnist.load())
    mnist.download(mirror)
    assert holds(mnist.load())
    (folder / mnist.ARCHIVE).unlink()
    assert holds(mnist.load())


def test_a_folder_with_a_damaged_file_is_no_mirror(folder, impatient, tmp_path):
    stick = write_files(tmp_path / "stick", GZ_FILES | {f"{LARGEST}.gz": b"damaged"})
    with pytest.raises(ConnectionError, match="stick cannot be reached"):
        mnist.download(stick)
    assert os.listdir(folder) == []


@pytest.mark.parametrize("name", GZ_FILES)
def test_only_the_damaged_file_is_fetched_anew(name, folder, serve):
    """One bit is wrong: every byte is checked. What is intact is not fetched again."""
    content = bytearray(GZ_FILES[name])
    content[len(content) // 2] ^= 16
    write_files(folder, GZ_FILES | {name: content})
    with pytest.raises(FileNotFoundError, match=re.escape(str(folder / name))):
        mnist.load()
    mirror = serve()
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
def test_a_full_disk(room, folder, serve, project):
    """A file may not grow larger than nothing, a piece, or the largest file; the archive would."""
    resource = pytest.importorskip("resource")
    code = "import resource, runpy, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
    code += f"resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {resource.RLIM_INFINITY}))\n"
    code += "runpy.run_path('mnist.py', run_name='__main__')\n"
    status, _, errors = finish(start(project, "-B", "-c", code, "--mirror", serve().url))
    assert status == 1
    assert re.fullmatch(r".*File too large.*\n.*MNIST_DIR.*\n", errors)
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


@pytest.fixture
def project(tmp_path, folder):
    """A folder with a copy of mnist.py that believes in the stand-in."""
    source = (ROOT / "mnist.py").read_text(encoding="utf-8")
    before, main, after = source.partition('\nif __name__ == "__main__":')
    tables = "".join(f"{name} = {table!r}\n" for name, table in TABLES.items())
    copy = before + tables + main + after
    return write_files(tmp_path / "project", {"mnist.py": copy.encode()})


def start(project, *arguments, **options):
    command = [sys.executable, *map(str, arguments)]
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    return subprocess.Popen(command, cwd=project, text=True, **options)


def finish(process):
    """Wait for a process: its status, its standard output, its standard error."""
    output, errors = process.communicate(timeout=120)
    return process.returncode, output, errors


def download(project, mirror):
    return finish(start(project, "mnist.py", "--mirror", mirror))


def test_the_command_prints_what_the_map_shows(project, folder, serve):
    assert download(project, serve().url) == (0, EXPECTED_OUTPUT, "")
    assert is_complete(folder)


def test_an_error_ends_the_command_without_a_traceback(project, serve):
    status, _, errors = download(project, serve(login_page).url)
    assert status == 1
    assert errors.startswith("Could not download")
    assert len(errors.splitlines()) == 3


def test_without_pooch(project, serve, tmp_path):
    """The command says what to install. From a folder, and to load, it is not needed."""
    missing = b"raise ImportError('no such library')"
    write_files(project, {f"{library}.py": missing for library in ("pooch", "requests", "tqdm")})
    status, _, errors = download(project, serve().url)
    assert status == 1
    assert re.fullmatch(".*pip install pooch tqdm.*--mirror FOLDER.*\n", errors)
    assert download(project, write_files(tmp_path / "stick"))[0] == 0
    code = "import mnist, sys; print(len(mnist.load()), [n for n in sys.argv if n in sys.modules])"
    heavy = ["sklearn", "scipy", "pooch", "requests", "ssl"]
    assert finish(start(project, "-c", code, *heavy)) == (0, "4 []\n", "")


@pytest.mark.skipif(os.name == "nt", reason="a terminal can only be imitated where there is pty")
def test_on_a_terminal_a_bar_moves_along(project, serve):
    import pty
    import termios

    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    process = start(project, "mnist.py", "--mirror", serve().url, stderr=theirs)
    os.close(theirs)
    shown = b""
    with contextlib.suppress(OSError):  # how the end looks on Linux
        while piece := os.read(ours, 4096):
            shown += piece
    assert process.communicate()[0] == EXPECTED_OUTPUT
    assert b"%|" in shown


@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C to a whole console")
@pytest.mark.parametrize("way", ["Ctrl-C", "kill"])
def test_stopped_in_mid_download(way, project, folder, serve):
    """The file that was under way counts for nothing; those before it stay."""
    mirror = serve(lambda handler: (good if LARGEST in handler.path else stall)(handler))
    process = start(project, "mnist.py", "--mirror", mirror.url)
    while len(mirror.requests) < 2:
        assert process.poll() is None
        time.sleep(0.02)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT if way == "Ctrl-C" else signal.SIGKILL)
    status, _, errors = finish(process)
    if way == "Ctrl-C":
        assert status == 1
        assert errors.startswith("Stopped.")
    kept = [name for name in os.listdir(folder) if way == "Ctrl-C" or name[:3] != "tmp"]
    assert kept == [f"{LARGEST}.gz"]
    with pytest.raises(FileNotFoundError):
        mnist.load()  # and never the sample in disguise
    mirror.behaviour = good
    assert download(project, mirror.url)[0] == 0
    assert holds(mnist.load())


@pytest.mark.parametrize("count", [4, pytest.param(20, marks=pytest.mark.full)])
def test_a_whole_room_at_once(count, project, folder, serve):
    """Nobody ever sees a file that is not complete."""
    code = f"import mnist; mnist.download({serve().url!r}); print(len(mnist.load()[0]))"
    processes = [start(project, "-c", code) for _ in range(count)]
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
