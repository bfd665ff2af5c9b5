"""The workshop's pages as a Markdown parser finds them: code, outputs, links, pictures, folds."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from markdown_it import MarkdownIt

from helpers import ROOT

PLACES = ("README.md", "presentation/*.md", ".github/CONTRIBUTING.md", "examples/*/README.md")
SLIDES = "presentation/slides.md"  # The deck is written in a way of its own: see test_site.py.


@dataclass
class Block:
    """A block of code or output, with the comment that stands before it: <!-- the label -->."""

    language: str
    text: str
    label: str
    is_folded: bool


@dataclass
class Page:
    path: Path
    text: str
    blocks: list = field(default_factory=list)
    links: list = field(default_factory=list)
    pictures: dict = field(default_factory=dict)  # the description of each, by its address
    headings: list = field(default_factory=list)
    bold: list = field(default_factory=list)
    prose: str = ""

    def blocks_in(self, language, label=None):
        """Return the blocks in a language, and with a label where one is named."""
        return [b for b in self.blocks if b.language == language and label in (None, b.label)]

    def solutions(self):
        """Return what is typed at the prompt, each with the output that follows it, or None.

        These are the folded solutions, and what stands under <!-- at the prompt -->.
        """
        typed = [
            block for block in self.blocks if block.is_folded or block.label == "at the prompt"
        ]
        pairs = []
        for block, following in zip(typed, [*typed[1:], None]):
            if block.language == "python":
                is_shown = following is not None and following.language == "text"
                pairs.append((block.text, following.text if is_shown else None))
        return pairs


def read(path):
    """Return a page as GitHub would render it."""
    page = Page(path, path.read_text(encoding="utf-8"))
    label, depth = "", 0
    tokens = MarkdownIt("commonmark").enable("table").parse(page.text)
    for token, before in zip(tokens, [None, *tokens]):
        if token.type == "html_block":
            depth += token.content.count("<details") - token.content.count("</details")
            comment = re.search(r"<!-- (.*?) -->", token.content, re.DOTALL)
            label = comment[1] if comment else ""
        elif token.type == "fence":
            page.blocks.append(Block(token.info, token.content, label, depth > 0))
            label = ""
        elif token.type == "inline":
            label = ""
            _read_inline(page, token.children)
            if before.type == "heading_open":
                page.headings.append(token.content)
    assert depth == 0, f"{path}: a <details> is not closed"
    return page


def _read_inline(page, children):
    in_bold = False
    for child in children:
        if child.type == "link_open":
            page.links.append(child.attrs["href"])
        elif child.type == "image":
            page.pictures[child.attrs["src"]] = child.content
        elif child.type in ("strong_open", "strong_close"):
            in_bold = child.type == "strong_open"
        elif child.type in ("text", "code_inline"):
            page.prose += f" {child.content}"
            if in_bold:
                page.bold.append(child.content)


def anchor(heading):
    """Return the anchor that GitHub gives to a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


PAGES = {
    path.relative_to(ROOT).as_posix(): read(path)
    for place in PLACES
    for path in sorted(ROOT.glob(place))
    if path != ROOT / SLIDES
}
STEP_PAGES = {page.path.parent.name: page for name, page in PAGES.items() if "examples/" in name}
