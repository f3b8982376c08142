"""docs/architecture.md: its pictures and its list of steps are those of the declarations."""

import re
from pathlib import Path

import pytest

from registry.derived.declared import declared
from registry.derived.steps import WRITES
from scripts import pictures

#: They read no rows, but the folder's database is made only if some test is said to need one.
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", pictures.pictures(), ids=lambda path: path.name)
def test_what_is_drawn_is_what_is_declared(path: Path) -> None:
    redraw = './run manage shell -c "from scripts import pictures; pictures.write()"'
    assert path.read_text() == pictures.pictures()[path], f"it is out of date: {redraw}"


def test_the_picture_of_a_write_shows_every_step_in_its_order() -> None:
    """One list shows the steps of all operations; each operation runs some of them, in the same order."""
    drawn = re.findall(r'class="name"[^>]*>([^<]+)<', (pictures.FOLDER / "write.svg").read_text())
    functions = {function.name: function for function in declared()}
    orders = [functions[f"registry_before_{pictures.TABLE}"].steps]
    orders += [functions[f"registry_after_{operation}_{pictures.TABLE}"].steps for operation in WRITES]
    for steps in orders:
        names = [step.name for step in steps]
        assert [name for name in drawn if name in names] == names


@pytest.mark.parametrize("name", ["read", "import"])
def test_places_in_a_picture_exist(name: str) -> None:
    text = (pictures.FOLDER / f"{name}.svg").read_text()
    for place in re.findall(r"(?<![\w/])(?:api|config|registry|curation|imports)/[\w./]*\w", text):
        assert (pictures.ROOT / place).exists(), place
