"""Who depends on whom, and what capacity costs against what was committed."""

from loopledger.exposure.capacity import UnitCost, capacity_cost, rent_of_capacity
from loopledger.exposure.dependence import Counterparty, Dependence, depend

__all__ = ["Counterparty", "Dependence", "UnitCost", "capacity_cost", "depend", "rent_of_capacity"]
