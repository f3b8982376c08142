"""Draws what happens in which order as an SVG: bands below each other, with numbered rows."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, LEFT, LINE = 880, 24, 17
#: Where a row's name and text begin and its note ends; how many characters of text fit into a line, beside a note or without.
NAME, TEXT, NOTE = 66, 214, WIDTH - LEFT - 12
BESIDE_A_NOTE, ALONE = 64, 84

STYLE = """
  svg { --paper: #fbfaf6; --ink: #1d2422; --muted: #5c6561; --rule: #cfc9bb; --band: #ece8dd; --accent: #15795a; }
  @media (prefers-color-scheme: dark) {
    svg { --paper: #121917; --ink: #e8ebe6; --muted: #a3ada8; --rule: #3a4642; --band: #1f2926; --accent: #74cfb0; }
  }
  text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: var(--ink); }
  .title { font-size: 17px; font-weight: 650; }
  .head { font-weight: 650; }
  .name { font: 600 12.5px ui-monospace, monospace; }
  .note { text-anchor: end; }
  .muted { fill: var(--muted); }
  .number { fill: var(--paper); font-size: 11px; font-weight: 650; text-anchor: middle; }
  .paper { fill: var(--paper); } .band { fill: var(--band); } .frame { fill: none; stroke: var(--rule); }
  .dot { fill: var(--accent); } .arrow { stroke: var(--accent); stroke-width: 2; fill: none; }
"""


@dataclass(frozen=True)
class Row:
    """One thing that happens: its name, what it does, and a note at the right."""

    name: str
    text: str
    note: str = ""


@dataclass(frozen=True)
class Band:
    """What happens in one place: a heading, a note beside it, and the rows in their order."""

    head: str
    note: str
    rows: Sequence[Row]


def picture(title: str, bands: Sequence[Band]) -> str:
    """Draw bands below each other with an arrow between two, the rows numbered from top to bottom."""
    parts, y, number = [f'<text class="title" x="{LEFT}" y="38">{escape(title)}</text>'], 56, 0
    for band in bands:
        if number:
            parts.append(f'<path class="arrow" d="M{WIDTH / 2:.0f} {y - 2} v14 m-5 -5 l5 5 l5 -5"/>')
            y += 16
        top, y = y, y + 34
        rows = []
        for row in band.rows:
            number += 1
            lines = textwrap.wrap(row.text, BESIDE_A_NOTE if row.note else ALONE)
            rows.append(f'<circle class="dot" cx="48" cy="{y + 14}" r="9"/>')
            rows.append(f'<text class="number" x="48" y="{y + 18}">{number}</text>')
            rows.append(f'<text class="name" x="{NAME}" y="{y + 18}">{escape(row.name)}</text>')
            rows += [f'<text x="{TEXT}" y="{y + 18 + LINE * at}">{escape(line)}</text>' for at, line in enumerate(lines)]
            rows.append(f'<text class="note muted" x="{NOTE}" y="{y + 18}">{escape(row.note)}</text>' if row.note else "")
            y += 10 + LINE * max(1, len(lines))
        y += 8
        wide = WIDTH - 2 * LEFT
        parts.append(f'<rect class="band" x="{LEFT}" y="{top}" width="{wide}" height="30" rx="6"/>')
        parts.append(f'<rect class="frame" x="{LEFT}" y="{top}" width="{wide}" height="{y - top}" rx="6"/>')
        parts.append(f'<text class="head" x="{LEFT + 12}" y="{top + 20}">{escape(band.head)}</text>')
        parts.append(f'<text class="note muted" x="{NOTE}" y="{top + 20}">{escape(band.note)}</text>')
        parts += rows
        y += 4
    height = y + 16
    size = f'width="{WIDTH}" height="{height}"'
    begin = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" {size} role="img"'
    paper = f'<rect class="paper" {size} rx="10"/>'
    body = "\n".join(part for part in parts if part)
    return f'{begin} aria-label="{escape(title)}">\n<style>{STYLE}</style>\n{paper}\n{body}\n</svg>\n'
