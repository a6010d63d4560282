"""How long the property tests search: ordinary runs are short and repeatable, long ones draw anew."""

import os

from hypothesis import HealthCheck, settings

SLOW_DRAWS = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]

settings.register_profile(
    "short", max_examples=60, deadline=None, derandomize=True, suppress_health_check=SLOW_DRAWS
)
settings.register_profile(
    "long", max_examples=int(os.environ.get("LONG", "3000")), deadline=None, suppress_health_check=SLOW_DRAWS
)
settings.load_profile(os.environ.get("LOOPLEDGER_HYPOTHESIS", "short"))
