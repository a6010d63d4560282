"""A brief as one self-contained HTML page: no network, no script, every figure a link."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from loopledger.report.brief import Brief
from loopledger.report.figures import FIGURE_CSS
from loopledger.report.model import Figure, Part
from loopledger.report.render.evidence import records_of
from loopledger.report.render.markdown import anchor

__all__ = ["render_html"]


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
    environment.tests["figure"] = lambda part: isinstance(part, Figure)
    environment.tests["words"] = lambda part: isinstance(part, str)
    return environment


def render_html(brief: Brief) -> str:
    """Return the brief as one HTML page.

    Parameters
    ----------
    brief : Brief

    Returns
    -------
    str
        With pictures inline, a strict content policy, and no script. Text of documents is escaped.
    """
    records = records_of(brief)
    known = {record.id for record in records}
    figures = {figure.id for figure in brief.figures}

    def target(ref: str) -> str:
        """Return the anchor that a reference leads to, or an empty string."""
        return anchor("record", ref) if ref in known else anchor("figure", ref) if ref in figures else ""

    page = (
        _environment()
        .get_template("brief.html")
        .render(
            brief=brief,
            records=records,
            target=target,
            part_text=_part_text,
            pictures={name: Markup(picture.svg) for name, picture in brief.pictures.items()},  # noqa: S704 - our own SVG
            figure_css=Markup(FIGURE_CSS),  # noqa: S704 - a constant of ours
        )
    )
    return page + ("" if page.endswith("\n") else "\n")


def _part_text(part: Part) -> str:
    return part if isinstance(part, str) else part.text if isinstance(part, Figure) else part.id
