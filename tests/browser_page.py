"""What a person does with a page to play with, in a real browser, and sees on it."""

import json
import os
from contextlib import contextmanager
from types import SimpleNamespace

import pytest

ARROW_LEFT, ARROW_UP, ARROW_RIGHT, ARROW_DOWN = "\ue012", "\ue013", "\ue014", "\ue015"
SHIFT, CONTROL, TAB, DELETE = "\ue008", "\ue009", "\ue004", "\ue017"
ENTER, ESCAPE, HOME = "\ue007", "\ue00c", "\ue011"
PLAIN = str.maketrans({"\xa0": " ", "\N{MINUS SIGN}": "-"})
# A phone, upright and on its side; a tablet; a small laptop; a projector. Colours do not depend on
# the size: the others are looked at on the phone and on the laptop.
SIZES = [(390, 844), (844, 390), (820, 1180), (1280, 720), (1920, 1080)]
DARK, FORCED = {"prefers_color_scheme": "dark"}, {"forced_colors": "active"}
VIEWS = [(size, {}) for size in SIZES]
VIEWS += [(size, scheme) for size in (SIZES[0], SIZES[3]) for scheme in (DARK, FORCED)]
in_every_view = pytest.mark.parametrize(("size", "scheme"), VIEWS, ids=str)


class Page:
    """A page in Chromium, driven by Selenium, with the object that it shows on its window."""

    def __init__(self, driver, address, name):
        self.driver, self.address, self.name = driver, address, name
        self.run = driver.execute_script

    def set(self, **options):
        return self.run(f"return {self.name}.set(arguments[0])", options)

    def step(self, count=1):
        return self.run(f"return {self.name}.step(arguments[0])", count)

    @property
    def state(self):
        return SimpleNamespace(**self.run(f"return {self.name}.state()"))

    def open(self, hash=""):
        self.driver.get("about:blank")
        self.driver.get(self.address + hash)

    def find(self, selector):
        return self.driver.find_element("css selector", selector)

    def text(self, selector):
        return self.find(selector).get_attribute("textContent").translate(PLAIN)

    def each(self, selector, wanted="it.textContent"):
        """Return something of everything that a selector finds."""
        found = f"return [...document.querySelectorAll(arguments[0])].map(it => {wanted})"
        return self.run(found, selector)

    def focus(self, selector):
        self.run("document.querySelector(arguments[0]).focus()", selector)

    def stops(self, last):
        """Press the Tab key until this name is reached, and return all names on the way."""
        reached, name = [], "it.id || it.dataset.key || it.ariaLabel || it.textContent"
        while last not in reached and len(reached) < 90:
            self.press(TAB)
            reached += self.each(":focus", name) or [""]
        return set(reached)

    def click(self, selector):
        """Click as a script does, wherever the element is, and wait until the effect is painted."""
        self.run("document.querySelector(arguments[0]).click()", selector)
        self.settle()

    def wait(self, script):
        """Run a script that calls done() in the end."""
        return self.driver.execute_async_script(f"const done = arguments[0]; {script}")

    def settle(self):
        self.wait("requestAnimationFrame(() => requestAnimationFrame(done))")

    def wait_for(self, condition):
        from selenium.webdriver.support.ui import WebDriverWait

        return WebDriverWait(self.driver, 600, 0.05).until(lambda _: condition())

    def place(self, selector, right, down):
        """Return where a share of an element's width and height is on the screen."""
        return self.places(selector, (right, down))[0]

    def places(self, selector, *shares):
        left, top, width, height = self.run(
            "const it = document.querySelector(arguments[0]);"
            "it.scrollIntoView({block: 'center', behavior: 'instant'});"
            "const box = it.getBoundingClientRect();"
            "return [box.left, box.top, box.width, box.height]",
            selector,
        )
        return [(round(left + x * width), round(top + y * height)) for x, y in shares]

    def mouse(self, *places, button=0):
        """Press at the first place, move over the others, let go."""
        actions = self._actions()
        pointer = actions.w3c_actions.pointer_action
        pointer.move_to_location(*places[0])
        pointer.pointer_down(button=button)
        for place in places[1:]:
            pointer.move_to_location(*place)
        pointer.pointer_up(button=button)
        actions.perform()

    def finger(self, *places, second=()):
        """Touch and move, while another finger, if there is one, comes down and rests."""
        events = [("touchStart", places[:1])]
        events += [("touchStart", [places[0], *second])] if second else []
        events += [("touchMove", [place, *second]) for place in places[1:]] + [("touchEnd", [])]
        for kind, touches in events:
            points = [{"x": x, "y": y, "id": index} for index, (x, y) in enumerate(touches)]
            parameters = {"type": kind, "touchPoints": points}
            self.driver.execute_cdp_cmd("Input.dispatchTouchEvent", parameters)

    def press(self, *keys, holding=""):
        actions = self._actions()
        for key in holding:
            actions.key_down(key)
        actions.send_keys(*keys)
        for key in holding:
            actions.key_up(key)
        actions.perform()
        self.settle()

    def _actions(self):
        from selenium.webdriver.common.action_chains import ActionChains

        return ActionChains(self.driver, duration=0)

    def emulate(self, width=1280, height=900, phone=False, **media):
        command = self.driver.execute_cdp_cmd
        names = ("prefers-color-scheme", "prefers-reduced-motion", "forced-colors")
        features = [
            {"name": name, "value": media.get(name.replace("-", "_"), "")} for name in names
        ]
        command("Emulation.setEmulatedMedia", {"features": features})
        command("Emulation.setTouchEmulationEnabled", {"enabled": phone})
        metrics = {"width": width, "height": height, "mobile": phone, "deviceScaleFactor": 1}
        command("Emulation.setDeviceMetricsOverride", metrics)

    def out_of_view(self, *selectors):
        """Return what lies outside of the first screen, by its selector: nothing, it is hoped."""
        self.run("scrollTo(0, 0)")
        return self.run(
            "const out = arguments[0].filter((name) => {"
            "  const box = document.querySelector(name).getBoundingClientRect();"
            "  return box.width === 0 || box.top < 0 || box.bottom > innerHeight + 1"
            "    || box.left < 0 || box.right > innerWidth + 1 });"
            "return document.documentElement.scrollWidth > innerWidth ? [...out, 'too wide'] : out",
            selectors,
        )


