"""The MNIST database of handwritten digits, as NumPy arrays.

    python mnist.py                     download MNIST into the data folder
    python mnist.py --mirror PLACE      take the four files from an address or a folder

    import mnist
    training_images, training_labels, test_images, test_labels = mnist.load()

The data folder is mnist_data/ beside this file, or the folder that the environment variable
MNIST_DIR names. It holds the four .gz files as they were published, and mnist.npz, which holds the
same arrays and loads faster.
"""

import argparse
import gzip
import hashlib
import io
import os
import sys
import time
import zipfile
from pathlib import Path
from typing import NamedTuple

import numpy as np

# The original host is gone. These mirrors serve the same files, byte for byte.
MIRRORS = [
    "https://ossci-datasets.s3.amazonaws.com/mnist",
    "https://storage.googleapis.com/cvdf-datasets/mnist",
    "https://raw.githubusercontent.com/fgnt/mnist/master",
]
TIMEOUT = 15  # the seconds for which a mirror may stay silent


class PublishedFile(NamedTuple):
    """One of the four files of MNIST, and the array that it becomes."""

    name: str
    size: int  # in bytes
    sha256: str
    array: str  # the name of its array
    shape: tuple  # of its array, which has one byte for each number


# They are downloaded in this order: the two large ones first.
FILES = [
    PublishedFile(
        name="train-images-idx3-ubyte.gz",
        size=9912422,
        sha256="440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        array="training_images",
        shape=(60000, 784),
    ),
    PublishedFile(
        name="t10k-images-idx3-ubyte.gz",
        size=1648877,
        sha256="8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        array="test_images",
        shape=(10000, 784),
    ),
    PublishedFile(
        name="train-labels-idx1-ubyte.gz",
        size=28881,
        sha256="3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
        array="training_labels",
        shape=(60000,),
    ),
    PublishedFile(
        name="t10k-labels-idx1-ubyte.gz",
        size=4542,
        sha256="f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
        array="test_labels",
        shape=(10000,),
    ),
]
ARCHIVE = "mnist.npz"


class MNISTError(RuntimeError):
    """Says what went wrong with the data, and what to do about it."""


class MirrorError(Exception):
    """Says why a mirror did not deliver a file, what may help, and whether to ask it again."""

    def __init__(self, reason, advice=None, ask_again=False):
        super().__init__(reason)
        self.advice = advice
        self.ask_again = ask_again


def load():
    """Return training_images, training_labels, test_images and test_labels.

    They are writable arrays of unsigned bytes (uint8), of the shapes (60000, 784), (60000,),
    (10000, 784) and (10000,), in the published order. An image is 28 rows of 28 pixels, each from
    0 (paper) to 255 (ink). A label is the digit that somebody meant to write, 0 to 9.

    The network is never used. Where nothing has been downloaded yet, a small sample of
    scikit-learn's digits takes MNIST's place, and a note on standard error says so.
    Raises MNISTError where the data in the data folder is damaged or incomplete.

    Source: Y. LeCun, C. Cortes and C. J. C. Burges, The MNIST database of handwritten digits.
    """
    folder = data_folder()
    try:
        arrays = _read_archive(folder / ARCHIVE)
        if arrays is None and _has_some_of_mnist(folder):
            arrays = _read_published_files(folder)
        if arrays is None:
            arrays = _make_sample()
    except (OSError, ImportError) as error:
        raise MNISTError(f"Neither MNIST nor the sample can be read: {error}.") from None
    names = ("training_images", "training_labels", "test_images", "test_labels")
    return tuple(arrays[name] for name in names)


def download(mirror=None):
    """Download what is missing or damaged in the data folder, and save the arrays there.

    mirror is an http(s) address or a folder that holds the four files; without it, MIRRORS are
    asked one after the other. Raises MNISTError where that fails. Complete files stay, so that the
    next attempt goes on from there.
    """
    folder = data_folder()
    mirrors = [str(mirror)] if mirror else list(MIRRORS)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file in FILES:
            if _read_if_intact(folder / file.name, file) is None:
                content = _fetch(file, mirrors)
                _write(folder / file.name, content)
        print("Download complete.")
        # A read-only folder, on a memory stick perhaps, does without the archive.
        if os.access(folder, os.W_OK):
            _save_archive(folder)
    except OSError as error:
        problem = f"Could not write to the folder {folder}: {error.strerror or error}."
        raise MNISTError(f"{problem} Make room, or name another folder in MNIST_DIR.") from None


init = download  # its name in MNIST-for-Numpy


def data_folder():
    """Return the folder in which the data lies, or will lie."""
    named = os.environ.get("MNIST_DIR")
    if named:
        return Path(named).absolute()
    return Path(__file__).absolute().with_name("mnist_data")


