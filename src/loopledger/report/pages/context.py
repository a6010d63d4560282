"""What every page is written from: the register as known on a day, its schedule, a window, the figures so far."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial

from loopledger.errors import ModelError
from loopledger.network.flows import TABLE_KINDS
from loopledger.records import OUTSIDE, FlowClass
from loopledger.register import Snapshot
from loopledger.report.figures.legs import Role
from loopledger.report.model import Basis, Figure, FigureBook, Part, Picture, Unit
from loopledger.report.provenance import amount_is_estimated, amount_note, estimated_note, estimated_parts
from loopledger.report.stated import stated_figure
from loopledger.report.wording import join
from loopledger.schedule import Flow, Leg, Promise, Schedule, promise_id
from loopledger.units import Interval, Quarter

__all__ = ["PageContext", "Window", "ids_of", "role_of", "total_of"]

_ROLES: dict[FlowClass, Role] = {FlowClass.FUNDING: "funding", FlowClass.PURCHASE: "purchase"}
#: Full years after the year of the knowledge date that are told one by one; what is later is one sum.
_YEARS_AHEAD = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The quarters of a page.

    Parameters
    ----------
    first, last : Quarter
        Both included.
    now : Quarter
        Quarter of the knowledge date.

    Raises
    ------
    ModelError
        If the window ends before it begins.
    """

    first: Quarter
    last: Quarter
    now: Quarter

    def __post_init__(self) -> None:
        if self.last < self.first:
            msg = f"the window ends in {self.last}, before it begins in {self.first}"
            raise ModelError(msg, hint="swap --from and --to, or leave one out")

    @property
    def ahead(self) -> Quarter:
        """The first quarter that is still to come."""
        return max(self.first, self.now)

    @property
    def shown_to(self) -> Quarter:
        """The last quarter that is told one by one; later ones are one sum."""
        return min(self.last, Quarter(4 * (self.now.year + _YEARS_AHEAD) + 3))

    def bins(self, *, past: bool = True) -> list[tuple[str, Callable[[Quarter], bool]]]:
        """Return names and tests of the spans of a table: before now, each year to come, later, all.

        Parameters
        ----------
        past : bool
            Whether the span before the first quarter still to come is among them.
        """
        found: list[tuple[str, Callable[[Quarter], bool]]] = []
        if past and self.first < self.ahead:
            found.append((f"before {self.ahead}", lambda q: q < self.ahead))
        for year in range(self.ahead.year, self.shown_to.year + 1):
            is_part = year == self.ahead.year and self.ahead.index % 4
            found.append(
                (f"{year}, from {self.ahead}" if is_part else str(year), partial(self._is_ahead_in, year))
            )
        if self.last > self.shown_to:
            found.append((f"after {self.shown_to}", lambda q: q > self.shown_to))
        found.append(("in all", lambda q: past or q >= self.ahead))
        return found

    def _is_ahead_in(self, year: int, quarter: Quarter) -> bool:
        return quarter.year == year and quarter >= self.ahead

    def __contains__(self, quarter: Quarter) -> bool:
        return self.first <= quarter <= self.last

    def __str__(self) -> str:
        return f"payments scheduled {self.first} to {self.last}, still to come from {self.ahead}"


def role_of(flow: Flow) -> Role:
    """Return what a payment does: fund, buy, or something else."""
    return _ROLES.get(TABLE_KINDS[flow.kind], "other")


def ids_of(flows: Iterable[Flow]) -> tuple[str, ...]:
    """Return the register ids behind payments."""
    return tuple(sorted({promise_id(flow.instrument) for flow in flows}))


def total_of(flows: Iterable[Flow]) -> Interval:
    """Return the sum of payments, bound by bound [USD]."""
    return Interval.total(flow.amount for flow in flows)


