"""Where a funder's colour ends: five places that add up to the outlays."""

from __future__ import annotations

from dataclasses import dataclass

from loopledger.circularity.certificate import TOLERANCE
from loopledger.errors import ModelError

__all__ = ["Fates"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fates:
    """Where the coloured outlays ended under one rule: the proof that no colour was made or lost.

    Parameters
    ----------
    outlays : float
        [currency], all that was coloured.
    returned : float
        Paid to the seller for its sales.
    absorbed : float
        Reached a funder in another way.
    leaked : float
        Paid to the rest of the world.
    beyond : float
        Paid to treasuries from which no payment leads to the seller, at once or on the way.
    held : float
        Still in the other treasuries at the end.
    residual : float
        Outlays less all fates: zero where money is counted in whole units, rounding otherwise.
    """

    outlays: float
    returned: float
    absorbed: float
    leaked: float
    beyond: float
    held: float
    residual: float

    def check(self, *, what: str) -> None:
        """Refuse a tracing that made or lost colour.

        Raises
        ------
        ModelError
            If the fates do not add up to the outlays within 1e-9 of them.
        """
        if not abs(self.residual) <= TOLERANCE * self.outlays:
            msg = f"{what}: the ends of the money do not add up to the outlays, {self.residual:g} is missing"
            raise ModelError(msg, hint="amounts of very different size may cancel each other")

    def as_dict(self) -> dict[str, float]:
        """Return all amounts by name."""
        return {
            "outlays": self.outlays, "returned": self.returned, "absorbed": self.absorbed,
            "leaked": self.leaked, "beyond": self.beyond, "held": self.held, "residual": self.residual,
        }  # fmt: skip
