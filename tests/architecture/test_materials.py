"""The bill of materials names what is locked, and each licence is one that this project can be delivered with."""

import json

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from scripts import materials

BILL = json.loads(materials.BILL.read_text())


def test_the_bill_is_that_of_the_lock() -> None:
    listed = {component["name"]: component["version"] for component in BILL["components"]}
    del listed["maplibre-gl"]
    packages = materials.locked((materials.ROOT / "requirements.txt").read_text())
    assert {materials.normalized(name): version for name, version in listed.items()} == packages, "run ./run lock"
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(BILL)) is None


def test_the_map_is_listed_with_what_is_served() -> None:
    listed = next(component for component in BILL["components"] if component["name"] == "maplibre-gl")
    assert listed == materials._maplibre(), "run ./run lock"


def test_every_licence_is_allowed() -> None:
    for component in BILL["components"]:
        assert materials.licence(component), component["name"]


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("MIT", True),
        ("GPL-3.0-only", False),
        ("MIT AND GPL-3.0-only", False),
        ("MIT OR GPL-3.0-only", True),
        ("MPL-2.0 AND (Apache-2.0 OR GPL-3.0-only)", True),
        ("", False),
    ],
)
def test_of_all_each_and_of_a_choice_one(expression: str, allowed: bool) -> None:
    assert materials.is_allowed(expression) is allowed
