"""Step 08 without a browser: photographs of digits, networks in files and in the page."""

import re
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

import mnist
from handwriting import EXAMPLE, drawing, networks, part
from helpers import ROOT, run, score_in
from pages import STEP_PAGES

pytest.importorskip("skimage", reason='needs scikit-image: pip install -e ".[photos]"')
from PIL import Image

from photographs import EMPTY, SINGLE, photograph

opening, photo, prepare = part("opening"), part("photo"), part("preparation").prepare
PICTURES = Path(__file__).with_name("pictures")
SEVEN = Image.open(PICTURES / "seven_to_edge.png").convert("L")
DIGITS = dict(line.split("\t") for line in (PICTURES / "digits.tsv").read_text().splitlines())


def read(place):
    """The digits that the page's network reads in a picture; none where it says why not."""
    network = drawing.last_network(drawing.read())
    try:
        _, rows, _ = photo.read(place)
    except opening.PhotoError:
        return ""
    pixels = [pixels for row in rows for _, pixels in row]
    seen = networks.read_five_times(network, np.array(pixels)).argmax(axis=1) if pixels else []
    return "".join(map(str, seen))


def saved(picture, folder, name="photo.jpg"):
    picture.save(folder / name, quality=75)
    return folder / name


def script(name, *arguments, folder=ROOT, data_folder="nowhere"):
    return run([sys.executable, EXAMPLE / name, *arguments], folder, data_folder)


# ---- What is read ----


def each(names, quick):
    """Parameters of which a quick run takes a few."""
    return [pytest.param(name, marks=[] if name in quick else pytest.mark.full) for name in names]


QUICK = ("one_pale.jpg", "eight_white_on_black_24.png")


@pytest.mark.parametrize("name", each(DIGITS, QUICK))
def test_numbers_on_all_kinds_of_paper_are_read(name):
    assert read(PICTURES / name) == DIGITS[name]


@pytest.mark.full
def test_photographs_in_all_lights_are_read(tmp_path):
    """51 of 54: one is crossed by a shadow, two stand on a small sheet on a dark table."""
    found = {name: read(saved(photograph(**how), tmp_path)) for name, (how, _) in SINGLE.items()}
    wrong = [name for name, (_, digit) in SINGLE.items() if found[name] != str(digit)]
    assert len(wrong) <= 4, wrong


@pytest.mark.parametrize("name", each(EMPTY, ("empty, fold",)))
def test_nothing_is_read_where_nothing_is_written(tmp_path, name):
    assert read(saved(photograph(**EMPTY[name]), tmp_path)) == ""


@pytest.mark.full
@pytest.mark.parametrize("side", [28, 40, 84, 280])
@pytest.mark.parametrize("is_dark", [True, False])
def test_digits_of_mnist_as_pictures(real, tmp_path, side, is_dark):
    """Of 500 of five kinds, 0.982 were read; here are 100 of each."""
    if not real:
        pytest.skip("needs --mnist")
    images, labels = (part[::100] for part in mnist.load()[2:])
    pictures = (image if is_dark else 255 - image for image in images.reshape(-1, 28, 28))
    pictures = (Image.fromarray(picture).resize((side, side)) for picture in pictures)
    read_as = [read(saved(picture, tmp_path, "digit.png")) for picture in pictures]
    assert np.mean(np.array(read_as) == labels.astype(str)) >= 0.9


@pytest.mark.parametrize("mode", each(["RGBA", "LA", "P", "1", "CMYK", "I;16"], ("I;16",)))
def test_kinds_of_pictures(tmp_path, mode):
    deep = Image.fromarray(np.asarray(SEVEN).astype(np.uint16) * 257)
    picture = deep if mode == "I;16" else SEVEN.convert(mode)
    assert read(saved(picture, tmp_path, "a.jpg" if mode == "CMYK" else "a.png")) == "7"


