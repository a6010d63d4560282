"""The words of quantities: hedges, magnitudes, number words, currencies, units.

To teach the grammar a word, add it to its table: "as much as" stands in :data:`BOUND_WORDS`, "or more" in
:data:`BOUND_WORDS_AFTER`, "billion" in :data:`MAGNITUDE_WORDS`, "yen" in :data:`CURRENCY_WORDS`.
The first entry of a bound, magnitude or unit is the form the register's literals are printed in.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from loopledger.units.amount import Bound

__all__ = [
    "AMBIGUOUS_CURRENCY",
    "BETWEEN",
    "BOUND_WORDS",
    "BOUND_WORDS_AFTER",
    "CODES",
    "CODE_WORDS",
    "CURRENCY_WORDS",
    "FRACTIONS",
    "MAGNITUDE_WORDS",
    "MULTIPLES",
    "NUMBER_WORDS",
    "UNIT_WORDS",
]

#: Hedges before a figure; the first of each bound is the literal form.
BOUND_WORDS: Mapping[Bound, tuple[str, ...]] = {
    Bound.UP_TO: (
        "up to", "as much as", "as many as", "as high as", "no more than", "not more than", "at most",
        "a maximum of", "maximum of", "a maximum", "a ceiling of", "a cap of", "up to a limit of", "up to a maximum of",
        "up to a ceiling of", "up to a cap of", "a limit of", "capped at", "limited to",
        "not exceeding", "not to exceed", "less than", "fewer than", "anything up to", "or as much as",
        "potentially", "a ceiling", "anything to", "at the most", "no greater than", "to a maximum of", "max.", "max",
        "a cap", "subject to a cap of", "topping out at",
    ),
    Bound.AT_LEAST: (
        "at least", "more than", "over", "no less than", "not less than", "no fewer than",
        "not fewer than", "a minimum of", "minimum of", "a minimum", "a floor of", "upwards of",
        "upward of", "in excess of", "north of", "well over", "well above", "exceeding", "above",
        "greater than", "not under", "a floor", "a guaranteed", "a guaranteed minimum of", "no fewer", "min.", "min",
        "better than", "starting at", "the better part of", "comfortably more than", "comfortably over",
    ),
    Bound.ABOUT: (
        "about", "around", "roughly", "approximately", "approx.", "some", "nearly", "almost", "close to",
        "an estimated", "circa", "ca.", "~", "c.", "just over", "just under", "just above", "just shy of",
        "slightly over", "slightly under", "slightly more than", "slightly less than", "a little over",
        "a little under", "a little more than", "in the region of", "on the order of", "in the order of",
        "in the neighbourhood of", "in the neighborhood of", "something like", "nearer to", "near", "a little"
        " under", "give or take",
        "just about", "in the range of", "of the order of", "somewhere around", "somewhere near", "say", "a good",
        "a bit over", "a bit under", "a bit more than", "a shade over", "a shade under", "more or less",
        "what amounts to",
        "around about", "or about", "approximating", "on the region of", "a touch over", "a touch under", "est.",
    ),
}  # fmt: skip

#: Hedges after a figure.
BOUND_WORDS_AFTER: Mapping[Bound, tuple[str, ...]] = {
    Bound.UP_TO: ("at most", "or less", "at the most", "or fewer", "maximum", "max", "tops", "at the"
    " outside", "and no more"),
    Bound.AT_LEAST: ("or more", "or above", "at least", "at a minimum", "at the least", "minimum", "-plus",
                     "plus", "and up", "+"),
    Bound.ABOUT: ("or so", "or thereabouts", "give or take", "approximately", "odd", "or near it", "or close"
    " to it", "-odd",
                  "in round figures", "in round numbers", "more or less"),
}  # fmt: skip

#: Words that may stand between a hedge and its figure without changing either.
BETWEEN = (
    "an additional", "a further", "another", "an extra", "a total of", "a combined", "a cumulative",
    "an aggregate of", "an aggregate", "additional", "an initial", "a", "the equivalent of", "as much as",
    "a whopping",
)  # fmt: skip

#: Power of ten by word; the first four keys are the literal forms.
MAGNITUDE_WORDS: Mapping[str, int] = {
    "tn": 12, "bn": 9, "m": 6, "k": 3,
    "trillion": 12, "trn": 12, "t": 12, "billion": 9, "bln": 9, "b": 9, "milliard": 9, "million": 6,
    "mn": 6, "mln": 6, "mm": 6, "thousand": 3, "crore": 7, "crores": 7, "cr": 7, "lakh": 5, "lakhs": 5,
    "trillions": 12, "billions": 9, "millions": 6, "thousands": 3, "mil": 6, "mio": 6, "mrd": 9,
}  # fmt: skip

#: Cardinals in words; a hyphen or a blank joins tens and ones.
NUMBER_WORDS: Mapping[str, int] = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40,
    "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
#: What may be counted in: "two dozen", "three hundred", "a score".
MULTIPLES = {"hundred": 100, "dozen": 12, "score": 20}
#: Parts of a following magnitude or unit: "half a trillion yen", "a quarter of a billion".
FRACTIONS = {
    "half": Decimal("0.5"), "one half of": Decimal("0.5"), "a quarter of": Decimal("0.25"),
    "one quarter of": Decimal("0.25"), "three quarters of": Decimal("0.75"),
    "three-quarters of": Decimal("0.75"), "a third of": Decimal(1) / 3,
}  # fmt: skip

#: ISO 4217 by symbol or word; three capital letters stand for themselves.
CURRENCY_WORDS: Mapping[str, str] = {
    "US$": "USD", "C$": "CAD", "CA$": "CAD", "A$": "AUD", "AU$": "AUD", "S$": "SGD", "HK$": "HKD",
    "NT$": "TWD", "NZ$": "NZD", "R$": "BRL", "$": "USD", "€": "EUR", "£": "GBP", "CN¥": "CNY", "¥": "JPY",
    "₩": "KRW", "₹": "INR", "₺": "TRY", "₪": "ILS", "COP$": "COP", "CLP$": "CLP", "E£": "EGP", "GH₵": "GHS", "₵": "GHS",
    "dollar": "USD", "dollars": "USD", "U.S. dollars": "USD", "US dollars": "USD", "U.S. dollar": "USD",
    "American dollars": "USD", "Canadian dollars": "CAD", "Australian dollars": "AUD",
    "Singapore dollars": "SGD", "Hong Kong dollars": "HKD", "Taiwan dollars": "TWD",
    "euro": "EUR", "euros": "EUR", "pound": "GBP", "pounds": "GBP", "pounds sterling": "GBP",
    "sterling": "GBP", "yen": "JPY", "won": "KRW", "yuan": "CNY", "renminbi": "CNY", "rupees": "INR",
    "Indian rupees": "INR", "Swiss francs": "CHF", "francs": "CHF", "riyals": "SAR", "Saudi riyals": "SAR",
    "dirhams": "AED", "dirham": "AED", "kroner": "NOK", "Norwegian kroner": "NOK", "Norwegian crowns": "NOK",
    "Danish kroner": "DKK", "Danish crowns": "DKK", "kronor": "SEK", "Swedish kronor": "SEK",
    "Swedish crowns": "SEK", "zlotys": "PLN", "zloty": "PLN", "koruna": "CZK", "reais": "BRL",
    "ringgit": "MYR", "baht": "THB", "shekels": "ILS", "rand": "ZAR", "rupiah": "IDR", "dong": "VND",
    "₱": "PHP", "₫": "VND", "₦": "NGN", "₸": "KZT", "₴": "UAH", "₽": "RUB", "฿": "THB", "Mex$": "MXN", "MX$": "MXN",
    "pesos": "MXN", "Mexican pesos": "MXN", "Chilean pesos": "CLP", "Philippine pesos": "PHP", "Colombian pesos": "COP",
    "Argentine pesos": "ARS", "crowns": "NOK", "Czech crowns": "CZK", "Czech koruna": "CZK", "koruny": "CZK",
    "Icelandic kronur": "ISK", "forints": "HUF", "forint": "HUF", "lei": "RON", "leva": "BGN", "lari": "GEL",
    "tenge": "KZT", "liras": "TRY", "lira": "TRY", "Turkish liras": "TRY", "Turkish lira": "TRY", "roubles": "RUB",
    "rubles": "RUB", "hryvnias": "UAH", "hryvnia": "UAH", "naira": "NGN", "Egyptian pounds": "EGP",
    "Kuwaiti dinars": "KWD", "dinars": "KWD", "Bahraini dinars": "BHD", "Jordanian dinars": "JOD",
    "Qatari riyals": "QAR", "Omani rials": "OMR", "Pakistani rupees": "PKR", "Sri Lankan rupees": "LKR",
    "Kenyan shillings": "KES", "New Zealand dollars": "NZD", "NZ dollars": "NZD", "Israeli shekels": "ILS",
    "real": "BRL", "Brazilian reais": "BRL", "soles": "PEN", "Moroccan dirhams": "MAD", "South Korean won": "KRW",
    "Korean won": "KRW", "Japanese yen": "JPY", "Chinese yuan": "CNY", "Polish zlotys": "PLN", "UK pounds": "GBP",
    "bucks": "USD", "quid": "GBP", "kwacha": "ZMW", "ariary": "MGA", "cedis": "GHS", "cedi": "GHS", "shillings": "KES",
    "taka": "BDT", "birr": "ETB", "manat": "AZN", "som": "UZS",
}  # fmt: skip
#: Other names of currencies, only before the figure.
CODE_WORDS = {
    "RMB": "CNY", "Rs": "INR", "Rs.": "INR", "SFr": "CHF", "Rmb": "CNY", "Kč": "CZK", "zł": "PLN", "RM": "MYR",
    "Rp": "IDR", "kr": "SEK", "SKr": "SEK", "NKr": "NOK", "DKr": "DKK", "Dh": "AED", "Dhs": "AED", "Ft": "HUF",
    "KSh": "KES", "Ksh": "KES", "USh": "UGX", "TSh": "TZS", "QR": "QAR", "SR": "SAR", "BD": "BHD", "KD": "KWD",
    "NIS": "ILS", "Tk": "BDT", "RO": "OMR",
}  # fmt: skip
#: Words that are also ordinary English: they name a currency only after a magnitude.
AMBIGUOUS_CURRENCY = frozenset(
    {
        "won",
        "pound",
        "pounds",
        "rand",
        "sterling",
        "francs",
        "real",
        "lei",
        "dong",
        "som",
        "shillings",
        "soles",
        "crowns",
        "quid",
        "bucks",
    }
)
CODES = (
    "AED ARS AUD BGN BHD BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP GEL HKD HUF IDR ILS INR ISK JOD JPY KES"
    " KRW KWD KZT"
    " LKR MAD MXN MYR NGN NOK NZD OMR PEN PHP PKR PLN QAR RON RSD RUB SAR SEK SGD THB TND TRY TWD UAH USD VND"
    " ZAR ZMW MGA GHS BDT ETB AZN TZS UGX"
).split()

#: Power of ten of a megawatt by unit; the first two are the literal forms.
UNIT_WORDS: Mapping[str, int] = {
    "GW": 3, "MW": 0, "gigawatt": 3, "gigawatts": 3, "megawatt": 0, "megawatts": 0, "TW": 6,
    "terawatt": 6, "terawatts": 6, "kilowatt": -3, "kilowatts": -3, "kW": -3, "MWe": 0, "GWe": 3, "MWp": 0,
    "gigs": 3, "gig": 3,
}  # fmt: skip
