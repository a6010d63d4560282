"""The answer as lines of text: who runs short first, by how much, through which contracts, beside published sizes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from loopledger.report.stress.answer import StressAnswer
from loopledger.report.stress.compare import Compared, compare
from loopledger.report.stress.questiontext import band, tell_draws, tell_ladder, tell_reverse
from loopledger.report.stress.resting import plan_of
from loopledger.report.wording import in_runs
from loopledger.stress.arrays import FloatArray, IntArray
from loopledger.stress.cascade import RUNS, Head, Layer, net_losses, read_entries
from loopledger.stress.scenarios import ShockKind, targets_of

__all__ = ["heading", "rests_on_cash", "stress_lines", "tell_answer", "tell_compared", "when"]

_TOP = 4
_LISTED = 12


def when(answer: StressAnswer, quarters: IntArray) -> str:
    """Return the quarters of an event in the three runs."""
    return in_runs(answer.dates(quarters))


def heading(answer: StressAnswer) -> str:
    """Return unit, basis, window, runs, day and register on one line."""
    quarters = answer.question.quarters
    return (
        f"Billions of US dollars, payments scheduled {quarters[0]} to {quarters[-1]} at central amounts, central run "
        f"(smallest to largest of the runs {', '.join(RUNS)}; --draws moves amounts too); "
        f"as known on {answer.snapshot.day}, "
        f"register {answer.snapshot.content_hash[:12]}"
    )


def tell_answer(answer: StressAnswer, compared: Sequence[tuple[Compared, ...]] | None = None) -> list[str]:
    """Return the answer as lines of text.

    Parameters
    ----------
    compared : sequence of tuple of Compared, optional
        Published sizes by scenario, for instance with the parts of the differences; without parts by default.
    """
    o = answer.outcome
    by_scenario = compared if compared is not None else [compare(answer, s) for s in answer.scenarios]
    return [
        f"Stress: {' + '.join(f'{s.id} {s.name}' for s in answer.scenarios)}",
        heading(answer),
        *[f"  {s.says}" for s in answer.scenarios if s.says],
        "",
        *_moves(answer),
        *_who(answer),
        *_first_rests_on(answer),
        "",
        "Cash: what payers planned and do not pay",
        f"  binding and unpaid {band(o.unpaid.sum(axis=(1, 2)))}; deferred {band(o.deferred.sum(axis=(1, 2)))}; "
        f"options and conditional commitments cut {band(o.cut.sum(axis=(1, 2)))}",
        "Demand: promises and orders taken back, owed by nobody",
        f"  {band(o.withdrawn.sum(axis=(1, 2)))}, of it orders not placed {band(o.orders.sum(axis=(1, 2)))}, "
        f"funding dried up {band(o.dried.sum(axis=(1, 2)))}",
        *_losers(answer),
        "  Of these but for sales, what stays with each once its own cuts are taken off (sums to nothing):",
        *_bearers(answer),
        "Marks: largest falls of value at the end, a judgement on lost receipts and never added to the above",
        f"  {_falls(answer, of_value=True)}",
        "  Falls of the claims and stakes on record, of parties whose revenue is not reported and of groups: "
        "no falls of value",
        f"  {_falls(answer, of_value=False)}",
        *_stakes(answer),
        *_hardware(answer),
        *_called(answer),
        f"Conservation: every planned dollar is paid, cut, deferred, unpaid or taken back, within {o.gap:.1g}",
        "",
        *_checked(by_scenario),
        *tell_draws(answer),
        *tell_reverse(answer.reverse),
        *tell_ladder(answer),
        "Assumptions used (low / central / high):",
        *[
            f"  {a.name} = {a.value.low:g} / {a.value.central:g} / {a.value.high:g} {a.unit} [{a.source}]"
            for a in answer.used()
        ],
    ]


def _moves(answer: StressAnswer) -> list[str]:
    """Return what of a buyer's purchases its contracts let it move, and what they hold."""
    case, lines = answer.case, []
    for shock in (k for s in answer.scenarios for k in s.shocks if k.kind is ShockKind.DEMAND_MOVES):
        buyers = set(targets_of(shock.target, case, answer.snapshot.parties))
        sellers = set(targets_of(shock.leaves, case, answer.snapshot.parties))
        mine = [
            (c, one)
            for c, one in enumerate(case.claims)
            if one.payer in buyers and one.payee in sellers and one.purchase
        ]
        held = [c for c, one in mine if one.layer < Layer.RESERVE]
        free = [c for c, one in mine if one.layer > Layer.RESERVE]
        moved = sum((case.withdrawn[:, :, c].sum(axis=1) for c in free), np.zeros(case.n_runs))
        lines += [
            f"What {shock.target} buys from {shock.leaves} in the window: held by binding contracts "
            f"{band(case.amounts[:, :, held].sum(axis=(1, 2)))}; free to move "
            f"{band(case.amounts[:, :, free].sum(axis=(1, 2)))}; moved to {shock.to} {band(moved)}",
            *[
                f"  {one.instrument} [{one.layer.name.lower()}] {band(case.amounts[:, :, c].sum(axis=1))}"
                for c, one in mine
            ],
            "",
        ]
    return lines


