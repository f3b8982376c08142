"""Names of deposits: other names, names that are none, and words that show that a row is no deposit."""

import re
from collections.abc import Iterable

from imports.values.draft import Draft
from imports.values.terms import folded

#: Works, not places where something lies in the ground.
_PLANT = re.compile(r"\b(smelters?|refinery|refineries|(processing|separation|cracking) plant)\b|\bplant$|^\(facility\)", re.I)
_PERHAPS_PLANT = re.compile(r"\b(concentrator|plant|mill)$", re.I)
_GROUND = re.compile(r"\b(pit|mine|quarry|deposit|placer|prospect|claim)s?\b", re.I)
#: “Unnamed” says that there is no name, whatever follows; “Unknown” may be part of one, as in Unknown River.
_NO_NAME = re.compile(
    r"(unnamed|unidentified|no name|noname|not named|name unknown)\b.*|\W*|n/?a"
    r"|unknown([\s\d№#.,()-]|\b(name|site|deposit|occurrence|prospect|mine|mines|pit|quarry|placer|location|locality)\b)*",
    re.I,
)
_MOST_NAMES = 50


def put_name(draft: Draft, column: str, *others: str) -> None:
    """Set the name of a deposit, from the first of several columns that has one; a row without one cannot be kept."""
    text = draft.cell(column)
    for other in others:
        if not text and (text := draft.cell(other)):
            message = f"The row has no name; what {other} says is used instead."
            draft.warn("name-substituted", message, column, text, "Enter its name, if it has one.")
            column = other
    if not text:
        if any(problem.column == column for problem in draft.problems):
            return
        draft.error("name-missing", "A deposit must have a name.", column, fix="Enter the name of the place.")
        return
    draft.put_text("name", text, column)
    if _PLANT.search(text) and not _GROUND.search(text):
        draft.error("not-a-deposit", "A plant is not a deposit.", column, text, "Remove the row.")
    elif _PERHAPS_PLANT.search(text):
        draft.warn(
            "perhaps-a-plant", "This may be a plant rather than a deposit.", column, text, "Remove the row if it is a plant."
        )
    elif is_no_name(text):
        draft.warn("name-generic", f"“{text[:60]}” is not a name of a place.", column, text, "Enter its name, if it has one.")
    elif not any(letter.isalpha() for letter in text):
        draft.warn(
            "name-without-letters",
            f"“{text[:60]}” does not look like a name.",
            column,
            text,
            "Check that this is the column of names.",
        )


def is_no_name(text: str) -> bool:
    """Return whether a name says only that there is none."""
    return bool(_NO_NAME.fullmatch(text.strip()))


def put_other_names(draft: Draft, texts: Iterable[str], language: str = "", kind: str = "alternate") -> None:
    """Add other names, each once, without the deposit's own."""
    listed = draft.record.setdefault("other_names", [])
    seen = {folded(str(draft.record.get("name", ""))), *(folded(name["text"]) for name in listed)}
    for text in (" ".join(text.split())[:500] for text in texts):
        if not text or is_no_name(text) or folded(text) in seen or len(listed) >= _MOST_NAMES:
            continue
        seen.add(folded(text))
        listed.append({"text": text, "language": language, "kind": kind})
