"""The files of the pages, and what a script imports."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXPLORER = ROOT / "explorer" / "static" / "explorer"
MAP = ROOT / "registry" / "static" / "registry" / "map"


def with_imports(script: Path) -> set[Path]:
    """Give a module and all that it imports by name, and they."""
    found: set[Path] = set()
    todo = [script]
    while todo:
        file = todo.pop()
        if file not in found:
            found.add(file)
            todo += [file.parent / name for name in re.findall(r'^import .* from "\./([\w.-]+)";$', file.read_text(), re.M)]
    return found
