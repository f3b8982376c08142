"""Draws the picture of docs/model.md: the kinds of record, and what their models refer to."""

from html import escape

from django.apps import apps
from django.db import models

from registry.kinds import RECORD_KINDS, RecordKind
from scripts.diagram import LEFT, STYLE, WIDTH

#: Where each kind of the core stands, by column and row.
PLACES = {
    "policy_framework": (0, 0),
    "license": (1, 0),
    "prospecting_object": (0, 1),
    "deposit": (1, 1),
    "estimate": (2, 1),
}
#: What is said about records of every kind.
ABOUT = {
    "source": "each record cites sources, for the values that they state",
    "finding": "a statement of a speaker in a source, about some records",
    "disagreement": "a question with two or more sides: records, citations or events",
}
BOX, HEIGHT, ACROSS, DOWN, TOP = 232, 104, 300, 150, 64


def _kinds() -> dict[type[models.Model], RecordKind]:
    return {kind.model: kind for kind in RECORD_KINDS if kind.is_record}


def _keys(model: type[models.Model]) -> list[models.ForeignKey]:
    """Return the foreign keys of a table that lead to kinds of record."""
    keys = [field for field in model._meta.get_fields() if isinstance(field, models.ForeignKey) and field.name != "merged_into"]
    return [key for key in keys if key.related_model in _kinds()]


def _owner(row: type[models.Model]) -> type[models.Model] | None:
    """Return the kind of record that a row is deleted with, if it is always of the same kind."""
    owners = [key for key in _keys(row) if key.remote_field.on_delete is models.CASCADE and not key.null]
    return owners[0].related_model if owners else None


def references(kind: RecordKind) -> set[str]:
    """Name the kinds that records of a kind refer to, by themselves or by their own rows (parties, sites, commodities)."""
    rows = [row for row in apps.get_app_config("registry").get_models() if row not in _kinds() and _owner(row) is kind.model]
    return {_kinds()[key.related_model].name for table in (kind.model, *rows) for key in _keys(table)} - {kind.name}


def _words(name: str) -> str:
    return name.replace("_", " ")


def _corner(name: str) -> tuple[int, int]:
    column, row = PLACES[name]
    return LEFT + column * ACROSS, TOP + row * DOWN


def _line(one: str, other: str) -> str:
    (x1, y1), (x2, y2) = (_corner(name) for name in (one, other))
    if y1 == y2 and abs(x1 - x2) > ACROSS:
        bottom = y1 + HEIGHT
        return f'<path class="arrow" d="M{x1 + BOX // 2} {bottom} v16 H{x2 + BOX // 2} v-16"/>'
    return f'<path class="arrow" d="M{x1 + BOX // 2} {y1 + HEIGHT // 2} L{x2 + BOX // 2} {y2 + HEIGHT // 2}"/>'


def a_model() -> str:
    """Draw the core as boxes with lines between them, and below it what is said about every record."""
    kinds = {kind.name: kind for kind in RECORD_KINDS if kind.is_record}
    lines, boxes = [], []
    for name in PLACES:
        found = references(kinds[name])
        lines += [_line(name, other) for other in sorted(found & set(PLACES))]
        x, y = _corner(name)
        boxes.append(f'<rect class="paper" x="{x}" y="{y}" width="{BOX}" height="{HEIGHT}" rx="8"/>')
        boxes.append(f'<rect class="frame" x="{x}" y="{y}" width="{BOX}" height="{HEIGHT}" rx="8"/>')
        boxes.append(f'<text class="head" x="{x + 14}" y="{y + 26}">{_words(name)}</text>')
        others = [_words(other) for other in sorted(found - set(PLACES))]
        for number, other in enumerate(others):
            at = f'x="{x + 14 + 108 * (number % 2)}" y="{y + 52 + 22 * (number // 2)}"'
            boxes.append(f'<text class="muted" {at}>→ {escape(other)}</text>')
    y = TOP + 2 * DOWN + 4
    rows = [f'<rect class="band" x="{LEFT}" y="{y}" width="{WIDTH - 2 * LEFT}" height="{34 + 26 * len(ABOUT)}" rx="8"/>']
    rows.append(f'<text class="head" x="{LEFT + 14}" y="{y + 24}">About records of every kind</text>')
    for number, (name, text) in enumerate(ABOUT.items()):
        at = y + 50 + 26 * number
        rows.append(f'<text class="name" x="{LEFT + 14}" y="{at}">{_words(kinds[name].name)}</text>')
        rows.append(f'<text x="{LEFT + 140}" y="{at}">{escape(text)}</text>')
    height = y + 34 + 26 * len(ABOUT) + 20
    title = "The kinds of record, and what they refer to"
    size = f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{title}">',
            f"<style>{STYLE}</style>",
            f'<rect class="paper" width="{WIDTH}" height="{height}"/>',
            f'<text class="title" x="{LEFT}" y="38">{title}</text>',
            *lines,
            *boxes,
            *rows,
            "</svg>\n",
        ]
    )
