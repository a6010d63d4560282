"""Who depends on whom, and what capacity costs against what was committed."""

from loopledger.exposure.backlog import (
    BuyerPart,
    Concentration,
    MatchedBacklog,
    concentrate,
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
    "match_backlog",
    "rent_of_capacity",
]
