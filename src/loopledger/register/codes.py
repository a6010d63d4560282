"""Codes of faults that stand in no register: files that are written by hand in the same YAML.

The codes of a register are in :data:`loopledger.register.rules.RULES`, those of payment tables in the
package that reads them.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["ASSUMPTION_FAULTS"]

#: Every fault that a file of assumptions can have beside those of YAML: what is wrong, and what is asked.
ASSUMPTION_FAULTS: Mapping[str, tuple[str, str]] = MappingProxyType({
    "AS101": (
        "the file is no list of assumptions",
        "Require that the file is a YAML list, each entry with ``name`` and ``value``.",
    ),
    "AS102": (
        "an assumption is ill-formed, unknown, or changes its unit",
        "Require that an entry names a known assumption, and that its value is a number in the assumption's own "
        "unit, or a range with low, central and high in that order.",
    ),
    "AS103": (
        "an assumption stands twice",
        "Require that a name stands once in a file.",
    ),
})  # fmt: skip
