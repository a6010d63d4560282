"""What a report is made of: figures with their basis, sentences that cite them, sections."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

from loopledger.report.figures.amounts import format_round, format_short
from loopledger.schedule import Assumption
from loopledger.units import Interval

__all__ = [
    "Basis", "Figure", "FigureBook", "Page", "Part", "Picture", "Record", "Report", "Run", "Section", "Sentence",
    "Source", "SourcedRecord", "Table", "Unit",
]  # fmt: skip


class Basis(StrEnum):
    """What a figure rests on."""

    ANNOUNCED = "announced"
    CONTRACTED = "contracted"
    SCHEDULED = "scheduled"
    PAID = "paid"
    ESTIMATED = "estimated"
    COMPUTED = "computed"
    REPORTED = "reported"


class Unit(StrEnum):
    """How a figure is printed."""

    USD = "USD"
    CURRENCY = "units of the currency named"
    USD_PER_YEAR = "USD a year"
    SHARE = "share"
    GIGAWATT = "GW"
    GIGAWATT_YEARS = "GW-years"
    COUNT = "count"
    RATIO = "ratio"
    YEARS = "years"
    PER_YEAR = "share a year"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number of a report, with all that is needed to check it.

    Parameters
    ----------
    id : str
        Anchor of the figure inside the report.
    value : Interval
        Low, central and high in ``unit``; all equal when it is exact.
    unit : Unit
    basis : Basis
    as_of : datetime.date
        Knowledge date of what went in.
    what : str
        What the number counts, in words.
    how : str
        The computation in words or as a formula over ``inputs``.
    refs : tuple of str
        Ids of register instruments, of promises of the document (``doc/1``), of observations
        (``file:line``) or of other figures.
    stated : str
        The literal of the source, where the figure is one.
    rough : bool
        Whether it rests on assumed dates, so that money is printed with two digits.
    """

    id: str
    value: Interval
    unit: Unit
    basis: Basis
    as_of: date
    what: str
    how: str
    refs: tuple[str, ...]
    stated: str = ""
    rough: bool = False

    @property
    def central_text(self) -> str:
        """The central value as printed."""
        return self._format(self.value.central)

    @property
    def text(self) -> str:
        """The value as printed, with its range where it is no single number."""
        if self.stated:
            return self.stated
        low, high = self._format(self.value.low), self._format(self.value.high)
        if self.value.is_exact or low == high == self.central_text:
            return self.central_text
        return f"{self.central_text} ({low} to {high})"

    def _format(self, value: float) -> str:
        if self.rough and self.unit is Unit.USD and value:
            return format_round(float(f"{value:.2g}"), "USD")
        return format_value(value, self.unit)

    def as_dict(self) -> dict[str, Any]:
        """Return the figure for JSON."""
        return {
            "id": self.id, **self.value.as_dict(), "unit": self.unit.value, "basis": self.basis.value,
            "as_of": self.as_of.isoformat(), "what": self.what, "how": self.how, "refs": list(self.refs),
            "text": self.text,
        }  # fmt: skip


#: Shares below this are printed as below a tenth of a per cent, not as nothing.
_LEAST_SHARE = 0.0005


def format_value(value: float, unit: Unit) -> str:
    """Return a number as printed in its unit."""
    match unit:
        case Unit.USD:
            return format_short(value, "USD")
        case Unit.USD_PER_YEAR:
            return f"{format_short(value, 'USD')} a year"
        case Unit.PER_YEAR:
            return f"{100 * value:.0f} % a year"
        case Unit.SHARE:
            if 0 < value < _LEAST_SHARE:
                return "<0.1 %"
            return f"{100 * value:.1f} %" if 0 < value < 0.1 else f"{100 * value:.0f} %"
        case Unit.COUNT:
            return f"{value:,.0f}"
        case Unit.CURRENCY:
            return f"{value:,.0f}"
        case Unit.RATIO:
            return f"{value:.2f}"
        case _:
            return f"{value:.3g} {unit.value}"