@dataclass(frozen=True)
class PageContext:
    """The register as known on a day, in a window, and the figures made so far.

    Parameters
    ----------
    snapshot : Snapshot
    schedule : Schedule
        Of the same day.
    promises : tuple of Promise
        Those that the schedule expands.
    window : Window
    book : FigureBook
    pictures : dict
        By name, as they are drawn.
    used : set of str
        Names of the assumptions that figures rest on, beside those of their flows.
    """

    snapshot: Snapshot
    schedule: Schedule
    promises: tuple[Promise, ...]
    window: Window
    book: FigureBook
    pictures: dict[str, Picture] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    @cached_property
    def names(self) -> dict[str, str]:
        """Name in prose of every party, by id."""
        names = {identifier: party.short_name for identifier, party in self.snapshot.parties.items()}
        return {**names, OUTSIDE: "Unnamed investors"}

    def name(self, party: str) -> str:
        """Return the name of a party in prose."""
        return self.names.get(party, party)

    def names_of(self, parties: Sequence[str]) -> list[str]:
        """Return the names of parties in prose."""
        return [self.name(party) for party in parties]

    @cached_property
    def by_id(self) -> dict[str, Promise]:
        """The promises by id."""
        return {promise.id: promise for promise in self.promises}

    @cached_property
    def flows(self) -> tuple[Flow, ...]:
        """All scheduled payments of the window."""
        return tuple(flow for flow in self.schedule.flows if flow.period in self.window)

    @cached_property
    def network(self) -> tuple[Flow, ...]:
        """The payments among which loops are looked for: cash of the window, debt service left out."""
        return tuple(flow for flow in self.flows if flow.cash and flow.leg is not Leg.DEBT_SERVICE)

    def is_ahead(self, flow: Flow) -> bool:
        """Whether a payment is still to come: not before the running quarter, and not known to be made."""
        promise = self.by_id.get(promise_id(flow.instrument))
        return flow.period >= self.window.ahead and not (promise is not None and promise.was_paid(flow))

    @property
    def basis(self) -> str:
        """One line on unit, basis, quarters and date of what is scheduled in the window."""
        return self._basis(self.window.first)

    @property
    def basis_ahead(self) -> str:
        """The same of what is still to come in the window."""
        return self._basis(self.window.ahead)

    def _basis(self, first: Quarter) -> str:
        return f"US dollars, scheduled {first} to {self.window.last}, as known on {self.snapshot.day}"

    def rest_on(self, flows: Iterable[Flow]) -> None:
        """Keep the assumptions of payments that a picture or table shows without a figure of its own."""
        self.used.update(name for flow in flows for name in flow.assumptions)

    def sum(
        self,
        id_: str,
        flows: Sequence[Flow],
        *,
        what: str,
        how: str = "sum of scheduled payments, bound by bound",
    ) -> Figure:
        """Return the figure of a sum of payments."""
        self.rest_on(flows)
        derived = bool(flows) and all(flow.derived for flow in flows)
        return self.book.add(
            id_,
            total_of(flows),
            Unit.USD,
            Basis.ESTIMATED if derived else Basis.SCHEDULED,
            what=what,
            how=how,
            refs=ids_of(flows),
        )

    def stated(self, promise: Promise) -> Figure | str:
        """Return what is promised as its source states it."""
        payers, payees = join(self.names_of(promise.payers)), join(self.names_of(promise.payees))
        return stated_figure(
            self.book,
            promise,
            self.schedule.assumptions,
            id_=f"stated/{promise.id}",
            what=f"{promise.kind.value.replace('_', ' ')}, {payers} to {payees}",
            as_of=self.snapshot.day,
            estimated=self.is_estimated(promise.id),
        )

    def is_estimated(self, id_: str) -> bool:
        """Return whether the amount of a promise is the editors' own arithmetic."""
        return amount_is_estimated(self.snapshot.instruments[id_], self.snapshot.day)

    def named_with_note(self, name: str, flows: Iterable[Flow]) -> str:
        """Return a name, and beside it that its payments rest on amounts of our own, where they do."""
        return f"{name}{estimated_note(flows, self.is_estimated)}"

    def estimated_parts(self, id_: str, flows: Sequence[Flow], *, what: str) -> list[Part]:
        """Return how much of a sum is our estimate, and the sum without it; empty where nothing is."""
        return estimated_parts(self.book, id_, flows, self.is_estimated, what=what)

    def stated_and_how(self, promise: Promise) -> tuple[Figure | str, str]:
        """Return what is promised as its source states it, and what to say of an amount that none states."""
        note = amount_note(self.snapshot.instruments[promise.id], self.snapshot.day)
        return self.stated(promise), f" ({note})" if note else ""

    def count(self, id_: str, number: int, *, what: str, how: str, refs: Iterable[str] = ()) -> Figure:
        """Return the figure of a number of things."""
        return self.book.add(
            id_, number, Unit.COUNT, Basis.COMPUTED, what=what, how=how, refs=tuple(sorted(refs))
        )

    def share(self, id_: str, part: Sequence[Flow], whole: Sequence[Flow], *, what: str) -> Figure:
        """Return the figure of a part in a whole at central values.

        Its range sets the part low and the rest high, and the reverse.
        """
        own, every = total_of(part), total_of(whole)
        inside = {id(flow) for flow in part}
        rest = total_of(flow for flow in whole if id(flow) not in inside)
        central = own.central / every.central if every.central else 0.0
        low = own.low / (own.low + rest.high) if own.low + rest.high else central
        high = own.high / (own.high + rest.low) if own.high + rest.low else central
        return self.book.add(
            id_,
            Interval(min(low, central), central, max(high, central)),
            Unit.SHARE,
            Basis.SCHEDULED,
            what=what,
            how=f"{own.central:.0f} of {every.central:.0f}; low: the part low and the rest high, and the reverse",
            refs=ids_of(part),
        )

    def grouped(self, flows: Iterable[Flow], key: Callable[[Flow], str]) -> list[tuple[str, list[Flow]]]:
        """Return payments in groups, the largest central sum first, equal ones by key."""
        groups: dict[str, list[Flow]] = {}
        for flow in flows:
            groups.setdefault(key(flow), []).append(flow)
        return sorted(
            groups.items(), key=lambda item: (-total_of(item[1]).central, -total_of(item[1]).high, item[0])
        )
