"""The books of one party and period in the making: named payments, reported figures, and the lines they give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from loopledger.accounts.figures import UNEVEN, Amount, FigureBook
from loopledger.accounts.items import UNEXPLAINED, AccountTable
from loopledger.accounts.lines import Line, OtherBuyers, Period, cents
from loopledger.records import Party
from loopledger.schedule import Assumptions
from loopledger.units import Interval, Quarter

__all__ = ["PartyBooks", "Setting", "as_amount", "negated", "sum_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What every party's books are closed with."""

    parties: Mapping[str, Party]
    figures: FigureBook
    table: AccountTable
    assumptions: Assumptions
    #: What is known of the sum of a seller's other buyers, by seller and period.
    others: Mapping[tuple[str, str], OtherBuyers] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class PartyBooks:
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
        """Reported figures of all parties."""
        return self.setting.figures

    @property
    def table(self) -> AccountTable:
        """Which measure states which item."""
        return self.setting.table

    def figure(self, what: str) -> Amount | None:
        """Return a reported flow if it covers the whole period."""
        return self.whole(what, self.period.quarters)

    def whole(self, what: str, quarters: tuple[Quarter, ...]) -> Amount | None:
        """Return a reported flow if it covers all of some quarters; None for no quarter."""
        part = Period(label=self.period.label, quarters=quarters)
        found = self.figures.flow(self.party, self.table.measures[what], part) if quarters else None
        return found[0] if found is not None and found[1] == 0 else None

    def quarters(self, what: str) -> tuple[Quarter, ...]:
        """Return the quarters of the period for which a flow is reported."""
        return self.figures.quarters(self.party, self.table.measures[what], self.period)

    def over(self, what: str, quarters: tuple[Quarter, ...]) -> Amount | None:
        """Return a reported flow over some quarters for which it is known; None for no quarter."""
        part = Period(label=self.period.label, quarters=quarters)
        found = self.figures.flow(self.party, self.table.measures[what], part) if quarters else None
        return found[0] if found is not None else None

    def stock_change(self, sets: Iterable[tuple[str, ...]]) -> Amount | None:
        """Return the rise of a balance over the period, by the first set of measures known at both ends."""
        start, end = self.period.quarters[0].shifted(-1), self.period.quarters[-1]
        for names in sets:
            before = [self.figures.balance(self.party, name, start) for name in names]
            after = [self.figures.balance(self.party, name, end) for name in names]
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

    def lacks(self, what: str, quarters: tuple[Quarter, ...]) -> None:
        """Note that a figure is missing for some quarters of the period."""
        if len(quarters) == len(self.period.quarters):
            self.missing.append(what)
        elif quarters:
            self.missing.append(f"{what} of {', '.join(map(str, quarters))}")

    def paid(self, *items: str) -> list[Line]:
        """Return the named payments that the party made under some items."""
        return [line for line in self.named if line.payer == self.party and line.item in items]

    def received(self, *items: str) -> list[Line]:
        """Return the named payments that the party received under some items."""
        return [line for line in self.named if line.payee == self.party and line.item in items]

    def remaining(self, quarters: tuple[Quarter, ...]) -> tuple[Quarter, ...]:
        """Return the quarters of the period that are not among some."""
        return tuple(q for q in self.period.quarters if q not in quarters)

    def within(self, lines: Sequence[Line], quarters: tuple[Quarter, ...]) -> list[Line]:
        """Return the parts of payments that fall into some quarters, as their schedule or an even spread has it.

        A total that covers half a year is told apart only from the payments of that half.
        """
        if quarters == self.period.quarters:
            return list(lines)
        parts = (self._part(line, quarters) for line in lines) if quarters else ()
        return [part for part in parts if part.amount.central > 0]

    def _part(self, line: Line, quarters: tuple[Quarter, ...]) -> Line:
        if line.by_quarter:
            own = tuple((q, paid) for q, paid in line.by_quarter if q in quarters)
            return replace(line, amount=Interval.total(paid for _, paid in own), by_quarter=own)
        part, uneven = len(quarters) / len(self.period.quarters), self.setting.assumptions.range(UNEVEN)
        amount = line.amount
        return replace(
            line,
            amount=Interval(
                min(amount.low * uneven.low * part, amount.central * part),
                amount.central * part,
                max(min(amount.high * uneven.high * part, amount.high), amount.central * part),
            ),
            assumptions=(*line.assumptions, UNEVEN),
        )

    def add(self, ends: tuple[str, str], item: str, amount: Interval, source: Amount, note: str = "") -> None:
        """Add a line in the direction in which its central value is positive; nothing where it is zero."""
        payer, payee = ends if amount.central >= 0 else ends[::-1]
        amount = amount if amount.central >= 0 else negated(amount)
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

    def add_rest(
        self, other: str, item: str, total: Amount, named: Iterable[Line], *, use: bool, least: float = 0.0
    ) -> None:
        """Add what a reported total leaves for an outside account; named payments above it are shown as such.

        ``least`` [USD] is what is left at least, where more is known of it than of each named payment.
        """
        lines = list(named)
        rest = total
        for line in lines:
            rest = rest.plus(as_amount(line), sign=-1)
        ends = (self.party, other) if use else (other, self.party)
        if rest.value.central >= 0:
            low = min(max(rest.value.low, least), rest.value.central)
            note = f"the reported total less {len(lines)} named payments" if lines else ""
            self.add(ends, item, Interval(low, rest.value.central, rest.value.high), rest, note)
            return
        back = (UNEXPLAINED, self.party) if use else (self.party, UNEXPLAINED)
        note = f"named payments exceed the reported total of {item}"
        self.add(back, "beyond_reported", negated(rest.value), rest, note)


def negated(value: Interval) -> Interval:
    """Return the interval with the opposite sign.

    Examples
    --------
    >>> negated(Interval(-1, 2, 5))
    Interval(low=-5.0, central=-2.0, high=1.0)
    """
    return Interval(-value.high, -value.central, -value.low)


def as_amount(line: Line) -> Amount:
    """Return a line as an amount; its dates are not those of the total that it is taken from."""
    return Amount(
        value=line.amount, basis=line.basis, date_basis="", ids=line.ids, assumptions=line.assumptions
    )


def sum_of(lines: Iterable[Line]) -> Interval:
    """Return the sum of lines, bound by bound, [USD]."""
    return Interval.total(line.amount for line in lines)
