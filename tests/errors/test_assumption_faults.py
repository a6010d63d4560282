"""Every code of a file of assumptions has a minimal failing file and its golden message."""

import inspect
import re
from pathlib import Path

import pytest

from loopledger.errors import RegisterError
from loopledger.register import ASSUMPTION_FAULTS
from loopledger.schedule import assumptions, load_assumptions

CASES = sorted((Path(__file__).parent / "assumptions").glob("AS*.yaml"))


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_the_fault_is_placed_and_worded(case):
    with pytest.raises(RegisterError) as found:
        load_assumptions(case)
    said = "".join(f"{problem}\n" for problem in found.value.problems).replace(str(case), case.name)
    assert said == case.with_suffix(".txt").read_text(encoding="utf-8")
    assert {problem.code for problem in found.value.problems} == {case.stem[:5]}


def test_every_code_has_a_case_and_every_code_of_the_reader_is_catalogued():
    assert {case.stem[:5] for case in CASES} == set(ASSUMPTION_FAULTS)
    assert set(re.findall(r'"(AS\d{3})"', inspect.getsource(assumptions))) == set(ASSUMPTION_FAULTS)
