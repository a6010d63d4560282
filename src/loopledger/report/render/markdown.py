"""A brief or a page as Markdown, every figure a link to what is behind it."""

from __future__ import annotations

import re

from loopledger.report.model import Figure, Part, Report, Section, Sentence

__all__ = ["anchor", "render_markdown"]

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|#~])")


def anchor(kind: str, identifier: str) -> str:
    """Return the anchor of a figure or record: pictures link to a record by its bare id."""
    return identifier if kind == "record" else f"{kind}-" + re.sub(r"[^A-Za-z0-9_.-]+", "-", identifier)


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text).replace("\n", " ")


def _part(part: Part) -> str:
    if isinstance(part, str):
        return _escaped(part)
    if isinstance(part, Figure):
        return f"[{_escaped(part.text)}](#{anchor('figure', part.id)})"
    return f"[\\[{_escaped(part.id)}\\]](#{anchor('record', part.id)})"


def _said(sentence: Sentence) -> str:
    return "".join(_part(part) for part in sentence.parts)


def render_markdown(report: Report) -> str:
    """Return a brief or a page as Markdown with HTML anchors, tables in place of pictures."""
    window = f"; {report.run.window}" if report.run.window else ""
    lines = [
        f"# {_escaped(report.title)}",
        "",
        f"Known on {report.run.known_on}; register {report.run.register_hash[:12]}{window}.",
        "",
    ]
    for section in report.sections:
        lines += _section(section, report)
    return "\n".join([*lines, *_behind(report)]) + "\n"


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _grid(header: tuple[str, ...], rows: list[list[str]]) -> list[str]:
    return [_row([_escaped(name) for name in header]), _row(["---"] * len(header)), *map(_row, rows), ""]


def _section(section: Section, report: Report) -> list[str]:
    lines = [f"## {section.heading}", ""]
    for kind, content in section.blocks:
        match kind:
            case "lead":
                lines += [f"**{_escaped(content)}**", ""]
            case "text":
                lines += [_said(content), ""]
            case "bullets":
                lines += [*(f"- {_said(sentence)}" for sentence in content), ""]
            case "table":
                rows = [[_said(cell) for cell in row] for row in content.rows]
                lines += [f"{_escaped(content.caption)}:", "", *_grid(content.header, rows)]
            case "figure" if content in report.pictures:
                picture = report.pictures[content]
                rows = [[_escaped(cell) for cell in row] for row in picture.rows]
                told = f"{picture.caption}. {picture.note}" if picture.note else picture.caption
                lines += [f"{_escaped(told)}:", "", *_grid(picture.header, rows)]
    return lines


def _behind(report: Report) -> list[str]:
    lines = ["---", "", "**Figures and what is behind them**", ""]
    lines += [_figure_line(figure) for figure in report.figures]
    lines += ["", "**Records**", ""]
    for record in report.records:
        lines.append(f'- <a id="{anchor("record", record.id)}"></a>`{record.id}` {_escaped(record.says)}')
        for source in record.sources:
            says = f"“{_escaped(source.says)}”" if source.is_quote else _escaped(source.says)
            origin = ", ".join(
                _escaped(part) for part in (source.publisher, source.published, source.grade) if part
            )
            link = f" <{source.url}>" if source.url else ""
            lines.append(f"  - {says} ({origin}){link}")
    lines += ["", "**Assumptions used**", ""]
    lines += [
        f"- `{a.name}` = {_value(a.value.as_tuple())} {_escaped(a.unit)}; {_escaped(a.source)}. {_escaped(a.why)}"
        for a in report.assumptions
    ]
    return lines


def _figure_line(figure: Figure) -> str:
    behind = ", ".join(_escaped(ref) for ref in figure.refs)
    return (
        f'- <a id="{anchor("figure", figure.id)}"></a>{_escaped(figure.text)}: {_escaped(figure.what)} '
        f"({figure.basis.value}, {figure.unit.value}, as of {figure.as_of}). {_escaped(figure.how)}."
        + (f" Behind it: {behind}." if behind else "")
    )


def _value(values: tuple[float, float, float]) -> str:
    return f"{values[1]:g}" if values[0] == values[2] else " / ".join(f"{v:g}" for v in values)
