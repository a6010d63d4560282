"""How far a hedged figure may be off: the range that its words, its grade and other sources leave."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from loopledger.records.instrument import Grade
from loopledger.register.figures import Figure
from loopledger.schedule import Assumptions
from loopledger.units import Bound, Interval

__all__ = ["HedgeReader"]

_FILED = (Grade.PRIMARY, Grade.REPORTED_FILING)


@dataclass(frozen=True, slots=True)
class HedgeReader:
    """How hedged figures of one party become ranges."""

    files_reports: bool
    assumptions: Assumptions

    def interval(self, figure: Figure, others: Iterable[Figure]) -> tuple[Interval, tuple[str, ...]]:
        """Return the range of a figure beside those of sources that differ, and assumptions used."""
        value, used = self._alone(figure)
        for other in others:
            beside, named = self._alone(other)
            value = Interval(min(value.low, beside.low), value.central, max(value.high, beside.high))
            used = tuple(dict.fromkeys((*used, *named)))
        return value, used

    def _alone(self, figure: Figure) -> tuple[Interval, tuple[str, ...]]:
        central = float(figure.value)
        match figure.bound:
            case Bound.EXACT:
                return Interval.exact(central), ()
            case Bound.RANGE:
                assert figure.low is not None and figure.high is not None  # noqa: S101, PT018  a range has both
                return Interval(float(figure.low), central, float(figure.high)), ()
            case Bound.UP_TO:
                factors = self.assumptions.bound_factors
                ends = sorted((central * factors.up_to_low, central))
                return Interval(ends[0], central * factors.up_to_central, ends[1]), (
                    "bound.up_to.low", "bound.up_to.central",
                )  # fmt: skip
            case Bound.AT_LEAST:
                high = central * self.assumptions.bound_factors.at_least_high
                return Interval(min(central, high), central, max(central, high)), ("bound.at_least.high",)
        return self._about(figure, central)

    def _about(self, figure: Figure, central: float) -> tuple[Interval, tuple[str, ...]]:
        if self.files_reports or figure.first.grade in _FILED:
            half = float(_last_digit(figure.value)) / 2
            return Interval(central - half, central, central + half), ()
        factors = self.assumptions.bound_factors
        ends = sorted((central * factors.about_low, central * factors.about_high))
        return Interval(ends[0], central, ends[1]), ("bound.about.low", "bound.about.high")


def _last_digit(value: Decimal) -> Decimal:
    """Return one unit of the last digit that a figure states; at most a tenth of it."""
    step = Decimal(1).scaleb(int(value.normalize().as_tuple().exponent))
    return min(step, abs(value) / 10) if value else Decimal(0)
