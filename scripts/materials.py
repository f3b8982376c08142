"""Write `sbom.cdx.json`, the bill of materials (CycloneDX): what the service contains, with version and licence.

Called by `./run lock`. The packages are those of requirements.txt with what their own metadata say, read by cyclonedx-py,
and the script for maps in vendor/. Addresses are left out: a package is named by its purl.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
BILL = ROOT / "sbom.cdx.json"

#: Licences that metadata state in words, or in the text of a file alone: as read there.
STATED = {
    "BSD License": "BSD-3-Clause",
    "MIT License": "MIT",
    "Apache Software License": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "uritemplate": "BSD-3-Clause OR Apache-2.0",
}
#: What this project, under Apache-2.0, may be delivered with: permissive, or weak copyleft of a package used as it is.
ALLOWED = frozenset(
    (
        "0BSD",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "CC0-1.0",
        "ISC",
        "MIT",
        "MIT-0",
        "MIT-CMU",
        "Unlicense",
        "Zlib",
        "LGPL-2.1-only",
        "LGPL-2.1-or-later",
        "LGPL-3.0-only",
        "MPL-2.0",
        "PSF-2.0",
        "Python-2.0",
    )
)


def normalized(name: str) -> str:
    """Give the name of a Python package as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(lock: str) -> dict[str, str]:
    """Read names and versions from the text of a lock file."""
    found = re.findall(r"^([A-Za-z0-9._-]+)==([^ \\;\n]+)", lock, re.MULTILINE)
    return {normalized(name): version for name, version in found}


def licence(component: dict[str, Any]) -> str:
    """Give the licence of a component as an SPDX expression; empty if its metadata name none that we know."""
    given = [
        stated.get("expression") or stated["license"].get("id") or stated["license"]["name"]
        for stated in component.get("licenses", [])
    ]
    for words in (*given, component["name"]):
        expression = STATED.get(words.rpartition(" :: ")[2], words)
        if is_allowed(expression):
            return expression
    return ""


def is_allowed(expression: str) -> bool:
    """Say whether each licence of an SPDX expression, or one of each choice, is allowed."""
    both = re.split(r"\s+AND\s+(?![^(]*\))", expression)
    return all(any(one.strip() in ALLOWED for one in re.split(r"\s+OR\s+", part.strip("() "))) for part in both)


def _described() -> dict[str, Any]:
    command = [
        sys.executable,
        "-m",
        "cyclonedx_py",
        "environment",
        "--output-format",
        "JSON",
        "--output-reproducible",
        sys.executable,
    ]
    return dict(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))


def _maplibre() -> dict[str, Any]:
    package = json.loads((ROOT / "package.json").read_text())
    version = package["devDependencies"]["maplibre-gl"]
    sums = [line.split() for line in (ROOT / "vendor/maplibre-gl/SHA256SUMS").read_text().splitlines()]
    files = [{"type": "file", "name": name, "hashes": [{"alg": "SHA-256", "content": digest}]} for digest, name in sums]
    ref = f"pkg:npm/maplibre-gl@{version}"
    stated = [{"license": {"id": "BSD-3-Clause"}}]
    return {
        "type": "library",
        "name": "maplibre-gl",
        "version": version,
        "bom-ref": ref,
        "purl": ref,
        "licenses": stated,
        "components": files,
    }


def bill(lock: str) -> dict[str, Any]:
    """Make the bill of the packages of a lock file; raises SystemExit for one without a licence that is allowed."""
    bom, wanted = _described(), locked(lock)
    kept = []
    for component in bom["components"]:
        if wanted.get(normalized(component["name"])) != component["version"]:
            continue
        if not (expression := licence(component)):
            raise SystemExit(f"{component['name']}: no licence that is allowed: {component.get('licenses')}")
        few = {key: component[key] for key in ("type", "name", "version", "bom-ref", "purl", "description") if key in component}
        simple = expression in ALLOWED
        kept.append({**few, "licenses": [{"license": {"id": expression}} if simple else {"expression": expression}]})
    refs = {component["bom-ref"] for component in kept}
    arrows = [
        {"ref": one["ref"], **({"dependsOn": on} if (on := sorted(refs & set(one.get("dependsOn", [])))) else {})}
        for one in bom["dependencies"]
        if one["ref"] in refs
    ]
    kept.append(_maplibre())
    itself = {
        "type": "application",
        "name": "rare-earth-registry",
        "bom-ref": "rare-earth-registry",
        "licenses": [{"license": {"id": "Apache-2.0"}}],
    }
    return {
        "$schema": bom["$schema"],
        "bomFormat": "CycloneDX",
        "specVersion": bom["specVersion"],
        "version": 1,
        "metadata": {"component": itself},
        "components": sorted(kept, key=lambda component: str(component["purl"])),
        "dependencies": sorted(arrows, key=lambda arrow: str(arrow["ref"])),
    }


def main() -> None:
    """Write the bill beside the lock."""
    made = bill((ROOT / "requirements.txt").read_text())
    BILL.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
