"""The counter-case: what speaks against reading the deal as one dollar going round."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from loopledger.network.flows import TABLE_KINDS
from loopledger.records import FlowClass
from loopledger.register import Observation
from loopledger.report.brief.circle import share_figure
from loopledger.report.brief.context import Context
from loopledger.report.brief.related import Financed, financed_purchases
from loopledger.report.model import Basis, Figure, Part, Record, Sentence, Unit
from loopledger.report.wording import join, say_day
from loopledger.units import Interval

__all__ = ["counter_case", "other_funding", "other_money"]

#: Reported revenue, best first: what a year brings at present, then what a past year brought.
_REVENUE = ("revenue_run_rate", "arr", "revenue")


def counter_case(context: Context) -> tuple[Sentence, ...]:
    """Return the arguments that the data hold against the loop, each with its figures."""
    financed = financed_purchases(context)
    found = [
        _not_forced(context),
        _what_would_free_it(context),
        *other_money(context),
        *(_against_purchases(context, one) for one in financed),
        _untied(context, financed),
        *(_apart_in_time(context, one) for one in financed),
    ]
    kept = tuple(sentence for sentence in found if sentence is not None)
    return kept or (
        Sentence.of(
            "The register and the document hold nothing on the parties' other money, so that neither the loop nor ",
            "its absence can be argued further from data.",
        ),
    )


def _buyers(context: Context) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f.payer for f in context.flows_of_class(FlowClass.PURCHASE) if not f.derived))


def _not_forced(context: Context) -> Sentence | None:
    views = [view for view in context.views if view.scope == "register"]
    if not views:
        return None
    view = views[0]
    forced, possible = share_figure(context, view, "forced"), share_figure(context, view, "possible")
    if forced is None or possible is None:
        return None
    return Sentence.of(
        "Among everything the register promises, the books force only ", forced,
        f" of {context.deal.name(view.found.seller)}'s receipts under this deal to be the funders' own money (at most ",
        possible, "): the buyer has other money to pay from, and which dollar paid cannot be observed.",
    )  # fmt: skip


def _what_would_free_it(context: Context) -> Sentence | None:
    """Return how much other use of money takes the compulsion out of the deal taken alone.

    Every dollar that the parties spend elsewhere or keep can be one of the funders' dollars, so the least
    return falls by at most a dollar for each: it takes at least the least return to bring it to nothing.
    """
    views = [view for view in context.views if view.scope == "alone" and view.found.returned["forced"]]
    if not views:
        return None
    view = views[0]
    figure = context.book.add(
        f"frees/{view.id}", view.found.returned["forced"] or 0.0, Unit.USD, Basis.COMPUTED,
        what="other spending or cash kept that could take all compulsion out of the deal taken alone",
        how="the forced return of the deal taken alone: each dollar of other use frees at most one",
        refs=(*view.outlays, *view.sales),
    )  # fmt: skip
    return Sentence.of(
        "That the deal taken alone forces any of the money back rests on its parties having no other use for it: ",
        figure, " spent elsewhere or kept could undo it.",
    )  # fmt: skip


def other_funding(context: Context, party: str) -> tuple[Interval, tuple[str, ...]]:
    """Return what others than the deal's funders promise a party, and the instruments."""
    own = set(context.deal.known_ids)
    funders = set(context.deal.payers_of(FlowClass.FUNDING))
    flows = [
        flow
        for flow in context.deal.schedule.flows
        if flow.payee == party and flow.cash and not flow.contingent and flow.payer not in funders
        and TABLE_KINDS[flow.kind] is FlowClass.FUNDING and flow.instrument not in own
    ]  # fmt: skip
    return Interval.total(flow.amount for flow in flows), tuple(sorted({flow.instrument for flow in flows}))


def other_money(context: Context) -> list[Sentence]:
    """Return, for each buyer of the deal, what other money the data know of."""
    found = (_other_money(context, buyer) for buyer in _buyers(context))
    return [sentence for sentence in found if sentence is not None]


def _other_money(context: Context, buyer: str) -> Sentence | None:
    funding, instruments = other_funding(context, buyer)
    revenue = _latest_revenue(context.deal.snapshot.observations, buyer)
    if not instruments and revenue is None:
        return None
    parts: list[Part] = [f"{context.deal.name(buyer)} has other money: "]
    if instruments:
        parts += [
            _other_figure(context, buyer, funding, instruments),
            " of funding scheduled or paid by others",
        ]
    if revenue is not None:
        parts += [
            "; " if instruments else "",
            _revenue_figure(context, revenue),
            f" of {_say_metric(revenue)} reported for {revenue.period}",
        ]
    return Sentence.of(*parts, ".")


