"""Key Takeaways: five sentences that the rest of the brief proves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from loopledger.register import Verdict
from loopledger.report.analysis import Item
from loopledger.report.brief.circle import (
    ceiling_figure,
    funders_of,
    headline_loop,
    loop_figure,
    path_of,
    rank_figures,
    share_figure,
)
from loopledger.report.brief.context import Context
from loopledger.report.brief.counter import other_money
from loopledger.report.brief.happened import promise_sentence
from loopledger.report.brief.outlook import next_due
from loopledger.report.model import Figure, Part, Section, Sentence
from loopledger.report.wording import join, say_day

__all__ = ["key_takeaways"]

_MOST_PROMISES = 4
_VERDICTS = {
    Verdict.CONFIRMED: "unchanged",
    Verdict.CHANGED: "changed",
    Verdict.CANCELLED: "cancelled",
    Verdict.COMPLETED: "completed",
    Verdict.NEW: "new to the register",
}


def key_takeaways(context: Context) -> Section:
    """Return the section."""
    writers = (_promises, _since, _circle, _money, _other_side, _next)
    bullets = [sentence for write in writers for sentence in write(context)]
    return Section(heading="Key Takeaways", blocks=(("bullets", tuple(bullets)),))


def _promises(context: Context) -> Iterator[Sentence]:
    def size(item: Item) -> float:
        promise = item.announced
        return -float(promise.amount.high) if promise and promise.amount else 0.0

    largest = sorted(context.deal.items, key=size)[:_MOST_PROMISES]
    for item in context.deal.items:
        if item in largest:
            yield promise_sentence(context, item)


def _since(context: Context) -> Iterator[Sentence]:
    counts = Counter(item.match.verdict for item in context.deal.items)
    if set(counts) == {Verdict.NEW}:
        return
    day = say_day(context.deal.known_on)
    if len(counts) == 1:
        subject = (
            "this promise is"
            if len(context.deal.items) == 1
            else f"these {len(context.deal.items)} promises are"
        )
        yield Sentence.of(f"As known on {day}, {subject} {_VERDICTS[next(iter(counts))]}.")
        return
    said = join(f"{n} {'is' if n == 1 else 'are'} {_VERDICTS[verdict]}" for verdict, n in counts.items())
    yield Sentence.of(f"As known on {day}, of these {len(context.deal.items)} promises {said}.")


def _circle(context: Context) -> Iterator[Sentence]:
    loop = headline_loop(context)
    if loop is None:
        through = context.ranked[0]
        if through:
            yield Sentence.of(
                "The deal closes no financing loop by itself; with the rest of the register it is part of ",
                f"{len(through)}, the largest being {path_of(context, through[0].loop.parties)}.",
            )  # fmt: skip
        else:
            yield Sentence.of(
                "The deal closes no financing loop, by itself or with the rest of the register."
            )
        return
    value = loop_figure(context, loop)
    parts: list[Part] = [f"The money goes round: {path_of(context, loop.parties)}"]
    ceiling = ceiling_figure(context, loop)
    if value:
        parts += [", a loop of ", value]
    elif ceiling:
        parts += [", a loop without a public price on every leg, at most ", ceiling]
    else:
        parts.append(", a loop whose size no public price gives")
    ranks = rank_figures(context, loop)
    if ranks:
        parts += [", place ", ranks[0], " of ", ranks[1], " financing loops in the register"]
    yield Sentence.of(*parts, ".")


def _money(context: Context) -> Iterator[Sentence]:
    if not context.views:
        return
    first = context.views[0]
    seller = context.deal.name(first.found.seller)
    within = next(
        (v for v in context.views if v.scope == "register" and v.found.seller == first.found.seller), first
    )
    forced, possible = share_figure(context, within, "forced"), share_figure(context, within, "possible")
    alone = [share_figure(context, first, rule) for rule in ("forced", "pooled", "possible")]
    if forced is None or possible is None or None in alone:
        return
    if first.scope != "alone":
        yield Sentence.of(
            f"{seller} has funded its customer under other deals: at least ", forced, " and at most ", possible,
            " of what it receives under this one is its own money.",
        )  # fmt: skip
        return
    sole = first.found.funders == (first.found.seller,)
    who = f"{seller} itself pays" if sole else f"{funders_of(context, first)} themselves pay"
    parts: list[Part] = [
        f"Taken alone, {who} for ", *_over_rules(alone), f" of what {'it' if sole else seller} receives under the deal",
    ]  # fmt: skip
    if within is not first:
        parts += ["; among all that the register promises, for at least ", forced, " and at most ", possible]
    yield Sentence.of(*parts, ".")


def _over_rules(figures: Sequence[Figure | None]) -> list[Part]:
    """Return the least, the most and the pooled rule between them; one figure where all rules give the same."""
    forced, pooled, possible = (figure for figure in figures if figure is not None)
    if forced.text == pooled.text == possible.text:
        return [pooled, ", the same under every rule,"]
    return ["at least ", forced, " and at most ", possible, " (pooled rule: ", pooled, ")"]


def _other_side(context: Context) -> Iterator[Sentence]:
    """Give the counter-case a sentence: what other money the buyer has, where the data say so."""
    if context.views:
        yield from other_money(context)[:1]


def _next(context: Context) -> Iterator[Sentence]:
    due = next_due(context)
    if due:
        yield Sentence.of("Next due: ", due[1], f" in {due[0]}{due[2]}.")
