"""Linear programmes on networks, solved and then certified without trusting the solver."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from loopledger.errors import ModelError

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

__all__ = ["TOLERANCE", "Certificate", "Solution", "solve_bounded"]

FloatArray = NDArray[np.float64]

#: Largest gap and balance error that is accepted, relative to the size of the problem.
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
        compared as whole numbers. 0 where the proof is in floats.
    """

    value: float
    bound: float
    residual: float
    unit: float = 0.0

    @property
    def gap(self) -> float:
        """Distance between value and bound, >= 0 but for rounding."""
        return abs(self.value - self.bound)

    def negated(self) -> Certificate:
        """Return the certificate of the maximisation that was solved as a minimisation."""
        return Certificate(value=-self.value, bound=-self.bound, residual=self.residual)

    def check(self, size: float, *, what: str) -> None:
        """Refuse an optimum whose gap or balance error is more than rounding.

        Parameters
        ----------
        size : float
            What counts as large in this problem, in the unit of the flows.
        what : str
            Name of the optimum, for the message.

        Raises
        ------
        ModelError
            If it is not proven.
        """
        if not max(self.gap, self.residual) <= TOLERANCE * size:
            msg = f"{what} could not be certified: gap {self.gap:g}, balance error {self.residual:g}"
            raise ModelError(msg)

    def as_dict(self) -> dict[str, float]:
        """Return value, bound, gap, residual and unit by name."""
        return {
            "value": self.value, "bound": self.bound, "gap": self.gap, "residual": self.residual,
            "unit": self.unit,
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """A solution within its bounds, shape (n_variables,), and its proof."""

    x: FloatArray
    certificate: Certificate


def solve_bounded(
    cost: FloatArray, balance: csr_matrix, demand: FloatArray, upper: FloatArray, *, what: str
) -> Solution:
    """Minimise ``cost @ x`` subject to ``balance @ x == demand`` and ``0 <= x <= upper``.

    Parameters
    ----------
    cost, upper : ndarray, shape (n_variables,)
    balance : sparse matrix, shape (n_balances, n_variables)
    demand : ndarray, shape (n_balances,)
    what : str
        Name of the problem, for messages.

    Returns
    -------
    Solution

    Raises
    ------
    ModelError
        If there is no solution, or value and bound differ by more than 1e-9 of the problem's size.

    Notes
    -----
    The bound comes from the multipliers ``p`` of the balances by weak duality,
    ``demand @ p + upper @ min(0, cost - balance.T @ p)``, which holds for any ``p`` whatsoever; the
    solver only has to propose a good one.
    """
    # half a second to import, which a brief without a circulation need not wait for
    from scipy.optimize import linprog  # noqa: PLC0415

    if not len(cost):
        return Solution(x=np.zeros(0), certificate=Certificate(value=0.0, bound=0.0, residual=0.0))

    def _bound(price: FloatArray) -> float:
        return float(demand @ price + upper @ np.minimum(0.0, cost - balance.T @ price))

    scale = float(max(upper.max(initial=0.0), np.abs(demand).max(initial=0.0))) or 1.0
    result = linprog(
        cost,
        A_eq=balance,
        b_eq=demand / scale,
        bounds=np.column_stack([np.zeros(len(cost)), upper / scale]),
        method="highs-ds",
        # presolve costs a hundredfold on network matrices of this shape and gains nothing
        options={
            "presolve": False,
            "dual_feasibility_tolerance": 1e-10,
            "primal_feasibility_tolerance": 1e-10,
        },
    )
    if result.status != 0:
        msg = f"{what} has no solution: {result.message}"
        raise ModelError(msg)
    x = np.clip(result.x * scale, 0.0, upper)
    price = np.asarray(result.eqlin.marginals)
    certificate = Certificate(
        value=float(cost @ x),
        # on networks with whole costs the best prices are whole: rounding mends what the solver left
        bound=max(_bound(price), _bound(np.rint(price))),
        residual=float(np.abs(balance @ x - demand).max(initial=0.0)),
    )
    size = max(float(np.abs(cost) @ upper), scale)
    certificate.check(size, what=what)
    return Solution(x=x, certificate=certificate)
