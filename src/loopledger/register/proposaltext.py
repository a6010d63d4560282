"""Proposals as text: the deal file to be, the lines for the parties file, and what an editor should know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePath
from typing import Any

from loopledger.register.match import Verdict
from loopledger.register.proposals import Proposal, ProposedInstrument, one_line
from loopledger.register.scalartext import WIDTH, write_scalar
from loopledger.register.telling import wrap

__all__ = ["deal_text", "parties_text", "proposal_json", "tell_proposal"]


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


def _comment(quote: tuple[int, int, str], source: str, indent: int) -> list[str]:
    start, end, words = quote
    text = f"{source} {start}-{end}: “{words}”"
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
    return [*comments, f"  - {first.lstrip()}", *rest]


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


def parties_text(parties: Iterable[Mapping[str, Any]], indent: int = 0) -> str:
    """Return lines that can be added to a parties file.

    Parameters
    ----------
    parties : iterable of mapping
    indent : int
        Column of the list in that file.

    Examples
    --------
    >>> print(parties_text([{"id": "orvane", "name": "Orvane: Systems", "role": "cloud"}]), end="")
    # proposed: check name and role, add aliases and country
    - id: orvane
      name: 'Orvane: Systems'
      role: cloud
    """
    lines: list[str] = []
    margin = " " * indent
    for party in parties:
        first, *rest = _mapping(party, indent + 2)
        note = f"{margin}# proposed: check name and role, add aliases and country"
        lines += [note, f"{margin}- {first.lstrip()}", *rest]
    return "\n".join(lines) + "\n" if lines else ""


def tell_proposal(proposal: Proposal) -> list[str]:
    """Return a proposal as an editor sees it before confirming."""
    source = one_line(proposal.source)
    n_new, n_known = len(proposal.instruments), len(proposal.existing)
    lines = [f"{source}: {n_new} new, {n_known} in the register already, {len(proposal.refused)} left out"]
    for match in proposal.existing:
        span = match.draft.evidence[0]
        lines += wrap(
            f"in the register: {', '.join(match.instruments)} ({match.verdict}, deal {match.deal})", 2
        )
        lines += wrap(f"“{one_line(span.quote)}” ({span.start}-{span.end})", 4)
        if match.verdict is Verdict.CHANGED:
            hint = (
                "its terms differ from the register's of today: if this is news, write a dated change by hand"
            )
            lines += wrap(hint, 4)
    for words, why in proposal.refused:
        lines += wrap(f"left out: {why}: “{words}”", 2)
    if proposal.instruments:
        lines += ["", f"deals/{proposal.file_name}", *("  | " + x for x in deal_text(proposal).splitlines())]
    if proposal.parties:
        lines += [
            "",
            "parties.yaml, at the end",
            *("  | " + x for x in parties_text(proposal.parties).splitlines()),
        ]
    return lines


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
        "existing": [match.as_dict() for match in proposal.existing],
        "refused": [{"quote": words, "why": why} for words, why in proposal.refused],
    }
