"""JSON Schema of the files of a register, for editors and for other programs."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from loopledger.records import Deal, Party
from loopledger.register.replay import CHANGEABLE

__all__ = ["register_schema"]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def register_schema() -> dict[str, dict[str, Any]]:
    """Return the schemas of a register's files, generated from the records.

    Returns
    -------
    dict
        ``deal`` for a file of ``deals/``, ``parties`` for ``parties.yaml``; draft 2020-12.

    Examples
    --------
    >>> register_schema()["parties"]["type"]
    'array'
    """
    deal = Deal.model_json_schema()
    instrument = deal["$defs"]["Instrument"]["properties"]
    deal["$defs"]["Change"]["properties"]["set"] = {
        "type": "object",
        "title": "Set",
        "minProperties": 1,
        "additionalProperties": False,
        "properties": {name: instrument[name] for name in instrument if name in CHANGEABLE},
    }
    parties = TypeAdapter(list[Party]).json_schema()
    titles = {"deal": "One deal of a loopledger register", "parties": "The parties of a loopledger register"}
    return {
        name: {"$schema": _DIALECT, **schema, "title": titles[name]}
        for name, schema in (("deal", deal), ("parties", parties))
    }
