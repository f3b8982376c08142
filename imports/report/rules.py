"""What each rule is called in a report, and how much it weighs."""

#: Rule → what a reader calls it. A rule that is not here goes by its own name.
TITLES = {
    "swapped": "Latitude and longitude look swapped",
    "sign-lost": "A coordinate looks as if it had lost its sign",
    "digit-lost": "A coordinate looks as if it had lost a digit",
    "outside-country": "The place lies outside the stated country",
    "curated-edit": "A curator has changed what an earlier load wrote",
    "sources-disagree": "The registry has something else, from another source",
    "renumbered": "The id belonged to something else, at another place",
    "withdrawn": "The record was withdrawn",
    "repeated-external-id": "An id stands twice in the file",
    "repeated-number": "A licence number stands twice in the file",
    "id-of-another-kind": "The id belongs to something else",
    "license_number": "Another licence has this number",
    "no-id": "The row has no id",
    "long-id": "The id is too long",
    "unknown-country": "The country is not known",
    "unknown-commodity": "The commodity is not known",
    "unknown-code": "The code is not known",
    "unknown-key": "The registry has no such field",
    "too-long": "The text is too long",
    "not-a-number": "This is no number that fits",
    "no-such-date": "This is no date",
    "no-point": "This is no point",
    "no-shape": "The outline cannot be read",
    "no-outline": "This is no outline",
    "share": "The share is no share",
    "shares": "The shares make more than the whole",
    "letter-lost": "A letter was lost before the file came here",
    "letters-doubtful": "Letters look wrong: the encoding may be another",
    "odd-quotes": "The quotes of a cell are odd",
    "cell-holds-row": "A cell seems to hold another row",
    "beyond-columns": "Cells lie beyond the named columns",
    "total-row": "The row sums up the others",
    "cell-fault": "A formula of the spreadsheet has failed",
    "name-without-letters": "The name has no letters",
    "name-substituted": "The row has no name, and goes by another column",
    "date-converted": "A date was a number",
    "sentinel-number": "A number stands for “no value”",
    "number-ambiguous": "A number may have a point between its thousands",
    "holder-perhaps-person": "A holder may be a person, and is not named",
    "forbidden-character": "The text holds a forbidden character",
}
#: Rules about places, in the order in which a reader wants them; the rest follows by number of rows.
PLACES = ("swapped", "sign-lost", "digit-lost", "outside-country")
_FIRST = ("renumbered", "curated-edit", *PLACES)


def title(rule: str) -> str:
    """Give what a reader calls a rule."""
    return TITLES.get(rule) or rule.replace("_", " ").replace("-", " ").capitalize()


def weight(rule: str, is_error: bool, rows: int) -> tuple[int, int, int]:
    """Order rules: errors, what needs a decision, places, then the rest by number of rows."""
    return (0 if is_error else 1, _FIRST.index(rule) if rule in _FIRST else len(_FIRST), -rows)