def _checked(by_scenario: Sequence[tuple[Compared, ...]]) -> list[str]:
    lines = [line for scenario in by_scenario for one in scenario for line in tell_compared(one)]
    return ["Checked against", *lines] if lines else ["No published size stands beside this"]


def _who(answer: StressAnswer) -> list[str]:
    found = answer.in_trouble()
    if not found:
        return ["Nobody runs short in any of the three runs"]
    o, lines = (
        answer.outcome,
        [
            "Who runs short, in order of time; * its opening cash is not reported: raised in a year, or assumed"
        ],
    )
    size = answer.by_payer(o.cut + o.deferred + o.unpaid)
    for k in found[:_LISTED]:
        party = answer.case.parties[k]
        mark = "" if answer.cash_basis(k) == "reported" else "*"
        first = answer.first_missed(k)
        lines.append(
            f"  {party}{mark}: short {when(answer, o.first_short[:, k])}; "
            f"misses a binding payment {when(answer, o.first_default[:, k])}"
            f"{f', {band(first)} in that quarter' if first.max() > 0 else ''}; "
            f"not paid as planned in the window {band(size[:, k])}"
        )
        lines += [f"    through {text}" for text in _through(answer, k)]
    if len(found) > _LISTED:
        lines.append(f"  and {len(found) - _LISTED} more (--json)")
    if (o.first_default >= 0).any():
        lines.append(
            "  After its first miss a party raises no new money: most of what it leaves unpaid follows from that"
        )
    return lines


def _through(answer: StressAnswer, party: int) -> list[str]:
    o, case = answer.outcome, answer.case
    gone = (o.cut + o.deferred + o.unpaid).sum(axis=1)
    own = [c for c, one in enumerate(case.claims) if one.payer == party and gone[:, c].max() > 0]
    own.sort(key=lambda c: (-gone[1, c], -gone[2, c], case.claims[c].instrument))
    shown = [
        f"{case.claims[c].instrument} to {case.parties[case.claims[c].payee]} "
        f"[{case.claims[c].layer.name.lower()}] {band(gone[:, c])}"
        for c in own[:_TOP]
    ]
    return shown + ([f"{len(own) - _TOP} more"] if len(own) > _TOP else [])


def rests_on_cash(answer: StressAnswer, party: int, call: Callable[[str], str] = str) -> list[str]:
    """Return the warning that an order of shortfalls rests on cash that is not reported; nothing where it is.

    Parameters
    ----------
    call : callable
        What a party is called, by its id.
    """
    basis, says = (
        answer.cash_basis(party),
        f"That {call(answer.case.parties[party])} is first, and when, rests on",
    )
    if basis == "reported":
        return []
    if basis == "raised":
        return [
            f"{says} a cash at the start that is not reported but carried: signed funding paid in the year before, "
            "less what the accounts say it burnt"
        ]
    return [
        f"{says} an assumed cash at the start (stress.open_buffer): none is reported, and funding paid before the "
        "window is not in it"
    ]


