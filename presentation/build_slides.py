"""Build the deck: python presentation/build_slides.py

It reads slides.md and writes slides.html, one file that needs nothing else. Numbers, code, outputs,
tables and pictures are not typed into slides.md. They are named there, and taken from the pages and
scripts of the steps, so the deck says what they say. A name that finds nothing, or more than one
thing, is an error, and then nothing is written.

In slides.md, "#" begins a part of the talk, and "##" a slide. The comment below its heading says

    <!-- kind · 2 minutes · live: a page -->

where kind is among KINDS, and live names a page of LIVE. On the slide,

    <!-- next key -->     hides what follows until the next key
    <!-- with it -->      hides it, too, and shows it together with what was hidden before it
    <!-- column -->       begins a column
    <!-- notes -->        begins what the presenter says

    {{step 02: score of #}}       is the number that stands there on the page of step 02;
                                  "..." stands for whatever is between. "map" is README.md,
                                  "guide" the presenter's guide

    ```step 03                    is the one block of the page that has this line. With three
    weight = weight -             lines, the second of which is "...", it is the lines from the
    ```                           first to the last. "step 03 main.py" takes lines of the script.

    ```table step 02              is the one table of the page that has this text
    ```steps                      are the steps of the map
    ```points                     are the ten points of step 03, drawn
    ```formula, ```html           are what they say

    ![](../examples/...)          is a picture, with the description that the step's page gives it
"""

import base64
import html
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "presentation" / "slides.md"
FRAME = ROOT / "presentation" / "slides_frame.html"
DECK = ROOT / "presentation" / "slides.html"
KINDS = {"title", "question", "plain", "cards", "wide-left", "wide-right"}
LIVE = {
    "gradient descent": "03_training_a_single_neuron/gradient_descent.html",
    "playground": "04_building_the_network_from_scratch/playground.html",
    "drawing": "08_recognising_your_own_handwriting/drawing_page_trained.html",
    "pole": "12_learning_from_rewards/pole_page_trained.html",
}
NUMBER = r"[-\u2212]?\d+(?:,\d{3})*(?:\.\d+)?(?:e[-+]\d+)?"


class SlidesError(Exception):
    """slides.md names something that is not there. The message says what."""


def markdown():
    return MarkdownIt("commonmark", {"html": True}).enable("table")


# ---- What the pages of the steps hold ----


@dataclass
class Page:
    name: str
    folder: Path
    blocks: list = field(default_factory=list)  # of (language, text)
    tables: list = field(default_factory=list)  # lists of rows, which are lists of cells
    passages: list = field(default_factory=list)  # what a number is looked for in
    pictures: dict = field(default_factory=dict)  # the description of each, by its path


def read_page(name):
    """Return the page that slides.md calls "map", "guide" or "step 02"."""
    patterns = {"map": "README.md", "guide": "presentation/README.md"}
    pattern = patterns.get(name, f"examples/{name.removeprefix('step ')}_*/README.md")
    found = list(ROOT.glob(pattern))
    if len(found) != 1:
        raise SlidesError(f'"{name}" is no page. Write "map", "guide", or "step 02".')
    page = Page(name, found[0].parent)
    in_table = False
    for token in markdown().parse(found[0].read_text(encoding="utf-8")):
        if token.type == "fence":
            page.blocks.append((token.info, token.content))
            page.passages += token.content.splitlines()
        elif token.type == "table_open":
            page.tables.append([])
            in_table = True
        elif token.type == "table_close":
            in_table = False
        elif token.type == "tr_open":
            page.tables[-1].append([])
        elif token.type == "tr_close":
            page.passages.append(" | ".join(page.tables[-1][-1]))
        elif token.type == "inline" and in_table:
            page.tables[-1][-1].append(token.content)
        elif token.type == "inline":
            page.passages.append(words_of(token))
        for child in token.children or []:
            if child.type == "image":
                path = (page.folder / child.attrs["src"]).resolve()
                page.pictures[path] = child.content
    return page


def words_of(token):
    """Return the words of a passage without their marks, such as the stars of *emphasis*."""
    return "".join(" " if child.type == "softbreak" else child.content for child in token.children)


