"""Networks of obligations that hypothesis draws: small whole numbers, so that ties and circles are common."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

PARTS = (1.0, 1.0, 0.5, 0.75, 0.0)


@st.composite
def networks(draw, *, max_parties=6, max_classes=2, costs=True):
    """Draw the arguments of ``clear``."""
    n = draw(st.integers(1, max_parties))
    amounts = st.lists(st.sampled_from((0, 0, 0, 1, 2, 3, 5, 8)), min_size=n, max_size=n)
    classes = []
    for _ in range(draw(st.integers(1, max_classes))):
        owed = np.array([draw(amounts) for _ in range(n)], dtype=float)
        np.fill_diagonal(owed, 0)
        classes.append(owed)
    parts = st.lists(st.sampled_from(PARTS if costs else (1.0,)), min_size=n, max_size=n)
    return {
        "obligations": classes,
        "external_assets": np.array(draw(amounts), dtype=float) / draw(st.sampled_from((1, 2, 10))),
        "external_liabilities": np.array(draw(amounts), dtype=float) / 2,
        "external_rank": draw(st.sampled_from(("senior", "pari-passu", "junior"))),
        "recovery_external": np.array(draw(parts)),
        "recovery_internal": np.array(draw(parts)),
    }
