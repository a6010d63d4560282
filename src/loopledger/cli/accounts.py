"""The command on accounts: sources and uses, who pays whom, estimates, and whose money it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from loopledger.cli.options import (
    BOOKS_FROM,
    AssumptionsOption,
    FromOption,
    JsonOption,
    KnownOnOption,
    RegisterOption,
    ToOption,
    assumptions_of,
    day_of,
    snapshot_of,
)
from loopledger.cli.printing import print_json, print_text, warn
from loopledger.cli.windows import read_window, refuse_turned
from loopledger.errors import NotFoundError

if TYPE_CHECKING:
    from pathlib import Path

    from loopledger.accounts import Accounts, ClosedFlows, Line, OtherBuyers, Period
    from loopledger.circularity.sources_of_money import MoneySources
    from loopledger.network import FlowTable
    from loopledger.register import Snapshot
    from loopledger.schedule import Schedule
    from loopledger.units import Quarter

__all__ = ["add_to"]


def add_to(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("flows")(flows)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """The books that a question is put to."""

    snapshot: Snapshot
    schedule: Schedule
    by: str
    first: Quarter | None
    last: Quarter | None

    @property
    def basis(self) -> dict[str, str]:
        """Register, day and unit, for the answer."""
        return {
            "register": self.snapshot.content_hash[:12],
            "known_on": self.snapshot.day.isoformat(),
            "by": self.by,
            "unit": "USD",
        }

    @property
    def heading(self) -> str:
        """One line on unit, basis and date."""
        return (
            f"Millions of US dollars, central value and range; as known on {self.snapshot.day}, "
            f"register {self.snapshot.content_hash[:12]}"
        )


def flows(
    party: Annotated[str | None, typer.Option(help="Print the statement of this party.")] = None,
    estimated: Annotated[
        bool, typer.Option("--estimated", help="Print the estimated payments, their bounds and their fit.")
    ] = False,
    hold_out: Annotated[
        bool, typer.Option("--hold-out", help="Hold back each known entry and print what the rest say of it.")
    ] = False,
    sources: Annotated[
        str | None,
        typer.Option(
            metavar="SELLER", help="Print the ultimate source of a seller's receipts; all for every purchase."
        ),
    ] = None,
    through: Annotated[
        bool, typer.Option("--through", help="With --sources: follow insiders' funding on to the outside.")
    ] = False,
    funding: Annotated[
        str | None,
        typer.Option(metavar="SELLER", help="Print the share of a seller's sales that insiders fund."),
    ] = None,
    inputs: Annotated[
        bool,
        typer.Option(
            "--inputs", help="With --funding: move each input over its range, largest effect first."
        ),
    ] = False,
    contracts_only: Annotated[
        bool, typer.Option("--contracts-only", help="State accounts without estimated payments.")
    ] = False,
    by: Annotated[str, typer.Option(help="quarter or year.")] = "quarter",
    first: FromOption = None,
    last: ToOption = None,
    register: RegisterOption = None,
    known_on: KnownOnOption = None,
    assumptions: AssumptionsOption = None,
    top: Annotated[int, typer.Option(min=1, help="How many rows of a list to print as text.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """State sources and uses: who pays whom, with the outside split and the residual shown."""
    asked = _asked(by, (first, last), register, known_on, assumptions)
    if estimated or hold_out:
        content, lines = _estimates(asked, hold_out=hold_out)
    elif sources is not None:
        content, lines = _sources(asked, sources, through=through)
    elif funding is not None:
        content, lines = _funding(asked, funding, top=top, inputs=inputs)
    else:
        content, lines = _accounts(asked, party, top=top, contracts_only=contracts_only)
    if as_json:
        print_json({**asked.basis, **content})
    else:
        print_text("\n".join([asked.heading, *lines]))


def _asked(
    by: str,
    window: tuple[str | None, str | None],
    register: Path | None,
    known_on: str | None,
    assumptions: Path | None,
) -> _Asked:
    from loopledger.schedule import expand, promises_from_snapshot

    if by not in ("quarter", "year"):
        msg = f"{by!r} is neither quarter nor year"
        raise typer.BadParameter(msg, param_hint="--by")
    first, last = read_window(*window)
    day = day_of(known_on)
    snapshot = snapshot_of(register, day)
    schedule = expand(promises_from_snapshot(snapshot), assumptions_of(assumptions), known_on=day)
    return _Asked(
        snapshot=snapshot,
        schedule=schedule,
        by=by,
        first=first,
        last=last,
    )


_Answer = tuple[dict[str, Any], list[str]]


def _stated(asked: _Asked, *, contracts_only: bool) -> Accounts:
    from loopledger.accounts import estimate_payments, state_accounts

    def stated(
        estimates: Iterable[Line] = (), others: Mapping[tuple[str, str], OtherBuyers] | None = None
    ) -> Accounts:
        return state_accounts(
            asked.snapshot,
            asked.schedule,
            by=asked.by,
            first=asked.first,
            last=asked.last,
            estimates=estimates,
            others=others,
        )

    accounts = stated()
    if contracts_only:
        return accounts
    estimates = estimate_payments(asked.snapshot, asked.schedule, accounts.periods)
    return stated(estimates.lines(), estimates.other_buyers())


def _accounts(asked: _Asked, party: str | None, *, top: int, contracts_only: bool) -> _Answer:
    from loopledger.accounts import build_matrix
    from loopledger.cli.accounttext import (
        cut_lines,
        matrix_json,
        matrix_text,
        statement_json,
        statement_text,
        unnamed_lines,
    )

    accounts = _stated(asked, contracts_only=contracts_only)
    if not accounts.lines and not accounts.holes:
        msg = f"no payment falls in {accounts.periods[0].label} to {accounts.periods[-1].label}"
        raise NotFoundError(msg, hint="give another --from or --to")
    if party is None:
        matrices = [build_matrix(accounts, period.label) for period in accounts.periods]
        ends = {end for line in accounts.lines for end in (line.payer, line.payee)}
        lines = [
            *cut_lines(accounts),
            *matrix_text(accounts, top),
            *unnamed_lines(ends),
            "Every row and column of the transaction-flow matrix sums to zero (--json).",
        ]
        content = {**matrix_json(accounts, matrices), "assumptions": _used_json(asked, accounts)}
        return content, [*lines, *_used(asked, accounts, accounts.parties)]
    statements = accounts.of(party)
    lines = [*cut_lines(accounts), *(ln for statement in statements for ln in statement_text(statement))]
    stated = [line for statement in statements for line in (*statement.sources, *statement.uses)]
    lines += unnamed_lines(end for line in stated for end in (line.payer, line.payee))
    content = {
        "statements": [statement_json(statement) for statement in statements],
        "assumptions": _used_json(asked, accounts),
    }
    return content, [*lines, *_used(asked, accounts, [party])]


def _used(asked: _Asked, accounts: Accounts, parties: Iterable[str]) -> list[str]:
    from loopledger.cli.accounttext import assumption_lines

    shown = set(parties)
    lines = [line for line in accounts.lines if {line.payer, line.payee} & shown]
    return list(assumption_lines(asked.schedule.assumptions, [n for line in lines for n in line.assumptions]))


def _used_json(asked: _Asked, accounts: Accounts) -> list[dict[str, Any]]:
    names = {name for line in accounts.lines for name in line.assumptions}
    return [one.as_dict() for one in asked.schedule.assumptions.select(names)]


def _estimates(asked: _Asked, *, hold_out: bool) -> _Answer:
    from loopledger.accounts import TEST_WIDTH, estimate_payments, hold_back
    from loopledger.cli.accounttext import assumption_lines
    from loopledger.cli.estimatetext import estimates_json, estimates_text, held_json, held_text

    periods = _periods(asked)
    if hold_out:
        held = hold_back(asked.snapshot, asked.schedule, periods)
        used = [TEST_WIDTH] if held else []
        return held_json(held), [*held_text(held), *assumption_lines(asked.schedule.assumptions, used)]
    found = estimate_payments(asked.snapshot, asked.schedule, periods)
    names = [name for payment in found.payments for name in payment.assumptions]
    lines = [*estimates_text(found), *assumption_lines(asked.schedule.assumptions, names)]
    return estimates_json(found), lines


def _periods(asked: _Asked) -> tuple[Period, ...]:
    from loopledger.accounts import state_accounts

    accounts = state_accounts(
        asked.snapshot, asked.schedule, by=asked.by, first=asked.first or _start(asked), last=asked.last
    )
    return accounts.periods


def _start(asked: _Asked) -> Quarter:
    """Return the first quarter of the books: the usual one, or an earlier one that is asked for."""
    from loopledger.units import Quarter

    usual = Quarter.parse(BOOKS_FROM)
    start = usual if asked.first is None else min(usual, asked.first)
    if asked.last is not None:
        refuse_turned(start, asked.last)
    return start


def _sources(asked: _Asked, seller: str, *, through: bool) -> _Answer:
    from loopledger.accounts import OUTSIDE_ACCOUNTS, origins_of
    from loopledger.circularity.sales_funding import close_books_of
    from loopledger.circularity.sources_of_money import trace_sources
    from loopledger.cli.accounttext import sources_json, sources_text

    accounts, closed = close_books_of(
        asked.snapshot, asked.schedule, by=asked.by, first=_start(asked), last=asked.last, split_outside=True
    )
    table, origins = closed.table, origins_of(asked.snapshot.parties)
    inside = [name for name in table.parties if name not in origins and name not in OUTSIDE_ACCOUNTS]
    found = trace_sources(
        table,
        outside=OUTSIDE_ACCOUNTS,
        funders=[] if through else inside,
        opening=closed.opening,
        origins=origins,
    )
    shown = _by_source(found, closed, seller, _shown(asked, table.periods))
    who = "all purchases among the parties" if seller == "all" else f"the receipts of {seller} from sales"
    ends = "followed on to the outside" if through else "insiders by name"
    heading = f"Ultimate source of {who}, pooled rule, {ends}; books from {table.periods[0]}"
    content = {"seller": seller, **sources_json(found, shown), "assumptions": _used_json(asked, accounts)}
    return content, [heading, *sources_text(shown), *_used(asked, accounts, accounts.parties)]


def _by_source(
    found: MoneySources, closed: ClosedFlows, seller: str, periods: list[str]
) -> dict[tuple[str, str], dict[str, float]]:
    """Return receipts by period and item; for all sellers what is bought to use and what to build apart."""
    import numpy as np

    if seller != "all":
        every = {(period, "sales"): found.of_seller(seller, period) for period in periods}
        return {key: sums for key, sums in every.items() if sum(sums.values()) > 0}
    shown: dict[tuple[str, str], dict[str, float]] = {}
    for item in ("operating_costs", "capital_expenditure"):
        of_item = np.array([parts[0].item == item for parts in closed.lines])
        for period in periods:
            sums = found.of_purchases(period, of_item)
            if sum(sums.values()) > 0:
                shown[period, item] = sums
    return shown


def _shown(asked: _Asked, periods: tuple[str, ...]) -> list[str]:
    """Return the periods asked for; the books behind them begin earlier."""
    from loopledger.accounts import read_quarter

    if asked.first is None:
        return list(periods)
    shown = [p for p in periods if read_quarter(p.split("-")[0], last=True) >= asked.first]
    if not shown:
        msg = f"no books from {asked.first} on: they end with {periods[-1]}"
        raise NotFoundError(msg, hint="give an earlier --from, or a later --to")
    return shown


def _funding(asked: _Asked, seller: str, *, top: int, inputs: bool) -> _Answer:
    from loopledger.circularity.input_swings import rank_inputs
    from loopledger.circularity.sales_funding import close_books_of, fund_sales
    from loopledger.cli.accounttext import sales_json, sales_text, swings_text, uncoloured_lines

    start = _start(asked)
    accounts, closed = close_books_of(
        asked.snapshot, asked.schedule, by=asked.by, first=start, last=asked.last
    )
    periods = _paid(closed.table, seller, _shown(asked, closed.table.periods))
    found = [fund_sales(closed, asked.snapshot, seller, period) for period in periods]
    every = closed.table.periods
    lines = [line for one in found for line in sales_text(one, top)]
    lines += uncoloured_lines(found[-1], every[0], every[-1])
    content: dict[str, Any] = {
        "books_from": str(start),
        "funding": [sales_json(one) for one in found],
        "assumptions": _used_json(asked, accounts),
    }
    if inputs:
        warn("every input is moved to both ends of its range; that takes about half a minute")
        swings = rank_inputs(
            asked.snapshot,
            asked.schedule,
            seller,
            period=periods[-1],
            by=asked.by,
            first=start,
            last=accounts.periods[-1].quarters[-1],
        )
        lines += swings_text(swings, top)
        content["inputs"] = [
            {
                "kind": s.kind, "name": s.name, "input": s.inputs.as_dict(), "share_low": s.low,
                "share": s.central, "share_high": s.high,
            }
            for s in swings
        ]  # fmt: skip
    return content, [*lines, *_used(asked, accounts, accounts.parties)]


def _paid(table: FlowTable, seller: str, periods: list[str]) -> list[str]:
    """Return the periods in which a seller is paid for sales; the last one where it never is, to say so."""
    from loopledger.records import FlowClass

    sales = table.mask_class(FlowClass.PURCHASE) & (table.payee == table.party(seller))
    paid = {table.periods[place] for place in table.period[sales].tolist()}
    return [period for period in periods if period in paid] or periods[-1:]
