"""The records behind a brief: what each promise rests on, for every output format."""

from __future__ import annotations

from dataclasses import dataclass

from loopledger.report.brief import Brief
from loopledger.report.wording import join, say_quantity
from loopledger.schedule import Promise

__all__ = ["Source", "SourcedRecord", "records_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One piece of evidence: words of the document, or a source of the register."""

    says: str
    publisher: str = ""
    published: str = ""
    grade: str = ""
    url: str = ""
    is_quote: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcedRecord:
    """A record that the brief cites, with its evidence."""

    id: str
    says: str
    sources: tuple[Source, ...]


def records_of(brief: Brief) -> tuple[SourcedRecord, ...]:
    """Return every record that the brief cites, the document's promises first.

    Instruments that only figures over the whole register rest on are listed by id in those figures.
    """
    deal = brief.context.deal
    found = []
    for item in deal.items:
        spans = tuple(
            Source(says=span.quote, publisher=item.source, is_quote=True) for span in item.draft.evidence
        )
        says = _says(brief, item.announced) if item.announced else "a promise without a named counterparty"
        found.append(SourcedRecord(id=item.id, says=says, sources=spans))
    for identifier in deal.known_ids:
        if identifier.startswith("doc/"):
            continue
        instrument = deal.snapshot.instruments[identifier]
        evidence = dict.fromkeys([*instrument.evidence, *(e for c in instrument.changes for e in c.evidence)])
        sources = tuple(
            Source(
                says=e.says,
                publisher=e.publisher,
                published=e.published or "",
                grade=e.grade.value,
                url=e.url,
            )
            for e in evidence
        )
        found.append(
            SourcedRecord(id=identifier, says=_says(brief, deal.promises[identifier]), sources=sources)
        )
    return tuple(found)


def _says(brief: Brief, promise: Promise) -> str:
    names = brief.context.names
    return (
        f"{promise.kind.value.replace('_', ' ')}, {join(names(promise.payers))} to "
        f"{join(names(promise.payees))}, {say_quantity(promise)}"
    )
