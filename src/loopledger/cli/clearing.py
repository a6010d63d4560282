"""The command that clears a network of obligations from two tables of anybody's data."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from loopledger.cli.options import JsonOption
from loopledger.cli.printing import print_json, print_text, warn

if TYPE_CHECKING:
    from loopledger.stress import Clearing
    from loopledger.stress.tables import ClearingTable

__all__ = ["add_to"]

_MOST_DIGITS = 14


class External(StrEnum):
    """How creditors outside the network rank."""

    SENIOR = "senior"
    PARI_PASSU = "pari-passu"
    JUNIOR = "junior"


def add_to(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("clear")(clear)


def clear(
    obligations: Annotated[
        Path,
        typer.Option("--obligations", metavar="FILE", help="Who owes whom: payer,payee,amount[,seniority]."),
    ],
    parties: Annotated[
        Path,
        typer.Option(
            "--parties",
            metavar="FILE",
            help="Who has what: party,external_assets[,external_liabilities,recovery_external,recovery_internal].",
        ),
    ],
    recovery_external: Annotated[
        float,
        typer.Option(
            "--recovery-external",
            "--alpha",
            min=0,
            max=1,
            help="Part of external assets that default leaves, where the table gives none.",
        ),
    ] = 1.0,
    recovery_internal: Annotated[
        float,
        typer.Option(
            "--recovery-internal",
            "--beta",
            min=0,
            max=1,
            help="Part of receipts that default leaves, where the table gives none.",
        ),
    ] = 1.0,
    external: Annotated[
        External, typer.Option("--external", help="How creditors outside the network rank.")
    ] = External.PARI_PASSU,
    least: Annotated[
        bool, typer.Option("--least", help="The least clearing vector instead of the greatest.")
    ] = False,
    top: Annotated[int, typer.Option(min=1, help="How many parties to print as text.")] = 40,
    as_json: JsonOption = False,
) -> None:
    """Clear a network of obligations: who pays how much, who defaults in which round, with a proof."""  # fmt: skip
    from loopledger.stress import clear as clear_network
    from loopledger.stress.tables import read_clearing

    table = read_clearing(
        obligations, parties, recovery_external=recovery_external, recovery_internal=recovery_internal
    )
    found = clear_network(
        table.classes(),
        table.external_assets,
        external_liabilities=table.external_liabilities,
        external_rank=external.value,
        recovery_external=table.recovery_external,
        recovery_internal=table.recovery_internal,
        solution="least" if least else "greatest",
    )
    for place in found.limit_only:
        warn(
            f"{table.parties[place]} counts as short although its assets equal what it owes: "
            "starting from nobody paying, it gets there only in the limit"
        )
    if as_json:
        print_json(_clearing_json(table, found))
    else:
        print_text(
            f"Amounts as in {obligations} and {parties}, in their own unit\n{_text(table, found, top)}"
        )


def _clearing_json(table: ClearingTable, found: Clearing) -> dict[str, Any]:
    paid_inside, due_inside = found.paid_by_class.sum(axis=0), found.due_by_class.sum(axis=0)
    claims = _claims(table)
    return {
        "payments": [
            {
                "party": party,
                "due": float(found.due[i]),
                "paid": float(found.paid[i]),
                "defaults_in_round": int(found.defaults_in_round[i]) or None,
                "due_inside": float(due_inside[i]),
                "paid_inside": float(paid_inside[i]),
                "due_external": float(found.due_external[i]),
                "paid_external": float(found.paid_external[i]),
                "claims": float(claims[i]),
                "received": float(found.received[i]),
                "equity": float(found.equity[i]),
                "destroyed": float(found.destroyed[i]),
                "why": {} if found.defaults[i] else {"defaults_in_round": "it pays all that it owes"},
            }
            for i, party in enumerate(table.parties)
        ],
        "solution": found.solution.value,
        "unique": found.unique,
        "residual": found.residual,
        "error_bound": found.error_bound,
        "largest_difference": found.spread,
        "external_rank": found.external_rank.value,
        "n_rounds": found.n_rounds,
        "short_only_in_the_limit": [table.parties[i] for i in found.limit_only],
        "obligations": _obligations_json(table, found),
    }


def _obligations_json(table: ClearingTable, found: Clearing) -> list[dict[str, Any]]:
    rows = []
    for owed, paid, number in zip(table.classes(), found.payments, table.seniorities, strict=True):
        part = paid.tocsr()
        entries = owed.tocoo()
        amounts = part[entries.row, entries.col] if entries.nnz else []
        rows += [
            {
                "payer": table.parties[i], "payee": table.parties[j], "seniority": number,
                "due": float(due), "paid": float(amount),
            }
            for i, j, due, amount in zip(entries.row, entries.col, entries.data, amounts, strict=True)
        ]  # fmt: skip
    return rows


def _claims(table: ClearingTable) -> list[float]:
    """Return what the others of the table owe each party, in the order of the parties."""
    claims = [0.0] * len(table.parties)
    for payee, amount in zip(table.payee.tolist(), table.amount.tolist(), strict=True):
        claims[payee] += amount
    return claims


def _text(table: ClearingTable, found: Clearing, top: int) -> str:
    due, paid = float(found.due.sum()), float(found.paid.sum())
    claims, n_defaults = _claims(table), int(found.defaults.sum())
    share = f" ({paid / due:.1%})" if due else ""
    figures = (found.due, found.paid, claims, found.received, found.equity)
    digits = _digits(max((float(x) for column in figures for x in column), default=0.0))
    lines = [
        f"{found.solution.value.capitalize()} clearing vector of {len(table.parties)} parties; {_rank(found)}",
        f"Paid: {paid:,.{digits}f} of {due:,.{digits}f} due{share}; "
        f"{float(found.destroyed.sum()):,.{digits}f} destroyed by default",
        f"Defaults: {n_defaults} of {len(table.parties)}"
        + (f", in {found.n_rounds} {'rounds' if found.n_rounds > 1 else 'round'}" if n_defaults else ""),
        _unique(found, digits),
        f"Proof: residual {found.residual:.2g}, each payment exact within {found.error_bound:.2g}",
        "",
    ]
    names = [name if name.isprintable() else repr(name) for name in table.parties]
    rows = [["party", "due", "paid", "paid", "claims", "received", "equity", " defaults in"]]
    order = sorted(
        range(len(names)),
        key=lambda i: (not found.defaults[i], found.defaults_in_round[i], found.paid[i] - found.due[i], i),
    )
    for i in order[:top]:
        cells = [f"{float(column[i]):,.{digits}f}" for column in figures]
        part = f"{found.paid[i] / found.due[i]:.1%}" if found.due[i] else "-"
        when = f" round {found.defaults_in_round[i]}" if found.defaults[i] else " -"
        rows.append([names[i], *cells[:2], part, *cells[2:], when])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for name, *cells, when in rows:
        middle = " ".join(f"{cell:>{width}}" for cell, width in zip(cells, widths[1:], strict=False))
        lines.append(f"{name:<{widths[0]}} {middle} {when}")
    if len(order) > top:
        lines.append(f"... and {len(order) - top} more; --top {len(order)} prints all")
    return "\n".join(lines)


def _digits(largest: float) -> int:
    """Return how many decimals to print: two, or more where all amounts are small."""
    digits = 2
    while 0 < largest < 1 and digits < _MOST_DIGITS:
        largest, digits = largest * 10, digits + 1
    return digits if digits < _MOST_DIGITS or largest >= 1 else 2


def _rank(found: Clearing) -> str:
    if not found.due_external.any():
        return "nothing is owed outside"
    words = {"senior": "senior to all", "pari-passu": "pari passu", "junior": "junior to all"}
    return f"creditors outside rank {words[found.external_rank.value]}"


def _unique(found: Clearing, digits: int) -> str:
    if found.unique:
        return "No other payments clear: the greatest and the least are the same"
    return (
        "Other payments clear too: the greatest and the least differ by up to "
        f"{found.spread:,.{digits}f} for one party"
    )
