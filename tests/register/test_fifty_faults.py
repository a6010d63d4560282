"""Fifty faults of different sorts, planted together in a copy of the real register: each found, each placed."""

import re
import shutil

import pytest

from loopledger.register import BUNDLED, check_register, files_of, format_files


def swap(pattern, replacement, *, added=0):
    """Return a fault: a line that fits, what it becomes, and how many lines below the fault stands."""

    def plant(lines):
        for i, line in enumerate(lines):
            if re.fullmatch(pattern, line) and is_whole(lines, i):
                lines[i] = re.sub(pattern, replacement, line)
                lines[i : i + 1] = lines[i].split("\n")
                return i + 1 + added
        return None

    return plant


def is_whole(lines, i):
    """Whether the text of a line does not run on in the next one."""
    indent = len(lines[i]) - len(lines[i].lstrip(" -"))
    after = lines[i + 1] if i + 1 < len(lines) else ""
    return len(after) - len(after.lstrip(" -")) <= indent


def below(key, pattern, replacement):
    """Return a fault in the line below a key."""

    def plant(lines):
        for i in range(1, len(lines)):
            if lines[i - 1] == key and re.fullmatch(pattern, lines[i]):
                lines[i] = replacement
                return i + 1
        return None

    return plant


def own_id(lines):
    """Make an instrument a part of itself."""
    id_ = ""
    for i, line in enumerate(lines):
        id_ = line.removeprefix("  - id: ") if line.startswith("  - id: ") else id_
        if line.startswith("      part_of: "):
            lines[i] = f"      part_of: {id_}"
            return i + 1
    return None


def paying_itself(lines):
    """Make the payer the payee."""
    for i, line in enumerate(lines[:-1]):
        if re.fullmatch(r"    payer: [a-z0-9-]+", line) and re.fullmatch(
            r"    payee: [a-z0-9-]+", lines[i + 1]
        ):
            lines[i + 1] = line.replace("payer", "payee")
            return i + 2
    return None


def ended(lines):
    """Let an end come before the start above it."""
    for i, line in enumerate(lines[:-1]):
        if re.fullmatch(r"    start: '[0-9-]{10}'", line) and lines[i + 1].startswith("    end: "):
            lines[i + 1] = "    end: '2001-01-01'"
            return i + 2
    return None


def undated(lines):
    """Take the day of a deal that has no note to say why."""
    if any(line.startswith("note:") for line in lines):
        return None
    return swap(r"announced: .*", "announced: null")(lines)


def without(pattern):
    """Return a fault: a required line is gone, which shows at the instrument."""

    def plant(lines):
        start = 0
        for i, line in enumerate(lines):
            start = i + 1 if line.startswith("  - id: ") else start
            if re.fullmatch(pattern, line) and start:
                del lines[i]
                return start
        return None

    return plant


