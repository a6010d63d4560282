"""The canonical form of the files of a register; comments and the order of keys stay as they are.

See the decision record on the canonical form for what it is and why.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

import yaml

from loopledger.records.literals import read_amount, read_capacity
from loopledger.register.remarks import Position, Remark, find_remarks, split_lines
from loopledger.register.scalars import Scalar, read_plain, read_tagged
from loopledger.register.scalartext import TEXT_TAG, is_implicit_text, write_scalar
from loopledger.register.yamltext import Path
from loopledger.units import format_amount, format_capacity

__all__ = ["canonical_text"]

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_STEP = 2
_END: Position = (10**9, 0)


def canonical_text(text: str) -> str:
    r"""Return a YAML file of a register in canonical form.

    Parameters
    ----------
    text : str
        Of a file without faults of form.

    Examples
    --------
    >>> text = "instruments: [{amount: {value: 15e9, currency: USD, bound: up_to}}]  # one\n"
    >>> print(canonical_text(text), end="")
    instruments:  # one
      - amount: up to USD 15 bn
    """
    root = yaml.compose(text, Loader=_LOADER)
    if root is None:
        return text
    writer = _Writer(text, root)
    writer.write(root)
    writer.flush(_END, 0, 0)
    while writer.lines and not writer.lines[-1]:
        writer.lines.pop()
    return "\n".join(writer.lines) + "\n"


def _position(mark: yaml.Mark) -> Position:
    return mark.line, mark.column


def _is_block(node: yaml.Node) -> bool:
    """Whether the end of a node is told by what follows it, so that its end mark stands there."""
    if isinstance(node, yaml.CollectionNode):
        return not node.flow_style
    return getattr(node, "style", None) in ("|", ">")


def _scalar_of(node: yaml.Node) -> Scalar:
    """Return the value of a scalar; a plain word tagged as text where it needs no tag is told by its tag alone."""
    text = str(node.value)
    if getattr(node, "style", None):
        return text if node.tag == TEXT_TAG else read_tagged(text, node.tag)
    is_tagged_text = node.tag == TEXT_TAG and not is_implicit_text(text)
    return text if is_tagged_text else read_plain(text)


def _plain(node: yaml.Node) -> Any:  # noqa: ANN401  any value of a file
    if isinstance(node, yaml.ScalarNode):
        return _scalar_of(node)
    if isinstance(node, yaml.MappingNode):
        return {key.value: _plain(value) for key, value in node.value}
    return [_plain(item) for item in node.value]


def _literal_for(path: Path) -> Callable[[object], str] | None:
    """Return what writes the quantity at a path of a deal file as a literal; None for other values."""
    is_term = len(path) == 3 and path[0] == "instruments"
    is_change = len(path) == 6 and path[2:3] == ("changes",) and path[4:5] == ("set",)
    if not (is_term or is_change):
        return None
    match path[-1]:
        case "amount":
            return lambda raw: format_amount(read_amount(raw))
        case "capacity":
            return lambda raw: format_capacity(read_capacity(raw))
    return None


class _Writer:
    """One pass over the nodes of a file: lines out, comments taken along in their order."""

    def __init__(self, text: str, root: yaml.Node) -> None:
        self.lines: list[str] = []
        self.pending: deque[Remark] = deque(find_remarks(text, root))
        self.columns: dict[int, int] = {}  # where entries of a column of the source stand now
        self.margins = [len(line) - len(line.lstrip("\ufeff ")) for line in split_lines(text)]

    def margin(self, mark: yaml.Mark) -> int:
        """Return the column in which the line of a value begins."""
        return self.margins[mark.line] if mark.line < len(self.margins) else 0

    def flush(self, before: Position, indent: int, margin: int) -> None:
        """Write the remarks that stand before a place on lines of their own."""
        while self.pending and self.pending[0].at < before:
            remark = self.pending.popleft()
            if not remark.text:
                if self.lines and self.lines[-1]:
                    self.lines.append("")
                continue
            inside = [c for c in self.columns if margin < c <= remark.at[1]] if remark.is_own_line else []
            deeper = self.columns[max(inside)] if inside else 0  # it ends a block that is closed by now
            self.lines.append(" " * max(indent, deeper) + remark.text)

    def finish(self, line: int, at: int = -1) -> None:
        """Add the comment at the end of a line of the source to a line just written."""
        if self.pending and self.pending[0].at[0] == line and not self.pending[0].is_own_line:
            self.lines[at] += "  " + self.pending.popleft().text

    def write(self, root: yaml.Node) -> None:
        """Write the whole file."""
        if isinstance(root, yaml.CollectionNode) and root.value:
            self.children(root, (), 0)
        else:
            self.flush(_position(root.start_mark), 0, 0)
            self.entry("", root, root, (), 0)

    def children(self, node: yaml.Node, path: Path, indent: int, dash: str = "") -> None:
        """Write the members of a list or mapping, the first after a dash when it is a member itself."""
        if isinstance(node, yaml.MappingNode):
            for n, (key, value) in enumerate(node.value):
                self.flush(_position(key.start_mark), indent, self.margin(key.start_mark))
                self.columns[key.start_mark.column] = indent
                lead = dash if n == 0 and dash else " " * indent
                self.entry(f"{lead}{write_scalar(key.value)[0]}:", key, value, (*path, key.value), indent)
        elif isinstance(node, yaml.SequenceNode):
            for n, item in enumerate(node.value):
                self.flush(_position(item.start_mark), indent, self.margin(item.start_mark))
                self.columns[self.margin(item.start_mark)] = indent
                lead = " " * indent + "-"
                if isinstance(item, yaml.MappingNode) and item.value:
                    self.children(item, (*path, n), indent + _STEP, dash=f"{lead} ")
                else:
                    self.entry(lead, item, item, (*path, n), indent)

    def entry(self, prefix: str, key: yaml.Node, node: yaml.Node, path: Path, indent: int) -> None:
        """Write one value behind what leads to it."""
        literal = self.literal(key, node, path)
        if literal is not None or not isinstance(node, yaml.CollectionNode):
            value = literal if literal is not None else _scalar_of(node)
            used = len(prefix) + 1
            first, *rest = write_scalar(value, used=used, indent=indent + _STEP)
            self.lines += [f"{prefix} {first}" if prefix else first, *rest]
            is_block = first.startswith("|")
            self.finish(key.start_mark.line, at=-1 - len(rest) if is_block else -1)
            if not _is_block(node):
                self.finish(node.end_mark.line)
        elif not node.value:
            empty = "{}" if isinstance(node, yaml.MappingNode) else "[]"
            self.lines.append(f"{prefix} {empty}" if prefix else empty)
            self.finish(node.end_mark.line)
        else:
            self.lines.append(prefix)
            is_flow_line = node.flow_style and node.start_mark.line == node.end_mark.line
            if is_flow_line or (key is not node and key.start_mark.line < node.start_mark.line):
                self.finish(node.end_mark.line if is_flow_line else key.start_mark.line)
            self.children(node, path, indent + _STEP)

    def literal(self, key: yaml.Node, node: yaml.Node, path: Path) -> str | None:
        """Return the literal of a quantity, unless there is none or comments stand inside its mapping."""
        write = _literal_for(path)
        raw = _plain(node) if write else None
        if write is None or raw is None:
            return None
        if isinstance(node, yaml.MappingNode):
            inside = [r for r in self.pending if self.is_inside(r, key, node)]
            if any(remark.text for remark in inside):
                return None
            for blank in inside:
                self.pending.remove(blank)
        return write(raw)

    def is_inside(self, remark: Remark, key: yaml.Node, node: yaml.MappingNode) -> bool:
        """Whether a remark stands between a key and the end of the mapping under it."""
        if node.flow_style:
            return _position(key.start_mark) < remark.at < _position(node.end_mark)
        last = node.value[-1][1].end_mark.line
        return bool(key.start_mark.line < remark.at[0] <= last)
