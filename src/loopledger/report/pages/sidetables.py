"""The tables of a party's page: by year, promise by promise, and funder by funder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from loopledger.report.model import Figure, Part, Record, Sentence, Table
from loopledger.report.pages.context import ids_of
from loopledger.report.pages.sides import PartySides, Side, kind_words
from loopledger.report.wording import join
from loopledger.schedule import Flow, promise_id

__all__ = ["funder_table", "promise_table", "year_table"]

_MOST_PROMISES = 25
#: So many funders under one promise stand on one line.
_SYNDICATE = 3
_HEADS = {
    Side.OWES: "Owes",
    Side.OWED: "Is owed",
    Side.FUNDED: "Funding to receive",
    Side.FUNDS: "Funding to give",
}


def year_table(sides: PartySides) -> Table | None:
    """Return the sums by year and side: before the knowledge date, each year to come, and later."""
    shown = [side for side in Side if sides.on(side, ahead=None)]
    if not shown:
        return None
    window = sides.context.window
    bins = window.bins()
    rows = []
    for label, test in bins:
        cells: list[Sentence] = [Sentence.of(label)]
        for side in shown:
            flows = [f for f in sides.on(side, ahead=None) if test(f.period)]
            cells.append(
                Sentence.of(
                    sides.context.sum(
                        f"year/{label}/{side.name.lower()}",
                        flows,
                        what=f"{_HEADS[side].lower()}, {sides.name}, {label}",
                    )
                    if flows
                    else "nothing"
                )
            )
        if any(isinstance(part, Figure) for cell in cells for part in cell.parts):
            rows.append(tuple(cells))
    return Table(
        caption=f"By calendar year, {sides.context.basis}: central value (floor to ceiling)",
        header=("Due", *(_HEADS[side] for side in shown)),
        rows=tuple(rows),
    )


def promise_table(sides: PartySides) -> Table | None:
    """Return the promises with payments still to come, the largest first; small ones together at the end."""
    flows = [f for side in Side for f in sides.on(side)]
    groups = sides.context.grouped(
        flows, lambda f: f"{promise_id(f.instrument)} {sides.side_of(f).name} {f.leg.value}"
    )
    if not groups:
        return None
    rows = [_promise_row(sides, group) for _, group in groups[:_MOST_PROMISES]]
    rest = [f for _, group in groups[_MOST_PROMISES:] for f in group]
    if rest:
        figure = sides.context.sum(
            "ahead/smaller", rest, what=f"smaller promises of {sides.name}, in and out"
        )
        n = len(groups) - _MOST_PROMISES
        rows.append(
            (
                Sentence.of(f"{n} smaller ones, in and out"),
                Sentence.of(join(_few(sides, rest))),
                Sentence.of(""),
                Sentence.of(figure),
                Sentence.of(_due(rest)),
                Sentence.of(_certainties(rest)),
                Sentence.of("see the figure"),
            )
        )
    return Table(
        caption=f"Promise by promise, still to come, {sides.context.basis_ahead}",
        header=("What", "With", "As stated", "Still to come", "Due", "How sure", "Record"),
        rows=tuple(rows),
    )


def _few(sides: PartySides, flows: Iterable[Flow]) -> list[str]:
    names = sides.context.names_of(list(dict.fromkeys(sides.other(f) for f in flows)))
    return names if len(names) <= 4 else [*names[:3], f"{len(names) - 3} others"]


def _promise_row(sides: PartySides, flows: Sequence[Flow]) -> tuple[Sentence, ...]:
    first = flows[0]
    id_ = promise_id(first.instrument)
    side = sides.side_of(first)
    figure = sides.context.sum(
        f"promise/{id_}/{side.name.lower()}/{first.leg.value}",
        flows,
        what=f"still to come under {id_}, {sides.name} {side.value} it",
    )
    promise = sides.context.by_id[id_]
    jointly = promise.amount is not None and len(promise.payers) + len(promise.payees) > 2
    stated, note = sides.context.stated_and_how(promise)
    verb = "pays" if first.payer == sides.party else "receives"
    return (
        Sentence.of(f"{verb}: {kind_words(first)}"),
        Sentence.of(join(_few(sides, flows))),
        Sentence.of(stated, ", jointly" if jointly else "", note),
        Sentence.of(figure),
        Sentence.of(_due(flows)),
        Sentence.of(_certainties(flows)),
        Sentence.of(Record(id_)),
    )


def funder_table(sides: PartySides) -> Table | None:
    """Return who funds the party: scheduled before the knowledge date, and still to come."""
    flows = sides.on(Side.FUNDED, ahead=None)
    if not flows:
        return None
    rows = []
    for key, group in sides.context.grouped(flows, _funder_key(sides, flows)):
        cells: list[Sentence] = [Sentence.of(join(_few(sides, group)))]
        for ahead in (False, True):
            part = [f for f in group if sides.context.is_ahead(f) is ahead]
            when = f"from {sides.context.window.ahead}" if ahead else f"before {sides.context.window.ahead}"
            figure = (
                sides.context.sum(
                    f"funder/{key}/{'ahead' if ahead else 'before'}",
                    part,
                    what=f"funding of {sides.name} by {join(_few(sides, group))}, {when}",
                )
                if part
                else "nothing"
            )
            cells.append(Sentence.of(figure))
        kinds = join(dict.fromkeys(kind_words(f) for f in group))
        records: list[Part] = []
        for id_ in ids_of(group):
            records += [" ", Record(id_)] if records else [Record(id_)]
        rows.append((*cells, Sentence.of(kinds), Sentence.of(*records)))
    return Table(
        caption=f"Who funds {sides.name}, {sides.context.basis}; before {sides.context.window.ahead} means "
        "scheduled or paid by then",
        header=(
            "Funder",
            f"Before {sides.context.window.ahead}",
            f"From {sides.context.window.ahead}",
            "How",
            "Record",
        ),
        rows=tuple(rows),
    )


def _funder_key(sides: PartySides, flows: Sequence[Flow]) -> Callable[[Flow], str]:
    """Return what puts funders that act only under one promise, as a syndicate does, on one line."""
    acts: dict[str, set[str]] = {}
    for f in flows:
        acts.setdefault(sides.other(f), set()).add(promise_id(f.instrument))
    joint: dict[str, list[str]] = {}
    for other, ids in acts.items():
        if len(ids) == 1:
            joint.setdefault(next(iter(ids)), []).append(other)
    together = {other: id_ for id_, others in joint.items() if len(others) >= _SYNDICATE for other in others}
    return lambda f: together.get(sides.other(f), sides.other(f))


def _due(flows: Sequence[Flow]) -> str:
    first, last = min(f.period for f in flows), max(f.period for f in flows)
    return str(first) if first == last else f"{first} to {last}"


def _certainties(flows: Sequence[Flow]) -> str:
    return join(dict.fromkeys(f.certainty.value for f in flows))