ON, URL = r"      - 'on': .*", r"      - url: .*"
DEALS = [
    ("RG201", swap(r"    payer: [a-z0-9-]+", "    payer: nobody-at-all")),
    ("RG201", swap(r"    payee: [a-z0-9-]+", "    payee: nvidea")),
    ("RG201", below("    payer:", r"      - .*", "      - nobody-at-all")),
    ("RG202", paying_itself),
    ("RG109", swap(r"    kind: \w+", "    kind: gift")),
    ("RG109", swap(r"    status: \w+", "    status: signed")),
    ("RG109", swap(r"    firmness: \w+", "    firmness: firm")),
    ("RG109", swap(r"    confidence: \w+", "    confidence: sure")),
    ("RG109", swap(r"    amount: USD .*", "    amount: {value: 5, currency: USD, bound: exactly}")),
    ("RG110", swap(r"    amount: USD .*", "    amount: a lot of USD")),
    ("RG127", swap(r"    amount: .*USD .*", "    amount: USD 9 bn to 5 bn")),
    ("RG110", swap(r"    capacity: .*", "    capacity: 5 bn")),
    ("RG109", swap(r"        grade: \w+", "        grade: gossip")),
    ("RG109", swap(r"      shape: \w+", "      shape: lumpy")),
    ("RG109", swap(r"    cash: \w+", "    cash: perhaps")),
    ("RG108", swap(r"    amount: USD .*", "    amount: {value: '5', currency: USD}")),
    ("RG108", swap(r"    capacity: .*", "    capacity: {mw: plenty}")),
    ("RG125", swap(URL, "      - url: www.example.org")),
    ("RG108", swap(r"title: .*", "title: 2025")),
    ("RG108", swap(r"    in_kind: \w+", "    in_kind: 'yes'")),
    ("RG108", swap(r"    term_years: .*", "    term_years: five")),
    ("RG111", swap(r"    amount: USD .*", "    amount: {value: -5, currency: USD}")),
    ("RG111", swap(r"    term_years: .*", "    term_years: 0")),
    ("RG111", swap(r"    capacity: .*", "    capacity: {mw: 9999999999999999999}")),
    ("RG112", swap(r"    amount: USD .*", "    amount: USX 5 bn")),
    ("RG112", swap(r"    amount: USD .*", "    amount: {value: 5, currency: usd}")),
    ("RG113", swap(r"  - id: [a-z0-9-]+", "  - id: Not An Id")),
    ("RG113", swap(r"      part_of: .*", "      part_of: Not_an_id")),
    ("RG114", swap(r"        published: '[0-9-]{10}'", "        published: '2025-02-30'")),
    ("RG114", swap(r"    start: '[0-9-]+'", "    start: soon")),
    ("RG114", swap(ON, "      - 'on': someday")),
    ("RG114", swap(r"announced: '.*'", "announced: '2025-13-01'")),
    ("RG106", swap(r"        says: .*", "        says: ''")),
    ("RG106", swap(r"        why: .*", "        why: ''")),
    ("RG106", without(r"    firmness: \w+")),
    ("RG107", swap(r"    confidence: \w+", "    confidence: high\n    trust: high", added=1)),
    ("RG107", swap(r"        grade: \w+", "        grade: primary\n        page: 3", added=1)),
    ("RG103", swap(r"    kind: \w+", "    kind: loan\n    kind: loan", added=1)),
    ("RG123", swap(r"    kind: \w+", "    kind: !thing loan")),
    ("RG117", swap(r"id: [a-z0-9-]+", "id: another-name")),
    ("RG118", undated),
    ("RG121", swap(r"          status: \w+", "          state: signed")),
    ("RG128", swap(r"          status: \w+", "          id: another")),
    ("RG122", swap(r"          status: \w+", "          status: signed")),
    ("RG122", swap(r"          amount: .*USD .*", "          amount: plenty")),
    ("RG204", swap(r"  - id: [a-z0-9-]+", "  - id: msft-openai-equity-2019")),
    ("RG207", swap(r"      part_of: .*", "      part_of: no-such-instrument")),
    ("RG207", below("      overlaps:", r"        - .*", "        - no-such-instrument")),
    ("RG207", below("      earmarked_for:", r"        - .*", "        - no-such-instrument")),
    ("RG208", own_id),
    ("RG304", swap(ON, "      - 'on': '2001-01-01'")),
    ("RG306", ended),
    ("RG107", swap(r"    amount: USD .*", "    amount: {vlaue: 5, currency: USD}")),
    ("RG111", swap(r"    amount: USD .*", "    amount: USD -5 bn")),
    ("RG125", swap(URL, "      - url: https://")),
    ("RG106", swap(r"        publisher: .*", "        publisher: '  '")),
    ("RG123", swap(r"    kind: \w+", "    <<: {kind: loan}")),
    ("RG128", swap(r"          status: \w+", "          evidence: []")),
    ("RG130", swap(r"      shape: table", "      shape: tranches")),
    ("RG207", swap(r"          status: \w+", "          links: {supersedes: [no-such-instrument]}")),
    ("RG313", swap(r"    amount: USD 10 bn", "    amount: USD 10 tn")),
    ("RG316", swap(ON, "      - 'on': '2999-01-01'")),
]  # fmt: skip
PARTIES = [
    ("RG109", swap(r"  role: cloud", "  role: clod")),
    ("RG126", swap(r"  cik: '\d+'", "  cik: '12'")),
    ("RG126", swap(r"  country: US", "  country: usa")),
    ("RG107", swap(r"  ticker: \w+", r"  tickr: X")),
    ("RG211", swap(r"  parent: [a-z0-9-]+", "  parent: no-such-parent")),
    ("RG108", swap(r"  aggregate: true", "  aggregate: 'true'")),
    ("RG126", swap(r"  country: GB", "  country: UK")),
]  # fmt: skip


