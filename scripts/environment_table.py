"""Write the table of environment variables in docs/operations.md from what config/environment.py says of them.

python scripts/environment_table.py
"""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "operations.md"
_BETWEEN = re.compile(r"(?<=<!-- variables -->\n).*?(?=<!-- /variables -->)", re.DOTALL)


def table() -> str:
    """Make the table: one row for each property whose docstring begins with the name of a variable."""
    rows = ["| variable | meaning |", "|---|---|"]
    for node in ast.walk(ast.parse((ROOT / "config" / "environment.py").read_text())):
        described = ast.get_docstring(node) if isinstance(node, ast.FunctionDef) else None
        if described and (match := re.match(r"(`[A-Z_]+`)([:,]) (.+?)\.?$", described.splitlines()[0])):
            rows.append(f"| {match[1]} | {'used if set, ' if match[2] == ',' else ''}{match[3]} |")
    return "\n".join(rows) + "\n"


def written() -> str:
    """Read the table that the document holds."""
    found = _BETWEEN.search(DOCUMENT.read_text())
    return found[0] if found else ""


if __name__ == "__main__":
    DOCUMENT.write_text(_BETWEEN.sub(lambda _: table(), DOCUMENT.read_text()))
