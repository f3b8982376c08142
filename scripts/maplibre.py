"""Copy MapLibre GL JS, which the pages serve, from the package that npm has checked against `package-lock.json`.

Run: .venv/bin/npm install --save-dev --save-exact maplibre-gl@VERSION && python scripts/maplibre.py, and commit what changed.
"""

import hashlib
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "node_modules" / "maplibre-gl"
TARGET = ROOT / "vendor" / "maplibre-gl"
FILES = ("LICENSE.txt", "dist/maplibre-gl.css", "dist/maplibre-gl.mjs", "dist/maplibre-gl-worker.mjs")


def main() -> None:
    """Copy the files, and write their checksums in the form of `sha256sum`."""
    TARGET.mkdir(parents=True, exist_ok=True)
    copied = [Path(shutil.copyfile(PACKAGE / name, TARGET / Path(name).name)) for name in FILES]
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in sorted(copied)]
    (TARGET / "SHA256SUMS").write_text("".join(lines))


if __name__ == "__main__":
    main()
