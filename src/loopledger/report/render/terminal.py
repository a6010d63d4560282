"""A brief or a page as plain text for a terminal, wrapped, without colour so that it pipes and diffs well."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from loopledger.report.model import Picture, Report, Section, Table

__all__ = ["render_terminal"]

WIDTH = 100
_ID_COLUMNS = frozenset({"Record", "Instruments"})
_ID_WIDTH = 28
_LONG_WORD = 16


def render_terminal(report: Report, *, width: int = WIDTH) -> str:
    """Return a brief or a page as text, figures with their ranges, records in brackets.

    Parameters
    ----------
    report : Report
    width : int
        Most columns; a table of many columns and a long word may need more than a narrow terminal has.
    """
    window = f", {report.run.window}" if report.run.window else ""
    basis = f"known on {report.run.known_on}, register {report.run.register_hash[:12]}{window}"
    printer = _Printer(width=width)
    lines = [report.title, *printer.wrapped(basis), ""]
    for section in report.sections:
        lines += printer.section(section, report)
    lines += printer.behind(report)
    return "\n".join(lines) + "\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Printer:
    """Lines of at most so many columns."""

    width: int

    def wrapped(self, text: str, first: str = "", rest: str = "") -> list[str]:
        return textwrap.wrap(
            text,
            self.width,
            initial_indent=first,
            subsequent_indent=rest,
            break_long_words=False,
            break_on_hyphens=False,
        )

    def section(self, section: Section, report: Report) -> list[str]:
        lines = [section.heading, "=" * len(section.heading), ""]
        for kind, content in section.blocks:
            match kind:
                case "lead":
                    lead = self.wrapped(content)
                    lines += [*lead, "-" * max(map(len, lead), default=0)]
                case "text":
                    lines += [*self.wrapped(content.text), ""]
                case "bullets":
                    for sentence in content:
                        lines += self.wrapped(sentence.text, "- ", "  ")
                    lines.append("")
                case "table":
                    lines += [*self.table(content), ""]
                case "figure" if content in report.pictures and report.pictures[content].on_terminal:
                    lines += [*self.picture(report.pictures[content]), ""]
        return lines

    def grid(self, header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
        """Return rows under their header, cells wrapped to share the width."""
        widths = self.widths(header, rows)
        lines = _cells(header, widths)
        lines.append("  ".join("-" * width for width in widths))
        for row in rows:
            lines += _cells(row, widths)
        return lines

    def widths(self, header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[int]:
        """Return column widths: the natural ones, the widest narrowed step by step until all fit."""
        widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]
        room = self.width - 2 * (len(widths) - 1)
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

    def table(self, table: Table) -> list[str]:
        rows = [tuple(cell.text for cell in row) for row in table.rows]
        return [*self.wrapped(table.caption + ":"), "", *self.grid(table.header, rows)]

    def picture(self, picture: Picture) -> list[str]:
        told = f"{picture.caption}. {picture.note}" if picture.note else picture.caption
        return [*self.wrapped(told + ":"), "", *self.grid(picture.header, picture.rows)]

    def behind(self, report: Report) -> list[str]:
        """Return the records and assumptions behind the figures."""
        lines = ["", "-" * self.width, *(["Records cited"] if report.records else [])]
        for record in report.records:
            lines += self.wrapped(f"[{record.id}] {record.says}", "  ", "    ")
            for source in record.sources[:2]:
                quoted = f"“{source.says}”" if source.is_quote else source.says
                origin = ", ".join(
                    part for part in (source.publisher, source.published, source.grade) if part
                )
                lines += self.wrapped(f"{quoted} ({origin})", "      ", "      ")
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
                lines += self.wrapped(f"{a.name} = {value} {a.unit} [{a.source}]", "  ", "    ")
        return lines


def _cells(row: tuple[str, ...], widths: list[int]) -> list[str]:
    wrapped = [textwrap.wrap(cell, width) or [""] for cell, width in zip(row, widths, strict=True)]
    height = max(map(len, wrapped))
    columns = [[*lines, *[""] * (height - len(lines))] for lines in wrapped]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in zip(*columns, strict=True)
    ]
