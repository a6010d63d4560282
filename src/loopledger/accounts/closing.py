"""One party, one period: what the reported totals leave after the named payments, and what nothing explains."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from loopledger.accounts.contracts import BOUGHT
from loopledger.accounts.figures import Amount, FigureBook
from loopledger.accounts.items import (
    BALANCES,
    END_CUSTOMERS,
    OTHER_COSTS,
    OUTSIDE_DEBT,
    OUTSIDE_EQUITY,
    UNEXPLAINED,
    AccountTable,
)
from loopledger.accounts.lines import Basis, Hole, Line, Period, cents
from loopledger.records import Party
from loopledger.schedule import Assumptions
from loopledger.units import Interval, Quarter

__all__ = ["Closing", "Setting", "close_party", "close_unreported"]

_ZERO = Interval.exact(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """The lines that a party's reported figures add to its named payments, and the hole that is left."""

    lines: tuple[Line, ...]
    hole: Hole | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What every party's books are closed with."""

    parties: Mapping[str, Party]
    figures: FigureBook
    table: AccountTable
    assumptions: Assumptions


@dataclass(slots=True, kw_only=True)
class _Books:
    """The books of one party and period in the making."""

    party: str
    period: Period
    named: Sequence[Line]
    setting: Setting
    lines: list[Line] = field(default_factory=list)
    #: What the party receives less what it pays, by parts that are each known apart.
    net: list[Interval] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    @property
    def figures(self) -> FigureBook:
        return self.setting.figures

    @property
    def table(self) -> AccountTable:
        return self.setting.table

    def figure(self, what: str) -> Amount | None:
        """Return a reported flow if it covers the whole period."""
        found = self.figures.flow(self.party, self.table.measures[what], self.period)
        return found[0] if found is not None and found[1] == 0 else None

    def quarters(self, what: str) -> tuple[Quarter, ...]:
        """Return the quarters of the period for which a flow is reported."""
        return self.figures.quarters(self.party, self.table.measures[what], self.period)

    def over(self, what: str, quarters: tuple[Quarter, ...]) -> Amount | None:
        """Return a reported flow over some quarters for which it is known; None for no quarter."""
        part = Period(label=self.period.label, quarters=quarters)
        found = self.figures.flow(self.party, self.table.measures[what], part) if quarters else None
        return found[0] if found is not None else None

    def lacks(self, what: str, quarters: tuple[Quarter, ...]) -> None:
        """Note that a figure is missing for some quarters of the period."""
        if len(quarters) == len(self.period.quarters):
            self.missing.append(what)
        elif quarters:
            self.missing.append(f"{what} of {', '.join(map(str, quarters))}")

    def paid(self, *items: str) -> list[Line]:
        return [line for line in self.named if line.payer == self.party and line.item in items]

    def received(self, *items: str) -> list[Line]:
        return [line for line in self.named if line.payee == self.party and line.item in items]

    def add(self, ends: tuple[str, str], item: str, amount: Interval, source: Amount, note: str = "") -> None:
        """Add a line in the direction in which its central value is positive; nothing where it is zero."""
        payer, payee = ends if amount.central >= 0 else ends[::-1]
        amount = amount if amount.central >= 0 else _negated(amount)
        central = cents(amount.central) / 100
        if central == 0:
            return
        self.lines.append(
            Line(
                period=self.period.label,
                payer=payer,
                payee=payee,
                item=item,
                amount=Interval(min(amount.low, central), central, max(amount.high, central)),
                basis=source.basis,
                date_basis=source.date_basis,
                ids=source.ids,
                assumptions=source.assumptions,
                note=note,
            )
        )

    def add_rest(self, other: str, item: str, total: Amount, named: Iterable[Line], *, use: bool) -> None:
        """Add what a reported total leaves for an outside account; named payments above it are shown as such."""
        lines = list(named)
        rest = total
        for line in lines:
            rest = rest.plus(_as_amount(line), sign=-1)
        ends = (self.party, other) if use else (other, self.party)
        if rest.value.central >= 0:
            low = min(max(rest.value.low, 0.0), rest.value.central)
            note = f"the reported total less {len(lines)} named payments" if lines else ""
            self.add(ends, item, Interval(low, rest.value.central, rest.value.high), rest, note)
            return
        back = (UNEXPLAINED, self.party) if use else (self.party, UNEXPLAINED)
        note = f"named payments exceed the reported total of {item}"
        self.add(back, "beyond_reported", _negated(rest.value), rest, note)


def _negated(value: Interval) -> Interval:
    return Interval(-value.high, -value.central, -value.low)


def _as_amount(line: Line) -> Amount:
    return Amount(
        value=line.amount, basis=line.basis, date_basis="", ids=line.ids, assumptions=line.assumptions
    )


