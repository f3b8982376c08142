"""Any moment can be restored from the archive: what was written before it is there, what was written after it is not."""

import shutil
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.operations.machine import embedded, sql

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("pgbackrest"), reason="THERE IS NO pgbackrest (apt-get install pgbackrest)"),
]


def test_a_drill_and_a_recovery_end_at_the_moment(checkout: Path) -> None:
    archive = {"REGISTRY_ARCHIVE": str(checkout / "archive")}
    assert embedded(checkout, "start", **archive).returncode == 0
    sql(checkout, "CREATE TABLE kept AS SELECT 'before the backup' AS written")
    done = embedded(checkout, "archive", **archive)
    assert done.returncode == 0, done.stderr
    # pgBackRest notes the end of a backup in whole seconds.
    time.sleep(2)
    sql(checkout, "INSERT INTO kept VALUES ('after the backup')")
    time.sleep(0.05)
    moment = datetime.now(UTC).isoformat()
    time.sleep(0.05)
    sql(checkout, "INSERT INTO kept VALUES ('after the moment')")
    everything = "SELECT string_agg(written, ', ' ORDER BY written) FROM kept"

    for at, there in ((["--at", moment], "after the backup, before the backup"),
                      ([], "after the backup, after the moment, before the backup")):  # fmt: skip
        done = embedded(checkout, "drill", *at, "--ask", everything, **archive)
        assert done.returncode == 0, done.stderr
        report, found = done.stdout.splitlines()
        assert report.startswith(f"restored to {at[1] if at else 'the last change'} in ")
        assert found == there
    assert sql(checkout, everything).count(",") == 2, "a drill leaves the database as it is"
    assert not (checkout / ".data" / "pg.restored").exists()

    assert embedded(checkout, "recover", "--at", moment, **archive).returncode == 1, "it has to be confirmed"
    done = embedded(checkout, "recover", "--at", moment, "--force", **archive)
    assert done.returncode == 0, done.stderr
    assert sql(checkout, everything) == "after the backup, before the backup"
    assert len(list((checkout / ".data").glob("pg.before-*"))) == 1
    # What is written now is archived too.
    sql(checkout, "INSERT INTO kept VALUES ('since')")
    done = embedded(checkout, "drill", "--ask", everything, **archive)
    assert done.stdout.splitlines()[1:] == ["after the backup, before the backup, since"], done.stderr
    for wrong, words in ((["--at", "yesterday"], "is no moment with a time zone"), (["--to", "x"], "is not understood")):
        done = embedded(checkout, "drill", *wrong, **archive)
        assert done.returncode == 1 and words in done.stderr
    done = embedded(checkout, "drill")
    assert done.returncode == 1 and "set REGISTRY_ARCHIVE" in done.stderr
