"""Formatting files of a register: the canonical text of each, or what stands in the way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from loopledger.errors import Location, Problem, RegisterError, Severity, SourceError
from loopledger.register.canonical import canonical_text
from loopledger.register.collection import Source
from loopledger.register.load import check_register
from loopledger.register.salvage import read_deal, read_parties
from loopledger.register.yamltext import MAX_BYTES, read_yaml

__all__ = ["Formatted", "files_of", "format_file", "format_files", "format_text"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Formatted:
    """One file and its canonical text.

    Parameters
    ----------
    path : pathlib.Path
    text : str
        Canonical; the text as it is when there are problems.
    is_changed : bool
        Whether the two differ.
    problems : tuple of Problem
        Errors of the file, for which it is left alone.
    original : bytes
        What the file held when it was read.
    """

    path: Path
    text: str
    is_changed: bool
    problems: tuple[Problem, ...] = ()
    original: bytes = b""

    @property
    def is_current(self) -> bool:
        """Whether the file still holds what was read, so that nobody's edit is lost."""
        try:
            return self.path.read_bytes() == self.original
        except OSError:
            return False


def files_of(root: Path) -> list[Path]:
    """Return the YAML files of a register, past episodes included.

    Examples
    --------
    >>> from loopledger.register import TEACHING
    >>> len(files_of(TEACHING))
    9
    """
    folders = [folder for folder in (root, root / "history") if folder.is_dir()]
    parties = [folder / "parties.yaml" for folder in folders if (folder / "parties.yaml").is_file()]
    deals = [path for folder in folders for path in (folder / "deals").glob("[!.]*.yaml") if path.is_file()]
    return sorted([*parties, *deals])


def _read(text: str, file: str) -> tuple[object, list[Problem]]:
    """Return the records of a file: a deal, or a list of parties."""
    document = read_yaml(text, file, with_places=False)
    if document.problems:
        return None, list(document.problems)
    source = Source(file, text)
    if isinstance(document.value, list):
        entries, problems = read_parties(document.value, source)
        return [entry.party for entry in entries], problems
    deal, _, problems = read_deal(document.value, source)
    return deal, problems


def format_text(text: str, file: str) -> str:
    r"""Return the canonical form of a file's text.

    Parameters
    ----------
    text : str
    file : str
        Name for the places of problems.

    Raises
    ------
    RegisterError
        If the text has faults of its own, or if the canonical text would not say the same.

    Examples
    --------
    >>> format_text("[{id: fjord, name: Fjord, role: cloud, country: NO}]", "parties.yaml")
    "- id: fjord\n  name: Fjord\n  role: cloud\n  country: 'NO'\n"
    """
    before, problems = _read(text, file)
    if problems:
        msg = f"{file} has faults and is left alone"
        raise RegisterError(msg, problems)
    written = canonical_text(text)
    after, faults = _read(written, file)
    if faults or after != before or canonical_text(written) != written:
        what = "cannot be written in canonical form without loss"
        hint = "remove tags and anchors, then format again"
        problem = Problem(code="RG102", at=Location(file, 1, 1), message=what, hint=hint)
        msg = f"{file} is left alone"
        raise RegisterError(msg, [problem])
    return written


def _root_of(path: Path) -> tuple[Path, str] | None:
    """Return the register that a file belongs to, and its name there."""
    for folder in [path.parent, path.parent.parent]:
        if (folder / "parties.yaml").is_file() and (folder / "deals").is_dir():
            if folder.name == "history" and (folder.parent / "parties.yaml").is_file():
                folder = folder.parent  # noqa: PLW2901  the register around its history
            return folder, path.relative_to(folder).as_posix()
    return None


def format_file(path: Path, errors: Sequence[Problem] = ()) -> Formatted:
    """Return a file's canonical text, or why it is left alone.

    Parameters
    ----------
    path : pathlib.Path
    errors : sequence of Problem
        Of the file, found by rules that look at the whole register.

    Raises
    ------
    SourceError
        If the file cannot be read.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        msg = f"{path}: cannot be read: {error.strerror}"
        raise SourceError(msg) from None
    if len(content) > MAX_BYTES:
        message = f"larger than {MAX_BYTES // 2**20} MiB"
        fault = Problem(code="RG104", at=Location(str(path), 1, 1), message=message, hint="split the file")
        return Formatted(path=path, text="", is_changed=False, problems=(fault,))
    text = content.decode("utf-8-sig", errors="replace")
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        fault = Problem(
            code="RG101",
            at=Location(str(path), 1, 1),
            message=f"not UTF-8: {error.reason}",
            hint="save the file as UTF-8",
        )
        return Formatted(path=path, text=text, is_changed=False, problems=(fault,))
    if errors:
        return Formatted(path=path, text=text, is_changed=False, problems=tuple(errors))
    try:
        written = format_text(text, str(path))
    except RegisterError as error:
        return Formatted(path=path, text=text, is_changed=False, problems=error.problems)
    return Formatted(path=path, text=written, is_changed=written.encode() != content, original=content)


def format_files(paths: Iterable[Path]) -> list[Formatted]:
    """Return the canonical texts of files; a file with an error, by any rule of its register, is left alone.

    Parameters
    ----------
    paths : iterable of pathlib.Path
    """
    checked: dict[Path, tuple[Problem, ...]] = {}
    found: list[Formatted] = []
    for path in paths:
        place = _root_of(path)
        errors: list[Problem] = []
        if place is not None:
            root, name = place
            if root not in checked:
                checked[root] = check_register(root)[1]
            errors = [p for p in checked[root] if p.at.file == name and p.severity is Severity.ERROR]
        found.append(format_file(path, errors))
    return found
