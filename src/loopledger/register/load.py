"""Loading a register: files to records, with every problem at once."""

from __future__ import annotations

import re
from pathlib import Path

from loopledger.errors import Location, Problem, RegisterError, Severity
from loopledger.records import Deal
from loopledger.register.collection import Collection, Source
from loopledger.register.observations import Observation, read_observations
from loopledger.register.paths import BUNDLED
from loopledger.register.register import Register
from loopledger.register.rules import apply_rules
from loopledger.register.salvage import read_deal, read_parties
from loopledger.register.suggest import near_miss
from loopledger.register.yamltext import MAX_BYTES, read_yaml

__all__ = ["check_register", "load_register"]

_ID_LINE = re.compile(r"^[\s-]*id:\s*['\"]?([a-z0-9-]+)", re.MULTILINE)


#: What a register's files end in, and its folders.
_READ = frozenset({".yaml", ".yml", ".csv"})
_FOLDERS = ("deals", "history", "observations")


class _Reading:
    """One register under reading: its files one after the other, problems collected."""

    def __init__(self, root: Path, prefix: str = "") -> None:
        self.root = root
        self.prefix = prefix
        self.problems: list[Problem] = []
        self.deals: list[Deal] = []
        self.sources: dict[str, Source] = {}
        self.collection = Collection(is_past=bool(prefix))

    def name(self, path: Path) -> str:
        return self.prefix + path.relative_to(self.root).as_posix()

    def text(self, path: Path) -> str | None:
        file = self.name(path)
        if not path.is_file():
            self.not_a_file(file)
            return None
        try:
            if path.stat().st_size > MAX_BYTES:
                message = f"larger than {MAX_BYTES // 2**20} MiB"
                problem = Problem(
                    code="RG104", at=Location(file, 1, 1), message=message, hint="split the file"
                )
                self.problems.append(problem)
                return None
            return path.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            before = error.object[: error.start]
            self.collection.half_read.update(_ID_LINE.findall(error.object.decode("utf-8", "replace")))
            at = Location(file, before.count(b"\n") + 1, error.start - (before.rfind(b"\n") + 1) + 1)
            message, hint = f"not UTF-8: {error.reason}", "save the file as UTF-8"
            self.problems.append(Problem(code="RG101", at=at, message=message, hint=hint))
        except OSError as error:
            self.unreadable(file, error)
        return None

    def not_a_file(self, file: str, hint: str = "a register is made of plain files") -> None:
        self.problems.append(Problem(code="RG120", at=Location(file, 1, 1), message="not a file", hint=hint))

    def unreadable(self, file: str, error: OSError) -> None:
        message, hint = f"cannot be read: {error.strerror}", "look at its owner and its rights"
        self.problems.append(Problem(code="RG120", at=Location(file, 1, 1), message=message, hint=hint))

    def source(self, path: Path) -> tuple[Source, object] | None:
        """Return a YAML file and its value; None, with a problem, when there is none."""
        text = self.text(path)
        if text is None:
            return None
        source = Source(self.name(path), text)
        self.sources[source.file] = source
        document = read_yaml(text, source.file, with_places=False)
        if document.problems:
            self.problems.extend(source.document.problems)
        if document.value is None:
            if not document.problems:
                hint = "write it as in the format, or delete the file"
                self.problems.append(
                    Problem(
                        code="RG105", at=Location(source.file, 1, 1), message="the file is empty", hint=hint
                    )
                )
            self.collection.half_read.update(_ID_LINE.findall(text))
            return None
        return source, document.value

    def read_parties(self) -> None:
        path = self.root / "parties.yaml"
        if path.exists() and not path.is_file():
            self.not_a_file(self.name(path))
            return
        if not path.is_file():
            message, hint = "parties.yaml is missing", "a register lists every organisation there, once"
            self.problems.append(
                Problem(
                    code="RG115", at=Location(self.prefix + "parties.yaml", 1, 1), message=message, hint=hint
                )
            )
            return
        read = self.source(path)
        if read is not None:
            source, value = read
            self.collection.parties, problems = read_parties(value, source)
            self.collection.knows_parties = isinstance(value, list)
            self.problems.extend(problems)

    def read_deals(self) -> None:
        for path in self.members("deals"):
            if path.suffix not in (".yaml", ".yml"):
                self.stray(path, "a deal is a file ending in .yaml")
                continue
            read = self.source(path)
            if read is not None:
                source, value = read
                deal, entry, problems = read_deal(value, source)
                self.collection.deals.append(entry)
                self.problems.extend(problems)
                if not entry.instruments:
                    self.collection.half_read.update(_ID_LINE.findall(source.text))
                if deal is not None:
                    self.deals.append(deal)

    def read_observations(self) -> None:
        for path in self.members("observations"):
            if path.suffix != ".csv":
                self.stray(path, "observations are files ending in .csv")
                continue
            text = self.text(path)
            if text is not None:
                file = self.name(path)
                self.collection.tables[file] = text
                rows, problems = read_observations(text, file)
                self.collection.observations.extend(rows)
                self.problems.extend(problems)

    def members(self, name: str) -> list[Path]:
        """Return what lies in a folder, hidden entries apart; none when there is no such folder."""
        folder = self.root / name
        try:
            if folder.is_dir():
                return sorted(p for p in folder.iterdir() if not p.name.startswith("."))
        except OSError as error:
            self.unreadable(self.prefix + name, error)
            return []
        if folder.exists() or folder.is_symlink():
            self.problems.append(
                Problem(
                    code="RG120", at=Location(self.prefix + name, 1, 1), message="not a folder",
                    hint=f"{name} is a folder with one file for each announcement or table",
                )
            )  # fmt: skip
        return []

    def look_around(self) -> None:
        """Warn of files that look as if they should be read, and lie where none is."""
        try:
            found = sorted(self.root.iterdir())
        except OSError as error:
            self.unreadable(self.prefix, error)
            return
        for path in found:
            if path.is_file() and path.suffix.lower() in _READ and path.name != "parties.yaml":
                near = path.stem.lower() == "parties"
                self.stray(path, "a register reads parties.yaml, deals/*.yaml and observations/*.csv",
                           hint="rename it parties.yaml" if near else "move it into deals or observations")  # fmt: skip
            elif path.is_dir() and path.name not in _FOLDERS and (meant := near_miss(path.name, _FOLDERS)):
                self.stray(path, f'the folder "{path.name}" is not read', hint=f'rename it "{meant}"')
        if not (self.root / "deals").exists():
            problem = Problem(
                code="RG129", at=Location(self.prefix + "deals", 1, 1), message="there is no folder deals",
                hint="put the file of each announcement there", severity=Severity.WARNING,
            )  # fmt: skip
            self.problems.append(problem)

    def stray(self, path: Path, message: str, hint: str = "move it elsewhere") -> None:
        problem = Problem(
            code="RG119", at=Location(self.name(path), 1, 1), message=message, hint=hint,
            severity=Severity.WARNING,
        )  # fmt: skip
        self.problems.append(problem)

    def run(self) -> None:
        self.look_around()
        self.read_parties()
        self.read_deals()
        self.read_observations()
        self.problems.extend(apply_rules(self.collection))


