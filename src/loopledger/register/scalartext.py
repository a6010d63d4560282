"""How the canonical form writes a value: the plainest style that every YAML reader takes for the same."""

from __future__ import annotations

import io
from decimal import Decimal
from functools import lru_cache
from typing import Any

import yaml
from yaml.emitter import Emitter

from loopledger.register.scalars import Scalar, read_plain

__all__ = ["TEXT_TAG", "is_implicit_text", "means_text", "write_scalar"]

#: No line is longer where a text can be folded.
WIDTH = 100
TEXT_TAG = "tag:yaml.org,2002:str"

_emitter = Emitter(io.StringIO())
_emitter.allow_unicode = True
_resolver = yaml.SafeLoader("")


def is_implicit_text(text: str) -> bool:
    """Whether an unquoted word is text to a reader of YAML 1.1."""
    resolve: Any = _resolver.resolve
    return bool(resolve(yaml.ScalarNode, text, (True, False)) == TEXT_TAG)


def means_text(text: str) -> bool:
    """Whether an unquoted word is text to readers of YAML 1.1 and of YAML 1.2 alike."""
    return is_implicit_text(text) and read_plain(text) == text


@lru_cache(maxsize=65536)
def _styled(text: str) -> tuple[str, bool]:
    """Return the text on one line in its style, and whether it may be folded."""
    form = _emitter.analyze_scalar(text)
    if form.allow_block_plain and not form.multiline and means_text(text):
        return text, True
    if form.allow_single_quoted and not form.multiline:
        return "'" + text.replace("'", "''") + "'", True
    quoted = yaml.dump(text, default_style='"', width=10**9, allow_unicode=True)
    return quoted.rstrip("\n"), False


def _literal_block(text: str, indent: int) -> list[str] | None:
    """Return a text of several lines as a literal block, where that keeps every character."""
    form = _emitter.analyze_scalar(text)
    if not form.multiline or not form.allow_block or text[0] in " \n" or text.endswith("\n\n"):
        return None
    if any(mark in text for mark in "\r\x85\u2028\u2029\t"):
        return None
    body = text.removesuffix("\n").split("\n")
    if len(body) < 2 or any(line != line.rstrip() for line in body):
        return None
    header = "|" if text.endswith("\n") else "|-"
    return [header, *(" " * indent + line if line else "" for line in body)]


def _folded(text: str, used: int, indent: int) -> list[str]:
    """Return a text over several lines, broken at single blanks."""
    lines: list[str] = []
    current, room = "", WIDTH - used
    for word in text.split(" "):
        candidate = f"{current} {word}" if current else word
        can_break = bool(current) and bool(word) and not current.endswith(" ")
        if current and len(candidate) > room and can_break:
            lines.append(current)
            current, room = word, WIDTH - indent
        else:
            current = candidate
    return [line if n == 0 else " " * indent + line for n, line in enumerate([*lines, current])]


def write_scalar(value: Scalar, *, used: int = 0, indent: int = 2) -> list[str]:
    """Return the lines of a value.

    Parameters
    ----------
    value : str, int, Decimal, bool or None
    used : int
        Columns taken up by what stands before it.
    indent : int
        Columns before each further line.

    Examples
    --------
    >>> [write_scalar(v)[0] for v in ("on", "2025-11-18", "NO", "up to USD 15 bn", None, "a: b")]
    ["'on'", "'2025-11-18'", "'NO'", 'up to USD 15 bn', 'null', "'a: b'"]
    """
    match value:
        case None:
            return ["null"]
        case bool():
            return ["true" if value else "false"]
        case int() | Decimal():
            number = Decimal(value)
            return [
                f"{number.to_integral_value() if number == number.to_integral_value() else number.normalize():f}"
            ]
    block = _literal_block(value, indent) if "\n" in value else None
    if block is not None:
        return block
    text, may_fold = _styled(value)
    fits = used + len(text) <= WIDTH or not may_fold or "  " in text
    return [text] if fits else _folded(text, used, indent)
