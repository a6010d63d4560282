"""Proposals as text: the deal file to be, the lines for the parties file, and what an editor should know."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import unescape
from pathlib import PurePath
from typing import Any

from loopledger.records import Role
from loopledger.register.match import Match
from loopledger.register.naming import one_line
from loopledger.register.proposals import Proposal, ProposedInstrument
from loopledger.register.revisions import ProposedChange, Quote
from loopledger.register.scalartext import WIDTH, write_scalar
from loopledger.register.telling import wrap

__all__ = ["change_text", "deal_text", "parties_text", "proposal_json", "tell_proposal"]


_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")


def _lines(value: Any, lead: str, indent: int) -> list[str]:  # noqa: ANN401  any value of a file
    """Return a value in canonical form behind what leads to it."""
    if isinstance(value, Mapping):
        return [lead, *_mapping(value, indent + 2)]
    if isinstance(value, Sequence) and not isinstance(value, str):
        found = [lead]
        for member in value:
            dash = " " * (indent + 2) + "-"
            if isinstance(member, Mapping):
                first, *rest = _mapping(member, indent + 4)
                found += [f"{dash} {first.lstrip()}", *rest]
            else:
                found += _lines(member, dash, indent + 2)
        return found
    first, *rest = write_scalar(value, used=len(lead) + 1, indent=indent + 2)
    return [f"{lead} {first}", *rest]


def _mapping(value: Mapping[str, Any], indent: int) -> list[str]:
    return [
        line
        for key, inner in value.items()
        for line in _lines(inner, f"{' ' * indent}{write_scalar(key)[0]}:", indent)
    ]


def _comment(quote: Quote, source: str, indent: int) -> list[str]:
    start, end, words = quote
    return _remark(f"{source} {start}-{end}: “{_readable(words, source)}”", indent)


def _readable(words: str, source: str) -> str:
    """Return the words of a page without its markup; those of any other file as they stand."""
    if not PurePath(source).suffix.lower().startswith((".htm", ".xhtm")):
        return words
    return one_line(unescape(_TAG.sub(" ", words)))


def _remark(text: str, indent: int) -> list[str]:
    """Return a comment over as many lines as it needs."""
    room = WIDTH - indent - 2
    lines, current = [], ""
    for word in text.split(" "):
        if current and len(current) + 1 + len(word) > room:
            lines.append(current)
            current = word
        else:
            current = f"{current} {word}" if current else word
    return [" " * indent + "# " + line for line in [*lines, current]]


def _instrument(item: ProposedInstrument, source: str) -> list[str]:
    first, *rest = _mapping(item.fields, 4)
    comments = [line for quote in item.quotes for line in _comment(quote, source, 2)]
    if item.kin:
        names = ", ".join(item.kin)
        comments += _remark(
            f"The register has {names} between the same parties: if this replaces one of them or holds the same "
            "money, say so under links (supersedes, part_of, overlaps).",
            2,
        )
    return [*comments, f"  - {first.lstrip()}", *rest]


def change_text(change: ProposedChange, source: str) -> str:
    """Return a dated change in the columns that it has in a deal file, with the document's words in a comment.

    A record without changes gets the key as well.
    """
    name = one_line(PurePath(source).name)
    first, *rest = _mapping(change.fields, 8)
    lines = [] if change.has_changes else ["    changes:"]
    lines += [line for quote in change.quotes for line in _comment(quote, name, 6)]
    return "\n".join([*lines, f"      - {first.lstrip()}", *rest]) + "\n"


def deal_text(proposal: Proposal) -> str:
    """Return the deal file of a proposal in canonical form, with the document's words in comments."""
    source = one_line(PurePath(proposal.source).name)
    lines = [
        f"# Proposed from {source}; numbers are places in its text.",
        "# Review every line, then delete the comments.",
        *_mapping(proposal.deal, 0),
        "instruments:",
    ]
    for item in proposal.instruments:
        lines += _instrument(item, source)
    return "\n".join(lines) + "\n"


