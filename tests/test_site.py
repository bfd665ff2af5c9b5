"""Protects the web site, the slides, the printable edition and the kit, as a command makes them."""

import base64
import re
import shutil
import sys
from urllib.parse import unquote

import pytest

import browser_page
from browser_page import ARROW_LEFT, ARROW_RIGHT, ESCAPE
from helpers import ROOT, barriers, run, ten_points
from pages import PAGES, STEP_PAGES

COMMAND = [sys.executable, "presentation/build.py"]
SOURCE = (ROOT / "presentation" / "slides.md").read_text(encoding="utf-8")
SLIDES = "presentation/slides.html"
PLAYED = ["gradient_descent.html", "playground.html", "drawing_page.html", "pole_page.html"]
for library in ("sphinx_revealjs", "myst_parser", "furo", "latex2mathml"):
    pytest.importorskip(library, reason='needs: pip install -e ".[site]"')
bs4 = pytest.importorskip("bs4")  # Furo comes with it.
pytestmark = pytest.mark.full


@pytest.fixture(scope="module")
def site(clone):
    """What the one command builds in a fresh clone, without a warning."""
    result = run(COMMAND, clone, clone)
    assert (result.returncode, result.stderr) == (0, "")
    return clone / "build" / "site"


@pytest.fixture(scope="module")
def parsed(site):
    """Each page of the site that Sphinx has written, as a parser finds it."""
    played = set(site.glob("examples/*/*_*.html")) | set(site.glob("examples/*/playground.html"))
    written = sorted(set(site.rglob("*.html")) - played)
    return {path: bs4.BeautifulSoup(path.read_bytes(), "html.parser") for path in written}


def values(page, selector, attribute):
    """Return an attribute of all that a selector finds and that has it."""
    return [tag[attribute] for tag in page.select(f"{selector}[{attribute}]")]


def loaded(page):
    """Return the addresses of what a page loads by itself."""
    sources = [values(page, "", name) for name in ("src", "data-src", "srcset")]
    return sum(sources, values(page, "link[rel~=stylesheet]", "href"))


# ---- What is built ----


def test_site_has_every_page_and_all_that_they_lead_to(site, parsed):
    assert {site / "index.html", site / "workshop.html", site / SLIDES} <= set(parsed)
    assert len(parsed) >= len(PAGES) + 3
    for path, page in parsed.items():
        for target in values(page, "", "href") + loaded(page):
            if re.match("(https?|data|mailto):", target):
                continue
            file, anchor = re.fullmatch(r"([^?#]*)[^#]*#?(.*)", unquote(target)).groups()
            place = (path.parent / file).resolve() if file else path
            assert place.is_file(), f"{path.name}: {target}"
            # What stands behind the # of a page to play with is its state.
            if anchor and place in parsed and path.name != "slides.html":
                assert parsed[place].find(id=anchor), f"{path.name}: {target}"


def test_nothing_is_loaded_from_elsewhere(site, parsed):
    for path, page in parsed.items():
        assert [url for url in loaded(page) if re.match("(https?:)?//", url)] == [], path


def test_steps_follow_one_another_and_their_solutions_are_folded(site, parsed):
    pages = [site / "examples" / name / "index.html" for name in STEP_PAGES]
    for page, following in zip(pages, pages[1:]):
        (link,) = values(parsed[page], ".next-page", "href")
        assert (page.parent / link).resolve() == following
        assert parsed[page].details and not parsed[page].select("details[open]")
    mathematics = pages[2].read_text(encoding="utf-8")
    assert mathematics.count("<math ") > 5 and "MathJax" not in mathematics


def test_printable_edition_is_one_file_with_everything_unfolded(site, parsed):
    page = parsed[site / "workshop.html"]
    assert len(page.select("details[open]")) > 20 and not page.select("details:not([open])")
    assert all(url.startswith("data:image/") for url in loaded(page))
    assert len(page.select("[id^=document-]")) == len(PAGES)


def test_slides_say_what_the_pages_say(site, clone, tmp_path):
    deck = (site / SLIDES).read_text(encoding="utf-8")
    for number in ("02", "06", "09"):
        (page,) = [page for name, page in STEP_PAGES.items() if name.startswith(number)]
        (score,) = set(re.findall(r"^We have a score of (0\.\d+)$", page.text, re.MULTILINE))
        assert f"<b>{score}</b>" in deck
    # The ten points are drawn where the script has them, on two slides.
    drawn = re.findall(r'class="dot" cx="([-.\d]+)" cy="([-.\d]+)" r=".2"', deck)
    assert drawn == list(zip(*ten_points())) * 2
    # And what no page says stops the build.
    copy = tmp_path / "workshop"
    shutil.copytree(clone, copy, ignore=shutil.ignore_patterns("build", "drawn", "mnist_data"))
    wrong = SOURCE.replace("We have a score of #", "We have a scare of #")
    (copy / "presentation" / "slides.md").write_text(wrong, encoding="utf-8")
    result = run(COMMAND, copy, copy)
    assert result.returncode == 1
    assert 'The slides want "We have a scare of #" of step 02. There is none.' in result.stderr


