"""Who depends on whom, and what capacity costs against what was committed."""

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

__all__ = [
    "BuyerPart",
    "Concentration",
    "Counterparty",
    "Dependence",
    "MatchedBacklog",
    "UnitCost",
    "capacity_cost",
    "concentrate",
    "depend",
    "latest",
    "match_backlog",
    "rent_of_capacity",
]
