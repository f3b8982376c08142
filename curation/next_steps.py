"""What a curator does next about a gap: a sentence, and the field or the rows of the form where it is done."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

#: Name of a check → what to do, and the fields or rows where; the first that the form has.
STEPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "no_citation": ("Cite the source that states it", ("citations",)),
    "one_source": ("Cite a second source, independent of the first", ("citations",)),
    "uncovered": ("Name in a citation what it covers", ("citations",)),
    "no_country": ("Choose the country", ("country",)),
    "no_place": ("Enter the location as the source prints it, or say why there is none", ("location",)),
    "no_uncertainty": ("Enter the coordinates as printed, from which the uncertainty follows", ("coordinates_as_printed",)),
    "no_commodity": ("Add the commodities", ("commodities", "commodity")),
    "no_type": ("Choose the deposit type", ("deposit_type",)),
    "no_status": ("Choose the status", ("development_status", "status")),
    "no_other_name": ("Add its name in the language of its country", ("names",)),
    "no_description": ("Describe it in a sentence", ("description",)),
    "no_tonnage": ("Enter the tonnage as stated", ("ore_tonnes",)),
    "no_grade": ("Add its grade", ("grades",)),
    "no_code": ("Choose the reporting code", ("reporting_code",)),
    "no_date": ("Enter the date", ("effective", "published", "as_of")),
    "no_text": ("Copy the figures as printed", ("text_as_printed",)),
    "no_stage": ("Choose the stage", ("stage",)),
    "no_funding": ("Choose who pays for the work", ("funding",)),
    "no_begin": ("Enter the year in which the work began", ("start",)),
    "no_area": ("Paste its table of corners, take the outline from a file, or draw it", ("area",)),
    "no_kind": ("Choose the kind", ("kind",)),
    "no_grant": ("Enter the date of grant", ("granted",)),
    "no_party": ("Add the holder or the parties", ("parties",)),
    "no_jurisdiction": ("Choose the jurisdiction", ("jurisdiction",)),
    "no_url": ("Enter the address where it can be read", ("url",)),
    "no_summary": ("Summarise it in a sentence", ("summary",)),
    "no_title": ("Enter the title", ("title",)),
    "no_publisher": ("Enter the publisher", ("publisher",)),
    "no_language": ("Enter the language", ("language",)),
    "unused": ("Cite it on the page of a record", ()),
    "no_rights": ("Choose the rights under which it may be used", ("rights",)),
    "no_subject": ("Add what the finding is about", ("subjects",)),
    "no_locator": ("Enter the page or the table of the source", ("locator",)),
    "no_note": ("Describe how the sides differ", ("note",)),
    "no_boundary": ("Load its boundary", ("boundary",)),
    "no_member": ("Add the countries", ("memberships", "members")),
}


@dataclass(frozen=True)
class NextStep:
    """One step: what is missing, what to do, and where; `at` is the id of the field or rows, empty if it is elsewhere."""

    says: str
    do: str
    at: str


def steps_of(gaps: Iterable[tuple[str, str]], form: Any, formsets: Iterable[Any]) -> list[NextStep]:
    """Return what to do about gaps, each the name of a check and what it says, in a form with rows."""
    prefixes = {formset.prefix for formset in formsets}
    steps = []
    for name, says in gaps:
        do, where = STEPS[name]
        found = next((one for one in where if one in form.fields or one in prefixes), "")
        at = f"{found}-group" if found in prefixes else f"id_{found}" if found else ""
        steps.append(NextStep(says, gettext(do), at))
    return steps