def test_plan_of_the_guide_is_that_of_the_slides():
    minutes = [int(seconds) / 60 for seconds in re.findall(r":data-timing: (\d+)", SOURCE)]
    assert len(minutes) == len(re.findall(r"^##?#? ", SOURCE, re.MULTILINE)) <= 45
    row = r"^\| (\d+) \u2013 (\d+) \| (\d+) \u2013 (\d+) \|"
    rows = re.findall(row, PAGES["presentation/README.md"].text, re.MULTILINE)
    at, slide = 0, 1
    for begin, end, first, last in (map(int, found) for found in rows):
        assert (begin, first) == (at, slide)
        at, slide = begin + sum(minutes[first - 1 : last]), last + 1
        assert at == end
    assert (at, slide) == (105, len(minutes) + 1)


def test_moving_picture_is_small_and_has_a_still():
    moving = ROOT / "presentation" / "pictures" / "a_digit_is_read.gif"
    assert moving.stat().st_size < 400_000 and moving.with_suffix(".png").is_file()


def test_a_kit_does_not_overwrite_other_things(tmp_path):
    (tmp_path / "holiday.jpg").touch()
    result = run([sys.executable, "presentation/make_kit.py", tmp_path], ROOT, tmp_path / "data")
    assert result.returncode == 1 and "holds something else" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["holiday.jpg"]


# ---- In a browser, from a file ----


class Visit(browser_page.Page):
    """What a visitor or a presenter does in a browser."""

    def open(self, address, width=1280, **media):
        self.emulate(width, 720, prefers_reduced_motion="reduce", **media)
        super().open(address)
        if address == SLIDES:
            self.wait_for(lambda: self.run("return Reveal.isReady()"))

    @property
    def slide(self):
        return self.run("return Reveal.getSlidePastCount()")

    def go(self, number, fragment=-1):
        place = "const at = Reveal.getIndices(Reveal.getSlides()[arguments[0]]);"
        self.run(f"{place} Reveal.slide(at.h, at.v, arguments[1])", number, fragment)

    def barriers(self):
        assert self.driver.get_log("browser") == []
        found = barriers(self.driver)
        self.driver.get_log("browser")  # axe-core tries to read style sheets, and may not
        return found


@pytest.fixture
def visit(browser, site):
    page = Visit(browser, f"{site.as_uri()}/", "Reveal")
    with browser_page.watched(page, page.address):
        yield page


@pytest.mark.parametrize("media", [{}, browser_page.DARK], ids=str)
def test_no_barriers(visit, media):
    steps = [f"examples/{name}" for name in STEP_PAGES]
    for address in ("index.html", f"{steps[2]}/index.html", f"{steps[2]}/{PLAYED[0]}"):
        visit.open(address, **media)
        assert visit.barriers() == [], address
    visit.open(SLIDES, **media)
    for number in (0, 3, 7, 16, 20, 33):
        visit.go(number, 99)
        assert visit.barriers() == [], f"slide {number + 1}"
    visit.press("o")
    visit.wait_for(lambda: visit.run("return Reveal.isOverview()"))
    assert visit.barriers() == []


@pytest.mark.parametrize("width", [390, 1280, 1920])
def test_no_page_is_wider_than_the_screen(visit, width):
    for address in ["index.html", *(f"examples/{name}/index.html" for name in STEP_PAGES)]:
        visit.open(address, width=width)
        assert visit.run("return document.documentElement.scrollWidth") <= width, address


def test_pages_to_play_with_lead_back_and_paper_shows_the_answers(visit):
    visit.open(f"examples/{list(STEP_PAGES)[2]}/{PLAYED[0]}")
    visit.click("nav a")
    assert visit.driver.title.startswith("03 ")
    visit.run("dispatchEvent(new Event('beforeprint'))")
    assert all(visit.each("details", "it.open"))


def test_search_finds_a_page(visit):
    visit.open("index.html")
    visit.driver.find_element("css selector", "input[name=q]").send_keys("backpropagation\n")
    found = "return document.querySelector('ul.search a')?.href"
    visit.driver.get(visit.wait_for(lambda: visit.run(found)))
    assert "backpropagation" in visit.run("return document.body.innerText").lower()


# What is outside of its slide, cut off, or too small to be read from the last row.
MISFITS = """
const found = [], style = part => getComputedStyle(part);
for (const part of Reveal.getCurrentSlide().querySelectorAll("*:not(aside, aside *, .crop > *)")) {
  const box = part.getBoundingClientRect(), isText = part.tagName === "text";
  if (!box.width || part.ownerSVGElement && !isText) continue;
  const isOutside = Math.min(box.left, box.top) < -1 || box.right > 1281 || box.bottom > 690;
  const isCut = part.matches("pre > code") && part.scrollWidth > part.clientWidth + 1;
  const isTiny = !part.children.length && parseFloat(style(part).fontSize) < (isText ? 24 : 20);
  if (isOutside || isCut || isTiny) found.push([isOutside, isCut, isTiny, part.outerHTML]);
}
return found;
"""


