"""What parties owe, layer by layer of seniority, and how the money they have runs down the layers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.sparse import csr_array, diags_array

from loopledger.stress.arrays import FloatArray, IntArray

__all__ = ["ExternalRank", "Waterfall", "build_waterfall"]


class ExternalRank(StrEnum):
    """How creditors outside the network rank against those inside."""

    SENIOR = "senior"
    PARI_PASSU = "pari-passu"
    JUNIOR = "junior"

    @classmethod
    def _missing_(cls, value: object) -> ExternalRank | None:
        return cls.PARI_PASSU if value in ("pari_passu", "pari passu") else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waterfall:
    """Obligations by layer, the most senior first; within a layer creditors share in proportion.

    Parameters
    ----------
    owed : tuple of scipy.sparse.csr_array, each of shape (n, n)
        ``owed[k][i, j]``: what ``i`` owes ``j`` in layer ``k`` [currency].
    shares : tuple of scipy.sparse.csr_array, each of shape (n, n)
        ``shares[k][j, i]``: part of what ``i`` pays in layer ``k`` that ``j`` receives, 0 to 1.
    external : ndarray, shape (n_layers, n)
        What each owes outside the network [currency].
    due : ndarray, shape (n_layers, n)
        All that each owes in a layer [currency].
    start : ndarray, shape (n_layers, n)
        What ranks before a layer [currency].
    total : ndarray, shape (n,)
        All that each owes [currency].
    class_layers : tuple of int
        In which layer each class of the caller's obligations lies.
    """

    owed: tuple[csr_array, ...]
    shares: tuple[csr_array, ...]
    external: FloatArray
    due: FloatArray
    start: FloatArray
    total: FloatArray
    class_layers: tuple[int, ...]

    @property
    def n_parties(self) -> int:
        """Return the number of parties."""
        return len(self.total)

    def payments(self, money: FloatArray) -> FloatArray:
        """Return what each pays in each layer out of the money it has, shape (n_layers, n) [currency]."""
        paid: FloatArray = np.clip(money - self.start, 0.0, self.due)
        return paid

    def received(self, payments: FloatArray) -> FloatArray:
        """Return what each receives from others inside, shape (n,) [currency]."""
        total = np.zeros(self.n_parties)
        for share, paid in zip(self.shares, payments, strict=True):
            total += share @ paid
        return total

    def marginal_layers(self, money: FloatArray, *, upward: bool) -> IntArray:
        """Return the layer in which the last (or, upward, the next) dollar of each party goes, shape (n,).

        A party that owes nothing gets layer 0.
        """
        owes = self.due > 0
        if upward:
            inside = (money >= self.start) & (money < self.start + self.due)
            other = len(self.owed) - 1 - owes[::-1].argmax(axis=0)
        else:
            inside = (money > self.start) & (money <= self.start + self.due)
            other = owes.argmax(axis=0)
        layer = np.where(inside.any(axis=0), inside.argmax(axis=0), other)
        places: IntArray = layer.astype(np.int64)
        return places

    def marginal_flows(self, layers: IntArray) -> csr_array:
        """Return the obligations ``[i, j]`` in the marginal layer of each ``i`` [currency]."""
        if len(self.owed) == 1:
            return self.owed[0]
        chosen = [diags_array((layers == k).astype(np.float64)) @ owed for k, owed in enumerate(self.owed)]
        flows = chosen[0]
        for more in chosen[1:]:
            flows = flows + more
        return csr_array(flows)


def build_waterfall(
    classes: tuple[csr_array, ...], external_liabilities: FloatArray, rank: ExternalRank
) -> Waterfall:
    """Return the layers of the obligations with the external creditors in their place.

    Parameters
    ----------
    classes : tuple of scipy.sparse.csr_array
        Obligations by class, the most senior first.
    external_liabilities : ndarray, shape (n,)
        [currency].
    rank : ExternalRank
        Senior: before all classes. Junior: after them. Pari passu: beside the most junior class in
        which the party itself owes anything (class 0 if it owes nobody inside).
    """
    n = len(external_liabilities)
    layers = list(classes)
    class_layers = list(range(len(classes)))
    external = np.zeros((len(layers) + 1, n))
    owes = np.array([one.sum(axis=1) > 0 for one in layers])
    if rank is ExternalRank.PARI_PASSU:
        last = np.where(owes.any(axis=0), len(layers) - 1 - owes[::-1].argmax(axis=0), 0)
        external = external[:-1]
        external[last, np.arange(n)] = external_liabilities
    elif not external_liabilities.any():
        external = external[:-1]
    elif rank is ExternalRank.SENIOR:
        layers.insert(0, csr_array((n, n)))
        class_layers = [k + 1 for k in class_layers]
        external[0] = external_liabilities
    else:
        layers.append(csr_array((n, n)))
        external[-1] = external_liabilities
    inside = np.array([one.sum(axis=1) for one in layers])
    due = inside + external
    ends = np.cumsum(due, axis=0)
    total = ends[-1]
    return Waterfall(
        owed=tuple(layers),
        shares=tuple(_shares(one, row) for one, row in zip(layers, due, strict=True)),
        external=external,
        due=due,
        start=np.vstack([np.zeros((1, n)), ends[:-1]]),
        total=total,
        class_layers=tuple(class_layers),
    )


def _shares(owed: csr_array, due: FloatArray) -> csr_array:
    parts = owed.tocoo()
    return csr_array((parts.data / due[parts.row], (parts.col, parts.row)), shape=owed.shape)
