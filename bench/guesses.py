"""How right a guessed mapping is on real headers: `python -m bench.guesses` prints precision and recall of mapped columns.

The truth is what a person who knows the file would write; a column that the registry has no place for is in neither. Files that
are not on this machine are left out, and named.
"""

import sys
from pathlib import Path
from typing import Any

from bench.guess_truths import AT_HAND, FOUND


def mapped(text: str) -> dict[str, str]:
    """Return the columns that a mapping uses, each with its key."""
    import yaml

    record: dict[str, Any] = yaml.safe_load(text)["record"]
    found: dict[str, str] = {}
    # Columns of which an id is made are those of their own keys, too.
    for key, given in sorted(record.items(), key=lambda item: item[0] == "external_id"):
        for entry in given if isinstance(given, list) else [given]:
            said = {"column": entry} if isinstance(entry, str) else entry
            names = [said.get(name) for name in ("column", "unit_column", "longitude", "latitude")]
            names += said.get("columns", [])
            names += [said.get("value")] if key == "grades" and isinstance(said.get("value"), str) else []
            found |= {str(name): key for name in names if name and name != "geometry" and str(name) not in found}
    return found


def measure(folder: Path) -> list[tuple[str, int, int, int]]:
    """Return file, right columns, guessed columns and columns of the truth."""
    from imports.source_file import guess

    rows = []
    for name, truth in (AT_HAND | FOUND).items():
        if (path := folder / name).exists():
            found = mapped(guess(path))
            rows.append((name, sum(truth.get(column) == key for column, key in found.items()), len(found), len(truth)))
            for column in sorted({*truth, *found}):
                if truth.get(column) != found.get(column):
                    print(f"  {name}: {column}: {found.get(column)}, and it is {truth.get(column)}", file=sys.stderr)
        else:
            print(f"  {name} is absent", file=sys.stderr)
    return rows


def main() -> None:
    """Print the figures."""
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    rows = measure(Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data"))
    for name, right, guessed, true in rows:
        print(f"| {name} | {right} | {guessed} | {true} | {right / max(guessed, 1):.2f} | {right / max(true, 1):.2f} |")
    right, guessed, true = (sum(row[number] for row in rows) for number in (1, 2, 3))
    print(f"| all | {right} | {guessed} | {true} | {right / max(guessed, 1):.2f} | {right / max(true, 1):.2f} |")


if __name__ == "__main__":
    main()