def _has_some_of_mnist(folder):
    """Whether a download has begun here. Other people's files in the folder do not count."""
    if not folder.exists():
        return False
    # A browser may have unpacked or renamed a file: train-images-idx3-ubyte (1).gz is one of ours.
    beginnings = tuple(file.name.removesuffix(".gz") for file in FILES)
    for name in os.listdir(folder):
        if name.startswith(beginnings):
            return True
    archive = folder / ARCHIVE
    return archive.is_file() and not _belongs_to_others(archive)


def _read_if_intact(path, file):
    """Return what a published file holds, or None where it is missing or differs by one bit."""
    if not path.is_file() or path.stat().st_size != file.size:
        return None
    content = path.read_bytes()
    return content if _is_as_published(content, file) else None


def _is_as_published(content, file):
    return hashlib.sha256(content).hexdigest() == file.sha256


def _read_published_files(folder):
    """Return the four arrays by their names."""
    arrays = {}
    for file in FILES:
        content = _read_if_intact(folder / file.name, file)
        if content is None:
            problem = f"{folder / file.name} is missing or damaged, and so is {ARCHIVE}."
            raise MNISTError(f'{problem} Run "python mnist.py" to mend it.')
        values = np.frombuffer(gzip.decompress(content), np.uint8)
        # The file begins with a header of 8 or 16 bytes. What we want are the bytes behind it.
        values = values[-np.prod(file.shape) :]
        # What frombuffer returns cannot be written to. Its copy can.
        arrays[file.array] = values.reshape(file.shape).copy()
    return arrays


def _read_archive(path):
    """Return the four arrays by their names, or None where the archive is not intact."""
    if not path.is_file():
        return None
    arrays = {}
    try:
        with np.load(path) as archive:
            for file in FILES:
                # A member that claims to be huge is refused before memory is made ready for it.
                # Before the array itself, it has a header of 128 bytes.
                member = archive.zip.getinfo(f"{file.array}.npy")
                if member.file_size != 128 + np.prod(file.shape):
                    return None
                # On the way, the bytes are compared with the archive's own checksum.
                array = archive[file.array]
                if array.shape != file.shape or array.dtype != np.uint8:
                    return None
                arrays[file.array] = array
    except Exception:
        # Damage shows in a dozen ways, depending on where it is. The four files are there for all.
        return None
    return arrays


