"""Every fault of a payment table has a minimal failing file and its golden message."""

from pathlib import Path

import pytest

from loopledger.errors import RegisterError
from loopledger.network import read_flows, read_opening
from loopledger.network.tables import TABLE_FAULTS

FAULTS = Path(__file__).parent / "faults"
CASES = sorted(FAULTS.glob("*.csv"))


def message(case):
    read = read_opening if case.name.startswith("FT3") else read_flows
    with pytest.raises(RegisterError) as caught:
        read(case)
    return str(caught.value).replace(str(FAULTS), "faults") + "\n"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_message_is_the_golden_one(case):
    assert message(case) == case.with_suffix(".txt").read_text(encoding="utf-8")


def test_every_code_has_a_file():
    assert {case.stem[:5] for case in CASES if case.stem.startswith("FT")} == set(TABLE_FAULTS)
