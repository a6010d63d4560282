"""The commands on measures: who depends on whom, and published figures beside ours."""

from __future__ import annotations

from typing import Annotated

import typer

from loopledger.cli.exposures import exposure
from loopledger.cli.options import (
    AssumptionsOption,
    JsonOption,
    RegisterOption,
    assumptions_of,
    print_json,
    print_text,
)

__all__ = ["add_to"]


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
    from loopledger.reconcile import reconcile as reconcile_all
    from loopledger.register import load_register

    found = reconcile_all(load_register(register), metric, assumptions=assumptions_of(assumptions))
    if as_json:
        print_json([one.as_dict() for one in found])
        return
    lines: list[str] = []
    for one in found:
        row = one.row
        lines += [f"{row.id}: {row.subject}", f"  published {row.value:g} {row.unit}, {row.who}, {row.as_of}"]
        if one.ours is not None and one.stated is not None and one.difference is not None:
            lines.append(
                f"  ours {one.stated:.4g} ({one.ours.low:.4g} to {one.ours.high:.4g}), "
                f"difference {one.difference:+.3g}; {one.date_basis}"
            )
        lines += [f"  gap: {gap}" for gap in (row.definition_gap, row.date_gap, row.data_gap) if gap]
        if one.remaining is not None and row.remaining is not None:
            lines.append(f"  remaining difference {one.remaining:+.3g} {row.remaining.says}")
        lines += [f"  ids: {', '.join(one.ids)}"] if one.ids else []
        lines += [f"  assumptions: {', '.join(one.assumptions)}"] if one.assumptions else []
        lines.append(f"  {one.verdict}")
    print_text("\n".join(lines))
