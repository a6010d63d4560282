"""Where each record and each of its fields stands, looked up when somebody asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from loopledger.errors import Location
from loopledger.register.collection import Source
from loopledger.register.yamltext import Path

__all__ = ["Locations"]


class Locations(Mapping[tuple[str, str], Location]):
    """Places by ``(record id, field)``; the field ``""`` is the record itself.

    Fields inside others are written with points: ``changes.0.on``, ``amount.currency``.
    An id that both a deal and one of its instruments carry means the instrument; ``deal:ID`` and ``party:ID``
    always mean the other.

    Parameters
    ----------
    sources : mapping
        The files of one register by name.
    """

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._sources = sources

    @cached_property
    def _records(self) -> dict[str, tuple[Source, Path]]:
        found: dict[str, tuple[Source, Path]] = {}
        deals: dict[str, tuple[Source, Path]] = {}
        for source in self._sources.values():
            value = source.document.value
            if isinstance(value, list):
                deals |= {f"party:{party['id']}": (source, (i,)) for i, party in enumerate(value)}
                found |= {party["id"]: (source, (i,)) for i, party in enumerate(value)}
            else:
                deals[value["id"]] = deals[f"deal:{value['id']}"] = (source, ())
                members = enumerate(value["instruments"])
                found |= {member["id"]: (source, ("instruments", i)) for i, member in members}
        return {**deals, **found}

    def __getitem__(self, key: tuple[str, str]) -> Location:
        record, field = key
        source, base = self._records[record]
        path = (*base, *(int(s) if s.isdigit() else s for s in field.split(".") if field))
        if path not in source.document.places:
            raise KeyError(key)
        return source.at(path)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        for record, (source, base) in self._records.items():
            if ":" in record:
                continue  # another name of one that is told
            value: Any = source.document.value
            for step in base:
                value = value[step]
            yield record, ""
            for field in value:
                yield record, field

    def __len__(self) -> int:
        return sum(1 for _ in self)
