"""What Sphinx has to know to build the site, the slides and the printable edition.

build.py runs Sphinx once for each, with the tag "site", "slides" or "print".
"""

import os
import re
from pathlib import Path

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.errors import SphinxError

ROOT = Path(__file__).resolve().parent.parent

project = "Introduction to Machine Learning and Neural Networks"
author = "its contributors"
language = "en-GB"
html_title = project
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}

# Markdown as the code host reads it: formulas between dollars, and an anchor for each heading.
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
# "beside:" is ours: it is a file that lies beside the pages. See build.py.
myst_url_schemes = ["http", "https", "mailto", "beside"]
html_math_renderer = "mathml"

html_static_path = ["static"]
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_copy_source = False
html_show_copyright = False
html_domain_indices = False
html_use_index = False
# A page that was opened by a double click cannot fetch others, so results have no excerpts.
html_show_search_summary = False
html_permalinks_icon = "#"

if tags.has("site"):  # noqa: F821
    html_theme = "furo"
    paper = {
        "color-background-primary": "#faf8f4",
        "color-background-secondary": "#f3efe7",
        "color-background-border": "#e4dfd5",
        "color-foreground-primary": "#24262b",
        "color-foreground-secondary": "#55524b",
        "color-foreground-muted": "#666259",
        "color-brand-primary": "#9c4325",
        "color-brand-content": "#2c6a99",
        "color-brand-visited": "#6a4a8c",
        "color-link": "#2c6a99",
        "color-inline-code-background": "#efebe3",
    }
    night = {
        "color-background-primary": "#15171b",
        "color-background-secondary": "#1b1e23",
        "color-background-border": "#33373e",
        "color-foreground-primary": "#ebe7df",
        "color-foreground-secondary": "#c3beb3",
        "color-foreground-muted": "#a5a197",
        "color-brand-primary": "#ef8a62",
        "color-brand-content": "#6fb3e0",
        "color-brand-visited": "#b79be0",
        "color-link": "#6fb3e0",
        "color-inline-code-background": "#2b2f36",
    }
    html_theme_options = {"light_css_variables": paper, "dark_css_variables": night}
    # Where the code host publishes the site, its readers learn where the folder is.
    if repository := os.environ.get("GITHUB_REPOSITORY"):
        address = f"{os.environ['GITHUB_SERVER_URL']}/{repository}"
        html_theme_options["announcement"] = f'<a href="{address}">Get the workshop\'s folder</a>'

if tags.has("print"):  # noqa: F821
    html_theme = "basic"
    templates_path = ["print"]
    html_css_files = html_js_files = []

if tags.has("slides"):  # noqa: F821
    extensions += ["sphinx_revealjs"]
    html_js_files = []
    root_doc = "slides"
    include_patterns = ["slides.md"]
    myst_enable_extensions = ["dollarmath"]
    revealjs_static_path = ["static"]
    revealjs_style_theme = "slides.css"
    revealjs_use_section_ids = True
    revealjs_script_files = ["slides.js"]
    revealjs_script_plugins = [
        {"name": "RevealNotes", "src": "revealjs/plugin/notes/notes.js"},
        {"name": "RevealHighlight", "src": "revealjs/plugin/highlight/highlight.js"},
        {"name": "RevealZoom", "src": "revealjs/plugin/zoom/zoom.js"},
        {"name": "RevealSearch", "src": "revealjs/plugin/search/search.js"},
    ]
    revealjs_script_conf = {
        "width": 1280,
        "height": 720,
        "margin": 0,
        "center": False,
        "controls": False,
        "display": "flex",
        # A part of the talk is a column in the overview, and Next goes through all slides.
        "navigationMode": "linear",
        "hash": True,
        "slideNumber": "c/t",
        "transition": "none",
        "totalTime": 105 * 60,
        "pdfSeparateFragments": False,
        "pdfMaxPagesPerSlide": 1,
        "autoAnimateDuration": 0.8,
    }


# ---- Mathematics without a network: the browser itself draws MathML ----


