"""Faults planted at random in a copy of the real register: each is found, at its own line, and no other."""

import random
import re
import shutil

import pytest

from loopledger.errors import Severity
from loopledger.register import BUNDLED, check_register

#: Code, the line it is planted in, and what the line becomes.
FAULTS = [
    ("RG201", r"    payer: [a-z0-9-]+", "    payer: nobody-at-all"),
    ("RG201", r"    payee: [a-z0-9-]+", "    payee: nobody-at-all"),
    ("RG109", r"    kind: \w+", "    kind: gift"),
    ("RG109", r"    status: \w+", "    status: signed"),
    ("RG109", r"    firmness: \w+", "    firmness: firm"),
    ("RG110", r"    amount: USD [0-9.]+ bn", "    amount: a lot of USD"),
    ("RG109", r"    amount: USD [0-9.]+ bn", "    amount: {value: 5, currency: USD, bound: exactly}"),
    ("RG109", r"        grade: \w+", "        grade: gossip"),
    ("RG111", r"    amount: USD [0-9.]+ bn", "    amount: {value: -5, currency: USD}"),
    ("RG108", r"    amount: about USD [0-9.]+ bn", "    amount: {value: '5', currency: USD}"),
    ("RG112", r"    amount: up to USD [0-9.]+ bn", "    amount: up to USX 5 bn"),
    ("RG125", r"      - url: https://.*", "      - url: www.example.org"),
    ("RG114", r"        published: '[0-9-]+'", "        published: '2025-02-30'"),
    ("RG114", r"    start: '[0-9-]+'", "    start: soon"),
    ("RG107", r"    confidence: \w+", "    confidence: high\n    trust: high"),
    ("RG103", r"    confidence: \w+", "    confidence: high\n    confidence: high"),
    ("RG207", r"      part_of: .*", "      part_of: no-such-instrument"),
    ("RG113", r"  - id: [a-z0-9-]+", "  - id: Not An Id"),
    ("RG108", r"title: .*", "title: 2025"),
    ("RG122", r"          status: \w+", "          status: signed"),
    ("RG122", r"          amount: .*USD .*", "          amount: plenty"),
    ("RG121", r"          status: \w+", "          state: signed"),
]  # fmt: skip
#: A second line that a replacement adds is where its fault stands.
LINES = [code_line[2].count("\n") for code_line in FAULTS]


def plant(root, rng):
    """Plant every fault in a file of its own; return where each must be found."""
    expected = set()
    files = sorted(path.name for path in (root / "deals").iterdir())
    rng.shuffle(files)
    for (code, pattern, replacement), n_added in zip(FAULTS, LINES, strict=True):
        for name in files:
            path = root / "deals" / name
            lines = path.read_text(encoding="utf-8").split("\n")
            fitting = [i for i, line in enumerate(lines) if re.fullmatch(pattern, line)]
            if fitting:
                chosen = rng.choice(fitting)
                lines[chosen] = replacement
                path.write_text("\n".join(lines), encoding="utf-8")
                expected.add((f"deals/{name}", chosen + 1 + n_added, code))
                files.remove(name)
                break
    return expected


@pytest.mark.parametrize("seed", range(6))
def test_planted_faults_are_found_where_they_are(tmp_path, seed):
    root = tmp_path / "register"
    shutil.copytree(BUNDLED, root)
    expected = plant(root, random.Random(seed))  # noqa: S311  faults, not secrets
    assert len(expected) == len(FAULTS)
    register, problems = check_register(root)
    assert register is None
    found = {(p.at.file, p.at.line, p.code) for p in problems if p.severity is Severity.ERROR}
    assert expected <= found
    # what else is found follows from them: links to the id that was spoilt
    assert {code for _, _, code in found - expected} <= {"RG207"}