@pytest.mark.full
def test_transparent_paper_a_turned_camera_and_coloured_pens(tmp_path):
    mask = SEVEN.point(lambda level: 255 - level)
    for ink in ("black", "white"):
        picture = Image.new("RGBA", mask.size, ink)
        picture.putalpha(mask)
        assert read(saved(picture, tmp_path, "transparent.png")) == "7"
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise
    SEVEN.transpose(Image.Transpose.ROTATE_90).save(tmp_path / "turned.jpg", exif=exif)
    assert read(tmp_path / "turned.jpg") == "7"
    for colours in (("yellow", "white"), ("red", "white"), ("#ffe080", "#205030")):
        ink, paper = (Image.new("RGB", mask.size, colour) for colour in colours)
        assert read(saved(Image.composite(ink, paper, mask), tmp_path)) == "7"


def test_prepared_digit_is_20_pixels_long_and_centred_wherever_it_was():
    ink = np.zeros((300, 300))
    ink[100:190, 40:52] = 255
    tall = prepare(ink)
    assert tall.reshape(28, 28)[5:25, 13:16].min() == 255
    assert np.count_nonzero(tall) == 60
    for moved in (np.roll(ink, (-90, 200), (0, 1)), np.pad(ink, 50)):
        assert np.array_equal(prepare(moved), tall)
    for nothing in (np.zeros((100, 100)), np.eye(100) * 0.04):
        assert not prepare(nothing).any()


# ---- What is not read ----


def test_each_bad_file_gets_a_sentence(tmp_path):
    whole = (PICTURES / "two_rows.jpg").read_bytes()
    (tmp_path / "text.png").write_bytes(b"This is no picture." * 20)
    (tmp_path / "nothing.png").write_bytes(b"")
    (tmp_path / "half.jpg").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "holiday.jpg").write_bytes(b"\0\0\0\x18ftypheic" + bytes(100))
    Image.new("1", (10_000, 10_000)).save(tmp_path / "huge.png")
    Image.new("RGB", (1, 1), "black").save(tmp_path / "dot.png")
    sentences = dict.fromkeys(("text.png", "nothing.png", "half.jpg"), "not a picture")
    sentences |= {"holiday.jpg": "HEIC|not a picture", "huge.png": "64 million"}
    sentences |= {"dot.png": "no ink", ".": "a folder", "x": "no such"}
    done = script("read_photo.py", *sentences, folder=tmp_path)
    assert done.returncode == 1
    for line, (name, words) in zip(done.stdout.splitlines(), sentences.items(), strict=True):
        assert re.match(rf"{re.escape(name)}: .*({words}).*[.?]$", line), line


@pytest.mark.full
@pytest.mark.parametrize("kind", ["png", "jpg", "gif", "bmp"])
def test_damaged_pictures_never_crash(tmp_path, kind):
    generator = np.random.RandomState(0)
    place = saved(photograph().resize((60, 80)), tmp_path, f"photo.{kind}")
    good = np.frombuffer(place.read_bytes(), np.uint8)
    for _ in range(15):
        bad = good.copy()
        bad[generator.randint(0, len(bad), 5)] = generator.randint(0, 256, 5)
        place.write_bytes(bad.tobytes()[: generator.randint(1, 2 * len(bad))])
        read(place)


# ---- The scripts ----


def test_the_sheet_is_read_as_the_page_says():
    done = script("read_photo.py", "--draw", EXAMPLE / "sheet.jpg")
    shown = [block.text for block in STEP_PAGES[EXAMPLE.name].blocks_in("text", "")]
    assert done.stdout.splitlines()[0].endswith(f": {shown[0].strip()}")
    path = re.search(r"The boxes are in (.*)\.", done.stdout)[1]
    assert (ROOT / path).is_file()


@pytest.mark.full
def test_digits_that_touch_are_not_one_digit_without_a_word(tmp_path):
    width, height = SEVEN.size
    wide = saved(SEVEN.resize((3 * width, height)), tmp_path)
    assert re.search(r"The \d is wide\. Do two", script("read_photo.py", wide).stdout)


@pytest.mark.full
def test_script_reads_patterns_with_a_network_of_ones_own_and_draws_boxes(tmp_path):
    folder = tmp_path / "Müllers Ziffern"
    shutil.copytree(EXAMPLE, folder)
    shutil.copy(PICTURES / "underlined.jpg", folder / "ü.jpg")
    kept(folder, divisor=255)
    command = [sys.executable, "read_photo.py", "my_network.npz", "--draw", "?.jpg"]
    done = run(command, folder, "nowhere")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert re.fullmatch(r"\\xfc.jpg: 6 \(\d\.\d\d\)", lines[0])
    assert lines[1] == "    left out: a line or a small mark (bottom middle)"
    assert (folder / "drawn" / "ü_read.jpg").is_file()
    assert sum("@" in line for line in lines) >= 15  # what the network sees
    assert "6 " in lines[-4]


