"""One party, one period: what the reported totals leave after the named payments, and what nothing explains."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from loopledger.accounts.items import BALANCES, OUTSIDE_DEBT, OUTSIDE_EQUITY, UNEXPLAINED
from loopledger.accounts.lines import Basis, Hole, Line, Period, cents
from loopledger.accounts.operations import add_operations
from loopledger.accounts.owners import add_payout
from loopledger.accounts.partybooks import PartyBooks, Setting, as_amount, negated, sum_of
from loopledger.units import Interval

__all__ = ["Closing", "Setting", "close_party", "close_unreported"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """The lines that a party's reported figures add to its named payments, and the hole that is left."""

    lines: tuple[Line, ...]
    hole: Hole | None


def close_party(party: str, period: Period, named: Sequence[Line], setting: Setting) -> Closing:
    """Return the lines that close the books of a party that reports figures.

    Parameters
    ----------
    party : str
    period : Period
    named : sequence of Line
        Every named payment of the period in which the party is payer or payee.
    setting : Setting

    Returns
    -------
    Closing
        With the residual as the last line, if there is one.

    Notes
    -----
    With revenue ``R``, cash from operations ``O``, capital expenditure ``C``, lease principal ``L``, shares
    issued ``E``, net borrowing ``B``, shares of others bought ``I``, money returned to owners ``P`` and the
    rise of liquid funds ``dM``: ``residual = O - C - L + E + B - I - P - dM``. Cash costs are ``R - O``; each
    total is split into its named payments and the rest, which has the outside account of its item at the
    other end. Interest is in cash from operations, repayment in ``B``.
    """
    books = PartyBooks(party=party, period=period, named=named, setting=setting)
    add_operations(books)
    _leases(books)
    _equity(books)
    add_payout(books)
    _debt(books)
    _investments(books)
    _balances(books)
    for line in books.received("guarantee", "investments", "other_payments"):
        books.net.append(line.amount)
    for line in books.paid("guarantee", "investments", "other_payments"):
        books.net.append(negated(line.amount))
    return _closed(books)


def _leases(books: PartyBooks) -> None:
    known = books.quarters("lease_principal")
    paid = books.over("lease_principal", known)
    if paid is not None:
        books.lacks("lease principal", tuple(q for q in books.period.quarters if q not in known))
        books.net.append(negated(paid.value))
        books.add((books.party, OUTSIDE_DEBT), "lease_principal", paid.value, paid)


def _equity(books: PartyBooks) -> None:
    named, raised = books.received("equity"), books.figure("equity_raised")
    if raised is None:
        books.net.append(sum_of(named))
        return
    books.net.append(raised.value)
    books.add_rest(OUTSIDE_EQUITY, "equity", raised, named, use=False)


def _debt(books: PartyBooks) -> None:
    drawn, served = books.received("borrowing"), books.paid("debt_service")
    books.net += [negated(sum_of(books.paid("borrowing"))), sum_of(books.received("debt_service"))]
    change = books.figure("debt_issued") or books.stock_change([(name,) for name in books.table.debt])
    if change is None:
        books.net += [sum_of(drawn), negated(sum_of(served))]
        return
    rest = change
    for line in drawn:
        rest = rest.plus(as_amount(line), sign=-1)
    for line in served:
        rest = rest.plus(as_amount(line))
    books.net.append(change.value)
    books.add((OUTSIDE_DEBT, books.party), "net_borrowing", rest.value, rest)


def _investments(books: PartyBooks) -> None:
    named, bought = books.paid("equity"), books.figure("investments")
    if bought is None:
        books.net.append(negated(sum_of(named)))
        return
    books.net.append(negated(bought.value))
    books.add_rest(OUTSIDE_EQUITY, "investments", bought, named, use=True)


def _balances(books: PartyBooks) -> None:
    change = books.stock_change(books.table.liquid_sets)
    if change is None:
        start, end = books.period.quarters[0].shifted(-1), books.period.quarters[-1]
        books.missing.append(f"liquid funds at the end of {start} and of {end}")
        return
    books.net.append(negated(change.value))
    books.add((books.party, BALANCES), "change_in_liquid_funds", change.value, change)


def _closed(books: PartyBooks) -> Closing:
    """Return the lines with the residual, in whole cents, and the hole if a figure is missing."""
    left = _net_cents(books.party, [*books.named, *books.lines])
    spread = Interval.total(books.net)
    surplus = Interval(min(spread.low, left / 100), left / 100, max(spread.high, left / 100))
    if left:
        ends = (books.party, UNEXPLAINED) if left > 0 else (UNEXPLAINED, books.party)
        note = "sources known exceed uses known" if left > 0 else "uses known exceed sources known"
        if books.missing:
            note += f"; not reported: {'; '.join(books.missing)}"
        books.lines.append(
            Line(
                period=books.period.label,
                payer=ends[0],
                payee=ends[1],
                item="residual",
                amount=surplus if left > 0 else negated(surplus),
                basis=Basis.RESIDUAL,
                date_basis=books.period.label,
                ids=tuple(dict.fromkeys(name for line in books.lines for name in line.ids)),
                note=note,
            )
        )
    hole = None
    if books.missing:
        hole = Hole(
            party=books.party, period=books.period.label, missing=tuple(books.missing), size=negated(surplus)
        )
    return Closing(lines=tuple(books.lines), hole=hole)


def _net_cents(party: str, lines: Iterable[Line]) -> int:
    """Return what a party receives less what it pays, in cents."""
    return sum(cents(line.amount.central) * ((line.payee == party) - (line.payer == party)) for line in lines)


def close_unreported(party: str, period: Period, named: Sequence[Line], outside: str) -> Closing:
    """Return the line that balances the named payments of a party without figures of its own.

    Parameters
    ----------
    outside : str
        The outside account that stands behind parties of its role, or ``unexplained``.
    """
    left = _net_cents(party, named)
    if not left:
        return Closing(lines=(), hole=None)
    received = Interval.total(line.amount for line in named if line.payee == party)
    paid = Interval.total(line.amount for line in named if line.payer == party)
    spread = received + negated(paid)
    surplus = Interval(min(spread.low, left / 100), left / 100, max(spread.high, left / 100))
    ends = (party, outside) if left > 0 else (outside, party)
    line = Line(
        period=period.label,
        payer=ends[0],
        payee=ends[1],
        item="no_accounts",
        amount=surplus if left > 0 else negated(surplus),
        basis=Basis.RESIDUAL,
        date_basis=period.label,
        ids=tuple(dict.fromkeys(name for line in named for name in line.ids)),
        note="balance of its named payments; no figure of its own falls in the period",
    )
    return Closing(lines=(line,), hole=None)