def _first_rests_on(answer: StressAnswer) -> list[str]:
    """Return the plan of the first to run short: what it has, what comes in, what it must still raise."""
    found = answer.in_trouble()
    if not found:
        return []
    plan = plan_of(answer, found[0])
    return [
        *[f"  {told}" for told in rests_on_cash(answer, found[0])],
        "",
        f"What {plan.party} planned without the shock, {plan.window}",
        *[f"  {row.text}" for row in plan.rows],
    ]


def _losers(answer: StressAnswer) -> list[str]:
    lost, lines = answer.lost_apart(), []
    for says, values in (
        (
            "Receipts lost under contracts, most first (with funding not received the payees' side of cash and demand, "
            "less what is paid late or by guarantors; not to be added)",
            lost.contracts,
        ),
        ("Funding on record, signed or not, that does not come in", lost.funding),
        ("Sales to buyers no record names lost, under no contract and in no line above", lost.sales),
    ):
        order = sorted(range(values.shape[1]), key=lambda k: (-values[1, k], answer.case.parties[k]))
        shown = [k for k in order[:8] if values[:, k].max() > 1e6]
        lines += [
            f"  {says}:",
            *(
                [f"    {answer.case.parties[k]} {band(values[:, k])}" for k in shown]
                or ["    none above a million"]
            ),
        ]
    return lines


def _bearers(answer: StressAnswer) -> list[str]:
    stays = net_losses(answer.case, answer.outcome).stays
    order = sorted(range(stays.shape[1]), key=lambda k: (-stays[1, k], answer.case.parties[k]))
    shown = [k for k in order[:6] if stays[1, k] > 5e7] + [k for k in order[-2:] if stays[1, k] < -5e7]
    return [f"    {answer.case.parties[k]} {band(stays[:, k])}" for k in shown] or ["    nothing"]


def _falls(answer: StressAnswer, *, of_value: bool) -> str:
    fall, known = answer.outcome.fall[:, -1], answer.values_known()
    order = sorted(
        (k for k in range(fall.shape[1]) if known[k] is of_value),
        key=lambda k: (-fall[1, k], answer.case.parties[k]),
    )
    shown = [k for k in order[:8] if fall[1, k] > 0.005]
    return "; ".join(
        f"{answer.case.parties[k]} {fall[1, k]:.0%} ({fall[:, k].min():.0%} to {fall[:, k].max():.0%})"
        for k in shown
    ) or "none above half a per cent"  # fmt: skip


def _stakes(answer: StressAnswer) -> list[str]:
    by_instrument: dict[str, FloatArray] = {}
    for entry in read_entries(answer.case, answer.outcome):
        if entry.head is Head.STAKE:
            by_instrument[entry.instrument] = by_instrument.get(entry.instrument, np.zeros(3)) + entry.amounts
    if not by_instrument:
        return []
    order = sorted(by_instrument, key=lambda name: (-by_instrument[name][1], name))
    total = sum(by_instrument.values(), np.zeros(3))
    shown = "; ".join(f"{name} {band(by_instrument[name])}" for name in order[:_TOP])
    return [f"  stakes at cost {band(total)}, the owners' side of the above: {shown}"]


def _hardware(answer: StressAnswer) -> list[str]:
    case = answer.case
    more, new = case.extra_depreciation.sum(axis=1), case.replaced.sum(axis=1)
    order = sorted(np.flatnonzero(more.max(axis=0) > 0), key=lambda k: (-more[1, k], case.parties[k]))
    shocks = [k for s in answer.scenarios for k in s.shocks if k.kind is ShockKind.LIFE_SHORTENS]
    if not shocks:
        return []
    aimed = {k for shock in shocks for k in targets_of(shock.target, case, answer.snapshot.parties)}
    left_out = sorted(case.parties[k] for k in aimed if not case.vintages.spent[:, k].any())
    lines = [
        "Income: depreciation that a shorter life adds, which moves no cash, and servers bought again, which do",
        f"  in all {band(more.sum(axis=1))}; bought again {band(new.sum(axis=1))}",
    ]
    for k in order:
        known = int(case.vintages.reported[:, k].sum())
        lines.append(
            f"  {case.parties[k]} {band(more[:, k])}; bought again {band(new[:, k])}; life {case.vintages.life[k]:g} "
            f"years, {known} quarters of capital expenditure on record"
        )
    if left_out:
        lines.append(f"  left out, no capital expenditure on record: {', '.join(left_out)}")
    return lines


