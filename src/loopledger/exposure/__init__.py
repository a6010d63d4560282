"""Who depends on whom: every measure of exposure as a range, with dates and records, or with what is missing.

:func:`measure_exposure` works all of them out; ``data/measures.yaml`` says what each one means.
"""

from loopledger.exposure.backlog import (
    BuyerPart,
    Concentration,
    MatchedBacklog,
    concentrate,
    latest,
    match_backlog,
)
from loopledger.exposure.capacity import UnitCost, capacity_cost, rent_of_capacity
from loopledger.exposure.dependence import Counterparty, Dependence, depend
from loopledger.exposure.matrix import RivalMatrix, rival_matrix
from loopledger.exposure.readings import SYSTEM, NotReported, Reading, Sheet
from loopledger.exposure.sheets import Exposure, measure_exposure, measure_party, measure_system
from loopledger.exposure.table import Measure, MeasureTable, Recipe, find_measure, load_measures
from loopledger.exposure.telling import OVERVIEW, tell_exposure, tell_sheet

__all__ = [
    "OVERVIEW",
    "SYSTEM",
    "BuyerPart",
    "Concentration",
    "Counterparty",
    "Dependence",
    "Exposure",
    "MatchedBacklog",
    "Measure",
    "MeasureTable",
    "NotReported",
    "Reading",
    "Recipe",
    "RivalMatrix",
    "Sheet",
    "UnitCost",
    "capacity_cost",
    "concentrate",
    "depend",
    "find_measure",
    "latest",
    "load_measures",
    "match_backlog",
    "measure_exposure",
    "measure_party",
    "measure_system",
    "rent_of_capacity",
    "rival_matrix",
    "tell_exposure",
    "tell_sheet",
]
