"""YAML as the register reads it: plain values, exact numbers, places, and nothing that unfolds."""

from decimal import Decimal

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from loopledger.register.scalars import read_plain, read_tagged
from loopledger.register.yamltext import read_yaml


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("NO", "NO"), ("yes", "yes"), ("on", "on"), ("Off", "Off"), ("y", "y"),
        ("010", 10), ("0o10", 8), ("0x1F", 31), ("-7", -7), ("+7", 7), ("1_000", "1_000"), ("1:30", "1:30"),
        ("2025-11-18", "2025-11-18"), ("30bn", "30bn"), ("1.50", Decimal("1.50")), (".5", Decimal("0.5")),
        ("1e9", Decimal("1e9")), ("1e999", "1e999"), ("true", True), ("False", False), ("null", None),
        ("~", None), ("", None), ("Null", None), ("9" * 41, "9" * 41), (".inf", Decimal("Infinity")),
    ],
)  # fmt: skip
def test_only_the_core_schema_is_more_than_text(text, value):
    read = read_plain(text)
    assert (read, type(read)) == (value, type(value))


def test_not_a_number_is_read_as_such():
    assert read_plain(".nan").is_nan()


@given(st.integers(min_value=-(10**38), max_value=10**38))
def test_printing_then_reading_an_integer_is_the_identity(number):
    assert read_plain(str(number)) == number


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**20), max_value=10**20))
def test_printing_then_reading_a_decimal_is_the_identity(number):
    assert read_plain(format(number, "f")) == number


def test_tags_of_the_core_schema_only():
    assert read_tagged("12", "tag:yaml.org,2002:str") == "12"
    assert read_tagged("12", "tag:yaml.org,2002:int") == 12
    with pytest.raises(ValueError, match="not of the type"):
        read_tagged("true", "tag:yaml.org,2002:int")
    with pytest.raises(ValueError, match="not allowed"):
        read_tagged("12", "tag:yaml.org,2002:python/int")


def test_every_value_and_key_has_its_place():
    document = read_yaml("a:\n  - b: 1\n    c: {d: x}\n", "f")
    places = {path: document.at(path) for path in document.places}
    assert {path: (place.line, place.column) for path, place in places.items()} == {
        (): (1, 1), ("a",): (2, 3), ("a", 0): (2, 5), ("a", 0, "b"): (2, 8), ("a", 0, "c"): (3, 8),
        ("a", 0, "c", "d"): (3, 12),
    }  # fmt: skip
    assert (document.at_key(("a", 0, "c")).line, document.at_key(("a", 0, "c")).column) == (3, 5)
    assert document.at(("a", 0, "no", "such")) == document.at(("a", 0))


def test_a_repeated_key_keeps_the_first_value_and_tells_every_repeat():
    document = read_yaml("a: 1\na: {b: 2}\na: 3\n", "f")
    assert document.value == {"a": 1}
    assert [(p.code, p.at.line) for p in document.problems] == [("RG103", 2), ("RG103", 3)]


def test_aliases_repeat_values_within_a_bound():
    assert read_yaml("a: &x [1, 2]\nb: *x\n", "f").value == {"a": [1, 2], "b": [1, 2]}
    laughs = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{new}: &{new} [{', '.join([f'*{old}'] * 10)}]\n"
        for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    document = read_yaml(laughs, "f")
    assert document.value is None
    assert [p.code for p in document.problems] == ["RG104"]


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "{a: " * 5_000, "- " * 50_000, "a:\n" + " " * 100_000 + "b", "]"]
)
def test_hostile_nesting_is_a_problem_not_a_crash(text):
    document = read_yaml(text, "f")
    assert document.value is None or document.value == {"a": "b"}
    assert {p.code for p in document.problems} <= {"RG102", "RG104"}


PLAIN = st.recursive(
    st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=8)
    | st.integers(min_value=-(10**12), max_value=10**12)
    | st.booleans()
    | st.none(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abcxyz", min_size=1), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(PLAIN)
def test_what_yaml_writes_reads_back_unchanged(value):
    text = yaml.safe_dump(value, default_style='"') if isinstance(value, str) else yaml.safe_dump(value)
    document = read_yaml(text, "f")
    assert document.problems == ()
    # a dumper of YAML 1.1 quotes what it would misread, so that 1.2 reads the same
    assert document.value == value


@given(st.text(max_size=60))
def test_any_text_gives_a_document(text):
    document = read_yaml(text, "f")
    assert document.value is None or document.problems == () or all(p.code for p in document.problems)
    assert all(problem.at.line >= 1 and problem.at.column >= 1 for problem in document.problems)