def fixture(path, name, kind=Page):
    """Return a fixture that opens a page. The tests that use it are slow, so it marks them."""

    @pytest.fixture(params=[pytest.param(path.stem, marks=pytest.mark.full)])
    def page(browser):
        with visit(browser, path, name, kind) as page:
            yield page

    return page


@contextmanager
def visit(browser, path, name, kind=Page):
    """Open a page for a test. Whatever the test does: no complaint, no request to anywhere."""
    page = kind(browser, path.as_uri(), name)
    with watched(page, "file:"):
        page.open()
        yield page
    assert loads_nothing(path)


@contextmanager
def watched(page, own):
    """Whatever is done with a page: no complaint in the console, no request but to its own."""
    browser = page.driver
    page.emulate()
    browser.get("about:blank")
    browser.get_log("performance")  # forget what was before
    browser.get_log("browser")
    yield
    page.emulate()
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert browser.get_log("browser") == []
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    sent = [event["params"] for event in events if event["method"] == "Network.requestWillBeSent"]
    own = (own, "data:", "about:", "blob:")
    assert [it for it in sent if not it["request"]["url"].startswith(own)] == []


def loads_nothing(path):
    """Whether a page is of moderate size without its data, and could neither load nor send."""
    text = path.read_text(encoding="utf-8")
    loaders = (" src=", "url(", "@import", "fetch(", "XMLHttpRequest", "sendBeacon")
    clean = "default-src 'none'" in text and not any(loader in text for loader in loaders)
    return clean and sum(len(line) for line in text.splitlines() if len(line) < 9000) < 120_000


def publish(page, selector, place):
    """With SCREENSHOT=1, draw the page down to the end of an element, as the published picture."""
    if not os.environ.get("SCREENSHOT"):
        pytest.skip("draws a picture that is published: set SCREENSHOT=1")
    from PIL import Image

    page.driver.execute_cdp_cmd("Emulation.setScrollbarsHidden", {"hidden": True})
    bottom = "scrollTo(0, 0); const it = document.querySelector(arguments[0]);"
    bottom += "return Math.round(it.getBoundingClientRect().bottom + 14)"
    page.emulate(1280, page.run(bottom, selector))
    page.settle()
    page.driver.save_screenshot(str(place))
    with Image.open(place) as picture:
        picture.convert("RGB").quantize(128, dither=Image.Dither.NONE).save(place, optimize=True)
