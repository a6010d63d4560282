"""Reading records one by one: a faulty field becomes a problem, the rest of the record stays in play."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from loopledger.errors import Problem
from loopledger.records import Deal, Instrument, Party
from loopledger.records.literals import read_amount, read_capacity
from loopledger.register.collection import DealEntry, InstrumentEntry, PartyEntry, Source
from loopledger.register.shape import errors_of, shape_problems
from loopledger.register.yamltext import Path
from loopledger.units import Amount, Capacity

__all__ = ["read_deal", "read_parties"]

#: A value of the file before its shape is checked.
Raw = Any
#: What pydantic says about a record.
Errors = list[ErrorDetails]

_STAND_IN: Mapping[str, Raw] = {
    "id": "x", "kind": "other", "payer": "x", "payee": "y", "amount": None, "firmness": "non_binding",
    "status": "announced", "confidence": "low",
    "evidence": [{"url": "https://x", "publisher": "x", "published": None, "says": "x", "grade": "derived"}],
}  # fmt: skip
_NEUTRAL: Mapping[str, Raw] = {"id": "", "payer": (), "payee": (), "evidence": (), "changes": ()}


def _only_inside(errors: Errors, name: str) -> bool:
    """Whether a field has faults, all of them in its members rather than in itself."""
    locs = [e["loc"] for e in errors if e["loc"] and e["loc"][0] == name]
    return bool(locs) and all(len(loc) > 1 for loc in locs)


def _with_evidence(member: Raw, errors: Errors, name: str, i: int) -> Raw:
    """Return a change whose faulty evidence is replaced, so that what it sets can still be checked."""
    if any(e["loc"][:3] == (name, i, "evidence") for e in errors):
        return {**member, "evidence": _STAND_IN["evidence"]}
    return member


def _salvage_instrument(
    raw: Mapping[str, Raw], errors: Errors
) -> tuple[Instrument, frozenset[str], dict[str, tuple[int, ...]]]:
    """Return the instrument with its faulty fields made neutral."""
    faulty = {str(e["loc"][0]) for e in errors if e["loc"]}
    fields = {k: v for k, v in raw.items() if k in Instrument.model_fields and k not in faulty}
    kept: dict[str, tuple[int, ...]] = {}
    if _only_inside(errors, "links"):
        bad = {e["loc"][1] for e in errors if e["loc"][0] == "links"}
        fields["links"] = {k: v for k, v in raw["links"].items() if k not in bad}
        faulty.discard("links")
    for name in ("evidence", "changes"):
        if _only_inside(errors, name):
            bad = {e["loc"][1] for e in errors if e["loc"][0] == name and e["loc"][2:3] != ("evidence",)}
            kept[name] = tuple(i for i in range(len(raw[name])) if i not in bad)
            fields[name] = [_with_evidence(raw[name][i], errors, name, i) for i in kept[name]]
            faulty.discard(name)
    if not fields.get("evidence"):
        fields.pop("evidence", None)
    neutral = [name for name in _STAND_IN if name not in fields]
    instrument = Instrument.model_validate({**{name: _STAND_IN[name] for name in neutral}, **fields})
    update = {name: _NEUTRAL[name] for name in neutral if name in _NEUTRAL}
    return instrument.model_copy(update=update), frozenset(faulty), kept


def _read_instrument(raw: Raw, deal: DealEntry, path: Path) -> InstrumentEntry | None:
    if not isinstance(raw, Mapping):
        return None
    try:
        instrument = Instrument.model_validate(raw)
    except ValidationError as error:
        instrument, faulty, kept = _salvage_instrument(raw, errors_of(error))
        return InstrumentEntry(instrument=instrument, deal=deal, path=path, faulty=faulty, kept=kept)
    return InstrumentEntry(instrument=instrument, deal=deal, path=path)


#: Quantities, and what reads each of them in either of its forms.
_QUANTITIES: Mapping[str, Callable[[Raw], Amount | Capacity]] = {
    "amount": read_amount, "capacity": read_capacity,
}  # fmt: skip


def _full_form(name: str, value: Raw) -> Raw:
    """Return a quantity in its mapping form, whichever way it is written; as it is when it has a fault."""
    try:
        quantity = _QUANTITIES[name](value)
    except ValueError:
        return value
    single, currency = ("mw", {}) if isinstance(quantity, Capacity) else (
        "value", {"currency": quantity.currency})  # fmt: skip
    figures = {"low": quantity.low, "high": quantity.high} if quantity.low != quantity.high else {
        single: quantity.low}  # fmt: skip
    return {**figures, **currency, "bound": quantity.bound.value}


def _unfold(raw: Raw) -> None:
    """Put the quantities that changes set into one form, so that a literal and a mapping are one record."""
    instruments = raw.get("instruments") if isinstance(raw, Mapping) else None
    for member in instruments if isinstance(instruments, list) else ():
        changes = member.get("changes") if isinstance(member, Mapping) else None
        for change in changes if isinstance(changes, list) else ():
            values = change.get("set") if isinstance(change, Mapping) else None
            if isinstance(values, dict):
                for name in _QUANTITIES.keys() & values.keys():
                    if values[name] is not None:
                        values[name] = _full_form(name, values[name])


_ALL_OF_A_DEAL = frozenset(Deal.model_fields)


def read_deal(raw: Raw, source: Source) -> tuple[Deal | None, DealEntry, list[Problem]]:
    """Return the deal of a file, what of it the rules may look at, and its problems.

    Returns
    -------
    Deal or None
        None when there are problems.
    DealEntry
    list of Problem
    """
    if not isinstance(raw, Mapping):
        message = (
            f"a deal is a mapping of fields, not {'a list' if isinstance(raw, list) else 'a single value'}"
        )
        problem = Problem(code="RG108", at=source.at(()), message=message, hint="begin the file with id: ...")
        return (
            None,
            DealEntry(id="", announced=None, note=None, source=source, faulty=_ALL_OF_A_DEAL),
            [problem],
        )
    _unfold(raw)
    try:
        deal = Deal.model_validate(raw)
    except ValidationError as error:
        errors = errors_of(error)
        problems = shape_problems(errors, raw, source, (), Deal)
        return None, _salvage_deal(raw, source, {str(e["loc"][0]) for e in errors if e["loc"]}), problems
    entry = DealEntry(id=deal.id, announced=deal.announced, note=deal.note, source=source)
    entry.instruments.extend(
        InstrumentEntry(instrument=instrument, deal=entry, path=("instruments", i))
        for i, instrument in enumerate(deal.instruments)
    )
    return deal, entry, []


def _salvage_deal(raw: Mapping[str, Raw], source: Source, faulty: set[str]) -> DealEntry:
    header = {name: raw.get(name) for name in ("id", "announced", "note") if name not in faulty}
    stand_in = {"id": "x", "title": "x", "announced": None, "instruments": (_DUMMY,)}
    checked = Deal.model_validate({**stand_in, **header})
    entry = DealEntry(
        id="" if "id" in faulty else checked.id,
        announced=checked.announced,
        note=checked.note,
        source=source,
        faulty=frozenset(faulty),
    )
    members = raw.get("instruments")
    for i, member in enumerate(members if isinstance(members, list) else ()):
        instrument = _read_instrument(member, entry, ("instruments", i))
        if instrument is not None:
            entry.instruments.append(instrument)
    return entry


_DUMMY = Instrument.model_validate(_STAND_IN)


def read_parties(raw: Raw, source: Source) -> tuple[list[PartyEntry], list[Problem]]:
    """Return the parties of a file, and its problems."""
    if not isinstance(raw, list):
        message = "parties.yaml holds a list of parties"
        problem = Problem(code="RG108", at=source.at(()), message=message, hint="begin each party with - id:")
        return [], [problem]
    entries: list[PartyEntry] = []
    problems: list[Problem] = []
    for i, member in enumerate(raw):
        try:
            party = Party.model_validate(member)
        except ValidationError as error:
            errors = errors_of(error)
            problems += shape_problems(errors, member, source, (i,), Party)
            faulty = {str(e["loc"][0]) for e in errors if e["loc"]}
            if not isinstance(member, Mapping) or "id" in faulty:
                continue
            fields = {k: v for k, v in member.items() if k in Party.model_fields and k not in faulty}
            party = Party.model_validate({"name": str(member["id"]), "role": "enterprise", **fields})
        entries.append(PartyEntry(party=party, source=source, path=(i,)))
    return entries, problems
