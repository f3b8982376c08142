"""Which code this is: a digest of the sources that shape responses, part of every ETag."""

import hashlib

from config.environment import ROOT

_KINDS = frozenset({".py", ".html", ".js", ".css", ".json", ".svg", ".png", ".mo"})


def digest() -> str:
    """Digest our code, templates and static files, and the versions of packages, in a few milliseconds.

    Pages name static files by a hash of their content, so a page is another one when only a script has changed.
    """
    sources = hashlib.blake2s((ROOT / "requirements.txt").read_bytes(), digest_size=4)
    for folder in ("api", "curation", "explorer", "imports", "locale", "pages", "registry", "releases"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in _KINDS:
                sources.update(path.read_bytes())
    return sources.hexdigest()


CODE = digest()
