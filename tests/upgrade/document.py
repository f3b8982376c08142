"""The blocks of docs/changing.md that change a file, and how they are carried out."""

import re
from dataclasses import dataclass
from pathlib import Path

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "changing.md"


@dataclass(frozen=True)
class Edit:
    """A file, and either all that it holds or the lines that change: pairs of what stands there and what shall."""

    name: str
    content: str
    changes: tuple[tuple[str, str], ...] = ()

    def carry_out(self, folder: Path) -> None:
        """Write or change the file; lines that are to change stand there once."""
        path = folder / self.name
        if not self.changes:
            assert not path.exists(), f"{self.name} exists"
            path.write_text(self.content.replace("LATEST", newest_migration(folder)))
            return
        text = path.read_text()
        for old, new in self.changes:
            assert text.count(old) == 1, f"{self.name} holds {text.count(old)} times:\n{old}"
            text = text.replace(old, new)
        path.write_text(text)


def newest_migration(folder: Path) -> str:
    """Name the migration on which no other one rests; numbers need not be in that order."""
    files = sorted((folder / "registry" / "migrations").glob("[0-9]*.py"))
    earlier = {name for path in files for name in re.findall(r"""["']registry["'], ["'](\w+)["']""", path.read_text())}
    (newest,) = {path.stem for path in files} - earlier
    return newest


def edits(heading: str) -> list[Edit]:
    """Read the blocks of a section that name a file."""
    section = re.split(r"^## ", DOCUMENT.read_text(), flags=re.M)
    (text,) = [part for part in section if part.startswith(f"{heading}\n")]
    found = []
    for language, name, body in re.findall(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", text, flags=re.M | re.S):
        if language == "diff":
            first, _, rest = body.partition("\n")
            found.append(Edit(first.removeprefix("--- "), "", tuple(_change(part) for part in rest.split("@@\n"))))
        elif name:
            found.append(Edit(name, body))
    return found


def _change(part: str) -> tuple[str, str]:
    lines = part.splitlines()
    old, new = ("\n".join(line[1:] for line in lines if line[:1] != skipped) for skipped in "+-")
    return old, new
