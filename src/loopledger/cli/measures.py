"""The commands on measures: who depends on whom, and published figures beside ours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from loopledger.cli.exposures import exposure
from loopledger.cli.options import AssumptionsOption, JsonOption, RegisterOption, assumptions_of
from loopledger.cli.printing import print_json, print_text

if TYPE_CHECKING:
    from loopledger.reconcile import Check, Reconciled

__all__ = ["add_to"]

_COUNTED: Mapping[str, str] = {
    "agrees": "agree",
    "differs": "differ",
    "arithmetic only": "arithmetic only",
    "cannot be computed": "cannot be computed",
}


#: What an agreement is worth, after the verdict of a row and at the end of the page.
_CHECK_WORDS: Mapping[Check, str] = {
    "own records": "from contracts and filings put together here",
    "same figures": "the publisher's arithmetic on the same public figures, which checks the records and no more",
    "same statement": "the publisher's own statement read again, which checks nothing",
}


def add_to(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("exposure")(exposure)
    app.command("reconcile")(reconcile)


def reconcile(
    metric: Annotated[str | None, typer.Option(help="Only this metric or row.")] = None,
    register: RegisterOption = None,
    assumptions: AssumptionsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print published values beside ours as known on their day, with each difference and its reason."""
    from loopledger.reconcile import load_without_row
    from loopledger.reconcile import reconcile as reconcile_all
    from loopledger.register import load_register

    found = reconcile_all(load_register(register), metric, assumptions=assumptions_of(assumptions))
    if as_json:
        print_json([one.as_dict() for one in found])
        return
    lines = [line for one in found for line in _row_lines(one)]
    if metric is None:
        lines += ["", "Published metrics without a row:"]
        lines += [f"  {entry.metric}: {entry.subject}: {entry.why}" for entry in load_without_row()]
    lines += ["", _count_line(found), *_agreement_lines(found)]
    print_text("\n".join(lines))


def _row_lines(one: Reconciled) -> list[str]:
    row = one.row
    lines = [
        f"{row.id}: {row.subject}",
        f"  published {row.value:g} {row.unit}, {row.who}, {row.as_of}; tolerance {row.allowed}",
    ]
    if one.ours is not None and one.stated is not None and one.difference is not None:
        stated, central = f"{one.stated:.4g}", f"{one.ours.central:.4g}"
        ours = stated if stated == central else f"{stated} as stated, {central} central"
        lines.append(
            f"  ours {ours} ({one.ours.low:.4g} to {one.ours.high:.4g}), "
            f"difference {one.difference:+.3g}; {one.date_basis}"
        )
    lines += [f"  gap: {gap}" for gap in (row.definition_gap, row.date_gap, row.data_gap) if gap]
    if one.remaining is not None and row.remaining is not None:
        lines.append(f"  remaining difference {one.remaining:+.3g} {row.remaining.says}")
    lines += [f"  ids: {', '.join(one.ids)}"] if one.ids else []
    lines += [f"  assumptions: {', '.join(one.assumptions)}"] if one.assumptions else []
    if one.outcome == "agrees" and row.check is not None:
        return [*lines, f"  {one.verdict}; {_CHECK_WORDS[row.check]}"]
    return [*lines, f"  {one.verdict}"]


def _count_line(found: Sequence[Reconciled]) -> str:
    """Return how many rows come to what; those that agree from outside the range are counted apart."""
    from loopledger.reconcile import OUTCOMES

    counted = Counter(one.outcome for one in found)
    outside = sum(one.verdict.startswith("agrees: outside") for one in found)
    parts = [f"{counted[outcome]} {_COUNTED[outcome]}" for outcome in OUTCOMES]
    if outside:
        parts[0] += f" ({outside} of them from outside our range)"
    return f"{len(found)} row{'s' if len(found) != 1 else ''}: {', '.join(parts)}"


def _agreement_lines(found: Sequence[Reconciled]) -> list[str]:
    """Return how many of the rows that agree are an independent check, and how many agree closely."""
    from loopledger.reconcile import CHECKS, STRICT

    agreed = [one for one in found if one.outcome == "agrees"]
    lines = []
    for check in CHECKS:
        rows = [one for one in agreed if one.row.check == check]
        if rows:
            strict = sum(one.is_strict for one in rows)
            lines.append(
                f"  {len(rows)} agree{'s' if len(rows) == 1 else ''}: {_CHECK_WORDS[check]} "
                f"({strict} within {100 * STRICT:g} % of the published value)"
            )
    return lines
