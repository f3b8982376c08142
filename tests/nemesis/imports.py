"""A file of new rows for `manage.py load`."""

import subprocess
from pathlib import Path

from tests.nemesis.running_cluster import RunningCluster

SCHEME = "nemesis"
_ROWS = 20
_MAPPING = """
target: deposit
source: {slug: nemesis-list, title: A list, publisher: A survey, published: "2026", rights: CC0}
record:
  external_id: {scheme: nemesis, column: id}
  name: name
  location: {longitude: lon, latitude: lat}
"""


class Importer:
    """Writes files whose ids were never used, and loads them."""

    def __init__(self, cluster: RunningCluster) -> None:
        """Write the mapping."""
        self._cluster, self._number = cluster, 0
        self._mapping = self._write("mapping.yaml", _MAPPING)

    def _write(self, name: str, text: str) -> Path:
        path = self._cluster.folder / name
        path.write_text(text)
        return path

    def load(self) -> "tuple[list[str], subprocess.CompletedProcess[str]]":
        """Load a new file; give its ids, and what the command said."""
        self._number += 1
        ids = [f"import.{self._number}.{row}" for row in range(_ROWS)]
        # No two within reach of each other, or they would be probable doubles.
        rows = [
            f"{one},Place {one},{-170 + (self._number * 17 + row * 7) % 340},{-60 + (self._number * 11 + row * 13) % 120}"
            for row, one in enumerate(ids)
        ]
        file = self._write("rows.csv", "\n".join(("id,name,lon,lat", *rows)))
        words = ("-X", "faulthandler", "manage.py", "load", "generic", "--file", str(file), "--mapping", str(self._mapping))
        return ids, self._cluster.command(*words)
