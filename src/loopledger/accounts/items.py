"""The table behind statements: outside accounts, items, and which measure states which item."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field

from loopledger.records import Role
from loopledger.register.yamltext import read_yaml

__all__ = [
    "BALANCES", "END_CUSTOMERS", "OTHER_COSTS", "OUTSIDE_ACCOUNTS", "OUTSIDE_DEBT", "OUTSIDE_EQUITY",
    "UNEXPLAINED", "AccountTable", "Item", "OutsideAccount", "load_account_table",
]  # fmt: skip

END_CUSTOMERS, OUTSIDE_EQUITY, OUTSIDE_DEBT = "end-customers", "outside-equity", "outside-debt"
OTHER_COSTS, BALANCES, UNEXPLAINED = "other-costs", "bank-balances", "unexplained"
#: Ids of the outside accounts, in the order of a matrix.
OUTSIDE_ACCOUNTS = (END_CUSTOMERS, OUTSIDE_EQUITY, OUTSIDE_DEBT, OTHER_COSTS, BALANCES, UNEXPLAINED)


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class OutsideAccount(_Row):
    """One part of the world outside the register."""

    id: str
    says: str = Field(min_length=1)


class Item(_Row):
    """One line of a statement of sources and uses."""

    item: str
    kind: str = Field(description="Kind of the payment in a flow table.")
    says: str = Field(min_length=1)


class AccountTable(_Row):
    """The table ``data/accounts.yaml``."""

    outside: tuple[OutsideAccount, ...]
    roles: dict[Role, str]
    items: tuple[Item, ...]
    contracts: dict[str, str]
    measures: dict[str, tuple[str, ...]]
    liquid: tuple[tuple[str, ...], ...]
    cash_alone: tuple[tuple[str, ...], ...]
    debt: tuple[str, ...]
    owners_equity: tuple[str, ...]
    capital_suppliers: tuple[Role, ...]
    insiders: tuple[Role, ...]

    @property
    def liquid_sets(self) -> tuple[tuple[str, ...], ...]:
        """The sets of balances that are liquid funds, the widest first."""
        return (*self.liquid, *self.cash_alone)

    @property
    def observed(self) -> frozenset[str]:
        """All measures of the observations that statements use."""
        groups = (*self.measures.values(), *self.liquid_sets, self.debt, self.owners_equity)
        return frozenset(name for group in groups for name in group)

    @property
    def order(self) -> dict[str, int]:
        """The place of each item in a statement."""
        return {item.item: place for place, item in enumerate(self.items)}

    def kind_of(self, item: str) -> str:
        """Return what a payment under an item is in a flow table."""
        return next(row.kind for row in self.items if row.item == item)


@lru_cache(maxsize=1)
def load_account_table() -> AccountTable:
    """Return the bundled table of statements.

    Examples
    --------
    >>> load_account_table().kind_of("sales")
    'purchase'
    """
    text = (files("loopledger") / "data" / "accounts.yaml").read_text(encoding="utf-8")
    document = read_yaml(text, "accounts.yaml", with_places=False)
    if document.problems:  # pragma: no cover - the package's own file
        raise ValueError(document.problems[0])
    return AccountTable.model_validate(document.value)
