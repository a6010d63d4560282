"""YAML text to plain values, with the place of each: what a person wrote, never more.

The events come from PyYAML's C parser; this module builds dicts and lists from them, so that it can
refuse what the register has no use for: repeated keys, foreign tags, several documents in a file,
and aliases that unfold into more than anybody would write by hand.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import yaml

from loopledger.errors import Location, Problem
from loopledger.register.scalars import Scalar, read_plain, read_tagged

__all__ = ["Document", "Path", "read_yaml"]

Path = tuple[str | int, ...]

#: No file that people write is larger.
MAX_BYTES = 16 * 2**20
MAX_DEPTH = 40
#: Values that aliases may add to a file by repeating what stands elsewhere in it.
MAX_REPEATED = 10_000

#: The C parser and the Python parser each have a class of their own for it.
Mark = Any
#: A plain value of the file: dict, list or scalar.
Raw = Any

_NO_WORD = "a key of a mapping is a word, not a list or mapping"
#: What YAML 1.1 and 1.2 do not allow in a file.
_CONTROL = re.compile("[^\\t\\n\\r\\x20-\\x7e\\x85\\xa0-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
#: What a parser says it was reading when an end is missing, in plain words, and what to do.
_OPENED = {
    "while parsing a flow mapping": ("the mapping", "close it with }"),
    "while parsing a flow sequence": ("the list", "close it with ]"),
    "while scanning a quoted scalar": (
        "the quotation",
        "close it with the same mark; double a mark inside it",
    ),
}

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The content of one file.

    Parameters
    ----------
    file : str
        The name that places carry.
    value : dict, list, str, int, Decimal, bool or None
        None as well when the file is empty or broken.
    places : mapping
        ``path -> (line, column)`` of each value; empty unless asked for.
    key_places : mapping
        The same for the keys of mappings.
    problems : tuple of Problem
    """

    file: str
    value: Any
    places: dict[Path, tuple[int, int]]
    key_places: dict[Path, tuple[int, int]]
    problems: tuple[Problem, ...]

    def at_key(self, path: Path) -> Location:
        """Return the place of a key, or of the nearest value around it."""
        if path in self.key_places:
            return Location(self.file, *self.key_places[path])
        return self.at(path)

    def at(self, path: Path) -> Location:
        """Return the place of a value, or of the nearest value around it."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.places:
                return Location(self.file, *self.places[path[:length]])
        return Location(self.file, 1, 1)


class _RefusedError(Exception):
    """The rest of the file cannot be read; the problem is in the list already."""


@dataclass(slots=True, kw_only=True)
class _Builder:
    """The state of one pass over the events of a file."""

    file: str
    with_places: bool
    root: Any = None
    n_values: int = 0
    n_repeated: int = 0
    n_documents: int = 0
    stack: list[tuple[Any, Path, str, int]] = field(default_factory=list)
    container: Any = None
    key: Any = None
    path: Path = ()
    anchor: str | None = None
    started_at: int = 0
    anchors: dict[str, tuple[Any, int]] = field(default_factory=dict)
    open_anchors: set[str] = field(default_factory=set)
    places: dict[Path, tuple[int, int]] = field(default_factory=dict)
    key_places: dict[Path, tuple[int, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def fault(self, code: str, mark: Mark, message: str, hint: str = "") -> None:
        at = Location(self.file, mark.line + 1, mark.column + 1)
        self.problems.append(Problem(code=code, at=at, message=message, hint=hint))

    def refuse(self, code: str, mark: Mark, message: str, hint: str = "") -> None:
        self.fault(code, mark, message, hint)
        raise _RefusedError

    def step(self) -> str | int | None:
        """Return the key or index under which the next value will stand."""
        if type(self.container) is dict:
            return None if self.key is None else str(self.key[0])
        return len(self.container) if self.container is not None else None

    def put(self, value: Raw, mark: Mark) -> None:
        """Place a value, which in a mapping is a key and a value in turn."""
        self.n_values += 1
        container = self.container
        if type(container) is dict:
            if self.key is None:
                self.put_key(value, mark)
                return
            key, is_repeated = self.key
            self.key = None
            if not is_repeated:
                container[key] = value
                if self.with_places:
                    self.places[(*self.path, key)] = (mark.line + 1, mark.column + 1)
        elif container is None:
            self.root = value
            if self.with_places:
                self.places[()] = (mark.line + 1, mark.column + 1)
        else:
            if self.with_places:
                self.places[(*self.path, len(container))] = (mark.line + 1, mark.column + 1)
            container.append(value)

    def put_key(self, value: Raw, mark: Mark) -> None:
        if type(value) is not str:
            if isinstance(value, dict | list):
                self.refuse("RG123", mark, _NO_WORD, "write the key as a word")
            self.fault("RG123", mark, f"a key of a mapping is a word, not {value}", "put it in quotes")
            value = str(value)
        if value == "<<":
            self.refuse("RG123", mark, "the merge key << is not read", "write the fields out")
        is_repeated = value in self.container
        if is_repeated:
            first = self.key_places.get((*self.path, value))
            where = f"; the first is on line {first[0]}" if first else ""
            self.fault(
                "RG103", mark, f'the key "{value}" stands twice in one mapping{where}', "keep one of them"
            )
        elif self.with_places:
            self.key_places[(*self.path, value)] = (mark.line + 1, mark.column + 1)
        self.key = (value, is_repeated)

    def open(self, container: Raw, event: yaml.CollectionStartEvent) -> None:
        step = self.step()
        if len(self.stack) >= MAX_DEPTH:
            message = f"nested more than {MAX_DEPTH} levels deep"
            self.refuse("RG104", event.start_mark, message, "a deal has ten levels at most")
        if event.tag not in (None, "!") and not event.implicit:
            self.refuse("RG123", event.start_mark, f"the tag {event.tag} is not allowed", "remove the tag")
        if type(self.container) is dict and self.key is None:
            self.refuse("RG123", event.start_mark, _NO_WORD, "write the key as a word")
        if event.anchor:
            self.open_anchors.add(event.anchor)
        repeated_path = type(self.container) is dict and self.key[1]
        self.put(container, event.start_mark)
        self.stack.append((self.container, self.path, self.anchor or "", self.started_at))
        self.container, self.anchor, self.started_at = container, event.anchor, self.n_values
        if step is not None:
            self.path = (*self.path, f"{step} (repeated)" if repeated_path else step)

    def close(self) -> None:
        closed, anchor, started_at = self.container, self.anchor, self.started_at
        self.container, self.path, outer_anchor, self.started_at = self.stack.pop()
        self.anchor = outer_anchor or None
        self.key = None
        if anchor:
            self.open_anchors.discard(anchor)
            self.anchors[anchor] = (closed, self.n_values - started_at + 1)

    def alias(self, event: yaml.AliasEvent) -> None:
        mark, anchor = event.start_mark, str(event.anchor)
        if anchor in self.open_anchors:
            message = f"the alias *{anchor} stands inside what it repeats"
            self.refuse("RG104", mark, message, "write the values out")
        if anchor not in self.anchors:
            message = f"the alias *{anchor} has no anchor before it"
            self.refuse("RG123", mark, message, "write the values out; put text that begins with * in quotes")
        value, size = self.anchors[anchor]
        self.n_values += size
        self.n_repeated += size
        if self.n_repeated > MAX_REPEATED:
            self.refuse(
                "RG104", mark, f"aliases repeat more than {MAX_REPEATED} values", "write the values out"
            )
        self.put(value, mark)

    def scalar(self, event: yaml.ScalarEvent) -> None:
        value: Scalar = event.value
        if event.tag is not None and not event.implicit[0]:
            try:
                value = read_tagged(event.value, event.tag)
            except ValueError as error:
                self.refuse("RG123", event.start_mark, str(error), "remove the tag")
        elif event.implicit[0]:
            value = read_plain(event.value)
        if event.anchor:
            self.anchors[event.anchor] = (value, 1)
        self.put(value, event.start_mark)

    def document_start(self, event: yaml.DocumentStartEvent) -> None:
        self.n_documents += 1
        if self.n_documents > 1:
            self.refuse("RG123", event.start_mark, "a file holds one document", "split the file")

    def mapping_start(self, event: yaml.MappingStartEvent) -> None:
        self.open({}, event)

    def sequence_start(self, event: yaml.SequenceStartEvent) -> None:
        self.open([], event)

    def end(self, _: yaml.CollectionEndEvent) -> None:
        self.close()

    def run(self, text: str) -> None:
        handlers: dict[type, Callable[[Any], None]] = {
            yaml.ScalarEvent: self.scalar,
            yaml.MappingStartEvent: self.mapping_start,
            yaml.MappingEndEvent: self.end,
            yaml.SequenceStartEvent: self.sequence_start,
            yaml.SequenceEndEvent: self.end,
            yaml.AliasEvent: self.alias,
            yaml.DocumentStartEvent: self.document_start,
        }
        loader = _LOADER(text)
        try:
            while (kind := type(event := loader.get_event())) is not yaml.StreamEndEvent:
                if kind in handlers:
                    handlers[kind](event)
        finally:
            loader.dispose()


def _syntax_problem(file: str, text: str, error: yaml.YAMLError) -> Problem:
    control = _CONTROL.search(text) if isinstance(error, yaml.reader.ReaderError) else None
    if control is not None:
        before = text[: control.start()]
        at = Location(file, before.count("\n") + 1, control.start() - before.rfind("\n"))
        message = f"the character U+{ord(control[0]):04X} cannot stand in a file"
        return Problem(code="RG102", at=at, message=message, hint="delete it")
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    context, start = getattr(error, "context", None), getattr(error, "context_mark", None)
    if context in _OPENED and start is not None and mark is not None and start.line < mark.line:
        what, closing = _OPENED[context]
        message = f"{what} that begins here is not closed before line {mark.line + 1}"
        at = Location(file, start.line + 1, start.column + 1)
        return Problem(code="RG102", at=at, message=f"this is not YAML: {message}", hint=closing)
    at = Location(file, mark.line + 1, mark.column + 1) if mark else Location(file, 1, 1)
    reason = ", ".join(str(part) for part in (context, getattr(error, "problem", None)) if part)
    reason = reason or str(error).split("\n", 1)[0]
    code = "RG104" if "nesting depth" in reason else "RG102"
    hint = "indent with blanks; put text that holds ': ' or begins with a sign in quotes"
    return Problem(code=code, at=at, message=f"this is not YAML: {reason}", hint=hint)


def read_yaml(text: str, file: str, *, with_places: bool = True) -> Document:
    r"""Return the values of a YAML text.

    Parameters
    ----------
    text : str
    file : str
        The name that places carry.
    with_places : bool
        Whether the place of every value is kept; a first pass over many files does without.

    Returns
    -------
    Document
        With its problems; it never raises on a fault of the text.

    Examples
    --------
    >>> document = read_yaml("country: NO\namount: 1.5\n", "x.yaml")
    >>> document.value, str(document.at(("amount",)))
    ({'country': 'NO', 'amount': Decimal('1.5')}, 'x.yaml:2:9')
    """
    builder = _Builder(file=file, with_places=with_places)
    try:
        builder.run(text)
    except _RefusedError:
        builder.root = None
    except yaml.YAMLError as error:
        builder.root = None
        builder.problems.append(_syntax_problem(file, text, error))
    return Document(
        file=file,
        value=builder.root,
        places=builder.places,
        key_places=builder.key_places,
        problems=tuple(builder.problems),
    )
