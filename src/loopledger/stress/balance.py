"""The state of a clearing: who defaults, what money each has, and the linear system that holds there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array, diags_array

from loopledger.stress.arrays import FloatArray, IntArray
from loopledger.stress.mmatrix import PassOn, build_pass_on
from loopledger.stress.waterfall import Waterfall

__all__ = ["FORGIVEN", "ROUNDING", "BalanceSheets", "BoolArray"]

BoolArray = np.typing.NDArray[np.bool_]

#: Relative shortfall that is taken for rounding: a party short by less of what it owes is solvent.
ROUNDING = 1e-12
#: Relative shortfall of a solvent party from which it enters the bound on errors; below, sums are rounded.
FORGIVEN = 8 * float(np.finfo(float).eps)


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceSheets:
    """A network to be cleared: obligations, external assets, and what default leaves of the assets.

    Parameters
    ----------
    waterfall : Waterfall
    external_assets : ndarray, shape (n,)
        [currency].
    recovery_external, recovery_internal : ndarray, shape (n,)
        Part of external assets, and of what others pay, that is left for creditors in default, 0 to 1.
    """

    waterfall: Waterfall
    external_assets: FloatArray
    recovery_external: FloatArray
    recovery_internal: FloatArray

    @property
    def costly(self) -> bool:
        """Return whether default destroys anything."""
        return bool((self.recovery_external < 1).any() or (self.recovery_internal < 1).any())

    def short(self, received: FloatArray, slack: float = ROUNDING) -> BoolArray:
        """Return who cannot pay all it owes, less this part of it, out of this income, shape (n,)."""
        total = self.waterfall.total
        missing = total - (self.external_assets + received)
        return np.asarray(missing > slack * total)

    def left(self, received: FloatArray) -> FloatArray:
        """Return what creditors of a defaulter can take, shape (n,) [currency]."""
        return self.recovery_external * self.external_assets + self.recovery_internal * received

    def step(self, money: FloatArray, defaults: BoolArray) -> FloatArray:
        """Return the money each has if all pay out of this money; solvent parties have what they owe."""
        waterfall = self.waterfall
        received = waterfall.received(waterfall.payments(money))
        return np.where(defaults, np.minimum(self.left(received), waterfall.total), waterfall.total)

    def system(self, layers: IntArray, among: IntArray) -> tuple[PassOn, FloatArray]:
        """Return the system among some defaulters in their marginal layers, and what each owes there.

        Parameters
        ----------
        layers : ndarray, shape (n,)
            Marginal layer of each party.
        among : ndarray, shape (m,)
            Places of the parties whose money moves.

        Returns
        -------
        system : PassOn
            For unknowns in parts of the layer, so that a unit pays the whole layer.
        owed : ndarray, shape (m,)
            [currency].
        """
        waterfall = self.waterfall
        flows = waterfall.marginal_flows(layers)[among]
        owed = waterfall.due[layers[among], among]
        outside = waterfall.external[layers[among], among]
        inside = np.zeros(waterfall.n_parties, dtype=bool)
        inside[among] = True
        reached = np.where(inside, self.recovery_internal, 0.0)
        leak = outside + flows @ (1.0 - reached)
        passing = csr_array(flows[:, among] @ diags_array(self.recovery_internal[among]))
        return build_pass_on(passing, leak), owed
