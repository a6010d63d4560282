"""What accounts are made of: dated payments with range, basis and the ids behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from loopledger.accounts.items import OUTSIDE_ACCOUNTS
from loopledger.errors import NotFoundError
from loopledger.register.suggest import suggest
from loopledger.units import Interval, Quarter

__all__ = ["Accounts", "Basis", "Hole", "Line", "OtherBuyers", "Period", "Statement", "cents"]


class Basis(StrEnum):
    """What a line rests on."""

    REPORTED = "reported"
    CONTRACTED = "contracted"
    DERIVED = "derived"
    ESTIMATED = "estimated"
    RESIDUAL = "residual"


def cents(usd: float) -> int:
    """Return an amount in whole cents.

    Examples
    --------
    >>> cents(0.1 + 0.2)
    30
    """
    return round(usd * 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A run of quarters under one label: a quarter, a year, or the part of a year that is known.

    Parameters
    ----------
    label : str
        ``2026Q1``, ``2025``, or ``2026Q1-Q2`` for a year that is not over.
    quarters : tuple of Quarter
        In time order.
    """

    label: str
    quarters: tuple[Quarter, ...]

    @property
    def is_whole_year(self) -> bool:
        """Whether it has all four quarters of a calendar year."""
        return len(self.quarters) == 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One payment of a period.

    Parameters
    ----------
    period : str
        Label of the period.
    payer, payee : str
        A party of the register or an outside account.
    item : str
        An item of ``data/accounts.yaml``.
    amount : Interval
        [USD] central value in whole cents and > 0. ``low`` may be negative for a difference of figures
        whose sign their ranges leave open.
    basis : Basis
    date_basis : str
        Which days the figure covers, and how they differ from the period.
    ids : tuple of str
        ``file:line`` of observations, ids of instruments.
    assumptions : tuple of str
        Names of the assumptions it rests on.
    note : str
    by_quarter : tuple of (Quarter, Interval)
        [USD] the parts of the amount by quarter, where a schedule says them; empty otherwise.
    """

    period: str
    payer: str
    payee: str
    item: str
    amount: Interval
    basis: Basis
    date_basis: str
    ids: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    note: str = ""
    by_quarter: tuple[tuple[Quarter, Interval], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherBuyers:
    """What a seller is paid by all buyers but some.

    Parameters
    ----------
    least : float
        [USD] what they pay together at least.
    but : frozenset of str
        The buyers that are not among them.
    """

    least: float
    but: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hole:
    """What keeps a party's period from closing.

    Parameters
    ----------
    party, period : str
    missing : tuple of str
        Figures that nobody reported, in words.
    size : Interval
        [USD] the residual that is left, positive when uses exceed the sources known, so that money is
        missing on the side of the sources.
    """

    party: str
    period: str
    missing: tuple[str, ...]
    size: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Sources and uses of one party in one period.

    Parameters
    ----------
    party, period : str
    sources, uses : tuple of Line
        Lines paid to the party, and paid by it, residual included: their central values add up to the
        same sum, to the cent.
    hole : Hole or None
        None where revenue, cash from operations, capital expenditure and the change of liquid funds are
        all known; the residual then holds what no measure states.
    """

    party: str
    period: str
    sources: tuple[Line, ...]
    uses: tuple[Line, ...]
    hole: Hole | None

    @property
    def total(self) -> float:
        """Sum of the sources, [USD]; the sum of the uses is the same."""
        return sum(cents(line.amount.central) for line in self.sources) / 100

    @property
    def residual(self) -> Line | None:
        """The residual line, or None if there is nothing to explain."""
        lines = (*self.sources, *self.uses)
        return next((line for line in lines if line.basis is Basis.RESIDUAL), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """Sources and uses of all parties, as payments that are each in two books.

    Parameters
    ----------
    known_on : datetime.date
    by : str
        ``quarter`` or ``year``.
    periods : tuple of Period
    lines : tuple of Line
        By period, item, payer and payee.
    holes : tuple of Hole
    opening : mapping of str to Interval
        [USD] liquid funds at the start of the first period, where a balance is reported.
    opening_ids : mapping of str to tuple of str
        The observations behind them.
    reporting : mapping of str to tuple of str
        The parties with figures of their own, by period label.
    """

    known_on: date
    by: str
    periods: tuple[Period, ...]
    lines: tuple[Line, ...]
    holes: tuple[Hole, ...]
    opening: Mapping[str, Interval] = field(default_factory=dict)
    opening_ids: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reporting: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def parties(self) -> tuple[str, ...]:
        """Parties of the register that any line names, sorted."""
        names = {name for line in self.lines for name in (line.payer, line.payee)}
        return tuple(sorted(names - set(OUTSIDE_ACCOUNTS)))

    def of(self, party: str) -> tuple[Statement, ...]:
        """Return the statements of a party, by period; periods without a payment are left out.

        Raises
        ------
        NotFoundError
            If no line names the party.
        """
        if party not in self.parties:
            msg = f"no payment of {party!r} is known in the window"
            raise NotFoundError(msg, hint=suggest(party, set(self.parties)) or "widen the window")
        found = [self._statement(party, period.label) for period in self.periods]
        return tuple(statement for statement in found if statement.sources or statement.uses)

    def statement(self, party: str, period: str) -> Statement:
        """Return the statement of a party for one period.

        Raises
        ------
        NotFoundError
            If there is no such period, or no payment of the party in it.
        """
        if period not in {p.label for p in self.periods}:
            msg = f"no period is called {period!r}"
            raise NotFoundError(msg, hint=f"periods: {', '.join(p.label for p in self.periods)}")
        made = self._statement(party, period)
        if not (made.sources or made.uses):
            msg = f"no payment of {party!r} is known in {period}"
            raise NotFoundError(msg, hint=suggest(party, set(self.parties)))
        return made

    def _statement(self, party: str, period: str) -> Statement:
        lines = [line for line in self.lines if line.period == period]
        return Statement(
            party=party,
            period=period,
            sources=tuple(line for line in lines if line.payee == party),
            uses=tuple(line for line in lines if line.payer == party),
            hole=next((h for h in self.holes if h.party == party and h.period == period), None),
        )