def kept(folder, arrays=None, **more):
    """A file with these arrays, or else with those of the page's network."""
    page = drawing.last_network(drawing.read())
    arrays = page.weights + page.biases if arrays is None else arrays
    np.savez(folder / "my_network.npz", *arrays, **more)
    return folder / "my_network.npz"


WHOLE = [np.zeros(shape) for shape in ((784, 14), (14, 10), 14, 10)]
WRONG = {
    "holds arr_0, arr_1, arr_2": (WHOLE[:3], {}),
    "layer 1 has weights of the shape (2, 3)": ([np.zeros((2, 3)), np.zeros(2)], {}),
    "first, then all biases": (WHOLE[::-1], {}),
    "has 2 outputs": ([np.zeros((784, 2)), np.zeros(2)], {}),
    "finite numbers": ([*WHOLE[:3], np.full(10, np.nan)], {}),
    "too many": ([np.zeros((2300, 2300)), WHOLE[3]], {}),
    "holds scale, arr_0": (WHOLE, {"scale": 255}),
    "The divisor": (WHOLE, {"divisor": 0}),
    "The offset": (WHOLE, {"offset": [1, 2]}),
    "unknown activation, elu": (WHOLE, {"activation": "elu"}),
    "not a file of arrays": ([np.array([{}])], {}),
    "holds nothing": ([], {}),
}


@pytest.mark.parametrize("words", WRONG)
def test_file_without_a_network_is_refused(tmp_path, words):
    arrays, more = WRONG[words]
    with pytest.raises(networks.NetworkError, match=re.escape(words)):
        networks.load(kept(tmp_path, arrays, **more))


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(networks.NetworkError, match="There is no file"):
        networks.load(tmp_path / "none.npz")


def test_a_scaling_that_was_not_trained_with_is_named(data_folder, tmp_path):
    line = "*network.intercepts_, divisor=255)"
    done = script("main.py", kept(tmp_path), data_folder=data_folder)
    assert line in done.stdout + done.stderr
    place = kept(tmp_path, offset=127.5, divisor=127.5)  # Hardly a digit is read with that.
    done = script("main.py", place, data_folder=data_folder)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1].endswith(line)


def test_a_kept_network_is_read_again_tomorrow(data_folder, tmp_path):
    """In a fresh process, from nothing but the file, by the script on the page."""
    (block,) = STEP_PAGES[EXAMPLE.name].blocks_in("python", "read_again.py: new")
    (tmp_path / "read_again.py").write_text(block.text, encoding="utf-8")
    place = kept(tmp_path, divisor=255)
    again = run([sys.executable, "read_again.py"], tmp_path, data_folder)
    assert again.returncode == 0, again.stderr
    made = script("main.py", place, data_folder=data_folder)
    assert f" {score_in(made.stdout):.4f} " in again.stdout.splitlines()[-1]


def test_page_that_cannot_take_a_network(tmp_path, monkeypatch):
    monkeypatch.setattr(drawing, "PAGE", tmp_path / "drawing_page.html")
    place = '<script type="application/json" id="trained-network"></script>'
    for page in ("", 2 * place):
        drawing.PAGE.write_text(page, encoding="utf-8")
        with pytest.raises(networks.NetworkError, match="needs exactly one place for networks"):
            drawing.read()


@pytest.mark.full
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="measures memory as Linux does")
def test_forty_megapixels_in_bounded_memory(tmp_path):
    picture = photograph().resize((6_000, 6_700)).convert("RGBA")
    picture.save(tmp_path / "huge.png", compress_level=1)
    measure = "import resource; from machinery import photo; photo.read('huge.png'); "
    measure += "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    done = run([sys.executable, "-c", measure], tmp_path, "nowhere", PYTHONPATH=str(EXAMPLE))
    assert int(done.stdout) < 800_000