def the_one(found, what, wanted, page):
    """Return the only thing that was found, or say what is wrong."""
    distinct = [thing for place, thing in enumerate(found) if thing not in found[:place]]
    if len(distinct) == 1:
        return distinct[0]
    count = f"{len(distinct)} different ones" if distinct else "none"
    raise SlidesError(f'slides.md wants the {what} "{wanted}" of {page}. There is {count}.')


def find_number(page, words):
    """Return the number that stands for the # in these words on a page, as it stands there."""
    between = r"(?:(?<=\s)|(?<![\d.,]))" + f"({NUMBER})" + r"(?![\d]|[.,]\d)"
    pattern = re.escape(" ".join(words.split())).replace(r"\.\.\.", ".*?").replace(r"\ ", " ")
    pattern = pattern.replace(r"\#", between)
    found = [
        match[1]
        for passage in page.passages
        for match in re.finditer(pattern, " ".join(passage.split()))
    ]
    return the_one(found, "number", words, page.name)


def find_lines(text, first, last):
    """Return the lines from the first that has one text to the next that has the other, or None."""
    lines = text.splitlines()
    plain = [" ".join(line.split()) for line in lines]  # Columns are aligned with many spaces.
    starts = [place for place, line in enumerate(plain) if first in line]
    for start in starts:
        for end in range(start, len(lines)):
            if last in plain[end]:
                return dedent(lines[start : end + 1])
    return None


def dedent(lines):
    indents = [len(line) - len(line.lstrip()) for line in lines if line.strip()]
    return "\n".join(line[min(indents) :].rstrip() for line in lines)


def find_code(page, wanted, script):
    """Return the language and the text of a block of a page, or of lines of a script."""
    lines = wanted.splitlines()
    is_excerpt = len(lines) == 3 and lines[1].strip() == "..."
    first, last = (lines[0], lines[2]) if is_excerpt else (lines[0], lines[0])
    if script:
        blocks = [("python", (page.folder / script).read_text(encoding="utf-8"))]
    else:
        blocks = page.blocks
    if is_excerpt or script:
        found = [(language, find_lines(text, first, last)) for language, text in blocks]
        found = [pair for pair in found if pair[1] is not None]
    else:
        found = [(language, text.rstrip()) for language, text in blocks if first in text]
    return the_one(found, "block", " ".join(lines), f"{page.name} {script}".strip())


# ---- What the deck makes of it ----


def code_block(language, text):
    """Return a block of code, a command or an output, with what the type size follows from."""
    columns = max(len(line) for line in text.splitlines())
    kind = {"text": "output", "python": "python"}.get(language, "command")
    shown = []
    for line in text.splitlines():
        if kind == "output" and line.startswith("We have a score"):
            shown.append(f'<span class="says">{html.escape(line)}</span>')
        elif kind == "python" and (comment := re.search(r"(?:^|\s)# .*$", line)):
            code, remark = line[: comment.start()], line[comment.start() :]
            remark = f'<span class="comment">{html.escape(remark)}</span>'
            shown.append(html.escape(code) + remark)
        else:
            shown.append(html.escape(line))
    style = f'style="--columns: {max(columns, 24)}"'
    lines = "\n".join(shown)
    return f'<div class="code {kind}" {style}><pre><code>{lines}</code></pre></div>\n'


def table(rows):
    """Return a table of a page. Its cells are Markdown, and links lead nowhere in a talk."""
    lines = []
    for place, row in enumerate(rows):
        cell = "th" if place == 0 else "td"
        cells = [re.sub(r"</?a[^>]*>", "", markdown().renderInline(text)) for text in row]
        lines.append("<tr>" + "".join(f"<{cell}>{text}</{cell}>" for text in cells) + "</tr>")
    return "<table>\n" + "\n".join(lines) + "\n</table>\n"


def steps(page):
    """Return the steps of the map as a list."""
    (rows,) = [rows for rows in page.tables if rows[0][0] == "step"]
    names = [re.match(r"\[(\d+) (.*?)\]", row[0]) for row in rows[1:]]
    items = [f"<li><b>{name[1]}</b> {html.escape(name[2])}</li>" for name in names]
    return '<ol class="map">\n' + "\n".join(items) + "\n</ol>\n"


