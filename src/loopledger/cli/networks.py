"""Commands on payment networks: loops and funding, from the register or from a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from loopledger.cli import looptext as text
from loopledger.cli.options import (
    AssumptionsOption,
    FlowsOption,
    FromOption,
    JsonOption,
    KnownOnOption,
    OpeningOption,
    RegisterOption,
    ToOption,
    assumptions_of,
    basis_of,
    day_of,
    network_of,
    snapshot_of,
)
from loopledger.cli.printing import print_json, print_text, warn

if TYPE_CHECKING:
    from pathlib import Path

    from loopledger.circularity import Cycling, Funding
    from loopledger.circularity.on_record import RecordCoverage
    from loopledger.network import FlowTable

__all__ = ["add_to"]


def add_to(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("loops")(loops)
    app.command("funding")(funding)


def loops(
    flows: FlowsOption = None,
    register: RegisterOption = None,
    known_on: KnownOnOption = None,
    first: FromOption = None,
    last: ToOption = None,
    assumptions: AssumptionsOption = None,
    max_length: Annotated[
        int | None,
        typer.Option(min=2, help="Most parties in a loop; default is no limit for a table, 4 else."),
    ] = None,
    max_loops: Annotated[int, typer.Option(min=1, help="Stop after so many loops.")] = 100_000,
    max_steps: Annotated[
        int, typer.Option(min=1, help="Stop after so many steps of the search.")
    ] = 20_000_000,
    within: Annotated[
        int | None,
        typer.Option(
            min=1, metavar="N", help="List loops of payments with increasing dates within N periods."
        ),
    ] = None,
    estimated: Annotated[
        bool,
        typer.Option("--estimated", help="Add estimated payments beyond the contracts, marked as such."),
    ] = False,
    ranges: Annotated[
        bool, typer.Option("--ranges", help="Range of each pair over all largest circulations.")
    ] = False,
    rewirings: Annotated[
        int | None,
        typer.Option(min=1000, metavar="N", help="Weigh the number of loops against N rewired networks."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the rewirings.")] = 0,
    top: Annotated[int, typer.Option(min=1, help="How many loops to print as text.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """Find the loops of a payment network and the circulation that counts no dollar twice."""
    from loopledger.circularity import (
        back_loops,
        circulate,
        decompose,
        find_dated_loops,
        find_loops,
        range_arcs,
        weigh_loops,
    )

    network = network_of(
        flows,
        register=register,
        known_on=known_on,
        assumptions=assumptions,
        window=(first, last),
        debt_service=False,
        estimated=estimated,
    )
    table = network.table
    _say_what_helps(table, as_loops=True)
    if max_length is None and flows is None:
        max_length = 4
    found = find_loops(table, max_length=max_length, max_loops=max_loops, max_steps=max_steps)
    backings = back_loops(found.loops, network.flows, network.promises) if flows is None else ()
    circulation = circulate(table)
    cycling, uncycled = _cycling(table)
    around = circulation, decompose(circulation), range_arcs(circulation) if ranges else None, cycling
    dated = None
    if within is not None:
        dated = find_dated_loops(
            table, within=within, max_length=max_length or 6, max_loops=max_loops, max_steps=max_steps
        )
    weighed = weigh_loops(table, rewirings=rewirings, seed=seed) if rewirings is not None else None
    if found.truncated:
        warn(
            f"a limit was met: every loop of up to {found.complete_to_length} parties is listed, "
            "longer ones only in part"
        )
    if as_json:
        answer = {
            "window": text.window_of(table),
            "loops": [
                text.loop_json(loop, backing)
                for loop, backing in zip(found.loops, backings or [None] * len(found.loops), strict=True)
            ],
            "truncated": found.truncated,
            "complete_to_length": found.complete_to_length,
            "circulation": text.circulation_json(*around, without_cycling=uncycled),
        }
        if dated is not None:
            answer["dated"] = text.dated_json(dated, table)
        if weighed is not None:
            answer["significance"] = text.significance_json(weighed)
        print_json(answer)
        return
    window = text.window_of(table)
    lines = [
        basis_of(flows, known_on),
        f"Window {window['from']} to {window['to']}: {window['n_payments']} payments among "
        f"{window['n_parties']} parties{', debt service left out' if flows is None else ''}",
        *text.loop_lines(found, backings, top),
        "",
        *text.cycling_lines(*around),
        *(text.dated_lines(dated, top, table) if dated is not None else []),
        *(text.significance_lines(weighed) if weighed is not None else []),
    ]
    print_text("\n".join(lines))


def _cycling(table: FlowTable) -> tuple[Cycling | None, str]:
    """Return the ecologists' measures, or none with the reason where the network is too large for them."""
    from loopledger.circularity import measure_cycling
    from loopledger.errors import ModelError

    try:
        return measure_cycling(table), ""
    except ModelError as error:
        warn(f"no cycling index: {error.message}")
        return None, error.message


