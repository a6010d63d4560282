"""Proofs of optima: what was reached, and what nothing can pass."""

from __future__ import annotations

from dataclasses import dataclass

from loopledger.errors import ModelError
from loopledger.network.whole import Unit

__all__ = ["TOLERANCE", "Certificate"]

#: Largest rounding that is accepted where a rule needs fractions, relative to the size of the problem.
TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """Proof of an optimum: a feasible value and a bound that no feasible value can pass.

    Parameters
    ----------
    value : float
        What the solution reaches.
    bound : float
        What the dual prices, or the cut, prove.
    residual : float
        Largest violation of a balance, in the unit of the flows.
    unit : float
        What the proof counts in, such as 0.01 for cents: value and bound are whole multiples of it and are
        compared as whole numbers.
    """

    value: float
    bound: float
    residual: float
    unit: float

    @property
    def gap(self) -> float:
        """Distance between value and bound; 0."""
        return abs(self.value - self.bound)

    @classmethod
    def of_whole(cls, value: int, bound: int, residual: int, *, unit: Unit, what: str) -> Certificate:
        """Return the proof of an optimum in whole units.

        Parameters
        ----------
        value, bound, residual : int
            [units].
        unit : Unit
        what : str
            Name of the optimum, for the message.

        Raises
        ------
        ModelError
            If value and bound differ, or a balance is violated, by as little as one unit.
        """
        if value != bound or residual:
            msg = f"{what} could not be certified: {value} reached, {bound} proven, balance error {residual}"
            raise ModelError(msg, hint="this is a fault of the program, not of the table: please report it")
        return cls(value=unit.money(value), bound=unit.money(bound), residual=0.0, unit=unit.money(1))

    def as_dict(self) -> dict[str, float]:
        """Return value, bound, gap, residual and unit by name."""
        return {
            "value": self.value, "bound": self.bound, "gap": self.gap, "residual": self.residual,
            "unit": self.unit,
        }  # fmt: skip
