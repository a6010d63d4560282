"""The sums of the whole register: announced, each promise once; and where purchases concentrate."""

from __future__ import annotations

from collections import Counter
from typing import Any

from loopledger.network.flows import TABLE_KINDS
from loopledger.records import FlowClass
from loopledger.register import ExclusionReason, Totals
from loopledger.report.model import Basis, Sentence, Table, Unit
from loopledger.report.pages.context import PageContext, ids_of, total_of
from loopledger.report.pages.sums import estimated_sum_parts, sum_figures
from loopledger.report.pages.systemclasses import bridge_sentence, class_table

__all__ = ["announced_blocks", "concentration_blocks"]

_MOST = 8
_REASONS = {
    ExclusionReason.CANCELLED: "since called off",
    ExclusionReason.SUPERSEDED: "replaced by a later one",
    ExclusionReason.PART_OF: "counted inside another",
    ExclusionReason.NOT_CASH: "that never move as cash",
}


def announced_blocks(context: PageContext, totals: Totals) -> list[tuple[str, Any]]:
    """Return the announced sums by currency, and what is left out of the sum that counts once."""
    rows = []
    for code in sorted(totals.currencies, key=lambda c: (c != "USD", c)):
        headline, once, twice = sum_figures(context, f"sum/{code}", totals, code, of="the register")
        total = totals.currencies[code]
        rows.append(
            (
                Sentence.of(code),
                Sentence.of(headline),
                Sentence.of(once),
                Sentence.of(twice or "nothing"),
                Sentence.of(f"{total.n_headline}, {total.n_counted}"),
            )
        )
    blocks: list[tuple[str, Any]] = [
        (
            "table",
            Table(
                caption=f"Announced sums as stated, known on {context.snapshot.day}; not scheduled, nothing run "
                "down, nothing converted",
                header=(
                    "Currency",
                    "Every figure added",
                    "Each promise once",
                    "May be twice, at most",
                    "Promises",
                ),
                rows=tuple(rows),
            ),
        )
    ]
    reasons = Counter(e.reason for e in totals.exclusions)
    bullets = []
    for code in sorted(totals.currencies, key=lambda c: (c != "USD", c)):
        own = estimated_sum_parts(context, f"sum/{code}", totals, code, of="the register")
        if own:
            bullets.append(Sentence.of(f"Each promise once, {code}: ", *own, "."))
    for reason, n in sorted(reasons.items(), key=lambda item: (-item[1], item[0].value)):
        members = [e for e in totals.exclusions if e.reason is reason]
        number = context.count(
            f"left-out/{reason.value}",
            n,
            what=f"promises left out of the sum that counts once: {reason.value.replace('_', ' ')}",
            how="count of instruments",
            refs=[e.id for e in members],
        )
        dollars = [e for e in members if e.amount.currency == "USD"]
        figure = context.book.add(
            f"left-out/{reason.value}/usd",
            float(sum(e.amount.value for e in dollars)),
            Unit.USD,
            Basis.ANNOUNCED,
            what=f"dollar sums left out: {reason.value.replace('_', ' ')}",
            how="sum of stated figures",
            refs=tuple(sorted(e.id for e in dollars)),
        )
        bullets.append(
            Sentence.of(
                "Left out: ",
                number,
                f" {'promise' if n == 1 else 'promises'} {_REASONS[reason]}, ",
                figure,
                " in dollars.",
            )
        )
    if totals.unpriced:
        unpriced = context.count(
            "unpriced",
            len(totals.unpriced),
            what="promises without a public price",
            how="count of instruments",
            refs=totals.unpriced,
        )
        bullets.append(Sentence.of(unpriced, " promises have no public price and add to nothing."))
    if "USD" in totals.currencies:
        blocks.append(("table", class_table(context, totals)))
    bridge = bridge_sentence(context, totals)
    return [
        *blocks,
        *([("text", bridge)] if bridge else []),
        *([("bullets", tuple(bullets))] if bullets else []),
    ]


def concentration_blocks(context: PageContext) -> list[tuple[str, Any]]:
    """Return purchases still to come by buyer and by seller, with the index of concentration."""
    flows = [
        f
        for f in context.flows
        if context.is_ahead(f)
        and not f.derived
        and not f.contingent
        and TABLE_KINDS[f.kind] is FlowClass.PURCHASE
    ]
    if not any(f.amount.central > 0 for f in flows):
        return [("text", Sentence.of("No purchase is scheduled still to come, so nothing concentrates."))]
    blocks: list[tuple[str, Any]] = []
    for word, side in (("buyers", "payer"), ("sellers", "payee")):
        groups = context.grouped(flows, lambda f, side=side: str(getattr(f, side)))  # type: ignore[misc]
        whole = total_of(flows).central
        hhi = context.book.add(
            f"concentration/{word}/hhi",
            sum((total_of(g).central / whole) ** 2 for _, g in groups),
            Unit.RATIO,
            Basis.COMPUTED,
            what=f"Herfindahl-Hirschman index of purchases still to come, by {word}",
            how="sum of squared central shares; 1 is a sole one",
            refs=ids_of(flows),
        )
        rows = []
        for party, group in groups[:_MOST]:
            figure = context.sum(
                f"concentration/{word}/{party}",
                group,
                what=f"purchases still to come, {context.name(party)} among the {word}",
            )
            share = context.share(
                f"concentration/{word}/{party}/share",
                group,
                flows,
                what=f"part of {context.name(party)} in all purchases still to come",
            )
            named = context.named_with_note(context.name(party), group)
            rows.append((Sentence.of(named), Sentence.of(figure), Sentence.of(share)))
        rest = [f for _, g in groups[_MOST:] for f in g]
        if rest:
            figure = context.sum(
                f"concentration/{word}/rest", rest, what=f"purchases still to come, all other {word}"
            )
            share = context.share(
                f"concentration/{word}/rest/share", rest, flows, what=f"part of all other {word}"
            )
            rows.append(
                (Sentence.of(f"{len(groups) - _MOST} others"), Sentence.of(figure), Sentence.of(share))
            )
        blocks += [
            ("text", Sentence.of(f"By {word} the index of concentration is ", hhi, f" among {len(groups)}.")),
            (
                "table",
                Table(
                    caption=f"Purchases and rents still to come by {word}, {context.basis_ahead}",
                    header=(word.capitalize(), "Still to come", "Of all"),
                    rows=tuple(rows),
                ),
            ),
        ]
    return blocks
