"""What stands in a YAML file beside its values: comments and blank lines, with their places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

__all__ = ["Remark", "find_remarks", "split_lines"]

#: Line and column, both from 0 as YAML marks count them.
Position = tuple[int, int]

#: The line breaks that a YAML parser counts.
_BREAK = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")
_COMMENT = re.compile(r"(?:^|(?<=\s))#")


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A comment, or a blank line.

    Parameters
    ----------
    at : tuple of int
        Line and column, from 0.
    text : str
        From its ``#`` on; empty for a blank line.
    is_own_line : bool
        Whether nothing else stands on its line.
    """

    at: Position
    text: str
    is_own_line: bool


def split_lines(text: str) -> list[str]:
    """Return the lines as a YAML parser counts them, without their ends."""
    return _BREAK.split(text)


def _scalars(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    stack = [node]
    seen: set[int] = set()
    while stack:
        current = stack.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        if isinstance(current, yaml.ScalarNode):
            yield current
        elif isinstance(current, yaml.MappingNode):
            stack += [part for pair in current.value for part in pair]
        else:
            stack += current.value


def _covered(root: yaml.Node, n_lines: int) -> list[list[tuple[int, int]]]:
    """Return, for each line, the columns that values take up."""
    spans: list[list[tuple[int, int]]] = [[] for _ in range(n_lines)]
    for node in _scalars(root):
        first, last = node.start_mark, node.end_mark
        is_block = node.style in ("|", ">")  # the header of a block may carry a comment
        for line in range(first.line + is_block, min(last.line + 1, n_lines)):
            start = first.column if line == first.line else 0
            end = last.column if line == last.line else 10**9
            if end > start:
                spans[line].append((start, end))
    return spans


def find_remarks(text: str, root: yaml.Node) -> list[Remark]:
    r"""Return the comments and blank lines of a YAML text in their order.

    Parameters
    ----------
    text : str
    root : yaml.Node
        What the text composes to.

    Examples
    --------
    >>> text = "# first\na: 'no # comment'  # but this\n"
    >>> [remark.text for remark in find_remarks(text, yaml.compose(text))]
    ['# first', '# but this']
    """
    lines = split_lines(text)
    found: list[Remark] = []
    for number, (line, spans) in enumerate(zip(lines, _covered(root, len(lines)), strict=True)):
        if not line.strip() and not spans:
            found.append(Remark(at=(number, 0), text="", is_own_line=True))
        for match in _COMMENT.finditer(line):
            column = match.start()
            if not any(start <= column < end for start, end in spans):
                own = not line[:column].strip("\ufeff \t")
                found.append(Remark(at=(number, column), text=line[column:].rstrip(), is_own_line=own))
                break
    if found and not found[-1].text and found[-1].at[0] == len(lines) - 1:
        found.pop()  # what follows the last line break is no line
    return found