@dataclass(slots=True)
class FigureBook:
    """The figures of a report, in the order in which they were made; the same id is the same figure."""

    as_of: date
    by_id: dict[str, Figure] = field(default_factory=dict)

    def add(
        self,
        id_: str,
        value: Interval | float,
        unit: Unit,
        basis: Basis,
        *,
        what: str,
        how: str,
        refs: tuple[str, ...],
        stated: str = "",
        rough: bool = False,
        as_of: date | None = None,
    ) -> Figure:
        """Make a figure and keep it."""
        interval = value if isinstance(value, Interval) else Interval.exact(value)
        figure = Figure(
            id=id_, value=interval, unit=unit, basis=basis, as_of=as_of or self.as_of, what=what, how=how,
            refs=refs, stated=stated, rough=rough,
        )  # fmt: skip
        known = self.by_id.setdefault(id_, figure)
        if known != figure:
            msg = f"two different figures are called {id_!r}"
            raise AssertionError(msg)
        return known

    def __iter__(self) -> Iterator[Figure]:
        return iter(self.by_id.values())


@dataclass(frozen=True, slots=True)
class Record:
    """A mention of a record by id, which a reader can follow to its evidence."""

    id: str


Part = str | Figure | Record


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words, figures and records, in the order in which they are read."""

    parts: tuple[Part, ...]

    @classmethod
    def of(cls, *parts: Part) -> Sentence:
        """Return the sentence of these parts."""
        return cls(parts)

    @property
    def text(self) -> str:
        """The sentence as plain text."""
        return "".join(
            part if isinstance(part, str) else part.text if isinstance(part, Figure) else f"[{part.id}]"
            for part in self.parts
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of a report; cells are sentences, so that figures in it are links too."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[Sentence, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a report: its heading, then blocks in order.

    Parameters
    ----------
    heading : str
    blocks : tuple of (str, object)
        ``("bullets", (Sentence, ...))``, ``("text", Sentence)``, ``("lead", str)``,
        ``("table", Table)`` or ``("figure", name of a picture)``.
    """

    heading: str
    blocks: tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture with its table twin.

    Parameters
    ----------
    name, svg : str
    header : tuple of str
    rows : tuple of tuple of str
        The numbers drawn, with their ranges and ids.
    caption : str
    note : str
        Unit, basis, date and window of the numbers.
    on_terminal : bool
        Whether the table is printed where pictures cannot be shown.
    """

    name: str
    svg: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str
    note: str = ""
    on_terminal: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a report is a pure function of."""

    version: str
    register_hash: str
    known_on: date
    documents: Mapping[str, str]
    assumptions_file: str
    window: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the run for JSON; the window where there is one."""
        return {
            "loopledger": self.version, "register": self.register_hash, "known_on": self.known_on.isoformat(),
            "documents": dict(self.documents), "assumptions": self.assumptions_file,
            **({"window": self.window} if self.window else {}),
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One piece of evidence: words of a document, or a source of the register."""

    says: str
    publisher: str = ""
    published: str = ""
    grade: str = ""
    url: str = ""
    is_quote: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcedRecord:
    """A record that a report cites, with its evidence."""

    id: str
    says: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page and all that it rests on.

    Parameters
    ----------
    title : str
    run : Run
        What the page is a pure function of.
    sections : tuple of Section
    figures : tuple of Figure
        Every number of the sections, with unit, range, basis, computation and records.
    pictures : mapping of str to Picture
    records : tuple of SourcedRecord
        Every instrument and observation that a figure, a sentence or a picture cites, with its evidence.
    assumptions : tuple of Assumption
        Those that the figures rest on.
    """

    title: str
    run: Run
    sections: tuple[Section, ...]
    figures: tuple[Figure, ...]
    pictures: Mapping[str, Picture]
    records: tuple[SourcedRecord, ...]
    assumptions: tuple[Assumption, ...]


class Report(Protocol):
    """What the output formats need of a brief or a page."""

    @property
    def title(self) -> str: ...  # noqa: D102
    @property
    def run(self) -> Run: ...  # noqa: D102
    @property
    def sections(self) -> Sequence[Section]: ...  # noqa: D102
    @property
    def figures(self) -> Sequence[Figure]: ...  # noqa: D102
    @property
    def pictures(self) -> Mapping[str, Picture]: ...  # noqa: D102
    @property
    def records(self) -> Sequence[SourcedRecord]: ...  # noqa: D102
    @property
    def assumptions(self) -> Sequence[Assumption]: ...  # noqa: D102
