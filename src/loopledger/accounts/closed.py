"""Accounts as a payment network: contracts, reported rests and estimates in one flow table, with opening cash."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from loopledger.accounts.contracts import BOUGHT
from loopledger.accounts.items import OUTSIDE_ACCOUNTS, UNEXPLAINED, load_account_table
from loopledger.accounts.lines import Accounts, Basis, Line
from loopledger.errors import ModelError, NotFoundError
from loopledger.network import FlowTable, Row, build_table
from loopledger.records import OUTSIDE, FlowClass, Party
from loopledger.register.suggest import suggest

__all__ = ["ClosedFlows", "close_flows", "group_of", "insiders_of", "origins_of"]

#: Lines that settle a statement and are no payments.
_SETTLING = ("change_in_liquid_funds", "no_accounts")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedFlows:
    """The payment network of accounts.

    Parameters
    ----------
    table : FlowTable
        [USD] at the values chosen. Periods are those of the accounts.
    opening : mapping of str to float
        [USD] reported liquid funds at the start; nothing for parties that report none.
    lines : tuple of tuple of Line
        The lines behind each payment of the table, in its order.
    kept_within : mapping of (str, str) to float
        [USD] by party and period: residuals of parties that report no liquid funds. They are not paid away
        but stay in the treasury (positive) or show as unexplained money when they are needed (negative).
    """

    table: FlowTable
    opening: Mapping[str, float]
    lines: tuple[tuple[Line, ...], ...]
    kept_within: Mapping[tuple[str, str], float]


def close_flows(
    accounts: Accounts,
    *,
    split_outside: bool = False,
    earmarks: Mapping[str, tuple[str, ...]] | None = None,
    amounts: Mapping[Line, float] | None = None,
) -> ClosedFlows:
    """Return the payment network of accounts.

    Parameters
    ----------
    accounts : Accounts
    split_outside : bool
        Whether the outside accounts stay apart; otherwise they are the one party ``outside``.
    earmarks : mapping, optional
        Instrument to the instruments that its money is meant for.
    amounts : mapping of Line to float, optional
        [USD] other values than the central ones, for some lines.

    Raises
    ------
    ModelError
        If the accounts hold no payment.

    Notes
    -----
    A change of liquid funds is no payment: a treasury that starts from the reported balance and takes every
    line ends at the reported balance. Where a party reports no balance, its residual is mostly the change of
    it, and stays in its treasury.
    """
    changed = amounts or {}
    reported = {(ln.payer, ln.period) for ln in accounts.lines if ln.item == "change_in_liquid_funds"}
    reported |= {(ln.payee, ln.period) for ln in accounts.lines if ln.item == "change_in_liquid_funds"}
    kept: list[tuple[Line, Row]] = []
    within: dict[tuple[str, str], float] = {}
    for line in accounts.lines:
        if line.item in _SETTLING:
            continue
        party = line.payer if line.payee == UNEXPLAINED else line.payee
        if line.basis is Basis.RESIDUAL and (party, line.period) not in reported:
            sign = 1.0 if line.payee == UNEXPLAINED else -1.0
            within[party, line.period] = sign * line.amount.central
            continue
        amount = changed.get(line, line.amount.central)
        if amount > 0:
            kept.append((line, _row(line, amount, split_outside=split_outside)))
    if not kept:
        msg = "the accounts hold no payment, so there is no network"
        raise ModelError(msg, hint="widen the window")
    rows = [row for _, row in kept]
    return ClosedFlows(
        table=build_table(
            rows, periods=[p.label for p in accounts.periods], earmarks=_present(rows, earmarks)
        ),
        opening={party: amount.central for party, amount in accounts.opening.items()},
        lines=tuple((line,) for line, _ in kept),
        kept_within=within,
    )


def _row(line: Line, amount: float, *, split_outside: bool) -> Row:
    is_bought = line.item in BOUGHT and line.payee not in OUTSIDE_ACCOUNTS
    ends = (line.payer, line.payee)
    payer, payee = ends if split_outside else (OUTSIDE if e in OUTSIDE_ACCOUNTS else e for e in ends)
    return Row(
        period=line.period,
        payer=payer,
        payee=payee,
        kind="purchase" if is_bought else load_account_table().kind_of(line.item),
        amount=amount,
        instrument=_instrument(line),
    )


def _instrument(line: Line) -> str:
    """Return the instrument of a line; a line that rests on no single one is named after what it is."""
    contract = line.ids and ":" not in line.ids[0] and not line.note.startswith("estimated")
    outside = {line.payer, line.payee} & set(OUTSIDE_ACCOUNTS)
    if contract and not outside:
        return line.ids[0]
    word = "estimated" if not outside else line.basis.value
    return f"{word}/{line.item}/{line.payer}/{line.payee}"


def _present(
    rows: Iterable[Row], earmarks: Mapping[str, tuple[str, ...]] | None
) -> dict[str, tuple[str, ...]]:
    present = {row.instrument for row in rows}
    found = {
        source: tuple(target for target in targets if target in present)
        for source, targets in (earmarks or {}).items()
        if source in present
    }
    return {source: targets for source, targets in found.items() if targets}


def origins_of(parties: Mapping[str, Party]) -> dict[str, str]:
    """Return the outside account that stands behind a party's money where its own books do not show it.

    Parameters
    ----------
    parties : mapping of str to Party

    Returns
    -------
    dict of str to str
        Investors and sovereign funds bring outside equity, lenders outside debt; others are not named.
    """
    roles = load_account_table().roles
    return {name: roles[party.role] for name, party in parties.items() if party.role in roles}


def insiders_of(table: FlowTable, parties: Mapping[str, Party]) -> tuple[str, ...]:
    """Return the insiders that fund others in a network, sorted: chipmakers and clouds with funding outlays."""
    roles = load_account_table().insiders
    funding = table.mask_class(FlowClass.FUNDING)
    names = {table.parties[place] for place in set(table.payer[funding].tolist())}
    return tuple(sorted(name for name in names if name in parties and parties[name].role in roles))


def group_of(party: str, parties: Mapping[str, Party]) -> tuple[str, ...]:
    """Return the parties under the same control as one, itself included, sorted.

    Raises
    ------
    NotFoundError
        If the register has no such party.
    """
    if party not in parties:
        msg = f"the register has no party {party!r}"
        raise NotFoundError(msg, hint=suggest(party, parties))
    return tuple(sorted(name for name in parties if _root(name, parties) == _root(party, parties)))


def _root(party: str, parties: Mapping[str, Party]) -> str:
    seen: set[str] = set()
    while (known := parties.get(party)) is not None and known.parent is not None and party not in seen:
        seen.add(party)
        party = known.parent
    return party
