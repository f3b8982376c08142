"""Refusals of the database, as text: which rule was broken, at which field, and what to do."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.apps import apps
from django.db import DataError, IntegrityError, models
from django.db.models.constraints import BaseConstraint

#: Ends of constraint names → the field at which the message stands, and the message. The longest end that fits counts.
RULES: dict[str, tuple[str | None, str]] = {
    "_slug": ("slug", "This slug is already in use (slugs are case-insensitive)."),
    "_slug_form": ("slug", "A slug can contain only letters, digits and single hyphens."),
    "_slug_frozen": ("slug", "The slug of a record that was once published cannot change."),
    "country_iso2": ("slug", "The slug of a country must be its ISO 3166-1 alpha-2 code, two capital letters."),
    "country_iso3": ("iso3", "An alpha-3 code must have three capital letters."),
    "country_m49": ("m49", "An M49 code must have three digits."),
    "region_m49": ("m49", "An M49 code must have three digits."),
    "_location_sound": ("location", ""),
    "_footprint_sound": ("footprint", ""),
    "_area_sound": ("area", ""),
    "_boundary_sound": ("boundary", ""),
    "_location_kind_place": (
        "location_kind",
        "A record with coordinates says how they came about; the kinds without coordinates have neither point nor outline.",
    ),
    "_place_finite": ("location_uncertainty_m", "An uncertainty must be a finite number of metres."),
    "_uncertainty": ("location_uncertainty_m", ""),
    "_finite": (None, "Figures must be finite numbers."),
    "_dates": (None, "A date must be YYYY, YYYY-MM or YYYY-MM-DD, of an existing day."),
    "_merged_into": (None, ""),
    "distinction_in_order": (None, "Of two distinct records, the one with the lower key must come first."),
    "_merged_frozen": (None, "This record was merged into another one; change that record instead."),
    "deposit_discovery_year": ("discovery_year", "A year of discovery must be between 1500 and 2200."),
    "deposit_admin_code": ("admin_code", "An ISO 3166-2 code must have the form KZ-KAR."),
    "deposit_named": ("name", "A deposit must have a name."),
    "_preferred": (None, "A record has one preferred name, which the registry maintains."),
    "name_not_empty": (None, "A name must not be empty."),
    "commodity_atomic_number": ("atomic_number", "An element must have an atomic number; other commodities must not."),
    "commodity_oxide": ("oxide_factor", "An oxide must have an element and a factor above 1; other commodities must not."),
    "commoditymember_other": (None, "A commodity cannot be a member of itself."),
    "citation_not_itself": (None, "A source cannot cite itself."),
    "estimate_contained_basis": ("contained_basis", "Contained tonnes require a basis, and a basis requires contained tonnes."),
    "estimate_category": ("category", ""),
    "estimate_ore": ("ore_tonnes", "Ore tonnages must be above zero, with low ≤ value ≤ high."),
    "estimate_contained": ("contained_tonnes", "Contained tonnages must be above zero, with low ≤ value ≤ high."),
    "estimate_unfc": ("unfc_class", "A UNFC class must have the form E2F2G1 and requires the code UNFC."),
    "estimate_balance": ("balance", "Only GKZ estimates can be on or off the state balance."),
    "grade_stated": (None, "A grade must have a value or a bound."),
    "grade_values": (None, "Grades must be above zero, with low ≤ value ≤ high."),
    "grade_fraction": (None, "A grade must be at most 100 %."),
    "grade_high_fraction": (None, "The upper bound of a grade must be at most 100 %."),
    "finding_values": ("value", "Bounds and value must be in order: low ≤ value ≤ high."),
    "finding_unit": ("unit", ""),
    "findinglink_other": (None, "A finding cannot contradict or update itself."),
    "framework_license_kinds": ("license_kinds", "One of these kinds of licence is unknown."),
    "license_number": ("number", ""),
    "license_declared_area": ("declared_area_km2", "A declared area must be above zero."),
    "license_count_positive": ("count", "A count must be one or more; leave it empty if not stated."),
    "license_group_unnamed": (
        "count",
        "A group that is only counted must not have a name, number or area; use the description.",
    ),
    "license_application_not_granted": ("granted", ""),
    "licenseparty_who": (None, "A party must be either an organization or a private holder."),
    "licenseparty_share": (None, ""),
    "licenseparty_order": (None, "A role must end after it starts."),
    "licenseparty_one_role_at_a_time": (None, ""),
    "prospecting_count_positive": ("count", "A count must be one or more; leave it empty if not stated."),
    "prospecting_area_positive": ("declared_area_km2", "A declared area must be above zero."),
    "prospecting_group_unnamed": (
        "count",
        "A group that is only counted must not have a name or location; use the description.",
    ),
    "parent_cycle": ("parent", "A record cannot be among its own ancestors."),
    "derived_from_cycle": ("derived_from", "A source cannot derive from itself."),
    "supersedes_cycle": ("supersedes", "A record cannot replace itself."),
    "element_cycle": ("element", "An oxide cannot be its own element."),
    "member_of_cycle": ("member_of", "A group cannot be a member of itself."),
    "auth_user_deactivate_instead": (None, ""),
    "_withdraw_instead": (None, "A record that has been published cannot be deleted; withdraw it."),
}
_ONE_RECORD = "Choose exactly one record."
_TWICE = "The same row is listed twice."


@dataclass(frozen=True)
class Refusal:
    """One rule that the database kept: its name, the field it is about if there is one, and what to tell the person."""

    rule: str
    message: str
    field: str | None = None

    @classmethod
    def of(cls, error: Exception) -> "Refusal":
        """Read a refusal from what the database raised."""
        diagnosis = getattr(error.__cause__, "diag", None)
        rule = (diagnosis and diagnosis.constraint_name) or ""
        if isinstance(error, DataError):
            return cls(rule, "A text or number is too long, too large, or contains a forbidden character.")
        if not isinstance(error, IntegrityError) or diagnosis is None:
            return cls(rule, str(error))
        if diagnosis.sqlstate == "23502":
            return cls("not_null", f"“{diagnosis.column_name}” is needed.", diagnosis.column_name)
        if diagnosis.sqlstate == "23503":
            return cls(rule, "Another record still refers to this one, or the record referred to is gone.")
        field, message = words_for(rule)
        if not message and "violates" not in (diagnosis.message_primary or "violates"):
            message = _sentence(diagnosis.message_primary)
        if not message and diagnosis.sqlstate in ("23505", "23P01"):
            message = _duplicate(diagnosis.message_detail or "")
        return cls(rule, message or f"The database keeps the rule “{rule}”, which this would break.", field)


def words_for(rule: str) -> tuple[str | None, str]:
    """Return the field and the message of a constraint by its name; the message is empty if nobody wrote one."""
    fitting = [end for end in RULES if rule.endswith(end)]
    field, message = RULES[max(fitting, key=len)] if fitting else (None, "")
    constraint = _constraints().get(rule)
    if constraint is not None and not message:
        if constraint.violation_error_message != BaseConstraint.default_violation_error_message:
            message = str(constraint.violation_error_message)
        elif rule.endswith("_once"):
            message = _TWICE
        elif rule.endswith("_one_record"):
            message = _ONE_RECORD
    return field, message


@cache
def _constraints() -> dict[str, BaseConstraint]:
    return {constraint.name: constraint for model in _models() for constraint in model._meta.constraints}


def _models() -> Iterator[type[models.Model]]:
    yield from apps.get_app_config("registry").get_models()


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}".rstrip(".") + "."


def _duplicate(detail: str) -> str:
    """Turn “Key (iso3)=(KAZ) already exists.” into a sentence."""
    columns, _, rest = detail.removeprefix("Key (").partition(")=(")
    values = rest.partition(")")[0]
    return f"Another record has this {columns} already: {values}." if values else _TWICE