def _sum(lines: Iterable[Line]) -> Interval:
    return Interval.total(line.amount for line in lines)


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
    issued ``E``, net borrowing ``B``, shares bought ``I`` and the rise of liquid funds ``dM``:
    ``residual = O - C - L + E + B - I - dM``. Cash costs are ``R - O``; each total is split into its named
    payments and the rest, which has the outside account of its item at the other end.
    """
    books = _Books(party=party, period=period, named=named, setting=setting)
    _operations(books)
    _leases(books)
    _equity(books)
    _debt(books)
    _investments(books)
    _balances(books)
    for line in books.received("guarantee", "investments", "other_payments"):
        books.net.append(line.amount)
    for line in books.paid("guarantee", "investments", "other_payments"):
        books.net.append(_negated(line.amount))
    return _closed(books)


def _operations(books: _Books) -> None:
    """Add sales, cash costs and capital expenditure, over the quarters for which each is known."""
    known = books.quarters("revenue")
    revenue = books.over("revenue", known)
    assert revenue is not None  # noqa: S101  a party reports if it has a quarter of revenue
    books.lacks("revenue", tuple(q for q in books.period.quarters if q not in known))
    books.add_rest(END_CUSTOMERS, "sales", revenue, books.received(*BOUGHT), use=False)
    cash = tuple(q for q in books.quarters("operating_cash_flow") if q in known)
    burning = tuple(q for q in books.quarters("burn") if q in known)
    if burning and not cash:
        _costs_and_capex(books, known, burning)
        return
    _costs(books, known, cash)
    built = books.quarters("capex")
    capex = books.over("capex", built)
    books.lacks("capital expenditure", tuple(q for q in books.period.quarters if q not in built))
    named = books.paid("capital_expenditure")
    if capex is None:
        books.net.append(_negated(_sum(named)))
    else:
        books.net.append(_negated(capex.value))
        books.add_rest(OTHER_COSTS, "capital_expenditure", capex, named, use=True)


def _costs_and_capex(books: _Books, known: tuple[Quarter, ...], burning: tuple[Quarter, ...]) -> None:
    """Add costs and capital expenditure together: revenue and cash burn of the same quarters."""
    revenue, burn = books.over("revenue", burning), books.over("burn", burning)
    assert revenue is not None and burn is not None  # noqa: S101, PT018
    other = tuple(q for q in known if q not in burning)
    rest = books.over("revenue", other)
    books.lacks("cash from operations, cash burn and operating loss", other)
    books.net.append(_negated(burn.value))
    books.net += [rest.value] if rest is not None else []
    books.add_rest(OTHER_COSTS, "costs_and_capex", revenue.plus(burn), books.paid(*BOUGHT), use=True)


def _costs(books: _Books, known: tuple[Quarter, ...], reported: tuple[Quarter, ...]) -> None:
    """Add cash costs: from cash from operations, else from the operating loss, else those named only."""
    lossy = tuple(q for q in books.quarters("operating_loss") if q in known and q not in reported)
    other = tuple(q for q in known if q not in reported and q not in lossy)
    total = _costs_reported(books, reported)
    loss, revenue = books.over("operating_loss", lossy), books.over("revenue", lossy)
    if loss is not None and revenue is not None:
        used = _cash_loss(loss, books.setting.assumptions)
        books.lacks("cash from operations (taken from the operating loss)", lossy)
        books.net.append(_negated(used.value))
        part = revenue.plus(used)
        total = part if total is None else total.plus(part)
    books.lacks("cash from operations, cash burn and operating loss", other)
    rest = books.over("revenue", other)
    books.net += [rest.value] if rest is not None else []
    named = books.paid("operating_costs")
    if total is None:
        books.net.append(_negated(_sum(named)))
    else:
        books.add_rest(OTHER_COSTS, "operating_costs", total, named, use=True)


def _costs_reported(books: _Books, quarters: tuple[Quarter, ...]) -> Amount | None:
    """Return revenue less cash from operations, without interest that named debt service holds."""
    revenue, cash = books.over("revenue", quarters), books.over("operating_cash_flow", quarters)
    if revenue is None or cash is None:
        return None
    books.net.append(cash.value)
    total = revenue.plus(cash, sign=-1)
    if total.value.central < 0:
        books.add((END_CUSTOMERS, books.party), "receipts_beyond_revenue", _negated(total.value), total)
        total = Amount(value=_ZERO, basis=total.basis, date_basis=total.date_basis, ids=total.ids)
    interest = _interest_named(books)
    if interest is not None:
        books.net.append(interest.value)
        total = total.plus(interest, sign=-1)
    return total


def _cash_loss(loss: Amount, assumptions: Assumptions) -> Amount:
    name = "accounts.cash_share_of_operating_loss"
    share = assumptions.range(name)
    ends = [end * factor for end in (loss.value.low, loss.value.high) for factor in (share.low, share.high)]
    value = Interval(min(ends), loss.value.central * share.central, max(ends))
    return Amount(
        value=value,
        basis=Basis.ESTIMATED,
        date_basis=loss.date_basis,
        ids=loss.ids,
        assumptions=(*loss.assumptions, name),
    )


def _interest_named(books: _Books) -> Amount | None:
    """Return the reported interest that the service of named debt holds already: it is a cost but once."""
    interest = books.figure("interest")
    service = _sum(books.paid("debt_service"))
    if interest is None or service.central == 0:
        return None
    value = Interval(*(min(a, b) for a, b in zip(interest.value.as_tuple(), service.as_tuple(), strict=True)))
    return Amount(
        value=value, basis=interest.basis, date_basis=interest.date_basis, ids=interest.ids,
        assumptions=interest.assumptions,
    )  # fmt: skip


def _leases(books: _Books) -> None:
    known = books.quarters("lease_principal")
    paid = books.over("lease_principal", known)
    if paid is not None:
        books.lacks("lease principal", tuple(q for q in books.period.quarters if q not in known))
        books.net.append(_negated(paid.value))
        books.add((books.party, OUTSIDE_DEBT), "lease_principal", paid.value, paid)


def _equity(books: _Books) -> None:
    named, raised = books.received("equity"), books.figure("equity_raised")
    if raised is None:
        books.net.append(_sum(named))
        return
    books.net.append(raised.value)
    books.add_rest(OUTSIDE_EQUITY, "equity", raised, named, use=False)


def _debt(books: _Books) -> None:
    drawn, served = books.received("borrowing"), books.paid("debt_service")
    books.net += [_negated(_sum(books.paid("borrowing"))), _sum(books.received("debt_service"))]
    change = books.figure("debt_issued") or _stock_change(books, [(name,) for name in books.table.debt])
    if change is None:
        books.net += [_sum(drawn), _negated(_sum(served))]
        return
    interest = _interest_named(books)
    rest = change
    for line in drawn:
        rest = rest.plus(_as_amount(line), sign=-1)
    for line in served:
        rest = rest.plus(_as_amount(line))
    books.net.append(change.value)
    if interest is not None:  # the service of named debt holds interest, which is no repayment
        rest = rest.plus(interest, sign=-1)
        books.net.append(_negated(interest.value))
    books.add((OUTSIDE_DEBT, books.party), "net_borrowing", rest.value, rest)


def _stock_change(books: _Books, sets: Iterable[tuple[str, ...]]) -> Amount | None:
    """Return the rise of a balance over the period, by the first set of measures known at both ends."""
    start, end = books.period.quarters[0].shifted(-1), books.period.quarters[-1]
    for names in sets:
        before = [books.figures.balance(books.party, name, start) for name in names]
        after = [books.figures.balance(books.party, name, end) for name in names]
        known = [a for a in (*before, *after) if a is not None]
        if len(known) < 2 * len(names):
            continue
        total = known[len(names)]
        for part in known[len(names) + 1 :]:
            total = total.plus(part)
        for part in known[: len(names)]:
            total = total.plus(part, sign=-1)
        return total
    return None


def _investments(books: _Books) -> None:
    named, bought = books.paid("equity"), books.figure("investments")
    if bought is None:
        books.net.append(_negated(_sum(named)))
        return
    books.net.append(_negated(bought.value))
    books.add_rest(OUTSIDE_EQUITY, "investments", bought, named, use=True)


def _balances(books: _Books) -> None:
    change = _stock_change(books, books.table.liquid)
    if change is None:
        start, end = books.period.quarters[0].shifted(-1), books.period.quarters[-1]
        books.missing.append(f"liquid funds at the end of {start} and of {end}")
        return
    books.net.append(_negated(change.value))
    books.add((books.party, BALANCES), "change_in_liquid_funds", change.value, change)


def _closed(books: _Books) -> Closing:
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
                amount=surplus if left > 0 else _negated(surplus),
                basis=Basis.RESIDUAL,
                date_basis=books.period.label,
                ids=tuple(dict.fromkeys(name for line in books.lines for name in line.ids)),
                note=note,
            )
        )
    hole = None
    if books.missing:
        hole = Hole(
            party=books.party, period=books.period.label, missing=tuple(books.missing), size=_negated(surplus)
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
    spread = received + _negated(paid)
    surplus = Interval(min(spread.low, left / 100), left / 100, max(spread.high, left / 100))
    ends = (party, outside) if left > 0 else (outside, party)
    line = Line(
        period=period.label,
        payer=ends[0],
        payee=ends[1],
        item="no_accounts",
        amount=surplus if left > 0 else _negated(surplus),
        basis=Basis.RESIDUAL,
        date_basis=period.label,
        ids=tuple(dict.fromkeys(name for line in named for name in line.ids)),
        note="balance of its named payments; it reports no figures",
    )
    return Closing(lines=(line,), hole=None)
