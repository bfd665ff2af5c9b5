"""The deck: it says what the pages say, fits every screen, and can be presented and printed."""

import base64
import re
import sys

import pytest

from helpers import ROOT, barriers, requested_addresses, run

DASH = "\u2013"
FOLDER = ROOT / "presentation"
DECK = FOLDER / "slides.html"
sys.path.insert(0, str(FOLDER))
import build_slides  # noqa: E402

# ---- It cannot go stale ----


def test_deck_is_what_the_sources_give():
    built = build_slides.build()
    assert DECK.read_text(encoding="utf-8") == built, "Run: python presentation/build_slides.py"
    assert len(built.encode()) < 1_500_000
    assert not re.search(r'(?:src|href)="(?:https?:)?//', built)


def test_command_builds_it_or_leaves_it_alone(clone, data_folder):
    command = [sys.executable, "presentation/build_slides.py"]
    source, deck = (clone / "presentation" / name for name in ("slides.md", "slides.html"))
    text = source.read_text(encoding="utf-8")
    deck.unlink()
    assert run(command, clone, data_folder).returncode == 0
    assert deck.read_bytes() == DECK.read_bytes()
    try:
        source.write_text(text.replace("We have a score of #", "We have a scare of #"), "utf-8")
        result = run(command, clone, data_folder)
    finally:
        source.write_text(text, encoding="utf-8")
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert 'the number "We have a scare of #" of step 02. There is none.' in result.stderr
    assert deck.read_bytes() == DECK.read_bytes()


@pytest.mark.parametrize(
    "wrong, complaint",
    [
        ("{{step 02: We have a loss of #}}", "There is none"),
        ("{{step 02: Guessing ...: #}}", "2 different ones"),
        ("{{step 42: We have a score of #}}", '"step 42" is no page'),
        ("```step 02\nnetwork.guess(\n```", "There is none"),
        ("```step 02 main.py\nfit(\n...\nnowhere\n```", "There is none"),
        ("```step 06\ntraining_images\n```", "different ones"),
        ("```table step 02\nno such row\n```", "There is none"),
        ("![](../examples/06_improving_the_score/pictures/no.svg)", "shows a picture no.svg"),
        ("<!-- live: nothing -->", "nothing that I know"),
        (
            "<!-- notes -->\n\nx\n\n## One\n<!-- 1 minute -->",
            'Two slides would have the address "#one"',
        ),
    ],
)
def test_a_reference_that_finds_nothing_is_an_error(wrong, complaint):
    slide = "# Part\n\n## One\n<!-- plain · 1 minute -->\n\n{}\n\n<!-- notes -->\n\nSay it.\n"
    assert "Say it." in build_slides.build(slide.format("Right."))
    with pytest.raises(build_slides.SlidesError, match=re.escape(complaint)):
        build_slides.build(slide.format(wrong))


def test_numbers_and_lines_come_from_the_pages():
    page = build_slides.read_page("step 02")
    score = build_slides.find_number(page, "We have a score of #")
    assert f"We have a score of {score}\n" in (page.folder / "README.md").read_text("utf-8")
    changed = [line.replace(score, "0.1234") for line in page.passages]
    page.passages = changed
    assert build_slides.find_number(page, "We have a score of #") == "0.1234"
    _, lines = build_slides.find_code(page, "for predicted\n...\ncorrect +=", "main.py")
    assert lines.splitlines()[-1] == "        correct += 1"


def test_plan_of_the_guide_is_that_of_the_slides():
    """Each quarter of an hour has the slides that it names, and they take fifteen minutes."""
    source = build_slides.SOURCE.read_text(encoding="utf-8")
    minutes = [slide.minutes for slide in build_slides.Builder().slides(source)]
    guide = build_slides.read_page("guide")
    (rows,) = [rows for rows in guide.tables if rows[0][0] == "minutes"]
    next_slide = 1
    for row, begin in zip(rows[1:], range(0, 120, 15), strict=True):
        assert row[0] == f"{begin} {DASH} {begin + 15}"
        first, last = map(int, row[1].split(f" {DASH} "))
        assert first == next_slide
        assert sum(minutes[first - 1 : last]) == 15, row
        next_slide = last + 1
    assert next_slide == len(minutes) + 1


# ---- In a browser ----


class Deck:
    """What a presenter does with the deck."""

    def __init__(self, browser):
        self.browser = browser
        self.script = browser.execute_script

    def open(self, address="", width=1280, height=720, scheme="light"):
        command = self.browser.execute_cdp_cmd
        features = [
            {"name": "prefers-color-scheme", "value": scheme},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]
        command("Emulation.setEmulatedMedia", {"features": features})
        metrics = {"width": width, "height": height, "mobile": False, "deviceScaleFactor": 1}
        command("Emulation.setDeviceMetricsOverride", metrics)
        self.browser.get("about:blank")
        self.browser.get(DECK.as_uri() + address)

    def press(self, *keys):
        from selenium.webdriver.common.action_chains import ActionChains

        ActionChains(self.browser, duration=0).send_keys(*keys).perform()

    @property
    def heading(self):
        return self.script("return deck.current().querySelector('h1').textContent")

    @property
    def answers(self):
        """Whether each answer of the current slide can be seen."""
        return self.script(
            "return [...deck.current().querySelectorAll('.later > *')]"
            ".map(part => getComputedStyle(part).visibility === 'visible')"
        )