def _other_figure(context: Context, buyer: str, funding: Interval, instruments: tuple[str, ...]) -> Figure:
    return context.book.add(
        f"other-funding/{buyer}", funding, Unit.USD, Basis.SCHEDULED,
        what=f"funding of {context.deal.name(buyer)} by others than the deal's funders, all years",
        how="sum of scheduled and paid funding flows in the register", refs=instruments,
    )  # fmt: skip


def _revenue_figure(context: Context, row: Observation) -> Figure:
    return context.book.add(
        f"revenue/{row.party}", float(row.value), Unit.USD, Basis.REPORTED,
        what=f"{_say_metric(row)} of {context.deal.name(row.party)}, {row.period}",
        how=f"as observed, bound {row.bound.value}, grade {row.grade.value}", refs=(f"{row.file}:{row.line}",),
    )  # fmt: skip


def _say_metric(row: Observation) -> str:
    return {"revenue_run_rate": "yearly revenue run rate", "arr": "annual recurring revenue"}.get(
        row.metric, "revenue"
    )


def _latest_revenue(observations: Iterable[Observation], party: str) -> Observation | None:
    rows = [row for row in observations if row.party == party and row.metric in _REVENUE and row.period_end]
    rows = [row for row in rows if row.unit == "usd"]
    return max(rows, key=lambda r: (r.period_end, -_REVENUE.index(r.metric), -r.line), default=None)


def _against_purchases(context: Context, one: Financed) -> Sentence | None:
    """Set funding against the purchases that have to do with it, or say that there are none."""
    funding = Interval.total(f.amount for f in one.funding)
    who = join(context.names(one.funded))
    if not funding.high:
        return None
    if not one.purchases:
        return Sentence.of(
            f"No purchase with a price by {who}, by its group or on a loop with it is on record in this deal, so ",
            f"there is nothing that the funding of {who} could be set against.",
        )
    purchases = Interval.total(f.amount for f in one.purchases)
    if not purchases.central or funding.central >= purchases.central:
        return None
    buyers = join(_related_name(context, one, buyer) for buyer in one.buyers)
    ratio = Interval(
        min(1.0, funding.low / purchases.high), funding.central / purchases.central,
        max(funding.central / purchases.central, min(1.0, funding.high / max(purchases.low, 1.0))),
    )  # fmt: skip
    figure = context.book.add(
        f"funding-to-purchase/{'/'.join(one.funded)}", ratio, Unit.SHARE, Basis.COMPUTED,
        what=f"funding of {who} in the deal against the purchases by {buyers} in it",
        how="sum of funding flows over sum of purchase flows; low over high and high over low, at most 1",
        refs=tuple(sorted({f.instrument for f in (*one.funding, *one.purchases)})),
    )  # fmt: skip
    return Sentence.of(
        f"The funding of {who} is worth ", figure,
        f" of the purchases by {buyers}: the rest has to come from somewhere else.",
    )  # fmt: skip


def _related_name(context: Context, one: Financed, buyer: str) -> str:
    """Return the name of a buyer, and how it has to do with the funding where it is not the one funded."""
    name = context.deal.name(buyer)
    if buyer in one.funded:
        return name
    return f"{name} ({'on a loop with it' if buyer in one.on_loops else 'of its group'})"


def _untied(context: Context, financed: Sequence[Financed]) -> Sentence | None:
    funding = [p for p in context.deal.known if TABLE_KINDS[p.kind] is FlowClass.FUNDING]
    if not funding:
        return None
    tied = [p for p in funding if p.links.conditional_on]
    if tied:
        parts: list[Part] = ["The money and the purchase are tied: "]
        for promise in tied:
            parts += [Record(promise.id), f" depends on {join(promise.links.conditional_on)}; "]
        return Sentence.of(*parts, "here the counter-case is weaker.")
    related = {party for one in financed for party in one.related}
    purchases = [p for p in context.deal.known if TABLE_KINDS[p.kind] is FlowClass.PURCHASE]
    if financed and not any(related & set(p.payers) for p in purchases):
        return None  # no purchase that the funding could be tied to
    if all(p.id.startswith("doc/") for p in funding):
        return Sentence.of("The document states no condition that ties the funding to the purchase.")
    return Sentence.of(
        "The register records no condition that ties the funding to the purchase; pairing in one announcement ",
        "is no use restriction.",
    )


def _apart_in_time(context: Context, one: Financed) -> Sentence | None:
    if not one.funding or not one.purchases:
        return None
    first, last = min(f.period for f in one.funding), max(f.period for f in one.purchases)
    if last.index - first.index < 4:
        return None
    return Sentence.of(
        f"The money for {join(context.names(one.funded))} comes in from {first} and the purchases by ",
        f"{join(_related_name(context, one, buyer) for buyer in one.buyers)} run to {last}: over such a time the ",
        "buyer's own sales, and not the funding, decide whether it pays ",
        f"(as known on {say_day(context.deal.known_on)}).",
    )
