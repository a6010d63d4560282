"""The commands on measures: who depends on whom, and published figures beside ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from loopledger.cli.options import (
    AssumptionsOption,
    JsonOption,
    KnownOnOption,
    RegisterOption,
    assumptions_of,
    day_of,
    print_json,
    print_text,
    snapshot_of,
)

if TYPE_CHECKING:
    from loopledger.exposure import Concentration
    from loopledger.register import Snapshot
    from loopledger.units import BoundFactors

__all__ = ["add_to"]

#: Promises that no balance sheet shows.
_OFF_BALANCE = ("leases_not_commenced", "guarantee_max_exposure")
#: The assumptions that every range rests on.
_BOUNDS = (
    "bound.about.low", "bound.about.high", "bound.up_to.low", "bound.up_to.central", "bound.at_least.high",
)  # fmt: skip


def add_to(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("exposure")(exposure)
    app.command("reconcile")(reconcile)


def exposure(
    party: Annotated[str | None, typer.Option(help="Print this party only.")] = None,
    register: RegisterOption = None,
    known_on: KnownOnOption = None,
    assumptions: AssumptionsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print the concentration of binding contracts, and reported backlog beside buyers' obligations."""
    from loopledger.errors import NotFoundError

    snapshot, assumed = snapshot_of(register, day_of(known_on)), assumptions_of(assumptions)
    factors = assumed.bound_factors
    if party is not None and party not in snapshot.parties:
        msg = f'no party "{party}"'
        raise NotFoundError(msg, hint="loopledger register show lists them")
    found = {
        name: _of_party(snapshot, name, factors) for name in ([party] if party else sorted(snapshot.parties))
    }
    if party is None:
        found = {name: one for name, one in found.items() if len(one["gaps"]) < 4}
    basis = {"register": snapshot.content_hash[:12], "known_on": snapshot.day.isoformat(), "unit": "USD"}
    if as_json:
        print_json(
            {**basis, "assumptions": [one.as_dict() for one in assumed.select(_BOUNDS)], "parties": found}
        )
        return
    head = f"US dollars as announced, not run down; known on {snapshot.day}, register {basis['register']}"
    print_text(
        "\n".join(
            [
                head,
                *(line for name, one in found.items() for line in _text(name, one)),
                "",
                "Assumptions: " + ", ".join(_BOUNDS),
            ]
        )
    )


def _of_party(snapshot: Snapshot, party: str, factors: BoundFactors) -> dict[str, Any]:
    from loopledger.errors import ModelError
    from loopledger.exposure import concentrate, latest, match_backlog

    sides: dict[str, Any] = {}
    gaps: list[str] = []
    for side, buyers in (("buyers", True), ("sellers", False)):
        try:
            sides[side] = _side_json(concentrate(snapshot, party, buyers=buyers, factors=factors))
        except ModelError as error:
            gaps.append(f"{side}: {error}")
    try:
        names = [part["party"] for part in sides.get("buyers", {}).get("parts", [])]
        matched = match_backlog(snapshot, [party], names, factors=factors)
        sides["backlog"] = {
            "backlog_usd": matched.backlog_usd,
            "obligations_usd": matched.obligations.as_dict(),
            "share": matched.share.as_dict(),
            "share_as_stated": matched.share_stated,
            "unmatched_usd": matched.unmatched_usd,
            "date_basis": list(matched.dates),
            "ids": [*matched.instruments, *matched.observations],
        }
    except ModelError as error:
        gaps.append(f"backlog: {error}")
    off = [
        {
            "measure": metric, "usd": float(row.value), "bound": row.bound.value,
            "date_basis": f"at {row.period_end}", "ids": [f"{row.file}:{row.line}"],
        }
        for metric in _OFF_BALANCE
        if (row := latest(snapshot, party, [metric])) is not None
    ]  # fmt: skip
    if off:
        sides["off_balance"] = off
    else:
        gaps.append(
            f"off balance: cannot be computed because no observation gives {' or '.join(_OFF_BALANCE)}"
        )
    return {**sides, "gaps": gaps}


def _side_json(found: Concentration) -> dict[str, Any]:
    return {
        "stated_usd": found.stated_usd,
        "hhi": found.hhi,
        "left_out": list(found.skipped),
        "parts": [
            {
                "party": part.party, "stated_usd": part.stated_usd, "usd": part.amount.as_dict(),
                "share": part.share_range.as_dict(), "ids": list(part.instruments),
            }
            for part in found.parts
        ],
    }  # fmt: skip


def _text(name: str, one: dict[str, Any]) -> list[str]:
    lines = ["", name]
    for side in ("buyers", "sellers"):
        if side in one:
            lines.append(f"  by {side}: ${one[side]['stated_usd'] / 1e9:,.1f}bn, HHI {one[side]['hhi']:.3f}")
            lines += [
                f"    {part['party']}: {part['share']['central']:.3f} "
                f"({part['share']['low']:.3f} to {part['share']['high']:.3f}) [{', '.join(part['ids'])}]"
                for part in one[side]["parts"]
            ]
            if one[side]["left_out"]:
                lines.append(f"    left out, no single dollar price: {', '.join(one[side]['left_out'])}")
    if "backlog" in one:
        row = one["backlog"]
        lines.append(
            f"  backlog ${row['backlog_usd'] / 1e9:,.1f}bn ({'; '.join(row['date_basis'])}), contracts on record "
            f"{row['share_as_stated']:.3f} of it, unmatched ${row['unmatched_usd'] / 1e9:,.1f}bn"
        )
    lines += [
        f"  off balance: {row['measure']} ${row['usd'] / 1e9:,.1f}bn "
        f"({row['bound']}, {row['date_basis']}) [{row['ids'][0]}]"
        for row in one.get("off_balance", [])
    ]
    return [*lines, *(f"  {gap}" for gap in one["gaps"])]


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
