"""The announced sums of the whole register by what they are, and how the totals of its page hang together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from enum import StrEnum

from loopledger.network.flows import TABLE_KINDS
from loopledger.records import KINDS, Firmness, FlowClass, Instrument, Kind
from loopledger.register import Totals
from loopledger.report.model import Figure, Part, Sentence, Table
from loopledger.report.pages.context import PageContext
from loopledger.report.pages.sums import announced_sum, sum_figures
from loopledger.schedule import Flow, promise_id
from loopledger.units import Amount, Interval

__all__ = ["Announced", "apart_parts", "bridge_sentence", "class_of", "class_table"]


class Announced(StrEnum):
    """What an announced sum is; the first that fits."""

    CALLED = "guarantees, due only if called"
    AIMS = "aims, letters and talks that bind nobody"
    NO_CASH = "share swaps and others that bring the payee no cash"
    PURCHASES = "purchases and rents"
    FUNDING = "equity and debt"
    OTHER = "acquisitions for cash, shares of revenue and other"


_PROMISES = (Announced.PURCHASES, Announced.FUNDING, Announced.OTHER)
_CODE = "USD"


def class_of(instrument: Instrument) -> Announced:
    """Return what the sum of an instrument is.

    Parameters
    ----------
    instrument : Instrument
        As known on the day.
    """
    if instrument.kind is Kind.GUARANTEE or instrument.firmness is Firmness.CONTINGENT:
        return Announced.CALLED
    if instrument.firmness is Firmness.NON_BINDING:
        return Announced.AIMS
    if not instrument.moves_cash:
        return Announced.NO_CASH
    match KINDS[instrument.kind].flow_class:
        case FlowClass.PURCHASE:
            return Announced.PURCHASES
        case FlowClass.FUNDING:
            return Announced.FUNDING
        case _:
            return Announced.OTHER


def _amounts(totals: Totals, *, once: bool) -> dict[str, Amount]:
    left_out = {} if once else {one.id: one.amount for one in totals.exclusions}
    return {i: a for i, a in {**totals.amounts, **left_out}.items() if a.currency == _CODE}


def _figure(
    context: PageContext, totals: Totals, classes: Iterable[Announced], key: str, what: str, *, once: bool
) -> Figure:
    """Return the sum of the dollar amounts of some classes, each promise once or every figure added."""
    wanted, instruments = set(classes), context.snapshot.instruments
    amounts = {i: a for i, a in _amounts(totals, once=once).items() if class_of(instruments[i]) in wanted}
    factors = context.schedule.assumptions.bound_factors
    return announced_sum(
        context,
        f"class/{key}/{'once' if once else 'headline'}",
        Interval.total(amount.interval(factors) for amount in amounts.values()),
        sum((amount.value for amount in amounts.values()), Decimal(0)),
        _CODE,
        refs=tuple(sorted(amounts)),
        what=f"announced dollar sums, {what}",
        how=("each promise once" if once else "every figure added")
        + "; sum of stated figures; range if the promises are honoured, by bound",
    )


def class_table(context: PageContext, totals: Totals) -> Table:
    """Return the dollar sums by what they are: promises by kind, then aims, what is no cash, and guarantees."""
    instruments, rows = context.snapshot.instruments, []
    for one in (*_PROMISES, Announced.AIMS, Announced.NO_CASH, Announced.CALLED):
        numbers = [
            sum(class_of(instruments[i]) is one for i in _amounts(totals, once=once))
            for once in (False, True)
        ]
        if not numbers[0]:
            continue
        sums = [
            _figure(context, totals, [one], one.name.lower(), one.value, once=once) for once in (False, True)
        ]
        rows.append((
            Sentence.of(one.value.capitalize()), *(Sentence.of(figure) for figure in sums),
            Sentence.of(f"{numbers[0]}, {numbers[1]}"),
        ))  # fmt: skip
    headline, counted, _ = sum_figures(context, f"sum/{_CODE}", totals, _CODE, of="the register")
    every = totals.currencies[_CODE]
    rows.append((
        Sentence.of("All"), Sentence.of(headline), Sentence.of(counted),
        Sentence.of(f"{every.n_headline}, {every.n_counted}"),
    ))  # fmt: skip
    return Table(
        caption=f"Announced dollar sums by what they are, known on {context.snapshot.day}; as stated, not scheduled "
        "or run down; an amount is in the first class that fits of guarantees, aims, no cash, and the rest by kind",
        header=("What", "Every figure added", "Each promise once", "Promises"),
        rows=tuple(rows),
    )


def apart_parts(context: PageContext, totals: Totals) -> list[Part]:
    """Return what of the dollar sums, each promise once, is no promise of cash, and what then remains."""
    instruments = context.snapshot.instruments
    present = {class_of(instruments[i]) for i in _amounts(totals, once=True)}
    parts: list[Part] = []
    for one in (Announced.AIMS, Announced.NO_CASH, Announced.CALLED):
        if one in present:
            figure = _figure(context, totals, [one], one.name.lower(), one.value, once=True)
            parts += [", " if parts else "", figure, f" {one.value}"]
    if not parts:
        return []
    return ["; of that ", *parts, ", the rest ", _promised(context, totals), " promises of cash"]


def _promised(context: PageContext, totals: Totals) -> Figure:
    return _figure(context, totals, _PROMISES, "promises", "promises of cash to the payee", once=True)


def bridge_sentence(context: PageContext, totals: Totals) -> Sentence | None:
    """Return how the stated sums, the scheduled payments and what is still to come lead to each other.

    None where nothing is scheduled. Each payment is in one term, so the terms add up at every bound.
    """
    if not context.network or _CODE not in totals.currencies:
        return None
    counted = {
        i for i in _amounts(totals, once=True) if class_of(context.snapshot.instruments[i]) in _PROMISES
    }
    terms: tuple[tuple[str, str, Callable[[Flow], bool]], ...] = (
        ("derived", "orders that no contract states", lambda f: f.derived),
        ("contingent", "what is paid only if something happens", lambda f: f.contingent),
        ("promised", "under these promises", lambda f: promise_id(f.instrument) in counted),
        ("beside", "under aims, in other currencies, or counted inside others above", lambda _: True),
    )
    groups: dict[str, list[Flow]] = {key: [] for key, _, _ in terms}
    for flow in context.network:
        groups[next(key for key, _, test in terms if test(flow))].append(flow)
    words = {key: said for key, said, _ in terms}

    def term(key: str) -> Figure:
        return context.sum(
            f"bridge/{key}", groups[key], what=f"payments scheduled in the window: {words[key]}"
        )

    whole = context.sum(
        "bridge/network", context.network, what="payments scheduled among the parties in the window"
    )
    parts: list[Part] = [
        "How the totals of this page lead to each other: of ", _promised(context, totals),
        " of promises of cash (each once, as stated) ", term("promised"), " is scheduled in the window; the rest has "
        "no date, lies outside it, or is cut by the likelihood of its firmness. With ",
    ]  # fmt: skip
    others = [key for key in ("beside", "derived", "contingent") if groups[key]]
    for n, key in enumerate(others):
        parts += [" and " if n and n == len(others) - 1 else ", " if n else "", term(key), f" ({words[key]})"]
    parts += [" it makes up the ", whole, " scheduled among the parties, debt service left out"]
    return Sentence.of(*parts, *_ahead_parts(context, [*groups["promised"], *groups["beside"]]), ".")


def _ahead_parts(context: PageContext, promised: Sequence[Flow]) -> list[Part]:
    """Return what of promised payments is still to come, purchases and rents apart."""
    ahead = [flow for flow in promised if context.is_ahead(flow)]
    bought = [flow for flow in ahead if TABLE_KINDS[flow.kind] is FlowClass.PURCHASE]
    if not bought:
        return []
    before = [flow for flow in promised if not context.is_ahead(flow)]
    rest = [flow for flow in ahead if TABLE_KINDS[flow.kind] is not FlowClass.PURCHASE]
    start = context.window.ahead
    return [
        ". Of this, orders and triggers apart, ",
        context.sum("bridge/before", before, what=f"promised payments before {start}, or known to be made"),
        f" falls before {start} or is known to be paid, ",
        context.sum("bridge/ahead/other", rest, what=f"promised payments from {start} that buy nothing"),
        " is equity, debt and other still to come, and ",
        context.sum("bridge/ahead/purchases", bought, what=f"promised purchases and rents from {start} in cash"),
        " is purchases and rents still to come",
    ]  # fmt: skip
