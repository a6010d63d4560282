"""Slips that leave a file well-formed: figures and days that cannot be right, planted in the real register."""

import random
import re
import shutil

import pytest

from loopledger.register import BUNDLED, check_register

#: What is written, how it goes wrong, and the codes that may say so at the line.
#: Some slips nobody can see from the record alone (USD 1.5 tn where no source names the sum): they are not planted.
SLIPS = [
    (r"    amount: (.*)USD ((?:[3-9]|\d\d)[0-9.]*) bn", r"    amount: \1USD \2 tn", {"RG313", "RG321"}),
    (
        r"          amount: (.*)USD ((?:[3-9]|\d\d)[0-9.]*) bn",
        r"          amount: \1USD \2 tn",
        {"RG313", "RG321"},
    ),
    (r"          amount: ([0-9]+)000000000", r"          amount: \g<1>000", {"RG320"}),
    (r"    term_years: ([4-9]|1[0-9])", r"    term_years: \g<1>9", {"RG310", "RG323", "RG111"}),
    (r"    end: '....-(..-..)'", r"    end: '2010-\1'", {"RG306", "RG322"}),
    (r"        published: '....-(..-..)'", r"        published: '2015-\1'", {"RG307"}),
    (r"        published: '....-(..-..)'", r"        published: '2099-\1'", {"RG307", "RG316"}),
]
EACH = 4


@pytest.mark.parametrize("seed", range(4))
def test_every_slip_is_told_at_its_line(tmp_path, seed):
    root = tmp_path / "register"
    shutil.copytree(BUNDLED, root)
    rng = random.Random(seed)  # noqa: S311  places, not secrets
    files = sorted((root / "deals").iterdir())
    expected = []
    for pattern, wrong, codes in SLIPS:
        rng.shuffle(files)
        n_planted = 0
        for path in list(files):
            lines = path.read_text(encoding="utf-8").split("\n")
            fitting = [i for i, line in enumerate(lines) if re.fullmatch(pattern, line)]
            if not fitting:
                continue
            i = rng.choice(fitting)
            lines[i] = re.sub(pattern, wrong, lines[i])
            path.write_text("\n".join(lines), encoding="utf-8")
            expected.append((f"deals/{path.name}", i + 1, codes))
            files.remove(path)
            n_planted += 1
            if n_planted == EACH:
                break
        assert n_planted > 0
    _, problems = check_register(root)
    found = {(p.at.file, p.at.line, p.code) for p in problems}
    missed = [
        (file, line)
        for file, line, codes in expected
        if not any((file, line, code) in found for code in codes)
    ]
    assert missed == []
