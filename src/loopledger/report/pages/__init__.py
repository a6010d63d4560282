"""Pages on one party, one deal, or the whole system, from the register as known on a day."""

from loopledger.report.model import Page
from loopledger.report.pages.deal import write_deal_page
from loopledger.report.pages.party import write_party_page
from loopledger.report.pages.system import write_system_page

__all__ = ["Page", "write_deal_page", "write_party_page", "write_system_page"]
