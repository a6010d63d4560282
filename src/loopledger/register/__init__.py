"""The register: who promised what to whom, when it became known, and on whose word.

:func:`load_register` reads it, :meth:`Register.known_on` gives it as known on a day.
"""

from loopledger.register.load import check_register, load_register
from loopledger.register.observations import Observation, ObservationBound
from loopledger.register.paths import BUNDLED, TEACHING
from loopledger.register.register import Register
from loopledger.register.snapshot import HistoryStep, Snapshot

__all__ = [
    "BUNDLED",
    "TEACHING",
    "HistoryStep",
    "Observation",
    "ObservationBound",
    "Register",
    "Snapshot",
    "check_register",
    "load_register",
]
