"""The canonical form: nothing is lost, nothing moves, and a second pass changes nothing."""

import random
import re
import shutil

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from layouts import copy_in_version_1

from loopledger.errors import RegisterError
from loopledger.register import BUNDLED, TEACHING, files_of, format_files, format_text, load_register
from loopledger.register.canonical import canonical_text
from loopledger.register.scalartext import write_scalar
from loopledger.register.yamltext import read_yaml

HAND = """\
# A file edited by hand.
title: A loop   # own words

id: hand
announced: 2025-11-18
instruments:
    # the equity
    - payer: nvidia   # who pays
      id: hand-equity
      kind: equity_investment


      payee: [anthropic]
      amount: {value: 15000000000, currency: USD, bound: up_to}  # as announced
      capacity:
        mw: 1000  # one gigawatt
        bound: up_to
      firmness: binding
      status: announced
      changes:
      - on: 2025-12-01
        set:
          amount: {low: 1000000000, high: 2e9, currency: USD, bound: range}
        why: "On: a 'quoted' reason"
        evidence:
        - &source
          url: https://example.org/a#b
          publisher: Example
          published: 2025-12-01
          says: a sentence # and a comment
          grade: primary
      # before the evidence
      evidence:
      - *source
      confidence: high
      note: |
        one

        two # not a comment
      # after the note
# at the end
"""

CANONICAL = """\
# A file edited by hand.
title: A loop  # own words

id: hand
announced: '2025-11-18'
instruments:
  # the equity
  - payer: nvidia  # who pays
    id: hand-equity
    kind: equity_investment

    payee:
      - anthropic
    amount: up to USD 15 bn  # as announced
    capacity:
      mw: 1000  # one gigawatt
      bound: up_to
    firmness: binding
    status: announced
    changes:
      - 'on': '2025-12-01'
        set:
          amount: USD 1 bn to 2 bn
        why: 'On: a ''quoted'' reason'
        evidence:
          - url: https://example.org/a#b
            publisher: Example
            published: '2025-12-01'
            says: a sentence  # and a comment
            grade: primary
    # before the evidence
    evidence:
      - url: https://example.org/a#b
        publisher: Example
        published: '2025-12-01'
        says: a sentence
        grade: primary
    confidence: high
    note: |
      one

      two # not a comment
    # after the note
# at the end
"""


def test_a_file_edited_by_hand_keeps_its_comments_and_its_order():
    assert format_text(HAND, "deals/hand.yaml") == CANONICAL
    assert format_text(CANONICAL, "deals/hand.yaml") == CANONICAL
    assert format_text(HAND.replace("\n", "\r\n"), "deals/hand.yaml") == CANONICAL


@pytest.mark.parametrize(("root", "n"), [(BUNDLED, 341), (TEACHING, 16)])
def test_formatting_a_register_in_another_layout_loses_nothing(tmp_path, root, n):
    copy = copy_in_version_1(root, tmp_path / "register")
    assert "value: " in "".join(path.read_text(encoding="utf-8") for path in files_of(copy))
    before = load_register(copy)
    for item in format_files(files_of(copy)):
        assert item.problems == ()
        item.path.write_text(item.text, encoding="utf-8")
    after, bundled = load_register(copy), load_register(root)
    assert len(before.instruments) == n
    assert after.instruments == before.instruments == bundled.instruments
    assert after.deals == before.deals
    assert list(after.instruments) == list(before.instruments)
    assert after.parties == before.parties
    assert after.history.instruments == before.history.instruments
    assert after.content_hash == before.content_hash == bundled.content_hash
    if root == BUNDLED:
        assert len(after.history.instruments) == 11
    assert not any(item.is_changed for item in format_files(files_of(copy)))


def test_the_canonical_form_is_one_whatever_it_comes_from(tmp_path):
    """The real register's files hold no comments: from another layout each comes back byte for byte."""
    copy = copy_in_version_1(BUNDLED, tmp_path / "register")
    n_changed = 0
    for item in format_files(files_of(copy)):
        n_changed += item.is_changed
        there = (BUNDLED / item.path.relative_to(copy)).read_text(encoding="utf-8")
        assert item.text == there, item.path.name
    assert n_changed > 230


@pytest.mark.parametrize("root", [BUNDLED, TEACHING])
def test_the_registers_of_the_package_are_in_canonical_form(root):
    assert [item.path.name for item in format_files(files_of(root)) if item.is_changed] == []


def test_every_line_that_can_be_folded_is_within_a_hundred_columns():
    for item in format_files(files_of(BUNDLED)):
        for line in item.text.splitlines():
            assert len(line) <= 100 or " " not in line.strip().removeprefix("- ").split(": ", 1)[-1].strip()


def test_a_file_with_a_fault_is_left_alone(tmp_path):
    copy = tmp_path / "register"
    shutil.copytree(TEACHING, copy)
    broken = copy / "deals" / "2025-04-01-larkspur-loop.yaml"
    # the fault is one that only the whole register shows
    broken.write_text(broken.read_text().replace("payee: fjord", "payee: fjrod"), encoding="utf-8")
    [item] = format_files([broken])
    assert [(p.code, p.at.line) for p in item.problems] == [("RG201", 67)]
    assert not item.is_changed
    with pytest.raises(RegisterError, match="RG102"):
        format_text("a: [", "x.yaml")


