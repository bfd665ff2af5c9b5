"""The MNIST database of handwritten digits (LeCun, Cortes and Burges), as NumPy arrays.

python mnist.py                     download MNIST into the data folder
python mnist.py --mirror PLACE      take the four files from an address or a folder

import mnist
training_images, training_labels, test_images, test_labels = mnist.load()
"""

import argparse
import gzip
import hashlib
import io
import os
import sys
from pathlib import Path

import numpy as np

# The original host is gone. These mirrors serve the same files, byte for byte.
MIRRORS = [
    "https://ossci-datasets.s3.amazonaws.com/mnist",
    "https://storage.googleapis.com/cvdf-datasets/mnist",
    "https://raw.githubusercontent.com/fgnt/mnist/master",
]
PACKED = {  # the SHA-256 of each file as the mirrors publish it, packed by gzip
    "train-images-idx3-ubyte": "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    "t10k-images-idx3-ubyte": "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    "train-labels-idx1-ubyte": "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    "t10k-labels-idx1-ubyte": "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
}
UNPACKED = {  # the SHA-256 of what is in it; in the order of load()
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
SHAPES = [(60000, 784), (60000,), (10000, 784), (10000,)]  # of the arrays in them
ARCHIVE = "mnist_arrays.npz"  # the same arrays in one file, which loads faster


def load():
    """Return training_images, training_labels, test_images and test_labels.

    They are writable uint8 arrays of the SHAPES above, in the published order. A pixel goes from 0
    (paper) to 255 (ink); a label is the digit that was meant. Without MNIST, a small sample takes
    its place, and a note says so. Raises FileNotFoundError where MNIST is incomplete or damaged.
    """
    return read_archive() or read_files() or make_sample()


def download(mirror=None):
    """Download what is missing or damaged in the data folder, and save the arrays there, too.

    mirror, an http(s) address or a folder, takes the place of MIRRORS, which are asked in turn.
    Raises ConnectionError where none delivers. Complete files stay, and the next attempt goes on.
    """
    folder = data_folder()
    folder.mkdir(parents=True, exist_ok=True)
    mirrors = [str(mirror).rstrip("/")] if mirror else MIRRORS.copy()
    for name in PACKED:
        if find(name, folder) is None:
            print(f"Downloading {name}.gz...", flush=True)
            fetch(name, mirrors)
    print("Download complete.")
    if os.access(folder, os.W_OK):  # A read-only memory stick does without the archive.
        if read_archive() is None:
            archive = io.BytesIO()
            np.savez(archive, *read_files())
            save(ARCHIVE, archive.getvalue())
        print("Save complete.")


init = download  # its name in MNIST-for-Numpy


def data_folder():
    """Return the folder that MNIST_DIR names, or mnist_data beside this file."""
    named = os.environ.get("MNIST_DIR") or Path(__file__).with_name("mnist_data")
    return Path(named).expanduser().absolute()


def read_archive():
    """Return the four arrays, or None where the archive is missing or damaged."""
    try:
        with np.load(data_folder() / ARCHIVE) as archive:
            arrays = list(archive.values())
    except Exception:  # Damage shows in a dozen ways. The four files are there for all of them.
        return None
    return arrays if [a.shape for a in arrays if a.dtype == np.uint8] == SHAPES else None


def read_files():
    """Return the four arrays, or none where there is nothing of MNIST in the data folder."""
    folder = data_folder()
    files = [file for name in UNPACKED if (file := find(name, folder))]
    there = {*folder.glob("t*-*ubyte*"), *folder.glob("MNIST/raw/t*"), *folder.glob(ARCHIVE)}
    there |= {file["path"] for file in files}
    if there and len(files) < 4:
        names = ", ".join(sorted(map(str, there)))
        problem = f"MNIST is incomplete or damaged. There is only {names}."
        raise FileNotFoundError(f'{problem} Run "python mnist.py" to mend it.')
    contents = [np.frombuffer(file["content"], np.uint8) for file in files]
    # A short header comes first; all that follows is ours. The copy can be written to.
    return [c[-np.prod(shape) :].reshape(shape).copy() for c, shape in zip(contents, SHAPES)]


def find(name, folder):
    """Return the path and the content of one of the four files in a folder, or None."""
    beginning = name.partition("-idx")[0]  # Some spell the rest with a dot, or unpack the file.
    for path in [*folder.glob(f"{beginning}*"), *folder.glob(f"MNIST/raw/{beginning}*")]:
        try:
            with gzip.open(path) if path.suffix == ".gz" else open(path, "rb") as file:
                content = file.read(50_000_000)  # None of the four holds more.
        except Exception:  # It is damaged, or no file at all.
            continue
        if hashlib.sha256(content).hexdigest() == UNPACKED[name]:
            return {"path": path, "content": content}


def save(name, content):
    """Save a file under another name first, so that nobody ever sees half of it."""
    temporary = data_folder() / f"tmp{os.urandom(4).hex()}"
    try:
        temporary.write_bytes(content)
        os.replace(temporary, temporary.with_name(name))
    finally:
        temporary.unlink(missing_ok=True)


def fetch(name, mirrors):
    """Bring a file into the data folder. A mirror that does not deliver is not asked again."""
    if file := find(name, Path(mirrors[0]).expanduser()):  # The mirror is a folder.
        return save(file["path"].name, file["path"].read_bytes())
    import pooch
    import requests
    from tqdm import tqdm

    pooch.get_logger().setLevel("ERROR")
    files = {f"{name}.gz": PACKED[name]}
    reasons = []
    for mirror in mirrors.copy():
        bar = tqdm(total=1, unit="B", unit_scale=True, leave=False, disable=None)  # on a terminal
        web = pooch.HTTPDownloader(progressbar=bar, timeout=15)  # seconds without a sign of life
        shelf = pooch.create(data_folder(), f"{mirror}/", registry=files, retry_if_failed=1)
        try:
            path = Path(shelf.fetch(f"{name}.gz", downloader=web))
            return save(path.name, path.read_bytes())  # pooch's file is for its owner alone
        except requests.exceptions.SSLError:
            reason = "has a certificate that is not trusted (name a proxy's in REQUESTS_CA_BUNDLE)"
        except requests.HTTPError as error:
            reason = f"answered {error.response.status_code}"
        except requests.RequestException:
            reason = "cannot be reached, or broke off"
        except ValueError:
            reason = "sent something else (if it is a Wi-Fi login page, sign in with a browser)"
        reasons.append(f"{mirror} {reason}")
        mirrors.remove(mirror)
    ways_out = "Run this again, name a folder or http address with --mirror, or use the sample."
    raise ConnectionError(f"Could not download {name}.gz: {'; '.join(reasons)}.\n{ways_out}")


def make_sample():
    """Return scikit-learn's digits in MNIST's form: 1,400 to learn from, 397 for testing."""
    print('Note: this is not MNIST, but a small sample. Run "python mnist.py".', file=sys.stderr)
    from scipy.ndimage import zoom
    from sklearn.datasets import load_digits

    images, labels = load_digits(return_X_y=True)
    # From 8 x 8 to 20 x 20 pixels. What is faint becomes paper: strokes as thin as MNIST's.
    images = zoom(images.reshape(-1, 8, 8), (1, 2.5, 2.5), order=1, mode="nearest", grid_mode=True)
    images = np.round(255 * np.clip((images - 6) / 10, 0, 1))
    images = np.pad(images, [(0, 0), (4, 4), (4, 4)])
    # Moved by a pixel to all sides, each digit to learn from becomes nine.
    moved = [np.roll(images[:1400], (y, x), (1, 2)) for y in (-1, 0, 1) for x in (-1, 0, 1)]
    parts = [np.stack(moved, axis=1), labels[:1400].repeat(9), images[1400:], labels[1400:]]
    return [part.reshape(-1, *shape[1:]).astype(np.uint8) for part, shape in zip(parts, SHAPES)]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Download the MNIST database.")
    parser.add_argument("--mirror", metavar="PLACE", help="an http(s) address or a folder")
    try:
        download(parser.parse_args().mirror)
    except ImportError as error:
        sys.exit(f"{error}. Downloading needs: pip install pooch tqdm. --mirror FOLDER does not.")
    except OSError as error:
        sys.exit(f"{error}\nThe data folder is {data_folder()}: MNIST_DIR can name another one.")
    except KeyboardInterrupt:
        sys.exit("Stopped. Complete files were kept: run this again to go on.")
