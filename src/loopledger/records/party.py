"""Parties: organisations and groups of organisations, each once."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StringConstraints

__all__ = ["OUTSIDE", "Identifier", "Party", "Role"]

#: The rest of the world: end customers, outside equity and debt, staff, other suppliers.
OUTSIDE = "outside"

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=80)]


_LEGAL_FORM = re.compile(r",? (?:Inc|Corp|Corporation|Ltd|Limited|LLC|PLC|plc|N\.V|S\.A|AG|PBC)\.?$")
_LONG_NAME = 24


class Role(StrEnum):
    """What a party does in the build-out; unknown until somebody has looked it up."""

    CHIPMAKER = "chipmaker"
    CLOUD = "cloud"
    NEOCLOUD = "neocloud"
    MODEL_DEVELOPER = "model_developer"
    INVESTOR = "investor"
    LENDER = "lender"
    SPV = "spv"
    DATACENTER = "datacenter"
    ENERGY = "energy"
    ENTERPRISE = "enterprise"
    SOVEREIGN = "sovereign"
    EQUIPMENT = "equipment"
    UNKNOWN = "unknown"


class Party(BaseModel):
    """One organisation, or a named group of organisations.

    Raises
    ------
    pydantic.ValidationError
        On a missing, unknown or ill-formed field.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Identifier
    name: str = Field(pattern=r"\S", description="Legal or full name.")
    role: Role
    aliases: tuple[Annotated[str, StringConstraints(pattern=r"\S")], ...] = Field(
        default=(), description="Other names a document may use."
    )
    ticker: str | None = None
    cik: Annotated[str, StringConstraints(pattern=r"^\d{10}$")] | None = Field(
        default=None, description="SEC central index key, ten digits, quoted."
    )
    lei: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{18}\d{2}$")] | None = None
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] | None = Field(
        default=None, description="ISO 3166 alpha-2."
    )
    aggregate: StrictBool = Field(default=False, description="The row stands for a group.")
    parent: Identifier | None = Field(default=None, description="Id of the controlling party.")

    @property
    def short_name(self) -> str:
        """The name used in prose: initials that are an alias, else the shortest alias inside the name.

        Failing both, it is the name without its legal form.
        A long company name without such an alias gives way to its first alias of three letters or more.
        """
        bare = _LEGAL_FORM.sub("", self.name)
        initials = "".join(word[0] for word in bare.split())
        if initials in self.aliases and len(initials) >= 3:
            return initials
        inside = [a for a in self.aliases if a.casefold() in self.name.casefold()]
        if inside:
            return min(inside, key=lambda a: (len(a), a))
        others = [a for a in self.aliases if len(a) >= 3]
        if len(bare) > _LONG_NAME and others and self.role is not Role.SPV and not self.aggregate:
            return others[0]
        return bare