def cell(column, value):
    """Return a fault in one column of the first plain row that is still sound."""

    def plant(lines):
        for i, line in enumerate(lines[1:], 1):
            cells = line.split(",")
            if len(cells) == 11 and '"' not in line and "FAULT" not in line:
                cells[column], cells[10] = value, "FAULT"
                lines[i] = ",".join(cells)
                return i + 1
        return None

    return plant


def short_row(lines):
    """Add a row with too few cells."""
    lines.insert(-1, "a,b")
    return len(lines) - 1


ROWS = [
    ("RG132", cell(4, "plenty")), ("RG133", cell(2, "2025-02-30")), ("RG134", cell(6, "exactly")),
    ("RG134", cell(7, "gossip")), ("RG135", cell(3, "")), ("RG137", short_row),
    ("RG132", cell(4, "1_000")), ("RG141", cell(3, "revenu")), ("RG142", cell(5, "usdd")), ("RG138", cell(8, "www")),
    ("RG145", cell(1, "FY24Q9")), ("RG145", cell(2, "1999-12-31")), ("RG146", cell(9, "1999-01-01")),
    ("RG147", cell(4, "7")), ("RG149", cell(6, "range_low")), ("RG316", cell(9, "2999")),
]  # fmt: skip


def plant_all(root):
    """Plant every fault, those of deals in a file of its own each; return where each must be found."""
    expected = set()
    earliest, *files = sorted(path.name for path in (root / "deals").iterdir())
    first = (root / "deals" / earliest).read_text(encoding="utf-8")
    known = re.search(r"  - id: (.*)", first)[1]
    for code, plant in DEALS:
        for name in files:
            path = root / "deals" / name
            lines = path.read_text(encoding="utf-8").split("\n")
            line = plant(lines)
            if line is not None:
                text = (
                    "\n".join(lines).replace("msft-openai-equity-2019", known)
                    if code == "RG204"
                    else "\n".join(lines)
                )
                path.write_text(text, encoding="utf-8")
                expected.add((f"deals/{name}", line, code))
                files.remove(name)
                break
        else:
            pytest.fail(f"no place for {code}")
    for name, faults in (("parties.yaml", PARTIES), ("observations/financials.csv", ROWS)):
        lines = (root / name).read_text(encoding="utf-8").split("\n")
        expected |= {(name, plant(lines), code) for code, plant in faults}
        (root / name).write_text("\n".join(lines), encoding="utf-8")
    return expected


def test_fifty_faults_are_found_where_they_stand_and_nothing_is_formatted(tmp_path):
    root = tmp_path / "register"
    shutil.copytree(BUNDLED, root)
    expected = plant_all(root)
    assert len(expected) == len(DEALS) + len(PARTIES) + len(ROWS) >= 50
    register, problems = check_register(root)
    assert register is None
    found = {(p.at.file, p.at.line, p.code) for p in problems}
    assert expected - found == set()
    assert all(p.message and p.hint and p.at.column >= 1 for p in problems)
    faulty = {root / name for name, _, _ in expected if name.endswith(".yaml")}
    left = {item.path for item in format_files(files_of(root)) if item.problems}
    assert faulty <= left
