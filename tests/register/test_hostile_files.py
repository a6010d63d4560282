"""Whatever stands in the files, a check answers with problems and never with a traceback."""

import shutil
from copy import deepcopy
from decimal import Decimal

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loopledger.register import TEACHING, check_register

FILES = sorted(path.relative_to(TEACHING).as_posix() for path in TEACHING.rglob("*.yaml"))
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**25), 10**25),
    st.sampled_from([0.5, float("nan"), float("inf"), -0.0, 1e300]),
    st.text(max_size=12),
    st.sampled_from(
        [[], {}, [[]], [{}], {"a": 1}, ["x"], "x" * 5000, "2025-13-45", "up to USD 1 bn", "outside"]
    ),
    st.sampled_from(
        ["corvid", "larkspur", "campus-loan", "larkspur-fjord-letter", "cancelled", "2099-01-01"]
    ),
)


def paths(value, prefix=()):
    yield prefix
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in items:
        yield from paths(inner, (*prefix, step))


def changed(value, path, how, odd):
    """Change a value in place at a path: replace it, remove it, repeat it, or rename its key."""
    for step in path[:-1]:
        value = value[step]
    step = path[-1]
    match how:
        case "replace":
            value[step] = odd
        case "remove":
            del value[step]
        case "repeat" if isinstance(value, list):
            value.append(value[step])
        case _ if isinstance(value, dict):
            value[str(step) + "x"] = value.pop(step)


@pytest.fixture(scope="module")
def scratch(tmp_path_factory):
    root = tmp_path_factory.mktemp("hostile") / "register"
    shutil.copytree(TEACHING, root)
    return root


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data())
def test_odd_values_anywhere(scratch, data):
    file = data.draw(st.sampled_from(FILES))
    original = (TEACHING / file).read_text(encoding="utf-8")
    value = yaml.safe_load(original)
    for _ in range(data.draw(st.integers(1, 4))):
        known = [path for path in paths(value) if path]
        path = data.draw(st.sampled_from(known)) if known else None
        if path is not None:
            how = data.draw(st.sampled_from(["replace", "remove", "repeat", "rename"]))
            changed(value, path, how, deepcopy(data.draw(ODD)))
    (scratch / file).write_text(yaml.safe_dump(value), encoding="utf-8")
    try:
        register, problems = check_register(scratch)
    finally:
        (scratch / file).write_text(original, encoding="utf-8")
    assert (register is None) == any(problem.severity == "error" for problem in problems)
    assert all(problem.at.file and str(problem) for problem in problems)
    if register is not None:
        # what passes can be replayed and hashed
        assert len(register.content_hash) == 64
        days = [change.on for i in register.instruments.values() for change in i.changes]
        assert all(register.known_on(day).day == day for day in days)


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(FILES), st.data())
def test_damaged_text(scratch, file, data):
    original = (TEACHING / file).read_bytes()
    at = data.draw(st.integers(0, len(original)))
    length = data.draw(st.integers(0, 30))
    damaged = original[:at] + data.draw(st.binary(max_size=20)) + original[at + length :]
    (scratch / file).write_bytes(damaged)
    try:
        register, problems = check_register(scratch)
    finally:
        (scratch / file).write_bytes(original)
    assert (register is None) == any(problem.severity == "error" for problem in problems)


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=200), st.sampled_from(["parties.yaml", "observations/financials.csv"]))
def test_any_text_as_a_file(scratch, text, file):
    original = (TEACHING / file).read_bytes()
    (scratch / file).write_text(text, encoding="utf-8", errors="surrogatepass")
    try:
        register, problems = check_register(scratch)
    finally:
        (scratch / file).write_bytes(original)
    assert (register is None) == any(problem.severity == "error" for problem in problems)


def test_the_scratch_register_is_whole_again(scratch):
    register, problems = check_register(scratch)
    assert problems == ()
    assert register.instruments["campus-loan"].amount.value == Decimal(4 * 10**9)
