"""An answer whose rows have a time, as an Atom feed (RFC 4287), the newest first."""

from typing import Any
from xml.sax.saxutils import escape, quoteattr

from api.questions.answer import Answer
from api.questions.query import Query

#: The column that makes an answer a feed.
TIME = "at"


def feed(query: Query, found: Answer, address: str, following: str | None) -> bytes:
    """Write the rows as entries."""
    rows = sorted(found.rows, key=lambda row: str(row[TIME]), reverse=True)
    updated = rows[0][TIME] if rows else "1970-01-01T00:00:00Z"
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">',
        f"<id>{escape(address)}</id><title>{escape(query.question.title)}</title><updated>{updated}</updated>",
        f'<link rel="self" href={quoteattr(address)}/>',
        f'<link rel="next" href={quoteattr(following)}/>' if following else "",
        "<author><name>Rare-earth deposits registry</name></author>",
        *(_entry(row, address) for row in rows),
        "</feed>",
    ]
    return "".join(parts).encode()


def _entry(row: dict[str, Any], address: str) -> str:
    named = f"{row['kind']} {row['record']}"
    text = "; ".join(str(row[name]) for name in ("fields", "difference", "merged_into") if row.get(name))
    identity = f"{address.partition('?')[0]}#{row['kind']}-{row['record']}-{row['version']}"
    return (
        f"<entry><id>{escape(identity)}</id><title>{escape(row['verdict'] + ' ' + named)}</title>"
        f"<updated>{row[TIME]}</updated><summary>{escape(text)}</summary></entry>"
    )
