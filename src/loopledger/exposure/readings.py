"""What a measure says of a party, and what keeps it from being said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from loopledger.exposure.ranges import ratio
from loopledger.exposure.table import load_measures
from loopledger.units import Interval

__all__ = ["SYSTEM", "Behind", "Named", "NotReported", "Reading", "Sheet"]

#: The party of a reading about all parties together.
SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One value of one measure.

    Parameters
    ----------
    measure : str
        A code of ``data/measures.yaml``, which gives unit and definition.
    party : str
        A party, or ``system`` for all together.
    of : str
        What the value is of, within party and measure: a counterparty, a year, a recipe; empty for one value.
    value : Interval
        In the measure's unit.
    date_basis : str
        Which days the value stands for.
    ids : tuple of str
        Instruments, and ``file:line`` of observations, behind the value.
    assumptions : tuple of str
        Names of the assumptions it rests on.
    note : str
        What to know when reading it.
    """

    measure: str
    party: str
    of: str = ""
    value: Interval
    date_basis: str
    ids: tuple[str, ...]
    assumptions: tuple[str, ...] = ()
    note: str = ""

    @property
    def unit(self) -> str:
        """Unit of the measure."""
        return load_measures().measures[self.measure].unit

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "measure": self.measure, **({"of": self.of} if self.of else {}), "unit": self.unit,
            "value": self.value.as_dict(), "date_basis": self.date_basis, "ids": list(self.ids),
            "assumptions": list(self.assumptions), **({"note": self.note} if self.note else {}),
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class NotReported:
    """A measure that cannot be computed, and the fact that is missing."""

    measure: str
    party: str
    of: str = ""
    missing: str

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {"measure": self.measure, **({"of": self.of} if self.of else {}), "missing": self.missing}


class Behind(Protocol):
    """What a value rests on: promises, figures, other readings."""

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of instruments, ``file:line`` of observations."""

    @property
    def assumptions(self) -> tuple[str, ...]:
        """Names of assumptions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Ids and assumptions that a value rests on besides promises and figures."""

    ids: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()


@dataclass(slots=True)
class Sheet:
    """All that is said of one party, in the order in which it was worked out.

    Parameters
    ----------
    party : str
    day : datetime.date
        Knowledge date.
    readings : list of Reading
    gaps : list of NotReported
    """

    party: str
    day: date
    readings: list[Reading] = field(default_factory=list)
    gaps: list[NotReported] = field(default_factory=list)

    def say(
        self,
        measure: str,
        value: Interval,
        behind: Iterable[Behind],
        *,
        date_basis: str,
        of: str = "",
        note: str = "",
    ) -> None:
        """Add a reading; ids and assumptions of what is behind it are put in order, each once."""
        group = list(behind)
        self.readings.append(
            Reading(
                measure=measure, party=self.party, of=of, value=value, date_basis=date_basis, note=note,
                ids=tuple(sorted({i for b in group for i in b.ids})),
                assumptions=tuple(sorted({n for b in group for n in b.assumptions})),
            )
        )  # fmt: skip

    def say_ratio(
        self,
        measure: str,
        over: tuple[Interval, Interval],
        behind: Iterable[Behind],
        *,
        date_basis: str,
        of: str = "",
        note: str = "",
    ) -> None:
        """Add the ratio of two amounts; a line on what is missing where the second may be nothing."""
        if over[1].low <= 0:
            name = load_measures().measures[measure].name.lower()
            self.lack(
                measure, f"a denominator of {name} that is above nothing at its low end ({date_basis})", of=of
            )
            return
        self.say(measure, ratio(*over), behind, of=of, date_basis=date_basis, note=note)

    def lack(self, measure: str, missing: str, *, of: str = "") -> None:
        """Add a line that says what is missing."""
        self.gaps.append(NotReported(measure=measure, party=self.party, of=of, missing=missing))

    def find(self, measure: str, of: str = "") -> Reading | None:
        """Return the reading of a measure, if there is one."""
        return next((r for r in self.readings if r.measure == measure and r.of == of), None)

    def all_of(self, measure: str) -> Iterator[Reading]:
        """Yield the readings of a measure."""
        return (r for r in self.readings if r.measure == measure)

    def only(self, measures: frozenset[str]) -> Sheet:
        """Return the sheet with some measures only."""
        return Sheet(
            self.party,
            self.day,
            [r for r in self.readings if r.measure in measures],
            [g for g in self.gaps if g.measure in measures],
        )

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "values": [reading.as_dict() for reading in self.readings],
            "not_reported": [gap.as_dict() for gap in self.gaps],
        }