def ten_points(page):
    """Return the ten points of step 03 as a drawing."""
    (rows,) = [rows for rows in page.tables if rows[1][0] == "$x$"]
    xs, ys = ([float(cell.replace("\u2212", "-")) for cell in row[1:]] for row in rows[1:3])
    dots = [
        f'<circle class="dot" cx="{300 + 50 * x:g}" cy="{330 - 50 * y:g}" r="9"/>'
        for x, y in zip(xs, ys)
    ]
    return (
        '<figure class="picture"><svg class="drawn" viewBox="0 0 620 400" role="img" '
        'aria-label="The ten points. They fall from the upper left to the lower right, '
        'nearly on a line.">\n'
        '<path class="box" d="M20 330H600M300 20V380"/>\n'
        '<text class="soft" x="590" y="360">x</text><text class="soft" x="320" y="36">y</text>\n'
        + "\n".join(dots)
        + "\n</svg></figure>\n"
    )


def picture(path, description):
    """Return a picture that is inside the deck."""
    content = path.read_text(encoding="utf-8") if path.suffix == ".svg" else path.read_bytes()
    if path.suffix == ".svg":
        content = re.sub(r"<metadata>.*?</metadata>|<\?xml.*?\?>|<!DOCTYPE.*?>|<!--.*?-->", "",
                         content, flags=re.DOTALL)  # fmt: skip
        content = re.sub(r"\s+", " ", content).replace("> <", "><").strip()
        for character in '%#<>"':
            content = content.replace(character, f"%{ord(character):02X}")
        address = f"data:image/svg+xml,{content}"
    else:
        address = f"data:image/png;base64,{base64.b64encode(content).decode()}"
    description = html.escape(description, quote=True)
    image = f'<img class="fills" src="{address}" alt="{description}">'
    return f'<figure class="picture">{image}</figure>\n'


# ---- The slides ----


@dataclass
class Slide:
    heading: str
    part: str
    kind: str = "plain"
    minutes: float = 0
    live: str = ""
    live_state: str = ""  # what of the live page's own stands in its address
    columns: int = 0
    body: str = ""
    notes: str = ""
    is_hiding: bool = False  # until the next key


class Builder:
    """Turns slides.md into slides. It reads each page of the workshop once."""

    def __init__(self):
        self.pages = {}

    def page(self, name):
        if name not in self.pages:
            self.pages[name] = read_page(name)
        return self.pages[name]

    def slides(self, source):
        """Return the slides of a text that is written like slides.md."""
        source = re.sub(
            r"\{\{(map|guide|step \d\d): (.+?)\}\}",
            # In a sentence, a minus sign is no hyphen.
            lambda match: find_number(self.page(match[1]), match[2]).replace("-", "\u2212"),
            source,
        )
        slides, part, in_notes = [], "", False
        for node in SyntaxTreeNode(markdown().parse(source)).children:
            comment = re.fullmatch(r"<!-- (.*?) -->\s*", node.content) if is_html(node) else None
            if node.type == "heading" and node.tag == "h1":
                part = node.children[0].content
            elif node.type == "heading" and node.tag == "h2":
                slides.append(Slide(node.children[0].content, part))
                in_notes = False
            elif not slides:
                continue  # What stands before the first slide is for those who read slides.md.
            elif comment and comment[1] == "notes":
                in_notes = True
            elif comment:
                obey(slides[-1], comment[1])
            elif in_notes:
                slides[-1].notes += self.render(node)
            else:
                slides[-1].body += self.render(node)
        return slides

    def render(self, node):
        """Return the HTML of a piece of slides.md."""
        if node.type == "fence":
            return self.fence(node.info, node.content)
        images = [child for child in node.walk() if child.type == "image"]
        if images:
            path = (SOURCE.parent / images[0].attrs["src"]).resolve()
            step = path.parent.parent.name.split("_")[0]
            descriptions = self.page("map").pictures | self.page(f"step {step}").pictures
            if path not in descriptions or not path.is_file():
                raise SlidesError(f"Neither the map nor step {step} shows a picture {path.name}.")
            return picture(path, descriptions[path])
        return MarkdownIt("commonmark", {"html": True}).renderer.render(
            node.to_tokens(), markdown().options, {}
        )

    def fence(self, info, content):
        words = info.split()
        if info == "steps":
            return steps(self.page("map"))
        if info == "points":
            return ten_points(self.page("step 03"))
        if info == "html":
            return content
        if info == "formula":
            lines = [f"<span>{html.escape(line)}</span>" for line in content.splitlines()]
            return '<p class="formula">' + "".join(lines) + "</p>\n"
        if words[0] == "table":
            page = self.page(" ".join(words[1:]))
            wanted = content.strip()
            found = [rows for rows in page.tables if wanted in str(rows)]
            return table(the_one(found, "table", wanted, page.name))
        count = 2 if words[0] == "step" else 1
        page = self.page(" ".join(words[:count]))
        return code_block(*find_code(page, content, " ".join(words[count:])))


