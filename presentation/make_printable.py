"""Make one printable file of the map and all pages: python presentation/make_printable.py

It writes workshop.html, which any browser prints or saves as a PDF. Everything that is folded on
the screen, solutions and answers, is open there. It needs: pip install -e ".[print]"
"""

import base64
import mimetypes
import re
import sys
from pathlib import Path

try:
    from latex2mathml.converter import convert
    from markdown_it import MarkdownIt
    from mdit_py_plugins.dollarmath import dollarmath_plugin
except ImportError:
    sys.exit('A library is missing. Run: pip install -e ".[print]"')

ROOT = Path(__file__).resolve().parent.parent
STYLE = """
body { font: 11pt/1.5 Georgia, serif; max-width: 44em; margin: 2em auto; padding: 0 1em; }
pre, code { font: 9.5pt/1.4 Consolas, Menlo, monospace; background: #f4f1ea; }
pre { padding: .7em 1em; white-space: pre-wrap; }
img { max-width: 100%; }
table { border-collapse: collapse; }
td, th { border-bottom: 1px solid #bbb; padding: .3em .6em; text-align: left; vertical-align: top; }
article { break-before: page; }
article:first-of-type { break-before: auto; }
"""


def formula(latex, options):
    display = "block" if options["display_mode"] else "inline"
    return convert(latex, display=display)


def embed_pictures(html, folder):
    """Put each picture into the file itself, so that the file can travel alone."""

    def embed(match):
        picture = folder / match[1]
        kind = mimetypes.guess_type(picture.name)[0]
        content = base64.b64encode(picture.read_bytes()).decode()
        return f'src="data:{kind};base64,{content}"'

    return re.sub(r'src="([^":]+)"', embed, html)


markdown = MarkdownIt("commonmark", {"html": True}).enable("table")
markdown.use(dollarmath_plugin, renderer=formula)
pages = [ROOT / "README.md", *sorted(ROOT.glob("examples/*/README.md"))]
articles = []
for page in pages:
    html = markdown.render(page.read_text(encoding="utf-8"))
    html = html.replace("<details>", "<details open>")
    articles.append(f"<article>\n{embed_pictures(html, page.parent)}</article>\n")

head = f'<!doctype html>\n<html lang="en-GB"><meta charset="utf-8"><style>{STYLE}</style>\n'
title = "<title>Introduction to Machine Learning and Neural Networks</title>\n"
printable = ROOT / "workshop.html"
printable.write_text(head + title + "".join(articles) + "</html>\n", encoding="utf-8")
print(f"{len(pages)} pages are in {printable.name}. Open it in a browser, and print it.")
