"""Names of releases, and where they are kept."""

import re
from pathlib import Path

from django.conf import settings

#: A year and a month, and a number for a further release of the month.
NAME = r"[0-9]{4}\.(?:0[1-9]|1[0-2])(?:\.[1-9][0-9]?)?"
_NAME = re.compile(NAME)
MANIFEST, CHECKSUMS = "manifest.json", "SHA256SUMS"


def is_name(text: str) -> bool:
    """Return whether a text is the name of a release."""
    return _NAME.fullmatch(text) is not None


def folder() -> Path:
    """Return the folder of all releases."""
    return Path(settings.RELEASES)