def _belongs_to_others(path):
    """Whether it is an archive of other arrays. Keras, for one, has an mnist.npz of its own."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except Exception:  # It is too damaged to say, and of no use to anybody.
        return False
    return not any(f"{file.array}.npy" in names for file in FILES)


def _save_archive(folder):
    """Save the arrays in one uncompressed file, which loads several times as fast."""
    path = folder / ARCHIVE
    if _read_archive(path) is None:
        if _belongs_to_others(path):
            print(f"Note: {path} is not ours and stays as it is. Everything works without ours.")
            return
        memory = io.BytesIO()
        np.savez(memory, **_read_published_files(folder))
        _write(path, memory.getbuffer())
    print("Save complete.")


def _write(path, content):
    """Write a file under another name first, so that nobody ever sees half of it."""
    temporary = path.with_name(f"{path.name}.{os.urandom(4).hex()}.part")
    try:
        with open(temporary, "xb") as file:
            file.write(content)
        _replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _replace(temporary, path):
    for pause in (0.1, 1, 3):  # seconds
        try:
            os.replace(temporary, path)
            return
        except PermissionError:
            # On Windows, another program has the file open. It may close it in a moment.
            time.sleep(pause)
    os.replace(temporary, path)


def _fetch(file, mirrors):
    """Return the content of a file from the first mirror that delivers it.

    Where that may help, a mirror is asked twice. The one that delivers comes first in mirrors from
    then on, so that one that does not costs its time only once.
    """
    _show_progress(file, 0)
    failures = {}
    for mirror in mirrors + mirrors:
        if mirror in failures:
            if not failures[mirror].ask_again:
                continue
            time.sleep(2)
        try:
            content = _read_from_mirror(mirror, file)
        except MirrorError as failure:
            failures[mirror] = failure
        else:
            mirrors.remove(mirror)
            mirrors.insert(0, mirror)
            return content
    reasons = "; ".join(f"{mirror} {failure}" for mirror, failure in failures.items())
    advice = "Check the connection"
    for failure in failures.values():
        advice = failure.advice or advice
    raise MNISTError(
        f"Could not download {file.name}: {reasons}.\n"
        f"{advice}, run this again, or put the four .gz files into {data_folder()} by hand."
    )


def _read_from_mirror(mirror, file):
    """Return the content of a file as it was published, or raise a MirrorError."""
    if mirror.lower().startswith(("http://", "https://")):
        content = _read_from_web(mirror, file)
    else:
        content = _read_from_folder(mirror, file)
    # A web page begins with <, perhaps behind blanks and a mark for the byte order.
    if content[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        login = "It looks like a Wi-Fi login page: open a browser, sign in"
        raise MirrorError("sent a web page", advice=login)
    if len(content) < file.size:
        broken = f"broke off after {len(content)} of {file.size} bytes"
        raise MirrorError(broken, ask_again=True)
    if not _is_as_published(content, file):
        raise MirrorError("sent a file with the wrong content", advice="Try another mirror")
    return content


def _read_from_folder(mirror, file):
    try:
        with open(Path(mirror, file.name), "rb") as source:
            return _read_all(source, file)
    except OSError as error:
        check = "Check the name (an address begins with http://)"
        raise MirrorError(f"failed: {error.strerror}", advice=check) from None


def _read_from_web(mirror, file):
    # Every script imports this file, and only a download needs these modules.
    import http.client
    import multiprocessing
    import ssl
    from multiprocessing.pool import ThreadPool
    from urllib.error import HTTPError
    from urllib.request import Request, urlopen

    # Some mirrors refuse the name by which Python introduces itself.
    request = Request(f"{mirror.rstrip('/')}/{file.name}", headers={"User-Agent": "Mozilla/5.0"})
    try:
        # urlopen gives each of a host's addresses TIMEOUT seconds, and some hosts have a dozen.
        # A thread that we wait for bounds them all together.
        with ThreadPool(1) as pool:
            response = pool.apply_async(urlopen, [request], {"timeout": TIMEOUT}).get(TIMEOUT)
        with response:
            return _read_all(response, file)
    except HTTPError as error:
        # A mirror that is busy (429) or broken (5xx) may have recovered when we ask again.
        busy = error.code == 429 or error.code >= 500
        raise MirrorError(f"failed: {str(error)!a}", ask_again=busy) from None
    except multiprocessing.TimeoutError:
        raise MirrorError("failed: 'no answer in time'", ask_again=True) from None
    except (OSError, ValueError, http.client.HTTPException) as error:
        cause = getattr(error, "reason", error)  # The reason for a URLError is another error.
        # What a broken server sends may hold control characters: !a writes them as plain text.
        reason = f"failed: {str(cause)[:200]!a}"
        if isinstance(cause, ssl.SSLCertVerificationError):
            install = 'On macOS, open "Install Certificates.command" in the Python folder'
            raise MirrorError(reason, advice=install) from None
        raise MirrorError(reason, ask_again=True) from None


def _read_all(source, file):
    """Return what source holds, up to just past the size that the file should have."""
    content = bytearray()
    while len(content) <= file.size:
        piece = source.read1(65536)
        if not piece:
            break
        content += piece
        _show_progress(file, len(content))
    return bytes(content)


def _show_progress(file, received):
    """Print one line for a file. On a terminal, a percentage moves along in it."""
    line = f"Downloading {file.name}..."
    on_a_terminal = sys.stdout is not None and sys.stdout.isatty()
    if on_a_terminal:
        end = "\n" if received == file.size else "\r"
        print(f"{line}{100 * received // file.size:4}%", end=end, flush=True)
    elif received == 0:
        print(line, flush=True)


def _make_sample():
    """Return arrays in MNIST's form, made from the small digits that come with scikit-learn.

    1,400 digits are for training, each at nine places, and 397 other digits for testing.
    """
    note = 'Note: this is not MNIST, but a small sample. To get MNIST, run "python mnist.py".'
    print(note, file=sys.stderr)
    # They are slow to import, and nothing else needs them.
    from scipy.ndimage import zoom
    from sklearn.datasets import load_digits

    images, labels = load_digits(return_X_y=True)
    labels = labels.astype(np.uint8)
    # From 8 x 8 to 20 x 20 pixels, the size of MNIST's digits. Their ink goes from 0 to 16.
    images = images.reshape(-1, 8, 8)
    images = zoom(images, (1, 2.5, 2.5), order=1, mode="nearest", grid_mode=True)
    # What is fainter than 6 becomes paper: now the strokes are as thin as MNIST's.
    ink = np.clip((images - 6) / 10, 0, 1)
    images = np.round(255 * ink).astype(np.uint8)
    # A margin of 4 pixels makes them 28 x 28.
    images = np.pad(images, [(0, 0), (4, 4), (4, 4)])
    # 1,400 digits are few. Moved by a pixel up, down, left or right, each becomes nine.
    moved = []
    for down in (-1, 0, 1):
        for right in (-1, 0, 1):
            moved.append(np.roll(images[:1400], (down, right), axis=(1, 2)))
    return {
        "training_images": np.stack(moved, axis=1).reshape(-1, 784),
        "training_labels": labels[:1400].repeat(9),
        "test_images": images[1400:].reshape(-1, 784),
        "test_labels": labels[1400:],
    }


def main():
    parser = argparse.ArgumentParser(description="Download the MNIST database.")
    parser.add_argument("--mirror", metavar="PLACE", help="an http(s) address or a folder")
    arguments = parser.parse_args()
    try:
        download(arguments.mirror)
    except MNISTError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        print("Stopped. Complete files were kept: run this again to go on.", file=sys.stderr)
        sys.exit(130)


if __name__ == "__main__":
    main()