def parties_text(
    parties: Iterable[Mapping[str, Any]], indent: int = 0, deeds: Mapping[str, str] | None = None
) -> str:
    """Return lines that can be added to a parties file.

    Parameters
    ----------
    parties : iterable of mapping
    indent : int
        Column of the list in that file.
    deeds : mapping, optional
        What each does in the document, by id.

    Examples
    --------
    >>> print(parties_text([{"id": "orvane", "name": "Orvane: Systems", "role": "cloud"}]), end="")
    # proposed: check name and role (told by the document), add aliases and country
    - id: orvane
      name: 'Orvane: Systems'
      role: cloud
    """
    lines: list[str] = []
    margin = " " * indent
    for party in parties:
        first, *rest = _mapping(party, indent + 2)
        deed = (deeds or {}).get(party["id"])
        how = (
            "name the role, which the document does not tell"
            if party["role"] == Role.UNKNOWN
            else "check name and role (told by the document)"
        )
        text = f"proposed: {how}, add aliases and country" + (f"; it {deed}" if deed else "")
        lines += [*_remark(text, indent), f"{margin}- {first.lstrip()}", *rest]
    return "\n".join(lines) + "\n" if lines else ""


def tell_proposal(proposal: Proposal) -> list[str]:
    """Return a proposal as an editor sees it before confirming."""
    source = one_line(proposal.source)
    n_new, n_known = len(proposal.instruments), len(proposal.existing)
    changed = {change.instrument for change in proposal.changes}
    n_changed = len(changed)
    news = f" ({n_changed} with news)" if n_changed else ""
    left = len(proposal.refused)
    lines = [f"{source}: {n_new} new, {n_known} in the register already{news}, {left} left out"]
    for match in proposal.existing:
        span = match.draft.evidence[0]
        has_news = not changed.isdisjoint(match.instruments)
        standing = "news" if has_news else match.verdict.value
        lines += wrap(f"in the register: {', '.join(match.instruments)} ({standing}, deal {match.deal})", 2)
        lines += wrap(f"“{_readable(one_line(span.quote), source)}” ({span.start}-{span.end})", 4)
        lines += _standing(match, proposal)
    for words, why in proposal.refused:
        lines += wrap(f"left out: {why}: “{words}”", 2)
    if proposal.instruments:
        lines += ["", f"deals/{proposal.file_name}", *("  | " + x for x in deal_text(proposal).splitlines())]
    if proposal.parties:
        lines += [
            "",
            "parties.yaml, at the end",
            *("  | " + x for x in parties_text(proposal.parties, deeds=proposal.deeds).splitlines()),
        ]
    for change in proposal.changes:
        place = f", {change.at}" if change.at else ""
        where = "at the end of its changes" if change.has_changes else "as the first change of the record"
        lines += ["", *wrap(f"{change.instrument} of deal {change.deal}{place}: add by hand {where}", 0)]
        if change.later:
            days = ", ".join(map(str, change.later))
            lines += wrap(f"before the record's later change of {days}; see whether that still fits", 2)
        lines += ["  | " + x for x in change_text(change, proposal.source).splitlines()]
    return lines


def _standing(match: Match, proposal: Proposal) -> Iterable[str]:
    """Say what a document's promise means for the record that it is."""
    ids = set(match.instruments)
    if ids & {change.instrument for change in proposal.changes}:
        yield from wrap("a dated change is proposed below", 4)
    elif told := [proposal.remarks[id_] for id_ in match.instruments if id_ in proposal.remarks]:
        yield from wrap(told[0], 4)
    elif match.is_ambiguous:
        others = ", ".join(id_ for c in match.alternatives for id_ in c.instruments)
        yield from wrap(f"fits almost as well: {others}", 4)
    elif match.superseded_by:
        yield from wrap(f"since replaced by {', '.join(match.superseded_by)}", 4)
    else:
        for step in match.changes:
            if step.field not in ("note", "links"):
                yield from wrap(f"since the document: {step.on} {step}", 4)


def proposal_json(proposal: Proposal) -> dict[str, Any]:
    """Return plain values for JSON."""
    return {
        "doc": proposal.source,
        "file": f"deals/{proposal.file_name}" if proposal.instruments else None,
        "text": deal_text(proposal) if proposal.instruments else None,
        "instruments": [str(item.fields["id"]) for item in proposal.instruments],
        "spans": {
            str(item.fields["id"]): [{"start": s, "end": e, "quote": q} for s, e, q in item.quotes]
            for item in proposal.instruments
        },
        "parties": [dict(party) for party in proposal.parties],
        "changes": [
            {**change.as_dict(), "text": change_text(change, proposal.source)} for change in proposal.changes
        ],
        "existing": [match.as_dict() for match in proposal.existing],
        "remarks": dict(proposal.remarks),
        "refused": [{"quote": words, "why": why} for words, why in proposal.refused],
    }
