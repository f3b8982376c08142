"""What was measured, as a page and as a picture."""

import argparse
import math
import platform
import statistics
from pathlib import Path
from typing import Any

from bench.load import Measured
from bench.services import SERVICES

#: Goals: against the best of tipg and pygeoapi, against conventional DRF, against PostgreSQL alone.
GOALS: dict[str, tuple[float | None, float | None, float | None]] = {
    "detail": (5, 6, 0.08),
    "detail, whole": (3, 6, 0.08),
    "list of 100": (10, 80, 0.9),
    "bbox of 100": (9, 35, 1.2),
    "bbox of 1,000": (13, 100, 1.5),
    "20 nearest": (None, 25, 0.6),
}


def middle(runs: list[Measured], what: str) -> float:
    """Give the median of several runs."""
    return statistics.median(getattr(run, what) for run in runs)


def _ratio(value: float | None, goal: float | None = None) -> str:
    if value is None:
        return "–"
    if value == math.inf:
        return "it answered none in time"
    text = f"{value:.2f}×" if value < 10 else f"{value:.0f}×"
    return (
        f"**{text}** (goal {goal:g}×)"
        if goal is not None and value >= goal
        else f"{text} (goal {goal:g}×: short)"
        if goal
        else text
    )


def ratios(results: Any, limits: Any, read: str, connections: int = 8) -> tuple[float | None, float | None, float | None]:
    """Give ours against the best of tipg and pygeoapi, against conventional DRF, and against PostgreSQL alone."""

    def rate(name: str) -> float | None:
        runs = results.get((read, name, connections))
        return middle(runs, "per_second") if runs else None

    ours = rate("ours")
    if ours is None:
        return None, None, None
    best = max(filter(None, (rate("tipg"), rate("pygeoapi"))), default=None)
    conventional, bound = rate("conventional"), limits.get(read)
    return (
        ours / best if best else None,
        None if conventional is None else ours / conventional if conventional else math.inf,
        ours / statistics.median(bound) if bound else None,
    )


def results(results: Any, limits: Any, options: argparse.Namespace) -> str:
    """Write the page."""
    lines = [
        "# Results",
        "",
        f"{options.size:,} deposits, {options.size // 5:,} licences; {platform.machine()}, {_cores()} cores;"
        f" median of {options.rounds} runs of {options.seconds:g} s each, services measured in turn. Written by `./run bench`.",
        "Compare only ratios within one run; absolute figures depend on the machine. tipg, pygeoapi and PostgreSQL alone read",
        "a prepared table with the fields of our lists; conventional DRF reads our tables; all return the same records.",
        "Our response cache is switched off, because the peers have none.",
        "“detail” requests the fields that the peers' records have; “detail, whole” adds names, estimates, licences, findings",
        "and citations, for our service only.",
        "",
        "## Ratios, 8 connections",
        "",
        "| read | against the best of tipg and pygeoapi | against conventional DRF "
        "| against PostgreSQL alone building the JSON |",
        "|---|---|---|---|",
    ]
    reads = list(dict.fromkeys(read for read, _, _ in results))
    for read in reads:
        found = ratios(results, limits, read)
        if any(value is not None for value in found):
            goals = GOALS.get(read, (None, None, None))
            lines.append(f"| {read} | " + " | ".join(_ratio(v, g) for v, g in zip(found, goals, strict=True)) + " |")
    if ("304", "ours", 8) in results:
        share = middle(results["304", "ours", 8], "per_second") / middle(results["empty view", "ours", 8], "per_second")
        lines += ["", f"A 304 response reaches {share:.2f} of the rate of an empty view (goal 0.7)."]
    lines += [*_service(results), *_noise(results), *_scale(results, reads, options), *_memory(results)]
    lines += [
        "",
        "## Figures",
        "",
        "| read | service | connections | requests/s | p50 ms | p99 ms | CPU ms per request | largest worker MB |",
        "|---|---|---|---|---|---|---|---|",
    ]
    large = {key: runs for key, runs in results.items() if key[1] in SERVICES}
    for (read, name, connections), runs in sorted(
        large.items(), key=lambda r: (reads.index(r[0][0]), r[0][2], list(SERVICES).index(r[0][1]))
    ):
        figures = (
            f"{middle(runs, w):.{d}f}"
            for w, d in (("per_second", 1), ("p50_ms", 2), ("p99_ms", 1), ("cpu_ms", 2), ("largest_worker_mb", 0))
        )
        lines.append(f"| {read} | {SERVICES[name].label} | {connections} | " + " | ".join(figures) + " |")
    for read, runs in limits.items():
        lines.append(f"| {read} | PostgreSQL alone | 2 | {statistics.median(runs):.1f} | | | | |")
    errors = sum(run.errors for runs in results.values() for run in runs)
    lines += ["", f"Responses with errors: {errors}.", "", Path(__file__).with_name("reasons.md").read_text().strip(), ""]
    return "\n".join(lines)


