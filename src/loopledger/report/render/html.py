"""A brief or a page as one self-contained HTML file: no network, no script, every figure a link."""

from __future__ import annotations

import re
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from loopledger.report.figures import FIGURE_CSS
from loopledger.report.model import Figure, Part, Report
from loopledger.report.render.markdown import anchor

__all__ = ["render_html"]


_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("loopledger.report.render", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["anchor_of"] = lambda identifier, kind: anchor(kind, identifier)
    environment.tests["day"] = lambda sentence: _DAY.fullmatch(sentence.text) is not None
    environment.tests["figure"] = lambda part: isinstance(part, Figure)
    environment.tests["words"] = lambda part: isinstance(part, str)
    return environment


def render_html(report: Report) -> str:
    """Return a brief or a page as one HTML file.

    Parameters
    ----------
    report : Report

    Returns
    -------
    str
        With pictures inline, a strict content policy, and no script. Text of documents is escaped.
    """
    records = report.records
    known = {record.id for record in records}
    figures = {figure.id for figure in report.figures}

    def target(ref: str) -> str:
        """Return the anchor that a reference leads to, or an empty string."""
        return anchor("record", ref) if ref in known else anchor("figure", ref) if ref in figures else ""

    page = (
        _environment()
        .get_template("report.html")
        .render(
            report=report,
            records=records,
            target=target,
            part_text=_part_text,
            pictures={name: Markup(picture.svg) for name, picture in report.pictures.items()},  # noqa: S704 - our own SVG
            figure_css=Markup(FIGURE_CSS),  # noqa: S704 - a constant of ours
        )
    )
    return page + ("" if page.endswith("\n") else "\n")


def _part_text(part: Part) -> str:
    return part if isinstance(part, str) else part.text if isinstance(part, Figure) else part.id
