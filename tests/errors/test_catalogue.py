"""Every code has a minimal failing register and its golden message.

A case is a folder named after its code.
Its files replace those of ``base`` (``NAME.absent`` removes one); ``expected.txt`` holds what
``check_register`` must say, no more and no less.
"""

import shutil
from pathlib import Path

import pytest

from loopledger.errors import Severity
from loopledger.register import RULES, check_register

HERE = Path(__file__).parent
CASES = sorted(path.name for path in HERE.glob("RG*"))


def build(case: str, root: Path) -> Path:
    """Return the register of a case, built below ``root``."""
    register = root / "register"
    shutil.copytree(HERE / "base", register)
    for path in (HERE / case).rglob("*"):
        target = register / path.relative_to(HERE / case)
        if path.is_dir():
            target.mkdir(exist_ok=True)
        elif path.suffix == ".absent":
            gone = target.with_suffix("")
            shutil.rmtree(gone) if gone.is_dir() else gone.unlink()
        elif path.name != "expected.txt":
            shutil.copy(path, target)
    return register


@pytest.mark.parametrize("case", CASES)
def test_the_fault_is_placed_and_worded(case, tmp_path):
    register = build(case, tmp_path)
    root = register / "parties.yaml" if case.startswith("RG116") else register
    loaded, problems = check_register(root)
    said = "".join(f"{problem}\n" for problem in problems).replace(str(register), "REGISTER")
    assert said == (HERE / case / "expected.txt").read_text(encoding="utf-8")
    assert {problem.code for problem in problems} == {case[:5]}
    assert all(problem.hint for problem in problems), "every problem says what to do"
    is_error = any(problem.severity is Severity.ERROR for problem in problems)
    assert (loaded is None) == is_error


def test_every_code_has_a_case():
    assert {case[:5] for case in CASES} == set(RULES)


def test_the_base_has_no_fault():
    loaded, problems = check_register(HERE / "base")
    assert problems == ()
    assert sorted(loaded.instruments) == ["one", "two"]


def test_every_rule_is_a_sentence():
    for code, rule in RULES.items():
        assert rule.statement.endswith("."), code
        assert rule.check is None or rule.statement.startswith("Require that "), code
    assert RULES["RG202"].statement == "Require that nobody is on both sides of a promise."
