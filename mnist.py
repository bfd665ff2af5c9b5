"""The MNIST database of handwritten digits, as NumPy arrays: see mnist.load().

    python mnist.py                     download MNIST into the data folder
    python mnist.py --mirror PLACE      take the four files from an http(s) address or a folder

The data folder is mnist_data beside this file, or the one that the environment variable MNIST_DIR
names. It holds the four .gz files as published, and mnist.npz, a copy of them that loads faster.
"""

import contextlib
import gzip
import hashlib
import os
import sys
import time
import zipfile
from pathlib import Path

import numpy as np

# The original host is gone. These serve the same files, byte for byte.
MIRRORS = [
    "https://ossci-datasets.s3.amazonaws.com/mnist",
    "https://storage.googleapis.com/cvdf-datasets/mnist",
    "https://raw.githubusercontent.com/fgnt/mnist/master",
]
# Each file's size in bytes, and its array: the name, the shape, and the CRC-32 in mnist.npz.
FILES = {
    "train-images-idx3-ubyte.gz": (9912422, "training_images", (60000, 784), 0x6CAF8C5E),
    "train-labels-idx1-ubyte.gz": (28881, "training_labels", (60000,), 0xA8E6BDD3),
    "t10k-images-idx3-ubyte.gz": (1648877, "test_images", (10000, 784), 0x886272C8),
    "t10k-labels-idx1-ubyte.gz": (4542, "test_labels", (10000,), 0xCB09F591),
}
SHA256 = {
    "training_images": "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    "training_labels": "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    "test_images": "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    "test_labels": "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
}
TIMEOUT = 15  # the seconds for which a mirror may stay silent
TERMINAL = sys.stdout is not None and sys.stdout.isatty()  # A percentage moves along only there.
ADVICE = {  # what a participant can do, by words in what the mirrors did
    "web page": "It looks like a Wi-Fi login page: open a browser, sign in",
    "CERTIFICATE": 'On macOS, open "Install Certificates.command" in the Python folder',
    "No such file": "Check the name (an address begins with http://)",
}
LASTING = (*ADVICE, "wrong content", "HTTP Error 40")  # Asking again helps against all others.


class MNISTError(SystemExit, RuntimeError):
    """What went wrong and what to do. A script that does not catch it ends with this text."""


def load():
    """Return training_images, training_labels, test_images, test_labels; never use the network.

    They are writable uint8 arrays of shape (60000, 784), (60000,), (10000, 784) and (10000,), in
    the published order. A pixel is 0 (paper) to 255 (ink), row by row of 28 x 28; a label is 0 to
    9. Without any MNIST, a note on standard error says so, and a smaller sample of scikit-learn's
    digits takes its place. Raises MNISTError, which names the file, where data is damaged.
    Source: Y. LeCun, C. Cortes and C. J. C. Burges, The MNIST database of handwritten digits.
    """
    folder = _data_folder()
    try:
        names = os.listdir(folder) if folder.exists() else []
        if any("-ubyte" in name or name.endswith(("mnist.npz", ".part")) for name in names):
            return _read_npz(folder) or list(_read_originals(folder))
        return _sample()
    except (OSError, ImportError) as error:
        raise MNISTError(f"Neither MNIST nor the sample can be read: {error}.") from None


def download(mirror=None):
    """Fetch what is missing or damaged in the data folder, and save mnist.npz there.

    mirror, instead of MIRRORS, is an http(s) address or a folder that holds the four files.
    Raises MNISTError where that fails, and SystemExit(130) after Ctrl-C; complete files stay.
    """
    folder, mirrors = _data_folder(), [str(mirror)] if mirror else list(MIRRORS)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in sorted(FILES, key=FILES.get, reverse=True):  # the largest first
            if not _intact(folder / name):
                _fetch(name, mirrors, folder)
        print("Download complete.")
        if os.access(folder, os.W_OK):  # A read-only stick does without mnist.npz.
            if not _read_npz(folder):
                arrays = dict(zip(SHA256, _read_originals(folder), strict=True))
                _put(folder / "mnist.npz", lambda file: np.savez(file, **arrays))
            print("Save complete.")
            # A run that was cut off left these, or one beside this will find all in place.
            for leftover in folder.glob("mnist.*.part"):
                with contextlib.suppress(PermissionError):  # On Windows: it is being written.
                    leftover.unlink(missing_ok=True)
    except KeyboardInterrupt:
        print("Stopped. Complete files were kept: run this again to go on.", file=sys.stderr)
        raise SystemExit(130) from None
    except OSError as error:
        problem = f"Could not write to the folder {folder}: {error.strerror or error}"
        raise MNISTError(f"{problem}. Make room, or name another in MNIST_DIR.") from None


def _data_folder():
    return Path(os.environ.get("MNIST_DIR") or Path(__file__).with_name("mnist_data")).absolute()


def _intact(path):
    """Return what an intact file holds, or None."""
    size, array, _, _ = FILES[path.name]
    content = path.read_bytes() if path.is_file() and path.stat().st_size == size else b""
    return content if hashlib.sha256(content).hexdigest() == SHA256[array] else None


def _read_originals(folder):
    for name, (_, _, shape, _) in FILES.items():
        if not (content := _intact(folder / name)):
            lost = f"Neither {folder / name} nor mnist.npz is intact"
            raise MNISTError(f'{lost}. Run "python mnist.py" to mend it.')
        values = np.frombuffer(gzip.decompress(content), np.uint8)[-np.prod(shape) :]  # no header
        yield values.reshape(shape).copy()  # A copy can be written to.


