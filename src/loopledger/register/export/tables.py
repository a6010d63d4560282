"""The tables of an export. Their names and columns are stable: columns are added, never renamed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from pydantic import BaseModel

from loopledger.errors import NotFoundError
from loopledger.records import Deal, Evidence, Firmness, Instrument, Kind, Links, Party, Role, Status
from loopledger.records.instrument import Confidence, Grade
from loopledger.records.literals import plain_values
from loopledger.register.export.columns import Cell, Column, ColumnType, Table, says_of
from loopledger.register.figures.calendars import calendar_quarter
from loopledger.register.figures.metrics import Nature, find_metric
from loopledger.register.figures.periods import read_label
from loopledger.register.observations import ObservationBound
from loopledger.register.replay import terms_on
from loopledger.register.snapshot import Snapshot
from loopledger.units import Amount, Bound, Capacity, format_amount, format_capacity

__all__ = ["TABLES"]

_T = ColumnType
_BOUNDS = tuple(bound.value for bound in Bound)


def _several(names: tuple[str, ...]) -> str | None:
    return "; ".join(names) or None


def _parties(snapshot: Snapshot) -> Iterator[tuple[Cell, ...]]:
    for _, p in sorted(snapshot.named_parties().items()):
        yield (
            p.id, p.name, p.role.value, _several(p.aliases), p.ticker, p.cik, p.lei, p.country, p.aggregate,
            p.parent,
        )  # fmt: skip


def _deals(snapshot: Snapshot) -> Iterator[tuple[Cell, ...]]:
    for id_, deal in sorted(snapshot.deals.items()):
        yield id_, deal.title, deal.announced, snapshot.since[id_], deal.note


def _instruments(snapshot: Snapshot) -> Iterator[tuple[Cell, ...]]:
    for id_, i in sorted(snapshot.instruments.items()):
        a, c, u = i.amount, i.capacity, i.units
        yield (
            id_, snapshot.deal_ids[id_], i.kind.value, _several(i.payers), _several(i.payees),
            a.low if a else None, a.high if a else None, a.currency if a else None,
            a.bound.value if a else None, c.low if c else None, c.high if c else None,
            c.bound.value if c else None, u.count if u else None, u.of if u else None, _several(i.products),
            i.start, i.end, i.term_years, _text(i.schedule), i.firmness.value, i.status.value, i.in_kind,
            i.moves_cash, _text(i.cash), i.cancellable, i.confidence.value, i.note,
        )  # fmt: skip


def _sides(snapshot: Snapshot) -> Iterator[tuple[Cell, ...]]:
    for id_, i in sorted(snapshot.instruments.items()):
        for side, ids in (("payer", i.payers), ("payee", i.payees)):
            for party in ids:
                yield id_, side, party


def _text(value: Any) -> str | None:  # noqa: ANN401  any value of a record
    """Return a field's value as text: a literal where it has one, JSON where it is a structure."""
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case Amount():
            return format_amount(value)
        case Capacity():
            return format_capacity(value)
        case StrEnum():
            return value.value
        case date() | Decimal() | str() | int():
            return str(value)
        case BaseModel():
            content = value.model_dump(mode="json", exclude_defaults=True)
        case _:
            content = plain_values(value)
    return json.dumps(content, ensure_ascii=False, sort_keys=True)


def _changes(snapshot: Snapshot) -> Iterator[tuple[Cell, ...]]:
    for id_, instrument in sorted(snapshot.instruments.items()):
        changes = sorted(instrument.changes, key=lambda change: change.on)
        before: Instrument = snapshot.first[id_]
        for n, change in enumerate(changes, 1):
            after = terms_on(before.model_copy(update={"changes": tuple(changes[:n])}), change.on)
            for name in sorted(change.set):
                yield (
                    id_, n, change.on, name, _text(getattr(before, name)), _text(getattr(after, name)),
                    change.why,
                )  # fmt: skip
            before = after


def _evidence(snapshot: Snapshot) -> Iterator[tuple[Cell, ...]]:
    for id_, instrument in sorted(snapshot.instruments.items()):
        changes = sorted(instrument.changes, key=lambda change: change.on)
        lists = [(0, instrument.evidence), *((n, c.evidence) for n, c in enumerate(changes, 1))]
        for change, evidence in lists:
            for n, e in enumerate(evidence, 1):
                yield id_, change, n, e.url, e.publisher, e.published, e.says, e.grade.value


def _links(snapshot: Snapshot) -> Iterator[tuple[Cell, ...]]:
    for id_, instrument in sorted(snapshot.instruments.items()):
        for relation in Links.model_fields:
            targets = getattr(instrument.links, relation)
            for other in (targets,) if isinstance(targets, str) else targets or ():
                yield id_, relation, other