@pytest.fixture
def deck(browser):
    deck = Deck(browser)
    browser.get("about:blank")
    browser.get_log("performance")  # forget what was before
    browser.get_log("browser")
    deck.open()
    yield deck
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})
    # Whatever a test did: no complaint in the console, and no request but for the deck itself and
    # the live pages beside it.
    assert browser.get_log("browser") == []
    requests = requested_addresses(browser)
    own = (DECK.as_uri(), "data:", "about:", (ROOT / "examples").as_uri())
    assert [url for url in requests if not url.startswith(own)] == []


RIGHT, LEFT, PAGE_DOWN, HOME, END, ENTER = "\ue014\ue012\ue00f\ue011\ue010\ue007"

# What is outside of its slide, below the bar, cut off, or too small, on any slide.
MISFITS = """
const [smallest] = arguments, found = [];
const bar = document.getElementById("bar").getBoundingClientRect().top;
for (let n = 0; n < deck.count; n++) {
  deck.go(n);
  const content = deck.current().querySelector(".content");
  const say = (what, part) => found.push(`${n + 1}: ${what} ${part.tagName} ${part.className}`);
  if (Number(content.style.getPropertyValue("--fit")) < smallest) say("is too full", content);
  for (const part of content.querySelectorAll("*")) {
    if (part.closest("svg, .unseen") && part.tagName !== "svg") continue;
    const box = part.getBoundingClientRect();
    if (box.width === 0 && box.height === 0) continue;
    if (box.left < -1 || box.right > innerWidth + 1 || box.top < -1) say("is outside", part);
    if (box.bottom > bar + 1) say("is below the bar", part);
    if (["PRE", "TD", "P", "LI"].includes(part.tagName)) {
      if (part.scrollWidth > part.clientWidth + 1) say("is cut off", part);
      if (parseFloat(getComputedStyle(part).fontSize) < 9.5) say("tiny", part);
    }
    if (part.tagName === "IMG" && Math.min(box.width, box.height) < 90) say("small picture", part);
  }
}
return found;
"""


@pytest.mark.parametrize("width, height", [(1280, 720), (1920, 1080), (1024, 768), (390, 844)])
def test_every_slide_fits(deck, width, height):
    deck.open(width=width, height=height)
    assert 40 <= deck.script("return deck.count") <= 55
    # On the usual screens, and so on paper, type keeps its size. On others it may shrink a little.
    assert deck.script(MISFITS, 1 if width / height == 16 / 9 else 0.9) == []
    assert deck.script("return document.documentElement.scrollWidth") <= width


# A title, cards, code, a question with its answer, a formula, a table, a picture, the scores.
EACH_MAKE = ["Introduction", "Three kinds", "Type: the network", "How many numbers"]
EACH_MAKE += ["So go the other way", "Is that good", "What would you", "Who gets"]


def test_no_barriers(deck):
    screens = [(1280, 720, "light"), (1280, 720, "dark"), (390, 844, "light")]
    for (width, height, scheme), share in zip(screens, ([0, 1, 2, 3, 4], [3, 4, 5, 6, 7], [1, 2])):
        deck.open(width=width, height=height, scheme=scheme)
        for heading in [EACH_MAKE[place] for place in share]:
            deck.script(
                "deck.go([...document.querySelectorAll('article h1')]"
                ".findIndex(h1 => h1.textContent.startsWith(arguments[0])))",
                heading,
            )
            assert deck.heading.startswith(heading)
            while not all(deck.answers):
                deck.press(RIGHT)
            assert barriers(deck.browser) == [], (heading, scheme, width)
    deck.press("o")
    assert barriers(deck.browser) == []


def test_answers_come_with_the_next_key(deck):
    deck.open("#how-many-numbers-is-this-network")
    assert deck.heading == "How many numbers is this network?"
    assert not any(deck.answers)
    deck.press(PAGE_DOWN)
    assert all(deck.answers)
    deck.press(PAGE_DOWN)
    assert deck.heading == "How often will it be right?"
    assert deck.browser.current_url.endswith("#how-often-will-it-be-right")
    deck.press(LEFT)
    assert deck.heading == "How many numbers is this network?"
    assert all(deck.answers)
    deck.press(LEFT)
    assert not any(deck.answers)
    questions = deck.script(
        "return [...document.querySelectorAll('.question')]"
        ".filter(slide => slide.querySelector('.later')).length"
    )
    assert questions >= 12


