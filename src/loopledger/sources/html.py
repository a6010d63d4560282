"""HTML to blocks: the article's text, each character traced to its place in the page's source.

Parsers that build a tree do not keep source positions, and evidence has to point into the text as
stored, so the page is scanned once, tag by tag, without recursion and in linear time.
What is left out around an article is told in :mod:`.furniture`; how tables are read, in :mod:`.htmltable`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from loopledger.errors import SourceError
from loopledger.sources.decode import mojibake_runs
from loopledger.sources.document import Block, BlockKind, TextBuilder
from loopledger.sources.furniture import FURNITURE_TEXT, RAW, is_furniture
from loopledger.sources.htmltable import HtmlTable

__all__ = ["html_blocks"]

_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCKS = _HEADINGS | frozenset(
    """
    p div section article main header ul ol li dl dt dd table thead tbody tfoot tr td th blockquote pre
    figure figcaption address center caption details summary hgroup body html title hr
    """.split()
)
_TAG = re.compile(
    r"<(?:!--.*?(?:-->|\Z)|[!?][^>]*(?:>|\Z)"
    r"|(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9:-]*)(?P<attributes>(?:[^<>\"']|\"[^\"]*\"|'[^']*')*)/?>)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(
    r"(?P<name>[\w:-]+)(?:\s*=\s*(?:\"(?P<a>[^\"]*)\"|'(?P<b>[^']*)'|(?P<c>[^\s\"'>]+)))?", re.DOTALL
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});?")
_INLINE_STYLE = re.compile(r"display\s*:\s*inline", re.IGNORECASE)
#: Deeper nesting than this is no document; browsers flatten at a similar depth.
_DEEPEST = 4000


@dataclass(frozen=True, slots=True)
class _Tag:
    name: str
    closes: bool
    attributes: dict[str, str]
    start: int
    end: int


@dataclass(slots=True)
class _Element:
    name: str
    skipped: bool
    inline: bool


def _attributes(raw: str) -> dict[str, str]:
    if not raw or raw.isspace():
        return {}
    found = {}
    for match in _ATTRIBUTE.finditer(raw[:4000]):
        value = next((match[g] for g in ("a", "b", "c") if match[g] is not None), "")
        found[match["name"].lower()] = value
    return found


def _next_tag(text: str, position: int) -> re.Match[str] | None:
    """Return the next tag; a ``<`` that opens none is text."""
    while (at := text.find("<", position)) >= 0:
        match = _TAG.match(text, at)
        if match:
            return match
        position = at + 1
    return None


def _scan(text: str) -> Iterator[_Tag | tuple[int, int]]:
    """Yield the tags of a page, and between them the spans of its text."""
    position = 0
    while True:
        match = _next_tag(text, position)
        if match is None:
            break
        if match.start() > position:
            yield position, match.start()
        position = match.end()
        if match["name"] is None:
            continue
        name = match["name"].lower()
        yield _Tag(name, bool(match["close"]), _attributes(match["attributes"]), match.start(), match.end())
        if name in RAW and not match["close"]:
            closing = re.compile(rf"</{name}\s*>", re.IGNORECASE).search(text, position)
            position = closing.start() if closing else len(text)
    if position < len(text):
        yield position, len(text)


class _Page:
    """The state of one scan: open elements, the block being collected, the table being read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.title = ""
        self.blocks: list[tuple[Block, bool]] = []
        self._open: list[_Element] = []
        self._builder = TextBuilder()
        self._kind = BlockKind.PARAGRAPH
        self._links = self._chars = 0
        self._tables: list[HtmlTable] = []
        self._skipping = self._article = self._anchor = 0
        self._in_title = self._after_break = False

    def tag(self, tag: _Tag) -> None:
        if tag.name in _BLOCKS and not self._is_inline(tag):
            self._break()
        if tag.name == "br":
            self._line_break(tag)
        if tag.name == "title":
            self._in_title = not tag.closes
        elif tag.name == "a":
            self._anchor = 0 if tag.closes else 1
        if tag.closes:
            self._close(tag.name)
        elif tag.name not in _VOID:
            self._start(tag)

    def _is_inline(self, tag: _Tag) -> bool:
        """Whether the style of an element makes it part of the line, as filings do with tagged words."""
        if not tag.closes:
            return _INLINE_STYLE.search(tag.attributes.get("style", "")) is not None
        index = self._innermost(tag.name)
        return index is not None and self._open[index].inline

    def _innermost(self, name: str) -> int | None:
        """Return the place of the innermost open element of a name; the last 60 are looked at."""
        last = len(self._open) - 1
        return next((i for i in range(last, max(-1, last - 59), -1) if self._open[i].name == name), None)

    def _line_break(self, tag: _Tag) -> None:
        """Take a line break for white space, two in a row for the end of a paragraph."""
        if self._after_break:
            self._break()
        self._builder.gap(tag.start, tag.end)
        self._after_break = True

    def _start(self, tag: _Tag) -> None:
        if len(self._open) >= _DEEPEST:
            msg = f"nested more than {_DEEPEST} elements deep at character {tag.start}"
            raise SourceError(msg, hint="this is no readable page; give its text instead")
        skipped = is_furniture(tag.name, tag.attributes) or (tag.name == "header" and not self._article)
        self._open.append(_Element(tag.name, skipped, self._is_inline(tag)))
        self._skipping += skipped
        self._article += tag.name in ("article", "main")
        if tag.name in _HEADINGS:
            self._kind = BlockKind.HEADING
        elif tag.name == "li":
            self._kind = BlockKind.BULLET
        elif tag.name == "table":
            self._tables.append(HtmlTable())
        elif tag.name == "tr" and self._tables:
            self._tables[-1].open_row()
        elif tag.name in ("td", "th") and self._tables:
            span = tag.attributes.get("colspan", "")
            self._builder = self._tables[-1].open_cell(heading=tag.name == "th", span=span)

    def _close(self, name: str) -> None:
        index = self._innermost(name)
        if index is None:
            return
        for element in self._open[index:]:
            self._skipping -= element.skipped
            self._article -= element.name in ("article", "main")
        del self._open[index:]
        if name == "tr" and self._tables:
            self._take(self._tables[-1].close_row())
        elif name == "table" and self._tables:
            self._take(self._tables.pop().close())

    def words(self, start: int, end: int) -> None:
        if self._in_title:
            self.title = self.title or " ".join(html.unescape(self.text[start:end]).split())
            return
        if self._skipping:
            self._builder.gap(start, start)
            return
        before = len(self._builder)
        _add_html(self._builder, self.text, start, end)
        added = len(self._builder) - before
        self._after_break = self._after_break and not added
        self._chars += added
        self._links += added if self._anchor else 0

    def _break(self) -> None:
        """End the block being collected, unless it is a cell: cells end with their row."""
        if self._tables and self._tables[-1].holds(self._builder):
            return
        builder, kind = self._builder, self._kind
        mostly_links = self._chars > 0 and self._links > 0.6 * self._chars
        self._builder, self._kind, self._chars, self._links = TextBuilder(), BlockKind.PARAGRAPH, 0, 0
        if len(builder) and not (mostly_links and kind is not BlockKind.HEADING):
            block = builder.block(kind)
            if not FURNITURE_TEXT.search(block.text[:400]):
                self.blocks.append((block, self._article > 0))

    def _take(self, blocks: list[Block]) -> None:
        self._builder = TextBuilder()
        self.blocks += [(block, self._article > 0) for block in blocks]

    def finish(self) -> None:
        self._tables.clear()
        self._break()


