"""The table of rules: every code the register can answer with, what it means, and what checks it.

The loader, the tests and the reference page read this table.
A rule that compares records is a function in one of the modules of this package; its docstring is the
rule. A rule without a function is applied while reading.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from loopledger.errors import Problem, Severity
from loopledger.register.collection import Collection, Finding
from loopledger.register.rules import changes, dates, figures, identity, links, parties, scale, sums

__all__ = ["RULES", "Rule", "apply_rules"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule.

    Parameters
    ----------
    title : str
        What is wrong, in a few words.
    check : callable or None
        Takes the collection, yields findings; None when reading itself finds the fault.
    severity : Severity
        An error stops the analysis; a warning is shown with the register.
    """

    title: str
    check: Callable[[Collection], Iterable[Finding]] | None = None
    severity: Severity = Severity.ERROR

    @property
    def statement(self) -> str:
        """The rule as a sentence, for the reference pages: what it requires, or what it finds."""
        required = (self.check.__doc__ or "").strip().split("\n")[0] if self.check else ""
        return required or f"{self.title[0].upper()}{self.title[1:]}."


_WARNING = Severity.WARNING

#: Shape: what one file or record tells on its own.
_SHAPE: Mapping[str, Rule] = {
    "RG101": Rule(title="a file is not UTF-8"),
    "RG102": Rule(title="a file is not YAML"),
    "RG103": Rule(title="a key stands twice in one mapping"),
    "RG104": Rule(title="a file is too large, too deep, or unfolds too far"),
    "RG105": Rule(title="a file is empty"),
    "RG106": Rule(title="a field is missing or empty"),
    "RG107": Rule(title="a field is unknown"),
    "RG108": Rule(title="a value has the wrong type"),
    "RG109": Rule(title="a word is not one of those a field may hold"),
    "RG110": Rule(title="the fields of an amount or capacity do not fit its bound"),
    "RG111": Rule(title="a number is negative, not finite or out of range"),
    "RG112": Rule(title="a currency is unknown", check=sums.unknown_currencies),
    "RG113": Rule(title="an id is ill-formed"),
    "RG114": Rule(title="a day does not exist or is ill-formed", check=dates.impossible_dates),
    "RG115": Rule(title="the file parties.yaml is missing"),
    "RG116": Rule(title="the register is not a folder"),
    "RG117": Rule(title="a deal disagrees with the name of its file", check=identity.misnamed_files),
    "RG118": Rule(title="a deal without a day does not say why", check=identity.undated_without_note),
    "RG119": Rule(title="a file lies where none is read", severity=_WARNING),
    "RG120": Rule(title="a file or folder cannot be read, or is none"),
    "RG121": Rule(title="a change sets a field that does not exist", check=changes.unknown_changes),
    "RG122": Rule(title="a change sets a value that does not fit its field", check=changes.unfit_changes),
    "RG123": Rule(title="a file uses YAML that a register has no use for"),
    "RG124": Rule(title="a promise or a change has no evidence"),
    "RG125": Rule(title="a web address is ill-formed"),
    "RG126": Rule(title="a country, CIK or LEI is none", check=parties.ill_formed_codes),
    "RG127": Rule(title="a range runs from its larger end to its smaller"),
    "RG128": Rule(title="a change sets what cannot change", check=changes.changes_of_what_stays),
    "RG129": Rule(title="the folder of deals is missing", severity=_WARNING),
    "RG130": Rule(
        title="a schedule disagrees with its shape, or repeats a year",
        check=sums.schedules_against_their_shape,
    ),
    "RG131": Rule(title="a file of observations does not have the columns"),
    "RG132": Rule(title="the value of an observation is not a number"),
    "RG133": Rule(title="a date of an observation is ill-formed"),
    "RG134": Rule(title="a word of an observation is not one of those it may hold"),
    "RG135": Rule(title="a field of an observation is empty or has blanks around it"),
    "RG136": Rule(title="a file of observations is not CSV"),
    "RG137": Rule(title="a row of observations has too few fields, or too many"),
    "RG138": Rule(title="an observation does not say where it stands"),
    "RG141": Rule(title="a measure is not defined", check=figures.unknown_measures, severity=_WARNING),
    "RG142": Rule(title="a figure has a unit that its measure cannot have", check=figures.foreign_units),
    "RG143": Rule(title="a row of observations stands twice", check=figures.repeated_rows),
    "RG144": Rule(
        title="one source gives two values", check=figures.two_values_of_one_source, severity=_WARNING
    ),
    "RG145": Rule(
        title="a period cannot be read, or ends on another day",
        check=figures.faulty_periods,
        severity=_WARNING,
    ),
    "RG146": Rule(
        title="a figure is published before its period ended",
        check=figures.published_early,
        severity=_WARNING,
    ),
    "RG147": Rule(
        title="a figure is hundreds of times off its series",
        check=figures.figures_out_of_line,
        severity=_WARNING,
    ),
    "RG148": Rule(
        title="a figure that cannot be negative is", check=figures.figures_below_zero, severity=_WARNING
    ),
    "RG149": Rule(
        title="a range has one end, or runs backwards", check=figures.broken_ranges, severity=_WARNING
    ),
}

