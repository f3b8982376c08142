"""Which code this is: a digest of the sources that shape answers, part of every ETag."""

import hashlib

from config.environment import ROOT


def digest() -> str:
    """Digest the Python files of the registry and the API, in a few milliseconds."""
    sources = hashlib.blake2s(digest_size=4)
    for folder in ("api", "registry"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            sources.update(path.read_bytes())
    return sources.hexdigest()


CODE = digest()
