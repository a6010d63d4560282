"""Writing SVG: escaped elements, text, links, and the frame that every picture shares."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from urllib.parse import quote
from xml.sax.saxutils import escape

from loopledger.report.figures.style import FIGURE_CSS
from loopledger.report.figures.text import Lines, clean, line_height, wrap

__all__ = [
    "WIDTH",
    "document",
    "element",
    "fragment",
    "heading",
    "key_of",
    "link",
    "standalone",
    "text",
    "text_block",
]

#: Width of every picture [user units]; a page shows it at about as many pixels.
WIDTH = 720.0
#: Free space at the left and right edge.
MARGIN = 8.0
_TITLE_SIZE, _SUBTITLE_SIZE = 16.0, 12.0
_SCHEME = re.compile(r"^[a-zA-Z][a-zA-Z0-9+.-]*:")


def number(value: float) -> str:
    """Write a coordinate with at most two decimals."""
    written = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if written == "-0" else written


def element(name: str, *children: str, **attributes: str | float | None) -> str:
    """Return an element; attribute names may end in ``_`` and use ``_`` for ``-``; None leaves one out.

    Children are markup; text among them must have been escaped.

    Examples
    --------
    >>> element("line", x1=0, y2=1.5, class_="ll-grid")
    '<line x1="0" y2="1.5" class="ll-grid"/>'
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_attribute(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}>{''.join(children)}</{name}>" if children else f"<{name}{written}/>"


def _attribute(value: str | float) -> str:
    if isinstance(value, str):
        return escape(clean(value), {'"': "&quot;", "'": "&#39;"})
    return number(value)


def tooltip(content: str) -> str:
    """Return a ``<title>`` child, which browsers show on hover."""
    return element("title", escape(clean(content)))


def text(
    content: str,
    x: float,
    y: float,
    *,
    size: float = 12.0,
    anchor: str = "start",
    classes: str = "",
    full: str = "",
) -> str:
    """Return one line of text at a baseline; ``full`` becomes its tooltip."""
    children = ([tooltip(full)] if full else []) + [escape(clean(content))]
    return element(
        "text",
        *children,
        x=x,
        y=y,
        font_size=size,
        text_anchor=None if anchor == "start" else anchor,
        class_=classes or None,
    )


def text_block(
    lines: Lines, x: float, y: float, *, size: float = 12.0, anchor: str = "start", classes: str = ""
) -> str:
    """Return wrapped lines whose first baseline is at ``y``."""
    return "".join(
        text(
            line,
            x,
            y + n * line_height(size),
            size=size,
            anchor=anchor,
            classes=classes,
            full=lines.full if lines.shortened else "",
        )
        for n, line in enumerate(lines.lines)
    )


def link(href: str, *children: str) -> str:
    """Return the children inside a link, or bare when the address is empty or not a plain one.

    Fragments, relative paths, ``http:`` and ``https:`` are plain; everything else could run code.
    """
    address = clean(href)
    scheme = _SCHEME.match(address)
    if not address or (scheme and scheme[0].lower() not in ("http:", "https:")) or address.startswith("//"):
        return "".join(children)
    return element("a", *children, href=address)


def fragment(identifier: str) -> str:
    """Return the address of a register id on the same page."""
    return "#" + quote(clean(identifier), safe="-._~")


def key_of(*content: object) -> str:
    """Return a short id made from the content, so that pictures on one page do not share ids."""
    digest = hashlib.blake2s(repr(content).encode("utf-8", "backslashreplace"), digest_size=5)
    return f"ll{digest.hexdigest()}"


def heading(title: str, subtitle: str) -> tuple[str, float]:
    """Return the headline with its line of explanation, and the height they take."""
    width = WIDTH - 2 * MARGIN
    lines = wrap(title, width, _TITLE_SIZE, bold=True, max_lines=3)
    y = MARGIN + _TITLE_SIZE
    drawn = text_block(lines, MARGIN, y, size=_TITLE_SIZE, classes="ll-ink ll-b")
    y += (len(lines.lines) - 1) * line_height(_TITLE_SIZE)
    if subtitle:
        notes = wrap(subtitle, width, _SUBTITLE_SIZE, max_lines=3)
        drawn += text_block(notes, MARGIN, y + 19, size=_SUBTITLE_SIZE, classes="ll-muted")
        y += 19 + (len(notes.lines) - 1) * line_height(_SUBTITLE_SIZE)
    return drawn, y + 8


def document(
    body: Iterable[str],
    *,
    key: str,
    kind: str,
    height: float,
    title: str,
    description: str,
    defs: Sequence[str] = (),
) -> str:
    """Return the picture: background, accessible name and description, definitions, body."""
    return element(
        "svg",
        element("title", escape(clean(title)), id=f"{key}-t"),
        element("desc", escape(clean(description)), id=f"{key}-d"),
        element("defs", *defs) if defs else "",
        element("rect", width=WIDTH, height=height, class_="ll-paper"),
        "\n",
        "\n".join(body),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {number(WIDTH)} {number(height)}",
        width=WIDTH,
        height=height,
        class_=f"ll-fig ll-{kind}",
        role="img",
        aria_labelledby=f"{key}-t {key}-d",
        font_family="Arial, Helvetica, 'Liberation Sans', sans-serif",
    )


def standalone(svg: str) -> str:
    """Return a picture as a file of its own, with its styles inside.

    Parameters
    ----------
    svg : str
        As any ``draw_`` function of this package returns it.
    """
    opening, end, rest = svg.partition(">")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{opening}{end}<style>{FIGURE_CSS}</style>{rest}\n'
