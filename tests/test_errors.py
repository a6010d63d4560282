"""The two channels: problems are values, exceptions are one tree with exit codes."""

import pytest

from loopledger import errors
from loopledger.errors import (
    Location,
    LoopledgerError,
    ModelError,
    NotFoundError,
    Problem,
    RegisterError,
    Severity,
    SourceError,
)


def test_a_problem_prints_its_place_code_reason_and_hint():
    problem = Problem(
        code="RG201",
        at=Location("deals/x.yaml", 12, 5),
        message='unknown party "nvidea"',
        hint='did you mean "nvidia"?',
    )
    assert str(problem) == ('deals/x.yaml:12:5: RG201 error: unknown party "nvidea" (did you mean "nvidia"?)')


def test_a_problem_without_hint_or_line():
    problem = Problem(code="RG115", at=Location("parties.yaml"), message="missing", severity=Severity.WARNING)
    assert str(problem) == "parties.yaml: RG115 warning: missing"


def test_places_are_ordered_by_file_line_and_column():
    places = [
        Location("b", 1, 1),
        Location("a", 2, 1),
        Location("a", 1, 9),
        Location("a", 1, 2),
        Location("a"),
    ]
    assert sorted(places) == [
        Location("a"), Location("a", 1, 2), Location("a", 1, 9), Location("a", 2, 1), Location("b", 1, 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("error", "exit_code"), [(SourceError, 3), (NotFoundError, 2), (RegisterError, 1), (ModelError, 4)]
)
def test_each_branch_has_its_exit_code(error, exit_code):
    raised = error("what happened", hint="what to do")
    assert isinstance(raised, LoopledgerError)
    assert raised.exit_code == exit_code
    assert str(raised) == "what happened\n  hint: what to do"


def test_a_register_error_tells_all_its_problems():
    problems = [Problem(code=f"RG10{n}", at=Location("f", n, 1), message="m") for n in (1, 2)]
    error = RegisterError("two errors", iter(problems))
    assert error.problems == tuple(problems)
    assert str(error).splitlines() == ["two errors", "f:1:1: RG101 error: m", "f:2:1: RG102 error: m"]


def test_the_tree_has_four_branches_and_nothing_else():
    branches = {c.__name__ for c in LoopledgerError.__subclasses__()}
    assert branches == {"SourceError", "NotFoundError", "RegisterError", "ModelError"}
    assert {n for n in errors.__all__ if n.endswith("Error")} == branches | {"LoopledgerError"}