#: From so many payments on, an extra saves more than a few seconds.
_MANY = 50_000


def _say_what_helps(table: FlowTable, *, as_loops: bool) -> None:
    """Name the extras that make a large table fast, where they are missing."""
    from importlib.util import find_spec

    if len(table) < _MANY:
        return
    what = "the circulation" if as_loops else "the forced and possible returns"
    for module, extra, job in (("ortools", "scale", what), ("numba", "fast", "the loops over payments")):
        if find_spec(module) is None:
            warn(
                f"{len(table):,} payments: the extra `{extra}` makes {job} fast (pip install 'loopledger[{extra}]')"
            )


def funding(
    funder: Annotated[
        list[str],
        typer.Option("--funder", help="Party whose money is followed; several by comma or repeated."),
    ],
    seller: Annotated[
        str | None,
        typer.Option("--seller", help="The funder whose sales are counted; default is a sole funder."),
    ] = None,
    flows: FlowsOption = None,
    opening: OpeningOption = None,
    register: RegisterOption = None,
    known_on: KnownOnOption = None,
    first: FromOption = None,
    last: ToOption = None,
    assumptions: AssumptionsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Follow the funders' money to the seller under every rule, between the forced and the possible return."""
    from loopledger.circularity import trace_funding
    from loopledger.network import read_opening

    funders = [name.strip() for given in funder for name in given.split(",") if name.strip()]
    if seller is None and len(set(funders)) == 1:
        seller = funders[0]
    if seller is None:
        msg = "several funders: say which one's sales are counted"
        raise typer.BadParameter(msg, param_hint="--seller")
    table = network_of(
        flows, register=register, known_on=known_on, assumptions=assumptions, window=(first, last)
    ).table
    table.party(seller)
    if seller not in funders:
        msg = f"{seller!r} is not one of the funders {', '.join(funders)}: whose own money returns is the question"
        raise typer.BadParameter(msg, param_hint="--seller")
    _say_what_helps(table, as_loops=False)
    cash = read_opening(opening) if opening else {}
    for name in sorted(set(cash) - set(table.parties)):
        warn(f"opening cash of {name} is not used: no payment names it")
    found = trace_funding(table, funders, seller, opening=cash, by_order=flows is not None)
    if found.unexplained:
        total = text.in_words(sum(found.unexplained.values()))
        warn(
            f"{len(found.unexplained)} times a party paid more than it had, {total} in all; "
            "that money is taken to come from outside when it is first needed"
        )
    covered = None
    if flows is None:
        covered = _covered(table, seller, register=register, known_on=known_on, assumptions=assumptions)
    if as_json:
        answer = funding_json(table, found)
        if covered is not None:
            answer["on_record"] = covered if isinstance(covered, str) else covered.as_dict()
        print_json(answer)
        return
    lines = [basis_of(flows, known_on), *_funding_lines(table, found)]
    if covered is not None:
        lines += ["", *_coverage_lines(covered, seller)]
    print_text("\n".join(lines))


def _covered(
    table: FlowTable, seller: str, *, register: Path | None, known_on: str | None, assumptions: Path | None
) -> RecordCoverage | str:
    """Return how much of the seller's reported sales the register holds, or why that is not known."""
    from loopledger.circularity.on_record import cover_by_record
    from loopledger.errors import ModelError

    snapshot = snapshot_of(register, day_of(known_on))
    try:
        return cover_by_record(table, snapshot, assumptions_of(assumptions), seller)
    except ModelError as error:
        return error.message


def _coverage_lines(covered: RecordCoverage | str, seller: str) -> list[str]:
    """Return what the contracts on record leave out, and where closed books stand."""
    books = f"no bounds on its revenue; for closed books: loopledger flows --funding {seller}"
    if isinstance(covered, str):
        return [f"Contracts on record only: {covered}, so their part of its sales is not known; {books}"]
    share, value = covered.share, covered.reported.value
    spread = "" if share.is_exact else f" ({share.low:.1%} to {share.high:.1%})"
    reported = text.in_words(value.central)
    if not value.is_exact:
        reported += f" ({text.in_words(value.low)} to {text.in_words(value.high)})"
    without = (
        f"; {covered.missing} more quarters of the window have no reported figure" if covered.missing else ""
    )
    return [
        f"Contracts on record only: {share.central:.1%}{spread} of what {seller} reports as sales in the window; "
        f"{books}",
        f"  on record {text.in_words(covered.receipts)}, reported {reported}, {covered.quarters[0]} to "
        f"{covered.quarters[-1]}{without}",
        f"  dates: {covered.reported.date_basis}",
        f"  ids: {', '.join(covered.reported.ids)}",
        *(
            [f"  assumptions: {', '.join(covered.reported.assumptions)}"]
            if covered.reported.assumptions
            else []
        ),
    ]


def funding_json(table: FlowTable, found: Funding) -> dict[str, Any]:
    """Return the answer of ``funding --json``."""
    return {
        "funders": list(found.funders),
        "seller": found.seller,
        "receipts": found.receipts,
        "outlays": found.outlays,
        "returned": dict(found.returned),
        "share": found.share,
        "why": _why_none(found),
        "outlays_within_group": found.outlays_within,
        "window": text.window_of(table),
        "unexplained": [
            {"party": party, "period": period, "amount": amount}
            for (party, period), amount in sorted(found.unexplained.items())
        ],
        "certificates": {rule: proof.as_dict() for rule, proof in found.certificates.items()},
        "fates": {rule: fates.as_dict() for rule, fates in found.fates.items()},
    }


def _why_none(found: Funding) -> dict[str, str]:
    """Return why a rule has no figure, by the field that holds none."""
    why = {
        f"returned.{rule}": "no payment is earmarked for another"
        for rule, value in found.returned.items()
        if value is None
    }
    for rule, share in found.share.items():
        if share is None:
            without = f"{found.seller} receives nothing from sales"
            why[f"share.{rule}"] = why.get(f"returned.{rule}", without)
    return why


def _funding_lines(table: FlowTable, found: Funding) -> list[str]:
    from loopledger.circularity import RULES

    window = text.window_of(table)
    lines = [
        f"Window {window['from']} to {window['to']}",
        f"Funding paid out by {', '.join(found.funders)}: {text.in_words(found.outlays)}",
        f"Receipts of {found.seller} from sales: {text.in_words(found.receipts)}",
        "",
        f"{'rule':<18} {'returned':>18} {'share':>8}",
    ]
    for rule, value in found.returned.items():
        share = found.share[rule]
        figure = text.in_words(value) if value is not None else "no earmarks"
        part = f"{share:.1%}" if share is not None else "-"
        lines.append(f"{rule:<18} {figure:>18} {part:>8}  {RULES[rule]}")
    return lines
