"""Build the web site, the slides and the printable edition: python presentation/build.py

Everything goes into build/site, and opens there with a double click:

    index.html                  the map, and from it all pages, with the pages to play with
    presentation/slides.html    the slides
    workshop.html               everything in one file for paper, with all answers unfolded

It needs: pip install -e ".[site]"
"""

import base64
import mimetypes
import os
import re
import shutil
import sys
from pathlib import Path

try:
    import furo  # noqa: F401
    import latex2mathml  # noqa: F401
    import myst_parser  # noqa: F401
    import sphinx_revealjs  # noqa: F401
    from sphinx.cmd.build import main as sphinx
except ImportError:
    sys.exit('A library is missing. Run: pip install -e ".[site]"')

ROOT = Path(__file__).resolve().parent.parent
HERE = ROOT / "presentation"
BUILD = ROOT / "build"
SITE = BUILD / "site"
PAGES = ["README.md", "examples/*/README.md", "presentation/*.md", ".github/CONTRIBUTING.md"]
# What stands in the examples' folders and is nobody else's business.
PRIVATE = ("README.md", "drawn", "__pycache__", "*_with_network.html")
# On the site, a page to play with leads back to its step. In a frame, Esc gives the keyboard back
# to the slide around it.
WAYS_BACK = """<nav style="padding: 0 16px 16px; text-align: center"><a href="index.html"
style="color: inherit">Back to the step</a></nav>
<script>
if (self !== top) document.currentScript.previousElementSibling.hidden = true;
addEventListener("keydown", event => {
  if (event.key === "Escape" && !event.defaultPrevented) parent.postMessage("give back", "*");
});
</script>
</body>"""


def place_on_site(path):
    """Return where the site has a page of the tree. Both are relative to their tops."""
    moved = {
        ".github/CONTRIBUTING.md": "contributing.md",
        # The slides are no page. They are built by themselves.
        "presentation/slides.md": "presentation/slides.html",
    }
    path = path.as_posix()
    return moved.get(path, re.sub(r"README\.md$", "index.md", path))


def with_links_for_the_site(page, linked):
    """Return the text of a page, in which each link into the tree leads to its place on the site.

    A link to a file that is no page begins with "beside:", and conf.py makes a plain link of it.
    Such files are added to linked.
    """

    def on_site(match):
        words, address = match.groups()
        target, _, anchor = address.partition("#")
        file = Path(os.path.normpath(page.parent / target))
        if not target or not (ROOT / file).is_file():
            return match[0]
        place = place_on_site(file)
        if place.endswith(".md"):
            place = os.path.relpath(place, Path(place_on_site(page)).parent)
        else:
            linked.add(file)
            place = f"beside:{place}"
        return f"[{words}]({Path(place).as_posix()}{'#' if anchor else ''}{anchor})"

    text = (ROOT / page).read_text(encoding="utf-8")
    # The words of a link may hold a picture. A picture's own address stays as it is.
    link = r"(?<!!)\[((?:!\[[^\]]*\]\([^)]*\)|[^\[\]])*)\]\(([^)\s]+)\)"
    return re.sub(link, on_site, text)


def collect(source):
    """Put all pages into a folder as the site arranges them, and what they lead to on the site."""
    linked = set()
    ignored = shutil.ignore_patterns(*PRIVATE)
    for folder in (source, SITE):
        shutil.copytree(ROOT / "examples", folder / "examples", ignore=ignored)
        shutil.copytree(HERE / "pictures", folder / "presentation" / "pictures")
    for path in sorted(path for pattern in PAGES for path in ROOT.glob(pattern)):
        page = path.relative_to(ROOT)
        place = source / place_on_site(page)
        if place.suffix == ".md":
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(with_links_for_the_site(page, linked), encoding="utf-8")
    for file in linked:
        if (ROOT / file).suffix != ".md" and not (SITE / file).exists():
            (SITE / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / file, SITE / file)
    for page in SITE.glob("examples/*/*.html"):
        text = page.read_text(encoding="utf-8")
        page.write_text(text.replace("</body>", WAYS_BACK), encoding="utf-8")


def run_sphinx(kind, builder, source, output):
    """Let Sphinx build something. It stops here at the first build with a warning."""
    arguments = ["-q", "-W", "--keep-going", "-t", kind, "-b", builder, "-c", HERE]
    arguments += ["-d", BUILD / "doctrees" / kind, source, output]
    if sphinx([str(argument) for argument in arguments]) != 0:
        sys.exit(f"The {kind} could not be built.")


def in_one_file(page, printable):
    """Write a page to another place with its pictures inside and everything unfolded."""

    def embed(match):
        # Sphinx has put the pictures beside the page, but for those in HTML of our own.
        picture = next(p / match[1] for p in (page.parent, SITE) if (p / match[1]).is_file())
        kind = mimetypes.guess_type(picture.name)[0]
        content = base64.b64encode(picture.read_bytes()).decode()
        return f'src="data:{kind};base64,{content}"'

    html = page.read_text(encoding="utf-8")
    # On paper nothing moves: take the still that stands beside a moving picture.
    still = r'<source [^>]*srcset="([^"]+)"[^>]*>\s*<img ([^>]*)src="[^"]*"'
    html = re.sub(still, r'<img \2src="\1"', html)
    html = re.sub(r'src="([^":]+)"', embed, html)
    # A link to a heading of another page leads to that heading in this one.
    html = re.sub(r'href="#document-[^"#]*#', 'href="#', html)
    printable.write_text(html.replace("<details>", "<details open>"), encoding="utf-8")


if __name__ == "__main__":
    shutil.rmtree(BUILD / "doctrees", ignore_errors=True)
    for folder in ("site", "source", "print"):
        shutil.rmtree(BUILD / folder, ignore_errors=True)
    collect(BUILD / "source")
    run_sphinx("site", "html", BUILD / "source", SITE)
    run_sphinx("slides", "revealjs", HERE, SITE / "presentation")
    run_sphinx("print", "singlehtml", BUILD / "source", BUILD / "print")
    in_one_file(BUILD / "print" / "index.html", SITE / "workshop.html")
    print(f"Open {os.path.relpath(SITE / 'index.html')} with a double click.")