def test_labels_of_the_confusion_matrix_can_be_read_from_the_last_row(visit):
    script = next(ROOT.glob("examples/05_*/pictures.py")).read_text(encoding="utf-8")
    points = int(re.search(r'"font", size=(\d+)', script)[1])  # 72 to an inch, which has 100 pixels
    visit.open(SLIDES)
    picture = visit.driver.find_element("css selector", "img[src*=confusion_matrix]")
    visit.go(26, 99)
    scale = visit.run("return arguments[0].height / arguments[0].naturalHeight", picture)
    assert points * 100 / 72 * scale >= 24


def test_slides_step_from_first_to_last_with_notes_on_each(visit):
    visit.open(SLIDES)
    count = visit.run("return Reveal.getTotalSlides()")
    seen = {}
    for _ in range(300):
        notes = visit.run("return Reveal.getSlideNotes()") or ""
        if visit.slide not in seen:
            seen[visit.slide] = len(re.sub("<[^>]*>|\\s", "", notes))
            visit.go(visit.slide, 99)
            assert visit.run(MISFITS) == [], f"slide {visit.slide + 1}"
            visit.go(visit.slide)
        if visit.run("return Reveal.isLastSlide() && !Reveal.availableFragments().next"):
            break
        visit.press(ARROW_RIGHT)
    assert list(seen) == list(range(count)) and min(seen.values()) > 60


def test_presenter_view_steers_and_can_be_closed_and_opened_again(visit):
    visit.open(SLIDES)
    browser, own = visit.driver, visit.driver.current_window_handle

    def in_presenter_view(press=None, close=False):
        """Return the notes in the newest other window, after a key there."""
        browser.switch_to.window(browser.window_handles[-1])
        shown = "return document.querySelector('.speaker-controls-notes .value')?.innerText.trim()"
        notes = visit.wait_for(lambda: visit.run(shown))
        browser.switch_to.frame(0)  # the small slide, which takes the key
        visit.wait_for(lambda: visit.run("return window.Reveal?.isReady()"))
        browser.switch_to.default_content()
        visit.press(*press or ())
        if close:
            browser.close()
        browser.switch_to.window(own)
        return notes

    def reload():
        browser.refresh()
        visit.wait_for(lambda: visit.run("return Reveal.isReady()"))

    try:
        for before, notes in ((0, "Have this slide up"), (1, "This page is live")):
            visit.press("s")
            assert in_presenter_view().startswith(notes)
            in_presenter_view(press=ARROW_RIGHT)
            visit.wait_for(lambda: visit.slide == before + 1)  # noqa: B023
            if before == 0:
                in_presenter_view(close=True)
        reload()
        # The old window is found again, within a second: a key before that may be lost.
        visit.wait_for(lambda: in_presenter_view(press=ARROW_LEFT) and visit.slide < 2)
        in_presenter_view(close=True)
        reload()
        before = visit.slide
        visit.press("s")
        visit.wait_for(lambda: in_presenter_view(press=ARROW_RIGHT) and visit.slide > before)
    finally:
        for window in set(browser.window_handles) - {own}:
            browser.switch_to.window(window)
            browser.close()
        browser.switch_to.window(own)


def test_live_pages_give_the_keyboard_back(visit):
    visit.open(SLIDES)
    assert set(re.findall(r"<iframe data-src=\"[^\"]*/(\w+\.html)", SOURCE)) == set(PLAYED)
    active = "return document.activeElement.tagName"
    visit.go(1)
    visit.wait_for(lambda: visit.run("return !!document.querySelector('.present iframe')?.src"))
    visit.run("document.querySelector('.present .live iframe').focus()")
    visit.press(ARROW_RIGHT)
    assert (visit.run(active), visit.slide) == ("IFRAME", 1)
    visit.press(ESCAPE)
    visit.wait_for(lambda: visit.run(active) == "BODY")
    visit.press(ESCAPE)  # One too many opens no overview.
    visit.press(ARROW_RIGHT)
    assert visit.slide == 2


def test_paper_has_a_page_for_each_slide(visit):
    visit.open(SLIDES)
    count = visit.run("return Reveal.getTotalSlides()")
    visit.press("e")
    pages = "return document.querySelectorAll('.pdf-page').length"
    visit.wait_for(lambda: visit.run(pages) == count)
    options = {"printBackground": True, "preferCSSPageSize": True}
    result = visit.driver.execute_cdp_cmd("Page.printToPDF", options)
    pdf = base64.b64decode(result["data"])
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == count
