"""How entangled rivals are: what each buys from, funds and hosts of those it competes with."""

from __future__ import annotations

from collections import defaultdict

from loopledger.exposure.grossnet import trades
from loopledger.exposure.obligations import Book
from loopledger.exposure.promised import Promised, fundings, promised, total_of
from loopledger.exposure.ranges import hhi_range, share_ranges
from loopledger.exposure.readings import Named, Sheet
from loopledger.exposure.table import load_measures
from loopledger.records import Kind
from loopledger.units import Interval

__all__ = ["add_rivals"]


def add_rivals(sheet: Sheet, book: Book) -> None:
    """Add what a party buys from, funds, hosts and is funded by of its rivals, and how much of the whole that is.

    Notes
    -----
    Who competes with whom is the table ``rivals`` of ``data/measures.yaml``; the owner of a rival counts as
    one. A rival that hosts a party is one that sells it computing.
    """
    party = sheet.party
    rivals = _with_owners(book, load_measures().competitors(party)) - {party}
    if not rivals:
        sheet.lack("rival_buys", f"a market in which {party} competes (rivals in measures.yaml)")
        return
    sides = {
        "rival_buys": ("payee", promised(book, trades(book, payer=party))),
        "rival_hosts": ("payer", promised(book, trades(book, payee=party))),
        "rival_funds": ("payee", _money(promised(book, fundings(book, payer=party)))),
        "rival_funded_by": ("payer", _money(promised(book, fundings(book, payee=party)))),
    }
    for code, (side, parts) in sides.items():
        own = "payer" if side == "payee" else "payee"
        signed = [p for p in parts if p.is_signed and getattr(p, own) == party]
        _add_side(sheet, book, code, _by_other(signed, side), rivals)
    _add_shared_owners(sheet, book, rivals)


def _with_owners(book: Book, rivals: frozenset[str]) -> frozenset[str]:
    """Return rivals with the parties that control them: who buys from the owner buys from the rival."""
    owners = {book.snapshot.parties[r].parent for r in rivals if r in book.snapshot.parties}
    return rivals | {owner for owner in owners if owner is not None}


def _money(parts: list[Promised]) -> list[Promised]:
    return [p for p in parts if p.instrument.kind is not Kind.GUARANTEE]


def _by_other(parts: list[Promised], side: str) -> dict[str, list[Promised]]:
    found: dict[str, list[Promised]] = defaultdict(list)
    for part in parts:
        found[getattr(part, side)].append(part)
    return found


def _add_side(
    sheet: Sheet, book: Book, code: str, by_other: dict[str, list[Promised]], rivals: frozenset[str]
) -> None:
    amounts = {other: total_of(book, group) for other, group in by_other.items()}
    if not any(a.central > 0 for a in amounts.values()):
        sheet.lack(code, f"a signed promise of this side of {sheet.party}, with an amount")
        return
    within = {other: a for other, a in amounts.items() if other in rivals}
    day = f"signed, in full and not run down; known on {sheet.day}"
    for other, value in sorted(within.items(), key=lambda item: (-item[1].central, item[0])):
        sheet.say(code, value, by_other[other], of=other, date_basis=day)
    merged = {
        "rivals": Interval.total(within.values()),
        "others": Interval.total(a for other, a in amounts.items() if other not in rivals),
    }
    everything = [p for group in by_other.values() for p in group]
    sheet.say(f"{code}_share", share_ranges(merged)["rivals"], everything, date_basis=day)
    if code in ("rival_buys", "rival_funded_by"):
        index = hhi_range(amounts, book.groups & amounts.keys())
        sheet.say(f"{code}_hhi", index, everything, date_basis=day)


def _add_shared_owners(sheet: Sheet, book: Book, rivals: frozenset[str]) -> None:
    """Add, rival by rival, how many named funders both have."""
    mine = _owners(book, sheet.party)
    for rival in sorted(rivals):
        shared = sorted(set(mine) & set(_owners(book, rival)) - {sheet.party, rival})
        if shared:
            theirs = _owners(book, rival)
            ids = tuple(i for owner in shared for i in (*mine[owner], *theirs[owner]))
            sheet.say(
                "rival_shared_funders", Interval.exact(len(shared)), [Named(ids=ids)], of=rival,
                date_basis=f"signed or paid, known on {sheet.day}", note=", ".join(shared),
            )  # fmt: skip


def _owners(book: Book, company: str) -> dict[str, list[str]]:
    """Return who holds shares of a company on record, groups apart, with the instruments."""
    found: dict[str, list[str]] = defaultdict(list)
    for id_ in fundings(book, payee=company):
        instrument = book.instrument(id_)
        if instrument.kind is Kind.EQUITY_INVESTMENT and instrument.firmness.value in (
            "binding",
            "conditional",
        ):
            for payer in instrument.payers:
                if not book.is_group(payer) and instrument.status.value != "cancelled":
                    found[payer].append(id_)
    return found