#: References: what records say about each other.
_REFERENCES: Mapping[str, Rule] = {
    "RG201": Rule(title="a party is unknown", check=parties.unknown_parties),
    "RG202": Rule(title="a party pays itself", check=parties.paying_itself),
    "RG203": Rule(title="two parties have one id", check=parties.repeated_parties),
    "RG204": Rule(title="two instruments have one id", check=identity.repeated_instruments),
    "RG205": Rule(title="two deals have one id", check=identity.repeated_deals),
    "RG206": Rule(title="two parties share a name or alias", check=parties.shared_aliases),
    "RG207": Rule(title="a link leads to no instrument", check=links.unknown_links),
    "RG208": Rule(title="an instrument is linked to itself", check=links.self_links),
    "RG209": Rule(title="instruments supersede each other in a circle", check=links.supersession_cycles),
    "RG210": Rule(title="instruments are part of each other in a circle", check=links.part_cycles),
    "RG211": Rule(title="a parent is unknown, or parents run in a circle", check=parties.faulty_parents),
    "RG212": Rule(title="one identifier stands at two parties", check=parties.shared_identifiers),
    "RG213": Rule(
        title="an observation is about an unknown party", check=parties.unknown_observers, severity=_WARNING
    ),
    "RG214": Rule(title="a name is listed twice", check=parties.repeated_names),
    "RG215": Rule(title="what a party does is unknown", check=parties.unknown_roles, severity=_WARNING),
    "RG216": Rule(title="an id is reserved", check=parties.reserved_ids),
    "RG217": Rule(title="a piece of evidence stands twice", check=dates.repeated_evidence, severity=_WARNING),
}

#: Sums and dates: what cannot be true together, or hardly.
_SUMS_AND_DATES: Mapping[str, Rule] = {
    "RG301": Rule(title="a part is larger than its whole", check=sums.parts_larger_than_whole),
    "RG302": Rule(
        title="the parts add up to more than the whole", check=sums.parts_exceed_whole, severity=_WARNING
    ),
    "RG218": Rule(title="a promise has the id of a party", check=identity.ids_of_parties, severity=_WARNING),
    "RG303": Rule(
        title="a joint sum stands beside its own split", check=sums.joint_and_split, severity=_WARNING
    ),
    "RG304": Rule(
        title="a change became known before the promise", check=changes.changes_before_announcement
    ),
    "RG305": Rule(title="changes are not in the order of their days", check=changes.changes_out_of_order),
    "RG306": Rule(title="an end lies before its start", check=dates.ends_before_starts),
    "RG307": Rule(
        title="evidence is dated years away from what it shows", check=dates.evidence_from_another_time
    ),
    "RG308": Rule(
        title="all evidence is older than the announcement",
        check=dates.evidence_before_announcement,
        severity=_WARNING,
    ),
    "RG309": Rule(
        title="a schedule pays more than the amount", check=sums.schedules_exceed_amount, severity=_WARNING
    ),
    "RG310": Rule(
        title="the term disagrees with start and end", check=dates.terms_disagree, severity=_WARNING
    ),
    "RG311": Rule(
        title="a promise supersedes a later one", check=links.superseding_the_future, severity=_WARNING
    ),
    "RG312": Rule(
        title="a change is dated after all its evidence",
        check=dates.evidence_before_change,
        severity=_WARNING,
    ),
    "RG313": Rule(
        title="a figure is a thousand times what its evidence says, or what it was",
        check=scale.off_by_a_thousand,
        severity=_WARNING,
    ),
    "RG314": Rule(title="a field changes twice on one day", check=changes.repeated_changes),
    "RG315": Rule(title="a change changes nothing", check=changes.changes_of_nothing, severity=_WARNING),
    "RG316": Rule(title="a day has not come", check=dates.days_to_come, severity=_WARNING),
    "RG317": Rule(
        title="a megawatt costs far too much or too little",
        check=scale.prices_per_megawatt,
        severity=_WARNING,
    ),
    "RG318": Rule(
        title="a promise goes on after its end, or back to a rumour",
        check=changes.changes_after_the_end,
        severity=_WARNING,
    ),
    "RG319": Rule(
        title="a schedule pays outside the term", check=dates.schedules_outside_the_term, severity=_WARNING
    ),
    "RG320": Rule(
        title="a row of a schedule is far too small", check=scale.rows_of_another_size, severity=_WARNING
    ),
    "RG321": Rule(
        title="a promise is larger than any ever made",
        check=scale.promises_beyond_all_others,
        severity=_WARNING,
    ),
    "RG322": Rule(
        title="a promise ended before it was announced",
        check=dates.ends_before_announcement,
        severity=_WARNING,
    ),
    "RG323": Rule(title="a term is far too long", check=dates.terms_too_long, severity=_WARNING),
}

RULES: Mapping[str, Rule] = {**_SHAPE, **_REFERENCES, **_SUMS_AND_DATES}


def apply_rules(collection: Collection) -> list[Problem]:
    """Return what the rules between records find.

    Parameters
    ----------
    collection : Collection
        Everything that was read, in one register.
    """
    return [
        Problem(
            code=code, at=finding.location, message=finding.message, hint=finding.hint, severity=rule.severity
        )
        for code, rule in RULES.items()
        if rule.check is not None
        for finding in rule.check(collection)
    ]
