"""A new party's role comes from words beside its name, never from the side it is on."""

import pytest

from loopledger.register.roles import role_of


@pytest.mark.parametrize(
    ("name", "text", "role"),
    [
        ("Quantix", "Quantix, a maker of AI chips, will invest $5 million in Larkspur.", "chipmaker"),
        ("Quantix", "Chipmaker Quantix will invest $5 million in Larkspur.", "chipmaker"),
        ("Quantix Inc", "Quantix Inc., the chip designer, will invest $5 million.", "chipmaker"),
        ("Quantix", "Quantix will invest $5 million in chipmaker Corvid.", "unknown"),
        ("Quantix", "Quantix will invest $5 million in Larkspur.", "unknown"),
        ("Quantix", "Larkspur, a cloud provider, will buy chips from Quantix.", "unknown"),
        ("Pier Bank", "Pier Bank will lend Larkspur $5 million.", "lender"),
        ("Pier", "The private credit firm Pier will lend Larkspur $5 million.", "lender"),
        ("Novaterra", "Novaterra, an AI lab, rents 5 MW.", "model_developer"),
        ("Novaterra", "Novaterra, the data center developer, leases 5 MW.", "datacenter"),
        ("Novaterra", "Novaterra, a cloud provider and bitcoin miner.", "cloud"),
        ("Harbour Ventures", "Harbour Ventures invests.", "investor"),
        ("Harbour Capital", "Harbour Capital invests $5 million.", "unknown"),
        ("Q(", "Q(, a utility, pays.", "energy"),
        ("Q", "", "unknown"),
        ("Novaterra", "Novaterra, the company that leases from a data center operator, pays.", "unknown"),
        ("Novaterra", "Novaterra, a customer of cloud providers, pays.", "unknown"),
    ],
)
def test_the_words_beside_a_name_tell(name, text, role):
    assert role_of([name], text).value == role
