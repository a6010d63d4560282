"""Payments between parties as a picture takes them: the largest parties by name, all others as one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from loopledger.errors import ModelError
from loopledger.report.figures.amounts import check_range, format_short
from loopledger.report.figures.legs import Role, Table
from loopledger.report.figures.text import clean

__all__ = ["ROLES", "Gathered", "Node", "PairSum", "Ribbon", "gather", "pairs_table"]

#: What payments do, in the order in which they are drawn and listed, with the words for it.
ROLES: dict[Role, str] = {"purchase": "purchases", "funding": "funding", "other": "other payments"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PairSum:
    """All that one party pays another in a window, of one role.

    Parameters
    ----------
    payer, payee : str
        Party ids.
    low, central, high : float
        [units of the currency].
    role : {'funding', 'purchase', 'other'}
    ids : tuple of str
        Register ids behind it.

    Raises
    ------
    ModelError
        If a party pays itself, the role is unknown, or the amounts are out of order.
    """

    payer: str
    payee: str
    low: float
    central: float
    high: float
    role: Role = "purchase"
    ids: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        what = f"payments from {self.payer!r} to {self.payee!r}"
        if self.payer == self.payee or self.role not in ROLES:
            msg = f"{what}: a party pays another, and the role is one of {', '.join(ROLES)}"
            raise ModelError(msg)
        check_range(self.low, self.central, self.high, what=what)


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A party of a picture, or all others.

    Parameters
    ----------
    label : str
        Its name as printed.
    parties : tuple of str
        Ids of the parties that it stands for.
    pays, gets : float
        [units of the currency] central, to and from the other nodes.
    """

    label: str
    parties: tuple[str, ...]
    pays: float
    gets: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ribbon:
    """All that one node pays another, of one role.

    Parameters
    ----------
    payer, payee : int
        Places of the nodes.
    low, central, high : float
    role : str
    """

    payer: int
    payee: int
    low: float
    central: float
    high: float
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """Payments with the smaller parties gathered.

    Parameters
    ----------
    nodes : tuple of Node
        The largest first; all others, where there are any, last.
    ribbons : tuple of Ribbon
        Between different nodes; nothing is left out.
    within : tuple of float
        Low, central and high of what the gathered parties pay each other.
    place : mapping of str to int
        Place of each party's node, by party id.
    """

    nodes: tuple[Node, ...]
    ribbons: tuple[Ribbon, ...]
    within: tuple[float, float, float]
    place: Mapping[str, int]

    @property
    def total(self) -> float:
        """Central sum of all payments, those among the gathered parties included."""
        return sum(ribbon.central for ribbon in self.ribbons) + self.within[1]


def gather(pairs: Sequence[PairSum], names: Mapping[str, str], *, n_main: int = 10) -> Gathered:
    """Return payments among the largest parties, the others gathered as one.

    Parameters
    ----------
    pairs : sequence of PairSum
    names : mapping of str to str
        Name as printed, by party id; the id itself where there is none.
    n_main : int
        How many parties stand for themselves. One more does, where it would be the only other.

    Notes
    -----
    A party's size is what it pays and is paid, at central values; equal ones come by id.

    Examples
    --------
    >>> pairs = [PairSum(payer=a, payee=b, low=0, central=x, high=x)
    ...          for a, b, x in [("a", "b", 9), ("b", "c", 5), ("c", "d", 2), ("d", "e", 1)]]
    >>> [node.label for node in gather(pairs, {"a": "A"}, n_main=2).nodes]
    ['b', 'A', '3 others']
    """
    sizes: dict[str, float] = defaultdict(float)
    for pair in pairs:
        sizes[pair.payer] += pair.central
        sizes[pair.payee] += pair.central
    ranked = sorted(sizes, key=lambda party: (-sizes[party], party))
    n_alone = len(ranked) if len(ranked) <= n_main + 1 else n_main
    place = {party: min(n, n_alone) for n, party in enumerate(ranked)}
    sums: dict[tuple[int, int, Role], list[float]] = {}
    within = [0.0, 0.0, 0.0]
    for pair in pairs:
        ends = (place[pair.payer], place[pair.payee])
        into = within if ends[0] == ends[1] else sums.setdefault((*ends, pair.role), [0.0, 0.0, 0.0])
        for n, value in enumerate((pair.low, pair.central, pair.high)):
            into[n] += value
    order = {role: n for n, role in enumerate(ROLES)}
    ribbons = tuple(
        Ribbon(payer=payer, payee=payee, role=role, low=low, central=central, high=high)
        for (payer, payee, role), (low, central, high) in sorted(
            sums.items(), key=lambda item: (item[0][0], item[0][1], order[item[0][2]])
        )
    )
    groups = [[party] for party in ranked[:n_alone]]
    groups += [sorted(ranked[n_alone:])] if len(ranked) > n_alone else []
    nodes = tuple(
        Node(
            label=clean(names.get(group[0], group[0])) if n < n_alone else f"{len(group)} others",
            parties=tuple(group),
            pays=sum(ribbon.central for ribbon in ribbons if ribbon.payer == n),
            gets=sum(ribbon.central for ribbon in ribbons if ribbon.payee == n),
        )
        for n, group in enumerate(groups)
    )
    return Gathered(nodes=nodes, ribbons=ribbons, within=(within[0], within[1], within[2]), place=place)


def pairs_table(
    pairs: Sequence[PairSum], names: Mapping[str, str], *, n_main: int = 10, unit: str = "USD"
) -> Table:
    """Return the table twin of a picture of payments: one row a pair and role, the largest first.

    The last but one column says as what the pair is drawn, so that the drawn sums can be added up again.
    """
    found = gather(pairs, names, n_main=n_main)
    header = ("Payer", "Payee", "What", "Low", "Central", "High", "Drawn as", "Instruments")
    rows = []
    for pair in sorted(pairs, key=lambda p: (-p.central, -p.high, p.payer, p.payee, p.role)):
        ends = [found.nodes[found.place[party]].label for party in (pair.payer, pair.payee)]
        inside = found.place[pair.payer] == found.place[pair.payee]
        rows.append((
            clean(names.get(pair.payer, pair.payer)), clean(names.get(pair.payee, pair.payee)), ROLES[pair.role],
            *(format_short(value, unit) for value in (pair.low, pair.central, pair.high)),
            "among the others" if inside else " to ".join(ends),
            ", ".join(clean(identifier) for identifier in pair.ids),
        ))  # fmt: skip
    return header, tuple(rows)
