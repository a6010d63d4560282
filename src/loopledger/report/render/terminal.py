"""A brief or a page as plain text for a terminal, wrapped, without colour so that it pipes and diffs well."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from loopledger.report.model import Picture, Report, Section, Table

__all__ = ["render_terminal"]

WIDTH = 100
_ID_COLUMNS = frozenset({"Record", "Instruments"})
_ID_WIDTH = 28
_LONG_WORD = 16


def render_terminal(report: Report) -> str:
    """Return a brief or a page as text of at most 100 columns, figures with their ranges, records in brackets."""
    window = f", {report.run.window}" if report.run.window else ""
    basis = f"known on {report.run.known_on}, register {report.run.register_hash[:12]}{window}"
    lines = [report.title, *_wrapped(basis), ""]
    for section in report.sections:
        lines += _section(section, report)
    lines += _behind(report)
    return "\n".join(lines) + "\n"


def _wrapped(text: str, first: str = "", rest: str = "") -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _section(section: Section, report: Report) -> list[str]:
    lines = [section.heading, "=" * len(section.heading), ""]
    for kind, content in section.blocks:
        match kind:
            case "lead":
                lines += [content, "-" * len(content)]
            case "text":
                lines += [*_wrapped(content.text), ""]
            case "bullets":
                for sentence in content:
                    lines += _wrapped(sentence.text, "- ", "  ")
                lines.append("")
            case "table":
                lines += [*_table(content), ""]
            case "figure" if content in report.pictures and report.pictures[content].on_terminal:
                lines += [*_picture(report.pictures[content]), ""]
    return lines


def _grid(header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Return rows under their header, cells wrapped to share the width."""
    widths = _widths(header, rows)
    lines = _cells(header, widths)
    lines.append("  ".join("-" * width for width in widths))
    for row in rows:
        lines += _cells(row, widths)
    return lines


def _widths(header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[int]:
    """Return column widths: the natural ones, the widest narrowed step by step until all fit."""
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]
    room = WIDTH - 2 * (len(widths) - 1)
    # an id is to be copied, so its column gives way last; words are broken only where nothing else helps
    words = [
        max(len(word) for row in [header, *rows] for word in row[i].split() or [""])
        for i in range(len(header))
    ]
    least = [
        _ID_WIDTH if name in _ID_COLUMNS else min(word, _LONG_WORD)
        for name, word in zip(header, words, strict=True)
    ]
    floor = [min(pair) for pair in zip(widths, least, strict=True)]
    while sum(widths) > room:
        spare = [width - low for width, low in zip(widths, floor, strict=True)]
        if max(spare) <= 0:
            break
        wide = [width if extra > 0 else 0 for width, extra in zip(widths, spare, strict=True)]
        widths[wide.index(max(wide))] -= 1
    return widths


def _cells(row: tuple[str, ...], widths: list[int]) -> list[str]:
    wrapped = [textwrap.wrap(cell, width) or [""] for cell, width in zip(row, widths, strict=True)]
    height = max(map(len, wrapped))
    columns = [[*lines, *[""] * (height - len(lines))] for lines in wrapped]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in zip(*columns, strict=True)
    ]


def _table(table: Table) -> list[str]:
    rows = [tuple(cell.text for cell in row) for row in table.rows]
    return [*_wrapped(table.caption + ":"), "", *_grid(table.header, rows)]


def _picture(picture: Picture) -> list[str]:
    told = f"{picture.caption}. {picture.note}" if picture.note else picture.caption
    return [*_wrapped(told + ":"), "", *_grid(picture.header, picture.rows)]


def _behind(report: Report) -> list[str]:
    """Return the records and assumptions behind the figures."""
    lines = ["", "-" * WIDTH, *(["Records cited"] if report.records else [])]
    for record in report.records:
        lines += _wrapped(f"[{record.id}] {record.says}", "  ", "    ")
        for source in record.sources[:2]:
            quoted = f"“{source.says}”" if source.is_quote else source.says
            origin = ", ".join(part for part in (source.publisher, source.published, source.grade) if part)
            lines += _wrapped(f"{quoted} ({origin})", "      ", "      ")
        if len(record.sources) > 2:
            lines.append(f"      and {len(record.sources) - 2} more")
    if report.assumptions:
        lines += ["", "Assumptions used (override with --assumptions FILE)"]
        for a in report.assumptions:
            value = (
                f"{a.value.central:g}"
                if a.value.is_exact
                else f"{a.value.low:g} / {a.value.central:g} / {a.value.high:g}"
            )
            lines += _wrapped(f"{a.name} = {value} {a.unit} [{a.source}]", "  ", "    ")
    return lines