def is_html(node):
    return node.type == "html_block"


def obey(slide, comment):
    """Do what a comment of slides.md says: begin something, or set what the slide is like."""
    if comment in ("next key", "with it"):
        kind = "later" if comment == "next key" else "later with-it"
        slide.body += ("</div>\n" if slide.is_hiding else "") + f'<div class="{kind}">\n'
        slide.is_hiding = True
        return
    if comment == "column":
        if slide.is_hiding:
            slide.body += "</div>\n"
            slide.is_hiding = False
        slide.body += "</div>\n" if slide.columns else '<div class="columns">\n'
        slide.body += '<div class="column">\n'
        slide.columns += 1
        return
    for word in comment.split(" · "):
        if set(word.split()) <= KINDS:
            slide.kind = word
        elif match := re.fullmatch(r"([\d.]+) minutes?", word):
            slide.minutes = float(match[1])
        elif match := re.fullmatch(rf"live: ({'|'.join(LIVE)})(?: (#\S+))?", word):
            slide.live = match[1]
            slide.live_state = match[2] or ""
        else:
            raise SlidesError(f'"{word}" on the slide "{slide.heading}" is nothing that I know.')


def name_of(heading):
    return re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")


def article(slide, number, count):
    """Return the HTML of a slide with its notes."""
    if not slide.notes or not slide.minutes:
        raise SlidesError(f'The slide "{slide.heading}" has no notes, or no minutes.')
    body = slide.body + ("</div>\n" if slide.is_hiding else "")
    if slide.columns:
        body += "</div></div>\n"
        body = body.replace('class="columns"', f'class="columns" style="--count: {slide.columns}"')
    heading = html.escape(slide.heading)
    if slide.live:
        address = f"../examples/{LIVE[slide.live]}{slide.live_state}"
        body += (
            f'<a class="live" href="{address}" data-title="The {slide.live} page">'
            f"Open it live <kbd>L</kbd></a>\n"
        )
    name = name_of(slide.heading)
    label = f"Slide {number} of {count}: {heading}"
    return f"""
<article id="{name}" data-minutes="{slide.minutes:g}" aria-label="{label}">
<div class="slide {slide.kind}"><div class="content">
<p class="kicker">{html.escape(slide.part)}</p>
<h1>{heading}</h1>
<div class="body">
{body}</div>
</div></div>
<aside class="notes" aria-label="Notes">
{slide.notes}</aside>
<a class="cover" href="#{name}" aria-label="{label}"></a>
</article>
"""


def build(source=None):
    """Return the whole deck as it is to stand in slides.html."""
    source = SOURCE.read_text(encoding="utf-8") if source is None else source
    slides = Builder().slides(source)
    names = [name_of(slide.heading) for slide in slides]
    for name in names:
        if names.count(name) > 1:
            raise SlidesError(f'Two slides would have the address "#{name}". Rename one.')
    articles = [article(slide, place + 1, len(slides)) for place, slide in enumerate(slides)]
    frame = FRAME.read_text(encoding="utf-8")
    return frame.replace("<!-- the slides -->\n", "".join(articles))


if __name__ == "__main__":
    try:
        deck = build()
    except SlidesError as error:
        sys.exit(str(error))
    DECK.write_text(deck, encoding="utf-8", newline="\n")
    print(f"{deck.count('<article ')} slides, {len(deck.encode()):,} bytes, are in {DECK.name}.")