def test_keys_overview_and_address(deck):
    count = deck.script("return deck.count")
    numbers = [
        deck.script("deck.go(arguments[0]); return place.textContent", n) for n in (3, count)
    ]
    assert numbers == [f"4 / {count}", f"{count} / {count}"]
    deck.press(HOME)
    assert deck.heading.startswith("Introduction")
    deck.press("12", ENTER)
    assert deck.script("return document.getElementById('place').textContent") == f"12 / {count}"
    deck.press("o")
    covers = deck.browser.find_elements("css selector", ".cover")
    assert len(covers) == count
    assert all(cover.is_displayed() for cover in covers)
    covers[6].click()
    assert deck.heading == "How would you describe a 4?"
    ground = "return getComputedStyle(document.documentElement).backgroundColor"
    light = deck.script(ground)
    deck.press("d")
    assert deck.script(ground) != light
    deck.open("#9")
    assert deck.heading == "Three kinds of learning"
    assert "child that learns to walk" in deck.script("return deck.notes(8)")
    assert all(len(deck.script("return deck.notes(arguments[0])", n)) > 60 for n in range(count))


def test_fingers_swipe(deck):
    def swipe(*places):
        for kind, at in zip(("touchStart", "touchMove", "touchMove"), places):
            points = [{"x": at[0], "y": at[1]}]
            event = {"type": kind, "touchPoints": points}
            deck.browser.execute_cdp_cmd("Input.dispatchTouchEvent", event)
        deck.browser.execute_cdp_cmd(
            "Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []}
        )

    deck.browser.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": True})
    swipe((300, 300), (200, 302), (120, 305))
    assert deck.heading == "Can a network read your hand?"
    swipe((300, 100), (305, 200), (310, 300))  # that was no swipe to a side
    assert deck.heading == "Can a network read your hand?"
    swipe((120, 300), (200, 302), (300, 305))
    assert deck.heading.startswith("Introduction")
    deck.browser.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": False})


def test_live_pages_open_over_the_slides(deck):
    from selenium.webdriver.support.ui import WebDriverWait

    links = deck.script(
        "return [...document.querySelectorAll('.live')].map(link => link.getAttribute('href'))"
    )
    assert {link.split("/")[-1].split("#")[0] for link in links} == {
        "gradient_descent.html",
        "playground.html",
        "drawing_page_trained.html",
        "pole_page_trained.html",
    }
    for link in links:
        assert (FOLDER / link.split("#")[0]).is_file()
    deck.open("#creep-arrive-or-explode")
    frames = "return document.querySelectorAll('iframe').length"
    deck.press("l")
    frame = deck.browser.find_element("css selector", "#live iframe")
    deck.browser.switch_to.frame(frame)
    assert deck.script("return descent.state().step") == 0
    deck.browser.switch_to.default_content()
    deck.browser.find_element("css selector", "#live button").click()
    WebDriverWait(deck.browser, 20, 0.05).until(lambda _: not deck.script(frames))
    deck.press(RIGHT)
    assert all(deck.answers)


def test_presenter_view_stays_in_step(deck):
    deck.open("#is-that-good")
    own = deck.browser.current_window_handle
    deck.press("s")
    (other,) = set(deck.browser.window_handles) - {own}

    def in_presenter_view(press=""):
        """Return the headings now and next, their visible answers, and the notes."""
        deck.browser.switch_to.window(other)
        if press:
            deck.press(press)
        seen = deck.script(
            "const of = name => { const screen = document.getElementById(name);"
            "return [screen.querySelector('h1')?.textContent,"
            "screen.querySelectorAll('.later.shown').length] };"
            "return [of('now'), of('after'), document.getElementById('words').textContent.trim(),"
            "document.getElementById('clock').textContent]"
        )
        deck.browser.switch_to.window(own)
        return seen

    try:
        now, after, notes, clock = in_presenter_view()
        assert (now, after) == (["Is that good?", 0], ["Is that good?", 1])
        assert notes.startswith("Let them guess both numbers")
        assert re.fullmatch(r"\d\d:\d\d", clock)
        deck.press(RIGHT)
        now, after, *_ = in_presenter_view()
        assert (now, after) == (["Is that good?", 1], ["One neuron, ten points", 0])
        now, _, notes, _ = in_presenter_view(press=PAGE_DOWN)
        assert now[0] == deck.heading == "One neuron, ten points"
        assert notes == deck.script("return deck.notes(25)")
        now, after, *_ = in_presenter_view(press=END)
        assert (now[0], after[0]) == (deck.heading, None)
        deck.browser.switch_to.window(other)
        assert barriers(deck.browser) == []
    finally:
        deck.browser.switch_to.window(other)
        deck.browser.close()
        deck.browser.switch_to.window(own)


@pytest.mark.parametrize("address", ["", "?notes"])
def test_paper_has_a_page_for_each_slide(deck, address):
    deck.open(address, scheme="dark")
    options = {"printBackground": True, "preferCSSPageSize": True}
    result = deck.browser.execute_cdp_cmd("Page.printToPDF", options)
    pdf = base64.b64decode(result["data"])
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == deck.script("return deck.count")
    sizes = set(re.findall(rb"/MediaBox\s*\[0 0 (\d+)[.\d]* (\d+)", pdf))
    assert sizes in ({(b"960", b"540")}, {(b"959", b"540")})
    deck.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    cut_off = deck.script(
        "return [...document.querySelectorAll('article')].filter(article =>"
        "article.scrollHeight > 721 || article.querySelector('.notes').scrollHeight > 721)"
        ".map(article => article.id)"
    )
    assert cut_off == []
