"""Past episodes: what the cascade says as of then, beside what happened; right and wrong alike."""

from __future__ import annotations

import pytest
from stress_world import World

from loopledger.errors import ModelError
from loopledger.register import TEACHING, load_register
from loopledger.report.stress import replay_episodes, tell_episodes
from loopledger.schedule import load_assumptions


def test_episodes(world: World) -> None:
    """Winstar missed 75 million due to Lucent in April 2001: ours has 91 in the right quarter of the central run.

    The date rests on the assumed opening cash: at once with half a quarter of payments, in 2001Q2 with one, in
    2001Q3 with two. On the eve of 28 April 2026 the order of the falls is the published one in the central run, but
    Amazon falls further than Oracle, which no report names.
    """
    winstar, april = replay_episodes(world.register, load_assumptions())
    first, due, lost = winstar.findings
    assert first.ours == ("2001Q3", "2001Q2", "2001Q1")
    assert first.right is True
    assert due.ours == ("91", "91", "91")
    assert lost.right is None
    pairs, order, clouds, _ = april.findings
    assert [int(n) for n in pairs.ours][1] == 12
    assert order.ours[0].startswith("softbank-group, oracle, coreweave")
    assert (clouds.ours, clouds.right) == (("amazon",), False)
    text = "\n".join(tell_episodes((winstar, april)))
    assert text.count("WRONG") == 1


def test_a_register_without_history_has_no_episodes() -> None:
    with pytest.raises(ModelError, match="no history"):
        replay_episodes(load_register(TEACHING), load_assumptions())
