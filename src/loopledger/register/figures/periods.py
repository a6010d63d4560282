"""Labels of periods, as filers and sources write them."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Span", "read_label"]

_LABEL = re.compile(
    r"(?P<stem>FY|CY|TTM)?(?P<year>\d{4})"
    r"(?:Q(?P<quarter>[1-4])|H(?P<half>[12])|Q1-Q(?P<to>[234]))?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A period made of whole quarters of a year.

    Parameters
    ----------
    stem : str
        ``FY``, ``CY``, ``TTM`` (twelve months to a quarter) or nothing.
    year : int
        As written: a fiscal year with ``FY``.
    quarter : int
        The last quarter of the period, 1 to 4.
    n_quarters : int
        How many quarters it has: 1, 2, 3 or 4.
    """

    stem: str
    year: int
    quarter: int
    n_quarters: int

    @property
    def is_fiscal(self) -> bool:
        """Whether the label names the filer's own period: a quarter or half, or a fiscal year."""
        return self.stem == "FY" or (self.stem == "" and self.n_quarters < 4)

    @property
    def is_year_to_date(self) -> bool:
        """Whether the period begins with the year."""
        return self.n_quarters == self.quarter and self.stem != "TTM"


def read_label(text: str) -> Span | None:
    """Return the period that a label names; None for months, several years, models of a product.

    Examples
    --------
    >>> span = read_label("FY2027H1")
    >>> span.year, span.quarter, span.n_quarters, span.is_year_to_date
    (2027, 2, 2, True)
    >>> read_label("GB300-NVL72") is None
    True
    """
    match = _LABEL.fullmatch(text)
    if match is None:
        return None
    stem, year = match["stem"] or "", int(match["year"])
    if stem == "TTM":
        return Span(stem=stem, year=year, quarter=int(match["quarter"] or 4), n_quarters=4)
    if match["quarter"]:
        return Span(stem=stem, year=year, quarter=int(match["quarter"]), n_quarters=1)
    if match["half"]:
        return Span(stem=stem, year=year, quarter=2 * int(match["half"]), n_quarters=2)
    if match["to"]:
        return Span(stem=stem, year=year, quarter=int(match["to"]), n_quarters=int(match["to"]))
    return Span(stem=stem, year=year, quarter=4, n_quarters=4)