def _scale(results: Any, reads: list[str], options: argparse.Namespace) -> list[str]:
    """Compare the times of answers with those over a registry of 10,000."""
    pairs = [(r, results.get((r, "small", 8)), results.get((r, "ours", 8))) for r in reads]
    rows = [
        f"| {read} | {middle(small, 'p50_ms'):.2f} | {middle(large, 'p50_ms'):.2f} "
        f"| {middle(large, 'p50_ms') / middle(small, 'p50_ms'):.2f} |"
        for read, small, large in pairs
        if small and large
    ]
    head = [
        "",
        "## Size",
        "",
        f"| read | p50 ms at 10,000 | p50 ms at {options.size:,} | ratio (goal ≤ 1.3) |",
        "|---|---|---|---|",
    ]
    return [*head, *rows] if rows else []


def _service(results: Any) -> list[str]:
    """State what a response that is kept costs beside an empty view, and what a list costs in the service."""
    lines, empty = [], results.get(("empty view", "ours", 8))
    if empty and (kept := results.get(("list of 100", "cached", 8))):
        share = middle(kept, "per_second") / middle(empty, "per_second")
        lines.append(f"A kept list of 100 reaches {share:.2f} of the rate of an empty view (goal 0.9).")
    if found := results.get(("list of 100", "ours", 8)):
        lines.append(f"A list of 100 that is not kept takes {middle(found, 'cpu_ms'):.2f} ms of processor time (goal 0.7).")
    return [part for line in lines for part in ("", line)]


def _noise(results: Any) -> list[str]:
    """State how much the machine varied: the empty view was measured in every round."""
    rates = sorted(run.per_second for run in results.get(("empty view", "ours", 8), []))
    if len(rates) < 2:
        return []
    return [
        "",
        f"Noise: over {len(rates)} rounds the empty view was answered {rates[0]:,.0f} to {rates[-1]:,.0f} times a second,"
        f" {statistics.median(rates):,.0f} at the median.",
    ]


def _memory(results: Any) -> list[str]:
    most = max(run.largest_worker_mb for (_, name, _), runs in results.items() if name in ("ours", "cached") for run in runs)
    return ["", f"Our largest worker during the run: {most:.0f} MB (goal under 200)."]


def _cores() -> int:
    import os

    return os.cpu_count() or 1


def picture(results: Any, limits: Any, path: Path) -> None:
    """Draw requests per second by read and service, on a logarithmic scale, as SVG."""
    import math

    names = ["conventional", "pygeoapi", "tipg", "ours"]
    colours = {"conventional": "#b9b2a3", "pygeoapi": "#c98b4b", "tipg": "#7b8fa3", "ours": "#1d6b57"}
    reads = [r for r in GOALS if (r, "ours", 8) in results]
    width, row, bar, left = 860, 118, 20, 150
    height = 70 + row * len(reads)
    top = max(middle(runs, "per_second") for (r, _, c), runs in results.items() if c == 8 and r in reads)
    scale = (width - left - 120) / math.log10(top * 1.5)
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
        ' font-family="system-ui, sans-serif" font-size="14">',
        f'<rect width="{width}" height="{height}" fill="#fffdf8"/>',
        '<text x="20" y="32" font-size="18" font-weight="600" fill="#14352f">'
        "Requests per second, 8 connections (logarithmic)</text>",
    ]
    for index, read in enumerate(reads):
        y = 62 + index * row
        out.append(f'<text x="20" y="{y + 14}" font-weight="600" fill="#333">{read}</text>')
        shown = [n for n in names if (read, n, 8) in results]
        for position, name in enumerate(shown):
            rate = middle(results[read, name, 8], "per_second")
            length = max(2, math.log10(max(rate, 1.01)) * scale)
            at = y + position * (bar + 4)
            out.append(f'<rect x="{left}" y="{at}" width="{length:.0f}" height="{bar}" rx="3" fill="{colours[name]}"/>')
            out.append(
                f'<text x="{left + length + 8:.0f}" y="{at + 15}" fill="#333">{rate:,.0f}  {SERVICES[name].label}</text>'
            )
    out.append("</svg>")
    path.write_text("\n".join(out))
