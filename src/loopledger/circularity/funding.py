"""Whose money pays: how much of a funder's own money comes back to a seller as sales.

Cash is fungible, so the answer is a range over rules. Every rule is one way of allocating money that is
consistent with all treasuries, and so lies between the *forced* and the *possible* return.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopledger.circularity.certificate import TOLERANCE, Certificate
from loopledger.circularity.colour import Colouring, colour
from loopledger.circularity.earmarks import split_by_earmarks
from loopledger.circularity.fates import Fates
from loopledger.circularity.ordered import trace_ordered
from loopledger.circularity.pooled import trace_pooled
from loopledger.circularity.returns import bound_returns
from loopledger.errors import ModelError
from loopledger.network import FlowTable, Treasuries, close_books, close_treasuries
from loopledger.records import FlowClass

__all__ = ["RULES", "Funding", "trace_funding"]

BoolArray = NDArray[np.bool_]

#: The rules by name, in the order of the result, each with its one-line definition.
RULES: Mapping[str, str] = {
    "forced": "the least of the funders' money that can arrive under any allocation the books allow",
    "pooled": "every payment carries the average composition of the payer's treasury",
    "earmarked": "money goes first to what it was meant for, the rest is pooled",
    "first in first out": "a treasury pays from what it received first, payments in the order of the table",
    "last in first out": "a treasury pays from what it received last, payments in the order of the table",
    "possible": "the most of the funders' money that can arrive under any allocation the books allow",
}


#: Rules that read the order of the payments.
_BY_ORDER = frozenset({"first in first out", "last in first out"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Funding:
    """How much of the funders' money returns to the seller, under each rule.

    Parameters
    ----------
    funders : tuple of str
    seller : str
    receipts : float
        [currency], what the seller was paid for its sales.
    outlays : float
        [currency], all funding that the funders paid out.
    outlays_within : float
        [currency], the part of the outlays that went to another funder.
    returned : mapping of str to float or None
        [currency] by rule; earmarked is None when the payments carry no earmarks. The two rules of order
        are there if they were asked for.
    unexplained : mapping of (str, str) to float
        [currency] by party and period: money that a party must have had from elsewhere. It counts as
        nobody's colour.
    certificates : mapping of str to Certificate
        Proof of the forced and of the possible return.
    fates : mapping of str to Fates
        Where the outlays ended under each rule between them: the proof that no colour was made or lost.
    """

    funders: tuple[str, ...]
    seller: str
    receipts: float
    outlays: float
    outlays_within: float
    returned: Mapping[str, float | None]
    unexplained: Mapping[tuple[str, str], float]
    certificates: Mapping[str, Certificate]
    fates: Mapping[str, Fates]

    @property
    def share(self) -> dict[str, float | None]:
        """The returned money as a share of the receipts, 0 to 1, by rule; None without receipts."""
        return {
            rule: value / self.receipts if value is not None and self.receipts else None
            for rule, value in self.returned.items()
        }


def trace_funding(
    table: FlowTable,
    funders: Collection[str],
    seller: str,
    *,
    opening: Mapping[str, float] | None = None,
    outlays: BoolArray | None = None,
    sales: BoolArray | None = None,
    by_order: bool = False,
) -> Funding:
    """Return how much of the funders' money comes back to the seller as sales.

    Parameters
    ----------
    table : FlowTable
        All payments of the window, one currency.
    funders : collection of str
        The party or group whose funding is coloured.
    seller : str
        One of the funders.
    opening : mapping of str to float, optional
        Cash before the first period; it has no colour.
    outlays, sales : ndarray of bool, shape (n_flows,), optional
        Restrict the coloured outlays and the counted receipts, for instance to one deal. Default is
        every funding payment of the funders and every purchase from the seller.
    by_order : bool
        Whether to trace first in first out and last in first out too. They read the order of the
        payments, so they mean something where payments are dated, or listed as they were made.

    Returns
    -------
    Funding
        With ``forced <= rule <= possible`` for every rule.

    Raises
    ------
    NotFoundError
        If no payment names a funder or the seller.
    ModelError
        If the seller is no funder, there are no funders, or a bound cannot be certified.

    Notes
    -----
    The funders' outlays are coloured and followed through the treasuries of the others until they
    reach a funder again, where they are absorbed; what arrives as payment for the seller's sales is
    counted. With ``y`` the coloured part of a payment ``f`` and ``z`` the coloured part of a balance
    ``c``, every allocation satisfies ``0 <= y <= f``, ``0 <= z <= c`` and
    ``z[i,t] = z[i,t-1] + sum(y into i) - sum(y out of i)``.
    *Forced* and *possible* are the least and the greatest return over these; every other rule is one
    allocation among them. Payments within one period are simultaneous, except under the rules of order.
    Money is counted in whole units, cents where that is exact, see
    :class:`~loopledger.network.whole.Unit`.

    Examples
    --------
    >>> from loopledger.network import Row, build_table
    >>> table = build_table([
    ...     Row(period="1", payer="m", payee="a", kind="funding", amount=5),
    ...     Row(period="1", payer="outside", payee="a", kind="other", amount=25),
    ...     Row(period="1", payer="a", payee="m", kind="purchase", amount=20),
    ... ])
    >>> found = trace_funding(table, {"m"}, "m")
    >>> {rule: value and round(value, 3) for rule, value in found.returned.items()}
    {'forced': 0.0, 'pooled': 3.333, 'earmarked': None, 'possible': 5.0}
    """
    group = tuple(sorted(set(funders)))
    if not group or seller not in group:
        msg = f"the seller {seller!r} is not one of the funders {', '.join(group) or '(none)'}"
        raise ModelError(msg, hint="the question is whose own money returns: name the seller as a funder too")
    positions = [table.party(name) for name in group]
    treasuries = close_treasuries(table, opening)
    colouring = colour(table, positions, table.party(seller), outlays=outlays, sales=sales)
    least, most = bound_returns(colouring, treasuries)
    found = {"pooled": trace_pooled(colouring, treasuries)}
    if table.earmarks:
        split, cash = split_by_earmarks(colouring, close_books(table, opening))
        found["earmarked"] = trace_pooled(split, close_treasuries(split.table, cash))
    if by_order:
        found |= {
            rule: trace_ordered(colouring, treasuries, last_first=last_first)
            for rule, last_first in (("first in first out", False), ("last in first out", True))
        }
    inside = table.mask_parties(positions)
    funding = table.mask_class(FlowClass.FUNDING) & inside[table.payer]
    return Funding(
        funders=group,
        seller=seller,
        receipts=float(table.amount[colouring.counted].sum()),
        outlays=float(table.amount[colouring.source].sum()),
        outlays_within=float(table.amount[funding & inside[table.payee] & colouring.source].sum()),
        returned=_ordered(least.bound, most.bound, found, size=float(table.amount.sum())),
        unexplained=_unexplained(table, treasuries, colouring),
        certificates={"forced": least, "possible": most},
        fates=found,
    )


def _ordered(
    forced: float, possible: float, found: Mapping[str, Fates], *, size: float
) -> dict[str, float | None]:
    """Return the returns by rule, each allocation within the proven range but for rounding, which goes.

    Raises
    ------
    ModelError
        If an allocation leaves the range by more than rounding.
    """
    asked = [rule for rule in RULES if rule in found or rule not in _BY_ORDER]
    returned: dict[str, float | None] = dict.fromkeys(asked)
    returned |= {"forced": forced, "possible": possible}
    for rule, fates in found.items():
        value = fates.returned
        returned[rule] = nearest = min(max(value, forced), possible)
        if not abs(nearest - value) <= TOLERANCE * size:
            msg = f"the {rule} return {value:g} leaves its range of {forced:g} to {possible:g}"
            raise ModelError(msg, hint="amounts of very different size may cancel each other")
    return returned


def _unexplained(
    table: FlowTable, treasuries: Treasuries, colouring: Colouring
) -> dict[tuple[str, str], float]:
    """Return the unexplained money of the parties whose treasuries matter, by party and period."""
    nodes, amounts = treasuries.shortfalls()
    matters = colouring.follows[treasuries.party[nodes]]
    nodes, amounts = nodes[matters], amounts[matters]
    columns = treasuries.party[nodes].tolist(), treasuries.period[nodes].tolist(), amounts.tolist()
    return {
        (table.parties[party], table.periods[period]): amount
        for party, period, amount in zip(*columns, strict=True)
    }