def write_formula(translator, node):
    formula = node.astext()
    if isinstance(node, nodes.math_block):
        # On a line of its own, the limits of a sum stand above and below it.
        formula = convert(formula.replace(r"\sum_", r"\sum\limits_"), display="block")
        translator.body.append(f'<div class="math">{formula}</div>\n')
    else:
        translator.body.append(convert(formula, display="inline"))
    raise nodes.SkipNode


# ---- The pages ----


def add_contents(app, docname, source):
    """Give the map the order of the pages. It names them already, so no list is shown."""
    if docname != "index":
        return
    if tags.has("site"):  # noqa: F821
        source[0] += "\n\n## On paper\n\nFor printing, [the whole workshop is one file]"
        source[0] += "(beside:workshop.html), with all answers unfolded.\n"
    place = Path(app.srcdir)
    steps = sorted(path.parent for path in place.glob("examples/*/index.md"))
    others = sorted(path for path in place.glob("presentation/*.md") if path.name != "index.md")
    groups = {
        "The steps": [f"{step.relative_to(place).as_posix()}/index" for step in steps],
        "To look things up": [f"presentation/{path.stem}" for path in others],
        "For presenters and maintainers": ["presentation/index", "contributing"],
    }
    for caption, pages in groups.items():
        lines = "\n".join(pages)
        source[0] += f"\n\n```{{toctree}}\n:hidden:\n:caption: {caption}\n\n{lines}\n```\n"


def finish_page(app, doctree, docname):
    """Make links to files beside the pages plain ones, as seen from the page.

    And take out the heads of tables that are empty: Markdown knows no table without a head.
    """
    for reference in doctree.findall(nodes.reference):
        kind, _, address = reference.get("refuri", "").partition(":")
        if kind == "beside":
            folder = os.path.dirname(docname)
            reference["refuri"] = Path(os.path.relpath(address, folder or ".")).as_posix()
    for head in list(doctree.findall(nodes.thead)):
        if not head.astext().strip():
            head.parent.remove(head)


# ---- The slides ----

NUMBER = r"[-\u2212]?\d+(?:,\d{3})*(?:\.\d+)?(?:e[-+]\d+)?"


def find_number(page, words):
    """Return the number that stands for the # in these words on a page of the workshop.

    "..." stands for whatever is between. It has to be there, and always the same.
    """
    number = page.removeprefix("step ")
    is_step = number != page
    pattern = f"examples/{number}_*/README.md" if is_step else f"presentation/{page}.md"
    (path,) = ROOT.glob(pattern)
    text = re.sub(r"[*`|$]|<[^>]*>", "", path.read_text(encoding="utf-8"))
    text = " ".join(text.split())
    wanted = re.escape(" ".join(words.split())).replace(r"\ ", " ").replace(r"\.\.\.", ".{,200}?")
    found = {match[1] for match in re.finditer(wanted.replace(r"\#", f"({NUMBER})"), text)}
    if len(found) != 1:
        there_is = " and ".join(sorted(found)) or "none"
        raise SphinxError(f'The slides want "{words}" of {page}. There is {there_is}.')
    return found.pop().replace("-", "\u2212")


def put_numbers_in(app, docname, source):
    """Replace {{step 02: We have a score of #}} by the number that stands there on the page.

    {{mistakes in step 02: We have a score of #}} is how many of 100 are wrong with that score.
    """

    def number(match):
        is_mistakes, page, words = match.groups()
        found = find_number(page, words)
        return f"{100 * (1 - float(found)):.1f}" if is_mistakes else found

    pattern = r"\{\{(mistakes in )?(background|step \d\d): (.+?)\}\}"
    source[0] = re.sub(pattern, number, source[0])


def setup(app):
    app.add_html_math_renderer("mathml", (write_formula, None), (write_formula, None))
    if tags.has("slides"):  # noqa: F821
        app.connect("source-read", put_numbers_in)
    else:
        app.connect("source-read", add_contents)
        app.connect("doctree-resolved", finish_page)
