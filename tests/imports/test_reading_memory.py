"""Memory stays flat: a process of its own reads a large file in each text format, and says what it took at most."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.imports.sample_files import MAPPING, ROOT, SHAPED

_ROWS = 8_000
_MEGABYTES = 200

_PROGRAM = """
import sys, django
django.setup()
from pathlib import Path
from imports.source_file import open_file
from imports.values.terms import make_terms
terms = make_terms([("KG", "KGZ", "Kyrgyzstan")], [], [], [])
rows = sum(row.is_sound for row in open_file(Path(sys.argv[1]), "generic", Path(sys.argv[2]), terms=terms).rows())
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(rows, int(peak.split()[1]) // 1024)
"""
_WEB = "import django; django.setup(); import sys; import config.wsgi, imports.source_file; print(*sys.modules)"


def run(*arguments: str) -> str:
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="THE PEAK OF MEMORY IS NOT KNOWN: there is no /proc here")
@pytest.mark.parametrize("kind", ["csv", "geojson"])
def test_memory_stays_flat(tmp_path: Path, kind: str) -> None:
    mapping = MAPPING if kind == "csv" else SHAPED
    (tmp_path / "mapping.yaml").write_text(mapping)
    file = tmp_path / f"large.{kind}"
    with file.open("w") as large:
        if kind == "csv":
            large.write("id,name,country,lon,lat,note\n")
            large.writelines(f"{n},Site {n},KG,70.5,40.5,{'x' * 12_000}\n" for n in range(_ROWS))
        else:
            large.write('{"type": "FeatureCollection", "features": [')
            for n in range(_ROWS):
                values = {"id": n, "name": f"Site {n}", "country": "KG", "note": "x" * 12_000}
                shape = {"type": "Point", "coordinates": [70.5, 40.5]}
                large.write(("," * bool(n)) + json.dumps({"type": "Feature", "properties": values, "geometry": shape}))
            large.write("]}")
    assert file.stat().st_size > 80_000_000
    rows, peak = map(int, run("-c", _PROGRAM, str(file), str(tmp_path / "mapping.yaml")).split())
    assert rows == _ROWS
    assert peak < _MEGABYTES


def test_the_web_workers_load_none_of_the_readers_libraries() -> None:
    loaded = set(run("-c", _WEB).split())
    assert not loaded & {"openpyxl", "ijson", "shapefile", "pyproj", "defusedxml"}
