"""What each rule is called in a report, and how much it weighs."""

#: Rule → what a reader calls it. A rule that is not here goes by its own name.
TITLES = {
    "swapped": "Latitude and longitude look swapped",
    "sign_lost": "A coordinate looks as if it had lost its sign",
    "digit_lost": "A coordinate looks as if it had lost a digit",
    "outside_country": "The place lies outside the stated country",
    "curated_edit": "A curator has changed what an earlier load wrote",
    "sources_disagree": "The registry has something else, from another source",
    "withdrawn": "The record was withdrawn",
    "repeated_external_id": "An id stands twice in the file",
    "repeated_number": "A licence number stands twice in the file",
    "id_of_another_kind": "The id belongs to something else",
    "license_number": "Another licence has this number",
    "no_id": "The row has no id",
    "long_id": "The id is too long",
    "unknown_country": "The country is not known",
    "unknown_commodity": "The commodity is not known",
    "unknown_code": "The code is not known",
    "unknown_key": "The registry has no such field",
    "too_long": "The text is too long",
    "not_a_number": "This is no number that fits",
    "no_such_date": "This is no date",
    "no_point": "This is no point",
    "no_shape": "The outline cannot be read",
    "no_outline": "This is no outline",
    "share": "The share is no share",
    "shares": "The shares make more than the whole",
    "forbidden_character": "The text holds a forbidden character",
}
#: Rules about places, in the order in which a reader wants them; the rest follows by number of rows.
PLACES = ("swapped", "sign_lost", "digit_lost", "outside_country")
_FIRST = ("curated_edit", *PLACES)


def title(rule: str) -> str:
    """Give what a reader calls a rule."""
    return TITLES.get(rule) or rule.replace("_", " ").capitalize()


def weight(rule: str, is_error: bool, rows: int) -> tuple[int, int, int]:
    """Order rules: errors, what needs a decision, places, then the rest by number of rows."""
    return (0 if is_error else 1, _FIRST.index(rule) if rule in _FIRST else len(_FIRST), -rows)
