"""What an unquoted word means in YAML: the core schema of YAML 1.2, with exact numbers.

PyYAML follows YAML 1.1, where ``NO`` is false, ``on`` is true, ``010`` is eight, ``1:30`` is ninety
and ``2025-11-18`` is a date.
A register is full of country codes and dates, so here only ``null``, ``true``, ``false`` and numbers
are anything but text, and a number with a point is a :class:`~decimal.Decimal`.

References
----------
YAML 1.2.2, section 10.3.2, "Tag Resolution" of the core schema.
"""

from __future__ import annotations

import re
from decimal import Decimal

__all__ = ["Scalar", "read_plain", "read_tagged"]

Scalar = str | int | Decimal | bool | None

_WORDS: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_INTEGER = re.compile(r"[-+]?[0-9]+")
_DECIMAL = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]{1,2})?")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_SPECIAL = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
#: Longer digit strings are identifiers or mistakes, and stay text.
_MAX_DIGITS = 40
_NUMERIC_START = frozenset("0123456789+-.")

_CORE = "tag:yaml.org,2002:"


def read_plain(text: str) -> Scalar:
    """Return the value of an unquoted scalar.

    Examples
    --------
    >>> [read_plain(word) for word in ("NO", "on", "010", "2025-11-18", "1.50", "~")]
    ['NO', 'on', 10, '2025-11-18', Decimal('1.50'), None]
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMERIC_START or len(text) > _MAX_DIGITS:
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return Decimal(text)
    if _BASED.fullmatch(text):
        return int(text, 0)
    if _SPECIAL.fullmatch(text):
        return Decimal(text.replace(".", "").lower())
    return text


def read_tagged(text: str, tag: str) -> Scalar:
    """Return the value of a scalar that carries an explicit tag.

    Raises
    ------
    ValueError
        If the tag is not one of the core schema, or the text is no such value.

    Examples
    --------
    >>> read_tagged("2025", "tag:yaml.org,2002:str")
    '2025'
    """
    if tag in ("!", _CORE + "str"):
        return text
    value = read_plain(text)
    wanted: dict[str, type | tuple[type, ...]] = {
        "int": int, "float": (int, Decimal), "bool": bool, "null": type(None),
    }  # fmt: skip
    expected = wanted.get(tag.removeprefix(_CORE)) if tag.startswith(_CORE) else None
    if expected is None:
        msg = f"the tag {tag} is not allowed"
        raise ValueError(msg)
    if not isinstance(value, expected) or (tag == _CORE + "int" and isinstance(value, bool)):
        msg = f"{text!r} is not of the type its tag says"
        raise ValueError(msg)
    return value