def _add_html(builder: TextBuilder, text: str, start: int, end: int) -> None:
    """Append a stretch of page text, entities and passages of a wrong encoding resolved."""
    raw = text[start:end]
    atoms = [(m.start(), m.end(), html.unescape(m[0])) for m in _ENTITY.finditer(raw)] if "&" in raw else []
    atoms = sorted(atoms + mojibake_runs(raw))
    position = 0
    for left, right, meant in atoms:
        if left < position:
            continue
        builder.add(raw[position:left], start + position)
        builder.add_atom(meant, start + left, start + right)
        position = right
    builder.add(raw[position:], start + position)


def html_blocks(text: str) -> tuple[str, tuple[Block, ...]]:
    """Return the title of a page and the blocks of its article.

    Navigation, footers, cookie notices, related links, scripts, styles, comments and hidden elements
    are left out. When the page marks its article, only that is read.

    Raises
    ------
    SourceError
        If elements are nested too deep.
    """
    page = _Page(text)
    for piece in _scan(text):
        if isinstance(piece, _Tag):
            page.tag(piece)
        else:
            page.words(*piece)
    page.finish()
    inside = [block for block, within in page.blocks if within]
    n_inside = sum(len(block.text) for block in inside)
    n_all = sum(len(block.text) for block, _ in page.blocks)
    chosen = inside if n_inside > 0.4 * n_all else [block for block, _ in page.blocks]
    return page.title, tuple(chosen)