def _observations(snapshot: Snapshot) -> Iterator[tuple[Cell, ...]]:
    rows = sorted(snapshot.observations, key=lambda o: (o.file, o.line))
    for n, o in enumerate(rows, 1):
        span = read_label(o.period)
        is_quarter = span is not None and span.n_quarters == 1 and o.period_end is not None
        placed = calendar_quarter(o.period_end) if is_quarter and o.period_end else None
        try:
            nature = find_metric(o.metric).nature.value
        except NotFoundError:
            nature = None
        yield (
            n, o.party, o.period, o.period_end, str(placed[0]) if placed else None,
            placed[1] if placed else None, o.metric, nature, o.value, o.unit, o.bound.value, o.grade.value,
            o.source_url, o.published, o.known_on, o.note, o.file, o.line,
        )  # fmt: skip


_INSTRUMENT = Column(name="instrument", required=True, says="Id of the instrument")
_TO_INSTRUMENT = {"instrument": ("instruments", "id")}

TABLES: tuple[Table, ...] = (
    Table(
        name="parties", says="Every organisation that something known on the day names.",
        rows=_parties, key=("id",),
        columns=(
            Column(name="id", required=True, says="Id, kebab-case"),
            Column(name="name", required=True, says=says_of(Party, "name")),
            Column(name="role", required=True, values=tuple(r.value for r in Role), says=str(Role.__doc__)),
            Column(name="aliases", says=says_of(Party, "aliases") + " Several are parted by '; '."),
            Column(name="ticker", says="Stock ticker"),
            Column(name="cik", says=says_of(Party, "cik")),
            Column(name="lei", says="Legal entity identifier, ISO 17442"),
            Column(name="country", says=says_of(Party, "country")),
            Column(name="is_group", type=_T.BOOLEAN, required=True, says=says_of(Party, "aggregate")),
            Column(name="parent", says=says_of(Party, "parent")),
        ),
    ),
    Table(
        name="deals", says=str(Deal.__doc__), rows=_deals, key=("id",),
        columns=(
            Column(name="id", required=True, says="Id, kebab-case"),
            Column(name="title", required=True, says=says_of(Deal, "title")),
            Column(name="announced_on", type=_T.DATE, says=says_of(Deal, "announced")),
            Column(name="known_since", type=_T.DATE, required=True, says="Day from which the deal is visible."),
            Column(name="note", says="What the editors add"),
        ),
    ),
    Table(
        name="instruments", says="One promise in one direction, its terms as known on the day.",
        rows=_instruments, key=("id",), refers={"deal": ("deals", "id")},
        columns=(
            Column(name="id", required=True, says="Id, kebab-case"),
            Column(name="deal", required=True, says="Id of the deal that made it known"),
            Column(name="kind", required=True, values=tuple(k.value for k in Kind), says=str(Kind.__doc__)),
            Column(name="payer", required=True, says="Id of who pays; several, joint, are parted by '; '."),
            Column(name="payee", required=True, says="Id of who receives; several, joint, are parted by '; '."),
            Column(name="amount_low", type=_T.NUMBER, unit="currency", says="Stated amount, or low end of a range"),
            Column(name="amount_high", type=_T.NUMBER, unit="currency", says="Stated amount, or high end of a range"),
            Column(name="currency", says="ISO 4217 code of the amount; nothing is converted."),
            Column(name="amount_bound", values=_BOUNDS, says=str(Bound.__doc__)),
            Column(name="capacity_low_mw", type=_T.NUMBER, unit="MW", says="Stated capacity, or low end of a range"),
            Column(name="capacity_high_mw", type=_T.NUMBER, unit="MW", says="Stated capacity, or high end"),
            Column(name="capacity_bound", values=_BOUNDS, says=str(Bound.__doc__)),
            Column(name="units_count", type=_T.NUMBER, unit="units_of", says="Number of things promised"),
            Column(name="units_of", says="What they are"),
            Column(name="products", says="Named goods or services; several are parted by '; '."),
            Column(name="start_on", type=_T.DATE, says="When cash begins to flow, as far as known"),
            Column(name="end_on", type=_T.DATE, says="When cash ceases to flow, as far as known"),
            Column(name="term_years", type=_T.NUMBER, unit="years", says="Length"),
            Column(name="schedule_json", says="What is known about timing, as JSON"),
            Column(name="firmness", required=True, values=tuple(f.value for f in Firmness),
                   says=str(Firmness.__doc__)),
            Column(name="status", required=True, values=tuple(s.value for s in Status), says=str(Status.__doc__)),
            Column(name="is_in_kind", type=_T.BOOLEAN, required=True, says="Paid in credits, shares or goods"),
            Column(name="moves_cash", type=_T.BOOLEAN, required=True, says="Whether money reaches the payee"),
            Column(name="cash", required=True, values=("true", "false", "secondary"),
                   says="As written: secondary is a sale between investors."),
            Column(name="cancellable", says="Known exit rights"),
            Column(name="confidence", required=True, values=tuple(c.value for c in Confidence),
                   says=str(Confidence.__doc__)),
            Column(name="note", says="Disagreements between sources"),
        ),
    ),
    Table(
        name="sides", says="Payers and payees of instruments, one row a party, for joins.", rows=_sides,
        key=("instrument", "side", "party"), refers={**_TO_INSTRUMENT, "party": ("parties", "id")},
        columns=(
            _INSTRUMENT,
            Column(name="side", required=True, values=("payer", "payee"), says="Which side it is on"),
            Column(name="party", required=True, says="Id of the party"),
        ),
    ),
    Table(
        name="changes", says="Dated changes of terms known by the day, one row a field.", rows=_changes,
        key=("instrument", "change", "field"), refers=_TO_INSTRUMENT,
        columns=(
            _INSTRUMENT,
            Column(name="change", type=_T.INTEGER, required=True, says="Number of the change, from 1"),
            Column(name="known_on", type=_T.DATE, required=True, says="Day on which it became known"),
            Column(name="field", required=True, says="Field of the instrument"),
            Column(name="value_before", says="Literal, or JSON"),
            Column(name="value_after", says="Literal, or JSON"),
            Column(name="why", required=True, says="Own words"),
        ),
    ),
    Table(
        name="evidence", says=str(Evidence.__doc__), rows=_evidence, key=("instrument", "change", "number"),
        refers=_TO_INSTRUMENT,
        columns=(
            _INSTRUMENT,
            Column(name="change", type=_T.INTEGER, required=True, says="Change it supports; 0 is the first terms."),
            Column(name="number", type=_T.INTEGER, required=True, says="Its place, from 1"),
            Column(name="url", required=True, says=says_of(Evidence, "url")),
            Column(name="publisher", required=True, says="Who published it"),
            Column(name="published", says=says_of(Evidence, "published")),
            Column(name="says", required=True, says=says_of(Evidence, "says")),
            Column(name="grade", required=True, values=tuple(g.value for g in Grade), says=str(Grade.__doc__)),
        ),
    ),
    Table(
        name="links", says=str(Links.__doc__), rows=_links, key=("instrument", "relation", "other"),
        refers={**_TO_INSTRUMENT, "other": ("instruments", "id")},
        columns=(
            _INSTRUMENT,
            Column(name="relation", required=True, values=tuple(Links.model_fields),
                   says="part_of and supersedes: never adds to a total with the other."),
            Column(name="other", required=True, says="Id of the other instrument"),
        ),
    ),
    Table(
        name="observations", says="Reported, estimated and forecast figures published by the day, one row a fact.",
        rows=_observations, key=("number",),
        columns=(
            Column(name="number", type=_T.INTEGER, required=True, says="Its place by file and line, from 1"),
            Column(name="party", required=True, says="Who reported it, or who said it"),
            Column(name="period", says="The filer's own label"),
            Column(name="period_end", type=_T.DATE, says="The day to align on"),
            Column(name="calendar_quarter", says="Calendar quarter that a quarter belongs to, such as 2026Q1"),
            Column(name="offset_days", type=_T.INTEGER, unit="days",
                   says="How much later the filer's quarter ends than the calendar's"),
            Column(name="metric", required=True, says="The measure; a forecast's begins with its subject."),
            Column(name="nature", values=tuple(n.value for n in Nature), says=str(Nature.__doc__)),
            Column(name="value", type=_T.NUMBER, required=True, unit="unit", says="In full units; 45 is 45 %."),
            Column(name="unit", required=True, says="Of the value"),
            Column(name="bound", required=True, values=tuple(b.value for b in ObservationBound),
                   says=str(ObservationBound.__doc__)),
            Column(name="grade", required=True, values=tuple(g.value for g in Grade), says=str(Grade.__doc__)),
            Column(name="source_url", says="Address of the source"),
            Column(name="published", required=True, says="Day, month or year"),
            Column(name="known_on", type=_T.DATE, required=True, says="First day on which it was public for sure"),
            Column(name="note", says="Definition, doubts"),
            Column(name="file", required=True, says="File of the register"),
            Column(name="line", type=_T.INTEGER, required=True, says="Line in that file"),
        ),
    ),
)  # fmt: skip
