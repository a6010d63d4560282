"""The files that a proposal would write, tried out on a copy before anything is touched."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from loopledger.errors import RegisterError, Severity, SourceError
from loopledger.register.load import check_register
from loopledger.register.paths import BUNDLED, TEACHING
from loopledger.register.proposals import Proposal
from loopledger.register.proposaltext import deal_text, parties_text
from loopledger.register.workplaces import clear_leftovers, workplace
from loopledger.register.yamltext import read_yaml

__all__ = ["copy_register", "is_bundled", "is_safe", "plan_additions"]

#: What every field means.
_FORMAT = "FORMAT.md"


def is_bundled(root: Path) -> bool:
    """Whether a folder lies in a register that comes with the package.

    Examples
    --------
    >>> is_bundled(BUNDLED / "deals"), is_bundled(Path("mine"))
    (True, False)
    """
    resolved = root.resolve()
    return any(resolved.is_relative_to(folder.resolve()) for folder in (BUNDLED, TEACHING))


def copy_register(source: Path, target: Path) -> None:
    """Copy a register to a new folder, which is there in full or not at all; the file format goes with it.

    Raises
    ------
    SourceError
        If there is something already, or it cannot be written.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     copy_register(TEACHING, Path(folder) / "mine")
    ...     [(Path(folder) / "mine" / name).is_file() for name in ("parties.yaml", "FORMAT.md")]
    [True, True]
    """
    if target.exists():
        msg = f"{target}: exists already and is not overwritten"
        raise SourceError(msg, hint="name a folder that does not exist yet")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        clear_leftovers(target.parent)
        with workplace(target) as folder:
            whole = folder / "register"
            shutil.copytree(source, whole, copy_function=shutil.copyfile)
            if not (whole / _FORMAT).exists():
                shutil.copyfile(BUNDLED / _FORMAT, whole / _FORMAT)
            whole.rename(target)
    except OSError as error:
        msg = f"{target}: cannot be written: {error.strerror or error}"
        raise SourceError(msg) from None


def _with_parties(text: str, proposal: Proposal) -> str:
    """Return the parties file with new members at its end; all that stood there stays."""
    document = read_yaml(text, "parties.yaml")
    line = document.places.get((0,), (1, 1))[0]
    source = text.splitlines()[line - 1] if text.strip() else ""
    indent = len(source) - len(source.lstrip())
    before = text if not text or text.endswith("\n") else text + "\n"
    return before + parties_text(proposal.parties, indent, proposal.deeds)


def plan_additions(proposal: Proposal, root: Path) -> dict[Path, str]:
    """Return the files to write, in the order in which each step leaves a register without faults.

    Parameters
    ----------
    proposal : Proposal
        With something new in it.
    root : pathlib.Path
        The register to add to.

    Raises
    ------
    SourceError
        If the deal file exists already and says something else.
    RegisterError
        If the register would have errors afterwards.
    """
    target = root / "deals" / proposal.file_name
    text = deal_text(proposal)
    if target.exists():
        msg = f"{target}: exists already and is not overwritten"
        raise SourceError(msg, hint="rename it, or edit it by hand")
    files: dict[Path, str] = {}
    if proposal.parties:
        parties = root / "parties.yaml"
        files[parties] = _with_parties(parties.read_bytes().decode("utf-8"), proposal)
    files[target] = text
    _try_out(files, root)
    return files


def is_safe(path: Path, text: str) -> bool:
    """Whether writing a file loses nothing: it is new, or the parties file with more at its end.

    Examples
    --------
    >>> is_safe(TEACHING / "parties.yaml", "something else"), is_safe(TEACHING / "deals" / "new.yaml", "id: new")
    (False, True)
    """
    if not path.exists():
        return True
    return path.name == "parties.yaml" and text.encode().startswith(path.read_bytes())


def _try_out(files: Mapping[Path, str], root: Path) -> None:
    """Write into a copy of the register and check it."""
    with tempfile.TemporaryDirectory(prefix="loopledger-") as folder:
        copy = Path(folder) / "register"
        shutil.copytree(root, copy, ignore=shutil.ignore_patterns(".*"))
        for path, text in files.items():
            there = copy / path.relative_to(root)
            there.parent.mkdir(parents=True, exist_ok=True)
            there.write_text(text, encoding="utf-8", newline="\n")
        found, problems = check_register(copy)
    if found is None:
        msg = "with the proposal the register would have errors; nothing is written"
        raise RegisterError(msg, [p for p in problems if p.severity is Severity.ERROR])
