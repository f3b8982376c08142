"""Fixture files as YAML: which there are, and what stands in them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from registry.seeding.errors import CardLocation, SeedError

ENDING = ".yaml"
#: Folder of files that are loaded as imports, and of what is said of them: it has no cards.
WORLD = "world"


class CoreLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Reads the core schema of YAML 1.2: only null, true, false and plain numbers are more than text.

    By the rules of YAML 1.1, `NO` (Norway) would be false, `42:40` the number 2560 and `2024-01-23` a date.
    A key given twice is an error, not the last one's victory.
    """

    yaml_implicit_resolvers: dict[str, Any] = {}  # filled below, for this class alone

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        """Reject a key given twice."""
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"“{key.value}” is given twice", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)  # type: ignore[no-any-return]


for _tag, _pattern, _first in (
    ("null", r"^(~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("bool", r"^(true|True|TRUE|false|False|FALSE)$", list("tTfF")),
    ("int", r"^[-+]?[0-9]+$", list("-+0123456789")),
    ("float", r"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$", list("-+.0123456789")),
):
    CoreLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), _first)
CoreLoader.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(node.value))
CoreLoader.add_constructor("tag:yaml.org,2002:float", lambda loader, node: float(node.value))


@dataclass(frozen=True)
class File:
    """A fixture file: its name without ending, and its cards by kind, besides what is said of the file as a whole."""

    name: str
    content: dict[str, Any]

    @property
    def place(self) -> CardLocation:
        """Stand at the file."""
        return CardLocation(self.name + ENDING)


def file_names(folder: Path) -> list[str]:
    """List the files of cards of a folder and its subfolders, without ending, in the order of their names."""
    paths = (path.relative_to(folder) for path in folder.rglob(f"*{ENDING}"))
    return sorted(str(path.with_suffix("")) for path in paths if path.parts[0] != WORLD)


def read_files(folder: Path, only: Iterable[str] = ()) -> list[File]:
    """Read the files of a folder, or only those named; the name of a subfolder stands for all files in it."""
    names = file_names(folder)
    chosen: list[str] = []
    for wanted in (name.removesuffix(ENDING).rstrip("/") for name in only):
        found = [name for name in names if name == wanted or name.startswith(wanted + "/")]
        if not found:
            raise SeedError(CardLocation(wanted), f"there is no such file in {folder.name}/; there are: {', '.join(names)}")
        chosen += found
    return [_read(folder, name) for name in (sorted(set(chosen)) if only else names)]


def _read(folder: Path, name: str) -> File:
    place = CardLocation(name + ENDING)
    try:
        content = yaml.load((folder / (name + ENDING)).read_text(encoding="utf-8"), CoreLoader)
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise SeedError(place, f"{line}{error.problem}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SeedError(place, str(error)) from error
    if content is None:
        content = {}
    if not isinstance(content, dict):
        raise SeedError(place, "a file must contain lists of cards by kind, such as “deposits:”")
    return File(name, content)
