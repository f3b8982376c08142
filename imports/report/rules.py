"""What each rule is called in a report, and how much it weighs."""

#: Rule → what a reader calls it. A rule that is not here goes by its own name.
TITLES = {
    "swapped": "Latitude and longitude look swapped",
    "sign-lost": "A coordinate may have lost its sign",
    "digit-lost": "A coordinate may have lost a digit",
    "outside-country": "The location is outside the stated country",
    "curated-edit": "A curator has changed a value of an earlier load",
    "sources-disagree": "The registry has another value from another source",
    "renumbered": "The id belonged to another record at another location",
    "withdrawn": "The record was withdrawn",
    "repeated-external-id": "An id occurs twice in the file",
    "repeated-number": "A licence number occurs twice in the file",
    "id-of-another-kind": "The id belongs to another record",
    "license_number": "Another licence has this number",
    "no-id": "The row has no id",
    "long-id": "The id is too long",
    "unknown-country": "The country is not known",
    "unknown-commodity": "The commodity is not known",
    "unknown-code": "The code is not known",
    "unknown-key": "The registry has no such field",
    "too-long": "The text is too long",
    "not-a-number": "This is not a valid number",
    "no-such-date": "This is not a date",
    "no-point": "This is not a point",
    "no-shape": "The outline cannot be read",
    "no-outline": "This is not an outline",
    "share": "The share is not valid",
    "shares": "The shares exceed 100 per cent",
    "fix-accepted": "Fixes that were accepted",
    "datum-shifted": "The coordinates seem to be in another datum",
    "unknown-entry": "The citation names a field that the record cannot have",
    "letter-lost": "A letter was lost in the file",
    "letters-doubtful": "Letters look wrong: the encoding may be another",
    "odd-quotes": "A cell has unbalanced quotes",
    "cell-holds-row": "A cell seems to contain another row",
    "beyond-columns": "The row has cells beyond the named columns",
    "total-row": "The row is a total of other rows",
    "cell-fault": "A formula of the spreadsheet has failed",
    "name-without-letters": "The name has no letters",
    "name-substituted": "The row has no name; another column is used",
    "date-converted": "A date was a number",
    "sentinel-number": "A number means “no value”",
    "number-ambiguous": "A number may have a thousands separator",
    "holder-perhaps-person": "A holder may be a person and is not named",
    "unknown-record": "The registry has no such record",
    "changed-since": "The record has been changed since the export",
    "probable-match": "The registry probably has this record already",
    "no-flag": "This is neither yes nor no",
    "reference-unknown": "The row refers to a record that the registry does not have",
    "reference-ambiguous": "The row refers to a name of several records",
    "reference-refused": "The row refers to a row that cannot be loaded",
    "forbidden-character": "The text contains a forbidden character",
}
#: Rules about places, in the order in which a reader wants them; the rest follows by number of rows.
PLACES = ("swapped", "sign-lost", "digit-lost", "outside-country")
_FIRST = ("probable-match", "datum-shifted", "renumbered", "curated-edit", *PLACES)


def title(rule: str) -> str:
    """Return what a reader calls a rule."""
    return TITLES.get(rule) or rule.replace("_", " ").replace("-", " ").capitalize()


def weight(rule: str, is_error: bool, rows: int) -> tuple[int, int, int]:
    """Order rules: errors, what needs a decision, places, then the rest by number of rows."""
    return (0 if is_error else 1, _FIRST.index(rule) if rule in _FIRST else len(_FIRST), -rows)
