"""What is said of a run that changes nothing: why there is nothing to change."""

from collections.abc import Mapping

from django.utils.translation import gettext, ngettext


def none_goes_in(counts: Mapping[str, int]) -> bool:
    """Return whether a file has rows and each of them is refused."""
    return 0 < counts.get("rows", 0) == counts.get("refused", 0)


def verdict(counts: Mapping[str, int]) -> str:
    """Describe why a run has nothing to change; empty if it has something to change."""
    rows, refused = counts.get("rows", 0), counts.get("refused", 0)
    if counts.get("new") or counts.get("changed"):
        return ""
    if not rows:
        return gettext("The file has a header but no rows.")
    if none_goes_in(counts):
        return ngettext("The only row cannot be loaded.", "None of %(rows)s rows can be loaded.", rows) % {"rows": f"{rows:,}"}
    others = (
        ngettext("One row is rejected.", "%(rows)s rows are refused.", refused) % {"rows": f"{refused:,}"} if refused else ""
    )
    return " ".join(filter(None, (gettext("Nothing to change: the registry already has the values of the file."), others)))
