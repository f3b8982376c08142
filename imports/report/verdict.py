"""What is said of a run that changes nothing: why there is nothing to change."""

from collections.abc import Mapping


def none_goes_in(counts: Mapping[str, int]) -> bool:
    """Return whether a file has rows and each of them is refused."""
    return 0 < counts.get("rows", 0) == counts.get("refused", 0)


def verdict(counts: Mapping[str, int]) -> str:
    """Describe why a run has nothing to change; empty if it has something to change."""
    rows, refused = counts.get("rows", 0), counts.get("refused", 0)
    if counts.get("new") or counts.get("changed"):
        return ""
    if not rows:
        return "The file has a header but no rows."
    if none_goes_in(counts):
        return f"None of {rows:,} rows can be loaded." if rows > 1 else "The only row cannot be loaded."
    others = f" {refused:,} rows are refused." if refused > 1 else " One row is rejected." if refused else ""
    return f"Nothing to change: the registry already has the values of the file.{others}"