def _read_npz(folder):
    """Return the arrays of mnist.npz, or None where it is missing or is not MNIST to the bit."""
    with contextlib.suppress(Exception), zipfile.ZipFile(folder / "mnist.npz") as archive:
        arrays = []
        for _, array, _, crc in FILES.values():
            with archive.open(f"{array}.npy") as member:
                arrays.append(np.lib.format.read_array(member))
                # At a member's very end, all its bytes are compared with the CRC that it claims.
                if member.read() or crc != archive.getinfo(member.name).CRC:
                    return None
        return arrays


def _put(path, fill):
    """Let fill write a file that takes the place of path once complete, or leaves no trace."""
    temporary = path.with_name(f"mnist.{os.urandom(4).hex()}.part")
    try:
        with open(temporary, "xb") as file:
            fill(file)
        with contextlib.suppress(FileNotFoundError):  # Another download was faster, and swept up.
            for pause in (0.1, 1, 3):
                with contextlib.suppress(PermissionError):  # On Windows: path is open elsewhere.
                    return os.replace(temporary, path)
                time.sleep(pause)
            os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _fetch(name, mirrors, folder):
    """Store a file from the first mirror that delivers it; ask twice where that may help."""
    print(f"Downloading {name}...", end="\r" if TERMINAL else "\n", flush=True)
    faults = {}
    for mirror in mirrors * 2:
        if any(word in faults.get(mirror, "") for word in LASTING):
            continue
        time.sleep(2 if mirror in faults else 0)
        try:
            pieces = _pieces(mirror, name)
            _put(folder / name, lambda file, pieces=pieces: file.writelines(pieces))
            mirrors.sort(key=lambda other: other != mirror)  # From now on it is the first.
            return
        except ConnectionError as error:
            faults[mirror] = f"{mirror} {error}"
    problem = f"Could not download {name}: {'; '.join(faults.values())}"
    advice = next((ADVICE[words] for words in ADVICE if words in problem), "Check the connection")
    by_hand = f"or put the four .gz files into {folder} by hand"
    raise MNISTError(f"{problem}.\n{advice}, run this again, {by_hand}.")


def _pieces(mirror, name):
    """Yield a file piece by piece; raise ConnectionError where it does not come as published."""
    size, array, _, _ = FILES[name]
    received, head, digest = 0, b"", hashlib.sha256()
    try:
        with _open(mirror, name) as source:
            while received <= size and (piece := source.read1(65536)):
                yield piece
                received, head = received + len(piece), (head + piece)[:999]
                digest.update(piece)
                if TERMINAL:
                    print(f"Downloading {name}...{100 * received // size:4}%", end="\r", flush=True)
    except Exception as error:  # Networks fail in a dozen ways, and not all of them are OSErrors.
        cause = error if hasattr(error, "code") else getattr(error, "reason", error)
        raise ConnectionError(f"failed: {str(cause)[:200] or 'no answer in time'!a}") from None
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        raise ConnectionError("sent a web page")
    if received < size:
        raise ConnectionError(f"broke off after {received} of {size} bytes")
    if digest.hexdigest() != SHA256[array]:
        raise ConnectionError("sent a file with the wrong content")
    print(end="\n" if TERMINAL else "")


def _open(mirror, name):
    if not mirror.lower().startswith(("http://", "https://")):
        return open(Path(mirror, name), "rb")
    from multiprocessing.pool import ThreadPool  # Only here: these take as long as NumPy to import.
    from urllib.request import Request, urlopen

    # Some hosts refuse the name that Python gives itself. And urllib's timeout starts anew at
    # each of a host's addresses: waiting for a thread bounds them all together.
    address = Request(f"{mirror.rstrip('/')}/{name}", headers={"User-Agent": "Mozilla/5.0"})
    with ThreadPool(1) as pool:
        return pool.apply_async(urlopen, [address], {"timeout": TIMEOUT}).get(TIMEOUT)


def _sample():
    """Return scikit-learn's digits in MNIST's form: 1,400 at nine places each, 397 for testing."""
    note = 'Note: this is not MNIST, but a small sample. To get MNIST, run "python mnist.py".'
    print(note, file=sys.stderr)
    from sklearn.datasets import load_digits  # slow to import, and needed nowhere else

    images, labels = load_digits(return_X_y=True)
    # From 8 x 8 to 20 x 20 pixels; then a cut makes the strokes as thin as MNIST's.
    scaling = np.array([np.interp(np.linspace(-0.3, 7.3, 20), range(8), row) for row in np.eye(8)])
    ink = np.clip((scaling.T @ images.reshape(-1, 8, 8) @ scaling - 6) / 10, 0, 1)
    images = np.pad((255 * ink).round().astype(np.uint8), [(0, 0), (4, 4), (4, 4)])
    places = [(down, right) for down in (-1, 0, 1) for right in (-1, 0, 1)]
    moved = np.stack([np.roll(images[:1400], place, (1, 2)) for place in places], axis=1)
    images, moved, labels = images.reshape(-1, 784), moved.reshape(-1, 784), labels.astype(np.uint8)
    return moved, labels[:1400].repeat(9), images[1400:], labels[1400:]


init = download  # its name in MNIST-for-Numpy

if __name__ == "__main__":
    import argparse

    parser = argparse.ArgumentParser(description="Download the MNIST database.")
    parser.add_argument("--mirror", metavar="PLACE", help="an http(s) address or a folder")
    download(parser.parse_args().mirror)
