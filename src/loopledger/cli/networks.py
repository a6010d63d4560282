"""Commands on payment networks: loops and funding, from the register or from a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from loopledger.cli.options import (
    AssumptionsOption,
    FlowsOption,
    FromOption,
    JsonOption,
    KnownOnOption,
    OpeningOption,
    RegisterOption,
    ToOption,
    basis_of,
    network_of,
    print_json,
    print_text,
    warn,
)

if TYPE_CHECKING:
    from loopledger.circularity import Circulation, Funding, Loop, Loops
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
    top: Annotated[int, typer.Option(min=1, help="How many loops to print as text.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """Find the loops of a payment network and the circulation that counts no dollar twice."""
    from loopledger.circularity import circulate, find_loops

    table = network_of(
        flows,
        register=register,
        known_on=known_on,
        assumptions=assumptions,
        window=(first, last),
        debt_service=False,
    )
    if max_length is None and flows is None:
        max_length = 4
    found = find_loops(table, max_length=max_length, max_loops=max_loops)
    circulation = circulate(table)
    if found.truncated:
        warn(
            f"a limit was met: every loop of up to {found.complete_to_length} parties is listed, "
            "longer ones only in part"
        )
    if as_json:
        print_json(_loops_json(table, found, circulation))
    else:
        print_text(f"{basis_of(flows, known_on)}\n{_loops_text(table, found, circulation, top)}")


def _loop_json(loop: Loop) -> dict[str, Any]:
    return {
        "parties": list(loop.parties),
        "kind": loop.kind.value,
        "value": loop.value,
        "instruments": [list(leg.instruments) for leg in loop.legs],
        "time_feasible": loop.time_feasible,
        "legs": [{"payer": leg.payer, "payee": leg.payee, "amount": leg.amount} for leg in loop.legs],
    }


def _loops_json(table: FlowTable, found: Loops, circulation: Circulation) -> dict[str, Any]:
    flows = zip(circulation.pairs, circulation.circulating.tolist(), circulation.paid.tolist(), strict=True)
    return {
        "window": _window(table),
        "loops": [_loop_json(loop) for loop in found.loops],
        "truncated": found.truncated,
        "complete_to_length": found.complete_to_length,
        "circulation": {
            "total": circulation.total,
            "gross": circulation.gross,
            "share": circulation.share,
            "flows": [
                {"payer": payer, "payee": payee, "amount": amount, "of": paid}
                for (payer, payee), amount, paid in flows
            ],
            "certificate": circulation.certificate.as_dict(),
        },
    }


def _window(table: FlowTable) -> dict[str, Any]:
    used = sorted(set(table.period.tolist()))
    return {
        "from": table.periods[used[0]] if used else None,
        "to": table.periods[used[-1]] if used else None,
        "n_payments": len(table),
        "n_parties": len(set(table.payer.tolist()) | set(table.payee.tolist())),
    }


def _loops_text(table: FlowTable, found: Loops, circulation: Circulation, top: int) -> str:
    window = _window(table)
    financing = sum(loop.kind == "financing" for loop in found.loops)
    lines = [
        f"Window {window['from']} to {window['to']}: {window['n_payments']} payments among "
        f"{window['n_parties']} parties",
        f"{len(found.loops)} loops, {financing} of them financing loops; "
        f"the largest {min(top, len(found.loops))}:",
        "",
        f"{'value':>18}  {'kind':<10}  {'in time':<7}  parties",
    ]
    lines += [
        f"{loop.value:>18,.2f}  {loop.kind.value:<10}  {'yes' if loop.time_feasible else 'no':<7}  "
        f"{' -> '.join([*loop.parties, loop.parties[0]])}"
        for loop in found.loops[:top]
    ]
    lines += [
        "",
        f"Circulation (no dollar counted twice): {circulation.total:,.2f} of {circulation.gross:,.2f} "
        f"paid among the parties, {circulation.share:.1%}; proven within {circulation.certificate.gap:.2g}",
    ]
    return "\n".join(lines)


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

    funders = [name.strip() for text in funder for name in text.split(",") if name.strip()]
    if seller is None and len(set(funders)) == 1:
        seller = funders[0]
    if seller is None:
        msg = "several funders: say which one's sales are counted"
        raise typer.BadParameter(msg, param_hint="--seller")
    table = network_of(
        flows, register=register, known_on=known_on, assumptions=assumptions, window=(first, last)
    )
    cash = read_opening(opening) if opening else {}
    for name in sorted(set(cash) - set(table.parties)):
        warn(f"opening cash of {name} is not used: no payment names it")
    found = trace_funding(table, funders, seller, opening=cash, by_order=flows is not None)
    if found.unexplained:
        total = sum(found.unexplained.values())
        warn(
            f"{len(found.unexplained)} times a party paid more than it had, {total:,.2f} in all; "
            "that money is taken to come from outside when it is first needed"
        )
    if as_json:
        print_json(funding_json(table, found))
    else:
        print_text(f"{basis_of(flows, known_on)}\n{_funding_text(table, found)}")


def funding_json(table: FlowTable, found: Funding) -> dict[str, Any]:
    """Return the answer of ``funding --json``."""
    return {
        "funders": list(found.funders),
        "seller": found.seller,
        "receipts": found.receipts,
        "outlays": found.outlays,
        "returned": dict(found.returned),
        "share": found.share,
        "outlays_within_group": found.outlays_within,
        "window": _window(table),
        "unexplained": [
            {"party": party, "period": period, "amount": amount}
            for (party, period), amount in sorted(found.unexplained.items())
        ],
        "certificates": {rule: proof.as_dict() for rule, proof in found.certificates.items()},
        "fates": {rule: fates.as_dict() for rule, fates in found.fates.items()},
    }


def _funding_text(table: FlowTable, found: Funding) -> str:
    from loopledger.circularity import RULES

    window = _window(table)
    lines = [
        f"Window {window['from']} to {window['to']}",
        f"Funding paid out by {', '.join(found.funders)}: {found.outlays:,.2f}",
        f"Receipts of {found.seller} from sales: {found.receipts:,.2f}",
        "",
        f"{'rule':<18} {'returned':>18} {'share':>8}",
    ]
    for rule, value in found.returned.items():
        share = found.share[rule]
        figure = f"{value:,.2f}" if value is not None else "no earmarks"
        part = f"{share:.1%}" if share is not None else "-"
        lines.append(f"{rule:<18} {figure:>18} {part:>8}  {RULES[rule]}")
    return "\n".join(lines)