def _called(answer: StressAnswer) -> list[str]:
    called = answer.outcome.called.sum(axis=1)
    lines = [
        f"  {one.instrument}: {answer.case.parties[one.guarantor]} pays {band(called[:, g])}"
        for g, one in enumerate(answer.case.calls)
        if called[:, g].max() > 0
    ]
    return ["Guarantees called", *lines] if lines else []


def _figure(unit: str, values: FloatArray) -> str:
    low, central, high = float(values.min()), float(values[1]), float(values.max())
    if unit == "USD":
        return band(values) + " bn"
    written = [f"{x:.0%}" if unit == "share" else f"{x:,.3g}" for x in (central, low, high)]
    text = written[0] if low == high else f"{written[0]} ({written[1]} to {written[2]})"
    return text if unit in ("share", "as in the scenario") else f"{text} {unit}"


def tell_compared(one: Compared, call: Callable[[str], str] = str) -> list[str]:
    """Return a published size, ours beside it with the parts of the difference, and why they differ.

    Parameters
    ----------
    call : callable
        What a party is called, by its id.
    """
    p = one.published
    lines = [f"  {p.who}: {p.says} <{p.url}>"]
    if one.ours is not None and p.value is not None:
        what = f"{p.measure}{f' of {call(p.of)}' if p.of else ''}"
        other = (p.starts or p.ends) and not one.parts
        share = (
            f", {one.ours[1] / p.value.central:.2f} of theirs"
            if p.value.central and not (p.starts or p.ends)
            else ""
        )
        share += (
            f"; theirs runs {p.starts or ''} to {p.ends or ''}: --explain".replace("  ", " ") if other else ""
        )
        behind = f" [{', '.join(one.ids[:2])}{', ...' if len(one.ids) > 2 else ''}]" if one.ids else ""
        lines.append(f"    ours ({what}) {_figure(p.measure.unit, one.ours)}{share}{behind}")
        lines += [
            f"    ours {part.says}"
            + (f": {_figure(p.measure.unit, part.amounts)}" if part.amounts is not None else "")
            for part in one.parts
        ]
        last = next((part.amounts for part in reversed(one.parts) if part.amounts is not None), None)
        if last is not None:
            left = p.value.central - last
            lines.append(f"    left between that and theirs: {_figure(p.measure.unit, left)}")
    return [*lines, f"    {p.difference}"]


def stress_lines(answer: StressAnswer) -> list[tuple[str, tuple[str, ...]]]:
    """Return a paragraph for the brief: each sentence with the instrument ids behind its figures."""
    found = answer.in_trouble()
    if not found:
        return [("Nobody runs short in any of the three runs.", ())]
    k = found[0]
    o, case = answer.outcome, answer.case
    gone = (o.cut + o.deferred + o.unpaid).sum(axis=1)
    ids = tuple(
        one.instrument for c, one in enumerate(case.claims) if one.payer == k and gone[:, c].max() > 0
    )
    size = answer.by_payer(o.cut + o.deferred + o.unpaid)[:, k]
    text = f"Under {' + '.join(s.name for s in answer.scenarios)}, {answer.name(case.parties[k])} runs short first, "
    told = f"{text}{when(answer, o.first_short[:, k])}, by ${band(size)} bn."
    rests = [f" {one}." for one in rests_on_cash(answer, k, answer.name)]
    return [("".join([told, *rests]), ids)]