def test_a_comment_after_a_block_stays_with_its_own_line():
    note = "note: |\n  one\n  two\nid: x  # of the id\n"
    text = f"{note}instruments:\n- amount:\n    value: 1\n    currency: USD\n  id: y  # of y\n"
    want = f"{note}instruments:\n  - amount: USD 1\n    id: y  # of y\n"
    assert canonical_text(text) == want


@pytest.mark.parametrize(
    "text",
    [
        "a: !!str 2025\n",
        "a: !!str on # why\n",
        "- !!int '5'\n",
        "a: 0x1F\nb: ~\nc:\n",
        "--- # x\na: 1\n...\n",
    ],
)
def test_unusual_but_lawful_texts_keep_their_values(text):
    written = canonical_text(text)
    assert read_yaml(written, "x").value == read_yaml(text, "x").value
    assert canonical_text(written) == written
    assert ("# " in text) == ("# " in written)


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=60)
values = st.one_of(
    words,
    st.text("ab '\"#:-\n?!&*[]{}|>%@`,0123456789.eEn~yNO", max_size=160),
    st.none(), st.booleans(), st.integers(-(10**30), 10**30),
    st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**20), max_value=10**20),
)  # fmt: skip


@given(values, st.integers(0, 120))
def test_a_value_is_read_back_as_it_was(value, used):
    lines = write_scalar(value, used=used)
    assert read_yaml("k: " + "\n".join(lines) + "\n", "x").value == {"k": value}


nested = st.recursive(
    values, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words.filter(len), inner, max_size=3),
    max_leaves=12,
)  # fmt: skip


@given(nested)
def test_canonical_text_of_any_tree_says_the_same(value):
    import yaml

    def plain(node):
        if isinstance(node, dict):
            return {k: plain(v) for k, v in node.items()}
        if isinstance(node, list):
            return [plain(v) for v in node]
        return (
            int(node)
            if isinstance(node, float)
            else str(node)
            if not isinstance(node, (int, type(None)))
            else node
        )

    text = yaml.safe_dump(plain(value), allow_unicode=True)
    document = read_yaml(text, "x")
    if document.problems:
        return
    written = canonical_text(text)
    assert read_yaml(written, "x").value == document.value
    assert canonical_text(written) == written


KEY = re.compile(r"\s*(?:- )?('?[a-z_]+'?):")
FILES = [path.read_text(encoding="utf-8") for path in sorted((BUNDLED / "deals").iterdir())]
PARTIES_TEXT = (BUNDLED / "parties.yaml").read_text(encoding="utf-8")


def with_comments(text, rng):
    """Return a file with comments on lines of their own and behind values, as a person would put them."""
    lines = text.split("\n")
    out, n = [], 0
    for i, line in enumerate(lines):
        if KEY.match(line) and rng.random() < 0.1:
            indent = len(line) - len(line.lstrip())
            out.append(" " * indent + f"# comment {n}")
            n += 1
        after = lines[i + 1] if i + 1 < len(lines) else ""
        runs_on = after and not re.match(r"\s*(?:- |'?[a-z_]+'?:( |$)|#|$)", after)
        if line.strip() and not runs_on and not line.lstrip().startswith("#") and rng.random() < 0.1:
            line += f"   # comment {n}"  # noqa: PLW2901  the line with its comment
            n += 1
        out.append(line)
    return "\n".join(out), n


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([*FILES, PARTIES_TEXT[:6000].rpartition("\n- id:")[0] + "\n"]), st.integers(0, 2**32))
def test_comments_anywhere_keep_their_order_and_their_neighbours(text, seed):
    commented, n = with_comments(text, random.Random(seed))  # noqa: S311
    assume(read_yaml(commented, "x").value == read_yaml(text, "x").value)
    written = format_text(commented, "x")
    assert format_text(written, "x") == written
    assert [int(m) for m in re.findall(r"# comment (\d+)", written)] == list(range(n))
    for source_line in commented.split("\n"):
        beside = re.match(r"\s*(?:- )?('?[a-z_]+'?): .*   # (comment \d+)$", source_line)
        if beside:
            after = written.split("\n")
            [end] = [i for i, line in enumerate(after) if line.endswith("# " + beside[2])]
            start = next(
                i for i in range(end, -1, -1) if KEY.match(after[i])
            )  # a folded text ends below its key
            assert KEY.match(after[start])[1] == beside[1] or beside[1] in {"note", "says", "why", "title"}
    before, after = commented.split("\n"), written.split("\n")
    for i, line in enumerate(before):
        if line.strip().startswith("# comment"):
            j = next(j for j, x in enumerate(after) if x.strip() == line.strip())
            following = [
                next((x for x in part if not x.strip().startswith("#")), "")
                for part in (before[i:], after[j:])
            ]
            assert KEY.match(following[0])[1] == KEY.match(following[1])[1]
