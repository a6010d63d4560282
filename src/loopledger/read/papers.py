"""Events of tables and of sheets of keys and values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from loopledger.read.chunks import Chunker
from loopledger.read.content import counted_noun
from loopledger.read.discourse import Discourse, Entity
from loopledger.read.events import Event
from loopledger.read.items import NounPhrase
from loopledger.read.lexicon.verbs import FRAMES
from loopledger.read.quantities import Figure, FigureKind
from loopledger.read.segment import Sentence
from loopledger.read.sheets import Pair, Sheet, plain_name, sheets
from loopledger.read.tables import Column, read_row, role_of, scaled, shares_one_payer
from loopledger.sources import BlockKind, Document

__all__ = ["sheet_events", "table_events"]

#: Sentences of tables and sheets are numbered from here: after those of the prose.
_ROWS, _SHEETS = 10_000, 20_000
#: Rows beyond this are somebody's data, not a paper with promises.
_MOST_ROWS = 5_000
#: A sheet with no more keys than this must name both sides itself.
_FEWEST = 2


def table_events(
    document: Document, chunker: Chunker, discourse: Discourse, sentences: Sequence[Sentence]
) -> list[Event]:
    """Return the events that the rows of a document's tables state."""
    found: list[Event] = []
    common = _common_payer(document, chunker, sentences)
    context = document.title
    index = _ROWS
    for block in document.blocks:
        if block.kind is not BlockKind.ROW:
            context = f"{document.title} {block.text[:400]}"
        if block.kind is not BlockKind.ROW or not block.cells or index - _ROWS >= _MOST_ROWS:
            continue
        row = Sentence(block.text, block, 0, index, opens=True)
        index += 1
        columns = []
        for cell in block.cells:
            text = scaled(cell.header, block.text[cell.start : cell.end])
            items = [i for i in chunker.items(text) if isinstance(i, NounPhrase)] if text else []
            columns.append(Column(role_of(cell.header), cell.header, text, cell.start, cell.end, items))
        event = read_row(row, columns, discourse, common, context)
        if event is not None:
            event.end = len(row.text)
            found.append(event)
    return found


def _common_payer(document: Document, chunker: Chunker, sentences: Sequence[Sentence]) -> Event | None:
    """Return an event whose doer pays in every row, if a sentence says so."""
    if not any(block.kind is BlockKind.ROW for block in document.blocks):
        return None
    for sentence in sentences:
        if not shares_one_payer(sentence.text):
            continue
        found = [i.entity for i in chunker.items(sentence.text) if isinstance(i, NounPhrase) and i.entity]
        if found:
            return Event(
                sentence=sentence, frame=FRAMES["buy"], trigger="rows", item=0, last=0, doer=found[:1]
            )
    return None


def sheet_events(document: Document, chunker: Chunker, discourse: Discourse) -> list[Event]:
    """Return the events that the sheets of a document state, one for each sheet.

    A side that a sheet does not name is whose paper it is: the party that the document is about.
    """
    found = []
    for number, sheet in enumerate(sheets(document)):
        event = _sheet_event(sheet, chunker, discourse, _SHEETS + number)
        if event is not None:
            found.append(event)
    return found


def _sheet_event(sheet: Sheet, chunker: Chunker, discourse: Discourse, index: int) -> Event | None:
    phrases = {id(p): [i for i in chunker.items(p.text) if isinstance(i, NounPhrase)] for p in sheet.pairs}
    payers = _parties(sheet.of("payer"), phrases, discourse)
    payees = _parties(sheet.of("payee"), phrases, discourse)
    holders = _parties(sheet.of("holder"), phrases, discourse)
    verb = sheet.verb
    if verb == "warrant":
        payers, payees = payees or payers, holders or payers
    owner = discourse.protagonist
    if owner is not None and len(sheet.pairs) > _FEWEST and owner not in (*payers, *payees):
        payers, payees = payers or [owner], payees or [owner]
    if verb == "issue":
        payers, payees = payees, [discourse.placeholder("bond investors")]
    if not payers or not payees or payers[0] in payees:
        return None
    told = _told(sheet, phrases)
    size = next((told[k] for k in (FigureKind.MONEY, FigureKind.POWER, FigureKind.COUNT) if k in told), None)
    if size is None:
        return None
    home = size[2]
    event = Event(
        sentence=Sentence(home.block.text, home.block, 0, index, opens=True),
        frame=FRAMES["grant" if verb == "warrant" else verb], trigger="sheet", item=0, last=0, doer=payers,
        other=payees[:1],
        content=[np for p in sheet.pairs if p.role in ("what", "value", "capacity", "units") for np in phrases[id(p)]],
        rules=["sheet"], start=home.at, end=home.end,
    )  # fmt: skip
    _measure(event, told)
    for pair in [*sheet.of("payer"), *sheet.of("payee"), *sheet.of("holder")]:
        if pair.block is home.block:
            event.start, event.end = min(event.start, pair.at), max(event.end, pair.end)
        else:
            event.extra.append(
                (Sentence(pair.block.text, pair.block, 0, index, opens=True), pair.at, pair.end)
            )
    return event


def _parties(
    pairs: Iterable[Pair], phrases: dict[int, list[NounPhrase]], discourse: Discourse
) -> list[Entity]:
    """Return whom the values of a side name; a lone word that the grammar takes for no name is one here."""
    found: list[Entity] = []
    for pair in pairs:
        named = [
            part.entity for np in phrases[id(pair)] for part in (np.parts or [np]) if part.entity is not None
        ]
        plain = plain_name(pair.text)
        if not named and plain:
            named = [discourse.named(plain)]
        found += [entity for entity in named if entity not in found]
    return found


def _told(
    sheet: Sheet, phrases: dict[int, list[NounPhrase]]
) -> dict[FigureKind, tuple[Figure, NounPhrase, Pair]]:
    """Return the first figure of each sort; sums of money where a sum is announced, else anywhere."""
    found: dict[FigureKind, tuple[Figure, NounPhrase, Pair]] = {}
    rows = [
        *sheet.of("value"),
        *sheet.of("capacity"),
        *sheet.of("units"),
        *sheet.of("term"),
        *sheet.of("what"),
    ]
    rest = [p for p in sheet.pairs if p.role in ("", "payer", "payee")]
    for pair in [*rows, *rest]:
        for np in phrases[id(pair)]:
            for figure in np.figures:
                counts = figure.kind is FigureKind.COUNT
                if counts and not counted_noun(np) and pair.role != "units":
                    continue
                found.setdefault(figure.kind, (figure, np, pair))
    return found


def _measure(event: Event, told: dict[FigureKind, tuple[Figure, NounPhrase, Pair]]) -> None:
    if FigureKind.MONEY in told:
        event.money = told[FigureKind.MONEY][0]
    if FigureKind.POWER in told:
        event.power = told[FigureKind.POWER][0]
    if FigureKind.COUNT in told:
        figure, np, pair = told[FigureKind.COUNT]
        event.count, event.counted = figure, counted_noun(np) or np.head or pair.key.lower()
    term = told.get(FigureKind.TERM)
    if term is not None and term[0].count is not None:
        event.term = Decimal(term[0].count)
