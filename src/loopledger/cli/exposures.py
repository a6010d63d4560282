"""The command on exposure: who depends on whom, measure by measure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from loopledger.cli.options import (
    AssumptionsOption,
    JsonOption,
    KnownOnOption,
    RegisterOption,
    assumptions_of,
    day_of,
)
from loopledger.cli.printing import print_json, print_text

if TYPE_CHECKING:
    from loopledger.exposure import Exposure, Sheet
    from loopledger.schedule import Assumptions

__all__ = ["exposure"]


def exposure(
    party: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Print every measure of this party; repeatable.")
    ] = None,
    measure: Annotated[
        list[str] | None,
        typer.Option(metavar="CODE", help="Print this measure only, of every party; repeatable."),
    ] = None,
    register: RegisterOption = None,
    known_on: KnownOnOption = None,
    assumptions: AssumptionsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print who depends on whom: concentration, coverage by year, vendor financing, off-balance items, stakes, rivals.

    Without a party: all parties together, and the main measures of each. What cannot be computed is said with the
    fact that is missing.
    """
    from loopledger.exposure import OVERVIEW, find_measure, measure_exposure, tell_exposure, tell_sheet
    from loopledger.register import load_register

    codes = frozenset(find_measure(code).code for code in measure or ())
    whole, assumed = load_register(register), assumptions_of(assumptions)
    snapshot = whole.known_on(day_of(known_on))
    found = measure_exposure(whole, snapshot, assumed, party)
    if codes:
        found = found.only(codes)
    basis = {"register": snapshot.content_hash[:12], "known_on": snapshot.day.isoformat()}
    if as_json:
        print_json({**basis, **_json(found, assumed, with_system=party is None)})
        return
    lines = [f"US dollars; central value and range; known on {snapshot.day}, register {basis['register']}"]
    if party is None:
        lines += tell_exposure(found, list(measure or OVERVIEW))
        lines += ["", "loopledger exposure --party ID prints every measure of a party."]
    else:
        for sheet in found.parties:
            lines += ["", sheet.party, *tell_sheet(sheet)]
        past = [sheet for sheet in found.past if sheet.readings] if _has_vendor(found.parties) else []
        for sheet in past:
            lines += ["", f"{sheet.party} (past episode)", *tell_sheet(sheet)]
    used = sorted(
        {n for sheet in _shown(found, party is None) for r in sheet.readings for n in r.assumptions}
    )
    lines += ["", f"Assumptions: {', '.join(used) or 'none'}"]
    print_text("\n".join(lines))


def _has_vendor(sheets: Iterable[Sheet]) -> bool:
    return any(r.measure.startswith("vendor_") for sheet in sheets for r in sheet.readings)


def _shown(found: Exposure, with_system: bool) -> list[Sheet]:
    return [*([found.system] if with_system else []), *found.parties, *found.past]


def _json(found: Exposure, assumed: Assumptions, *, with_system: bool) -> dict[str, Any]:
    from loopledger.exposure import load_measures

    sheets = _shown(found, with_system)
    readings = [r for sheet in sheets for r in sheet.readings]
    codes = {r.measure for r in readings} | {g.measure for sheet in sheets for g in sheet.gaps}
    return {
        "measures": [row.model_dump(mode="json") for row in load_measures().rows if row.code in codes],
        "assumptions": [
            one.as_dict() for one in assumed.select({n for r in readings for n in r.assumptions})
        ],
        **({"system": found.system.as_dict()} if with_system else {}),
        "parties": {sheet.party: sheet.as_dict() for sheet in found.parties},
        "past": {sheet.party: sheet.as_dict() for sheet in found.past},
    }