def _register(reading: _Reading, history: Register | None, problems: tuple[Problem, ...]) -> Register:
    observations: tuple[Observation, ...] = tuple(reading.collection.observations)
    return Register(
        root=reading.root,
        parties={entry.party.id: entry.party for entry in reading.collection.parties},
        deals={deal.id: deal for deal in reading.deals},
        observations=observations,
        history=history,
        problems=problems,
        sources=reading.sources,
    )


def check_register(root: Path | None = None) -> tuple[Register | None, tuple[Problem, ...]]:
    """Read a register and say everything that is wrong with it.

    Parameters
    ----------
    root : pathlib.Path or None
        Its folder; None is the register that comes with the package.

    Returns
    -------
    Register or None
        None when there are errors; warnings do not stand in the way.
    tuple of Problem
        In the order of their places.

    Examples
    --------
    >>> from loopledger.register import TEACHING
    >>> register, problems = check_register(TEACHING)
    >>> len(register.deals), problems
    (6, ())
    """
    folder = BUNDLED if root is None else Path(root)
    if not folder.is_dir():
        message = "not a folder" if folder.exists() else "no such folder"
        hint = "a register is a folder with parties.yaml and deals/"
        return None, (Problem(code="RG116", at=Location(str(folder), 1, 1), message=message, hint=hint),)
    reading = _Reading(folder)
    reading.run()
    found = list(reading.problems)
    history: Register | None = None
    if (folder / "history").is_dir():
        past = _Reading(folder / "history", prefix="history/")
        past.run()
        found += past.problems
        history = _register(past, None, ())
    problems = tuple(sorted(found, key=lambda p: (p.at, p.code, p.message)))
    if any(p.severity is Severity.ERROR for p in problems):
        return None, problems
    return _register(reading, history, problems), problems


def load_register(root: Path | None = None) -> Register:
    """Return a register without faults.

    Parameters
    ----------
    root : pathlib.Path or None
        Its folder; None is the register that comes with the package.

    Raises
    ------
    RegisterError
        With all problems, when there is an error among them.

    Examples
    --------
    >>> from loopledger.register import TEACHING
    >>> load_register(TEACHING).instruments["campus-loan"].payers
    ('quayside',)
    """
    register, problems = check_register(root)
    if register is None:
        errors = [p for p in problems if p.severity is Severity.ERROR]
        noun = "error" if len(errors) == 1 else "errors"
        msg = f"the register at {BUNDLED if root is None else root} has {len(errors)} {noun}"
        raise RegisterError(msg, problems)
    return register
