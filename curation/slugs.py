"""Slugs from names in any script: Latin letters stay as they are, the rest goes through the registry's fold."""

import re
import unicodedata
from typing import Any

from django.db import connection
from django.db.models import Model
from django.db.models.functions import Lower
from django.db.models.lookups import Exact

_LONGEST = 80


def suggest_slug(model: type[Model], text: str, *, but: int | None = None) -> str:
    """Return a free slug made from a name; "" if the name holds no letter that could stand in one."""
    base = slug_of(text)
    for number in range(1, 100) if base else ():
        slug = base if number == 1 else f"{base}-{number}"
        taken: Any = model._base_manager.filter(Exact(Lower("slug"), slug.lower()))
        if not taken.exclude(pk=but).exists():
            return slug
    return ""


def slug_of(text: str) -> str:
    """Write a name with Latin letters, digits and single hyphens, cut at the end of a word."""
    words = re.findall(r"[^\W_]+", text[:300].replace("\x00", "").replace("'", "").replace("’", ""))
    plain = {word: _plain(word) for word in words}
    foreign = [word for word in words if not plain[word]]
    folded = _fold(foreign) if foreign else {}
    slug = ""
    for word in words:
        part = plain[word] or folded.get(word, "")
        if part and len(slug) + len(part) <= _LONGEST:
            slug += f"-{part}" if slug else part
        elif part:
            break
    return slug


def _plain(word: str) -> str:
    """Take the marks off Latin letters; "" if other letters are left."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    return bare.lower() if bare.isascii() and bare.isalnum() else ""


def _fold(words: list[str]) -> dict[str, str]:
    """Fold words of other scripts as search does, by the database's own function."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT word, registry_fold(word) FROM unnest(%s::text[]) AS word", [words])
        return {word: re.sub("[^a-z0-9]", "", folded or "") for word, folded in cursor.fetchall()}
