"""Accounts in words and in JSON, as the command on flows prints them."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from loopledger.accounts.items import END_CUSTOMERS, load_account_table
from loopledger.units import Interval

if TYPE_CHECKING:
    from loopledger.accounts import Accounts, Line, Statement, TransactionMatrix
    from loopledger.circularity.input_swings import Swing
    from loopledger.circularity.sales_funding import SalesFunding
    from loopledger.circularity.sources_of_money import MoneySources
    from loopledger.schedule import Assumptions

__all__ = [
    "assumption_lines", "cut_lines", "ids_text", "line_json", "matrix_json", "matrix_text", "millions", "range_text",
    "sales_json", "sales_text", "sources_json", "sources_text", "statement_json", "statement_text", "swings_text",
    "uncoloured_lines", "unnamed_lines",
]  # fmt: skip

_MOST_IDS = 3
#: What the accounts call end customers, and what text calls them: a reader takes the one for users of AI.
_UNNAMED_WORDS = "buyers no record names"
#: Items that are called otherwise as a use: what one borrows another lends.
_AS_USE = {"borrowing": "lending"}
#: Shares below the first are one line; from the second on they bear one decimal.
_SMALLEST_SHARE, _WHOLE_SHARE = 0.0005, 0.01
#: So many parties to one instrument are printed as one line.
_SYNDICATE = 4
_MILLION = 1e6


def millions(usd: float) -> str:
    """Return millions of dollars with thousands apart."""
    return f"{usd / _MILLION:,.1f}"


def _who(name: str) -> str:
    """Return a party or outside account as text calls it."""
    return _UNNAMED_WORDS if name == END_CUSTOMERS else name


def unnamed_lines(parties: Iterable[str]) -> Iterator[str]:
    """Yield who the buyers are that no record names, where they are among the parties of an answer."""
    if END_CUSTOMERS in set(parties):
        says = next(account.says for account in load_account_table().outside if account.id == END_CUSTOMERS)
        yield f"{says} ({END_CUSTOMERS} in JSON)."


def cut_lines(accounts: Accounts) -> Iterator[str]:
    """Yield why a year is stated in two parts, if one is."""
    for before, after in itertools.pairwise(accounts.periods):
        if accounts.by == "year" and before.quarters[-1].year == after.quarters[0].year:
            yield (
                f"Most figures reach to {before.quarters[-1]}, so {after.quarters[0].year} is stated in two parts: "
                f"{before.label} with what was reported, {after.label} with little more than contracts."
            )


def range_text(amount: Interval) -> str:
    """Return the ends of an amount in millions, or that it is exact."""
    if amount.high - amount.low < _MILLION / 20:
        return "exact"
    return f"{millions(amount.low)} to {millions(amount.high)}"


def ids_text(names: Iterable[str]) -> str:
    """Return the first ids of a line, and how many more there are."""
    every = [name.removeprefix("observations/") for name in names]
    more = f" and {len(every) - _MOST_IDS} more" if len(every) > _MOST_IDS else ""
    return ", ".join(every[:_MOST_IDS]) + more


def line_json(line: Line) -> dict[str, Any]:
    """Return one payment for JSON."""
    return {
        "period": line.period, "payer": line.payer, "payee": line.payee, "item": line.item,
        "usd": line.amount.as_dict(), "basis": line.basis.value, "date_basis": line.date_basis,
        "ids": list(line.ids), "assumptions": list(line.assumptions), "note": line.note,
    }  # fmt: skip


def statement_json(statement: Statement) -> dict[str, Any]:
    """Return a statement for JSON."""
    hole = statement.hole
    return {
        "party": statement.party, "period": statement.period, "total_usd": statement.total,
        "sources": [line_json(line) for line in statement.sources],
        "uses": [line_json(line) for line in statement.uses],
        "hole": None if hole is None else {"missing": list(hole.missing), "usd": hole.size.as_dict()},
        "why": {"hole": "nothing is missing: the statement closes"} if hole is None else {},
    }  # fmt: skip


def statement_text(statement: Statement) -> Iterator[str]:
    """Yield a statement in plain lines."""
    yield f"{statement.party} {statement.period}"
    for title, lines, is_use in (("sources", statement.sources, False), ("uses", statement.uses, True)):
        yield f"  {title}"
        for group in _syndicates(lines):
            yield from _line_text(group, is_use=is_use)
        yield f"    {'sum':<24}{'':<28}{millions(sum(line.amount.central for line in lines)):>14}"
    if statement.hole is not None:
        hole = statement.hole
        yield f"  not closed: {'; '.join(hole.missing)}"
        yield f"  the hole: {millions(hole.size.central)} ({range_text(hole.size)}), uses above known sources positive"


def _syndicates(lines: Iterable[Line]) -> list[list[Line]]:
    """Return lines one by one, but those of many parties to one instrument together."""
    groups: dict[tuple[str, ...], list[Line]] = defaultdict(list)
    for line in lines:
        groups[line.item, line.date_basis, line.note, *line.ids].append(line)
    found: list[list[Line]] = []
    for group in groups.values():
        found += [group] if len(group) >= _SYNDICATE else [[line] for line in group]
    return found


def _line_text(group: list[Line], *, is_use: bool) -> Iterator[str]:
    line = group[0]
    amount = Interval.total(one.amount for one in group)
    bought = line.item in ("operating_costs", "capital_expenditure") and not is_use
    item = "sales" if bought else _AS_USE.get(line.item, line.item) if is_use else line.item
    other = line.payee if is_use else line.payer
    more = f" and {len(group) - 1} others" if len(group) > 1 else ""
    yield (
        f"    {item:<24}{_who(other) + more:<28}{millions(amount.central):>14}  {range_text(amount):<28}"
        f"{line.basis.value:<11} {ids_text(line.ids)}"
    )
    yield f"      {line.date_basis}{f'; {line.note}' if line.note else ''}"


def matrix_json(accounts: Accounts, matrices: Iterable[TransactionMatrix]) -> dict[str, Any]:
    """Return the accounts as payments and as transaction-flow matrices for JSON."""
    return {
        "payments": [line_json(line) for line in accounts.lines],
        "matrices": [
            {
                "period": matrix.period, "items": list(matrix.items), "parties": list(matrix.parties),
                "usd": [
                    {"item": item, "party": party, "amount": amount / 100}
                    for (item, party), amount in sorted(matrix.cells.items())
                ],
                "row_sums_usd": {name: value / 100 for name, value in matrix.row_sums().items()},
                "column_sums_usd": {name: value / 100 for name, value in matrix.column_sums().items()},
            }
            for matrix in matrices
        ],
        "holes": [
            {"party": h.party, "period": h.period, "missing": list(h.missing), "usd": h.size.as_dict()}
            for h in accounts.holes
        ],
    }  # fmt: skip


def matrix_text(accounts: Accounts, top: int) -> Iterator[str]:
    """Yield who pays whom in each period, the largest payments first."""
    for period in accounts.periods:
        pairs: dict[tuple[str, str], list[Line]] = defaultdict(list)
        for line in accounts.lines:
            if line.period == period.label:
                pairs[line.payer, line.payee].append(line)
        sums = {pair: Interval.total(line.amount for line in lines) for pair, lines in pairs.items()}
        order = sorted(pairs, key=lambda pair: (-sums[pair].central, pair))
        n_holes = sum(hole.period == period.label for hole in accounts.holes)
        yield f"{period.label}: {len(order)} pairs, {n_holes} parties whose books a missing figure leaves open"
        for payer, payee in order[:top]:
            lines = pairs[payer, payee]
            bases = ", ".join(sorted({line.basis.value for line in lines}))
            items = ", ".join(dict.fromkeys(line.item for line in lines))
            amount = sums[payer, payee]
            yield (
                f"  {_who(payer):<26} -> {_who(payee):<26}{millions(amount.central):>14}  {range_text(amount):<28}"
                f"{bases}: {items}"
            )
        if len(order) > top:
            rest = sum(sums[pair].central for pair in order[top:])
            yield f"  and {len(order) - top} smaller pairs, together {millions(rest)}"


def sources_json(
    sources: MoneySources, shown: Mapping[tuple[str, str], Mapping[str, float]]
) -> dict[str, Any]:
    """Return ultimate sources for JSON, by period and item."""
    return {
        "rule": "pooled",
        "colours": list(sources.colours),
        "imbalance_usd": sources.imbalance,
        "periods": [
            {
                "period": period, "item": item, "usd": dict(found),
                "share": {k: v / sum(found.values()) for k, v in found.items()},
            }
            for (period, item), found in shown.items()
        ],
    }  # fmt: skip


#: What the items of purchases are called.
_BOUGHT = {
    "sales": "sales",
    "operating_costs": "compute, services and rent bought",
    "capital_expenditure": "chips and equipment bought",
}


def sources_text(shown: Mapping[tuple[str, str], Mapping[str, float]]) -> Iterator[str]:
    """Yield ultimate sources by period and item; small ones as one line, none without money."""
    for (period, item), found in shown.items():
        total = sum(found.values())
        yield f"{period}, {_BOUGHT[item]}: {millions(total)}"
        small = [amount for amount in found.values() if 0 < amount < _SMALLEST_SHARE * total]
        for name, amount in found.items():
            if amount >= _SMALLEST_SHARE * total or (len(small) == 1 and amount in small):
                yield f"  {_who(name):<28}{millions(amount):>14}{_part(amount / total):>9}"
        if len(small) > 1:
            words = f"{len(small)} smaller sources"
            yield f"  {words:<28}{millions(sum(small)):>14}{_part(sum(small) / total):>9}"
    yield from unnamed_lines(name for found in shown.values() for name, amount in found.items() if amount > 0)


def _part(share: float) -> str:
    return "<0.1%" if 0 < share < _SMALLEST_SHARE else f"{share:.1%}"


def sales_json(found: SalesFunding) -> dict[str, Any]:
    """Return whose money pays a seller for JSON."""
    return {
        "seller": found.seller,
        "period": found.period,
        "receipts_usd": found.own.receipts,
        "funders": {
            word: {
                "parties": list(made.funders), "returned_usd": dict(made.returned), "share": made.share,
                "outlays_usd": made.outlays,
                "certificates": {rule: proof.as_dict() for rule, proof in made.certificates.items()},
            }
            for word, made in (("own", found.own), ("group", found.group), ("insiders", found.insiders))
        },
        "contributions": [
            {"instrument": c.instrument, "funder": c.funder, "pooled_usd": c.pooled, "possible_usd": c.possible}
            for c in found.contributions
        ],
        "investors_usd": found.investors,
        "unexplained_usd": found.unexplained,
        "paid_in_books_usd": found.paid,
        "without_opening_balance": list(found.unopened),
    }  # fmt: skip


def sales_text(found: SalesFunding, top: int) -> Iterator[str]:
    """Yield whose money pays a seller."""
    yield f"{found.seller} {found.period}: paid {millions(found.own.receipts)} for its sales, of which the money of"
    yield f"  {'':<34}{'forced':>9}{'pooled':>9}{'earmarked':>11}{'possible':>10}"
    for word, made in (("itself", found.own), ("its group", found.group), ("all insiders", found.insiders)):
        share = made.share
        cells = [
            ("-" if (part := share[r]) is None else f"{part:.1%}" if part >= _WHOLE_SHARE else f"{part:.2%}")
            for r in ("forced", "pooled", "earmarked", "possible")
        ]
        yield f"  {word:<34}{cells[0]:>9}{cells[1]:>9}{cells[2]:>11}{cells[3]:>10}"
    yield f"  insiders: {', '.join(found.insiders.funders)}"
    if found.contributions:
        yield f"  by instrument of the insiders: {'pooled':>34}{'alone at most':>16}"
    for c in found.contributions[:top]:
        yield f"    {c.funder:<14}{c.instrument:<38}{millions(c.pooled):>12}{millions(c.possible):>16}"
    if found.insiders.returned["forced"] and found.unopened:
        yield (
            f"  forced takes {', '.join(found.unopened)} to have opened the books with nothing; what they had "
            "makes it smaller, dollar for dollar"
        )


def uncoloured_lines(found: SalesFunding, first: str, last: str) -> Iterator[str]:
    """Yield how much money of the books can be nobody's in the shares, and what that means for them."""
    parts = [
        f"{amount / _MILLION:,.0f} ({_part(amount / found.paid)}) {words}"
        for amount, words in (
            (found.investors, "investors and lenders that report no accounts put in"),
            (
                found.unexplained,
                "others paid beyond all that is known to have reached them, from a source nobody knows",
            ),
        )
        if amount > 0
    ]
    if parts:
        yield (
            f"Of {found.paid / _MILLION:,.0f} paid in the books, {first} to {last}, {'; '.join(parts)}. None of it "
            "counts as an insider's money; where some of it was, the shares above are too small"
        )


def swings_text(swings: Iterable[Swing], top: int) -> Iterator[str]:
    """Yield the inputs that move the insiders' pooled share most."""
    yield "what moves the insiders' pooled share, one input at a time:"
    for swing in list(swings)[:top]:
        ends = [("contradicts the rest" if e is None else f"{e:.2%}") for e in (swing.low, swing.high)]
        low, high = swing.inputs.low, swing.inputs.high
        words = f"{low:g} to {high:g}", f"{millions(low)} to {millions(high)}"
        values = words[0] if swing.kind == "assumption" else words[1]
        yield f"  {swing.kind:<12}{swing.name:<48}{values:<26}{ends[0]} to {ends[1]}"


def assumption_lines(assumptions: Assumptions, names: Iterable[str]) -> Iterator[str]:
    """Yield the assumptions that an answer rests on."""
    used = assumptions.select(set(names))
    if used:
        yield "Assumptions used:"
    for one in used:
        value = one.value
        text = f"{value.central:g}" if value.is_exact else " / ".join(f"{v:g}" for v in value.as_tuple())
        yield f"  {one.name} = {text} {one.unit} [{' '.join(one.source.split())}]"
