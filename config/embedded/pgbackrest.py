"""pgBackRest, which keeps the archive of the private cluster: its calls, and the folder of the archive."""

import shutil
from pathlib import Path

from config.embedded.location import ClusterLocation
from config.embedded.messages import Refusal, say
from config.embedded.settings import STANZA, archive_configuration, archive_folder

_PROGRAM = "pgbackrest"


def required() -> Path:
    """Return the folder of the archive; raises Refusal if there is none, or no pgBackRest."""
    folder = archive_folder()
    if folder is None:
        raise Refusal(
            "nothing is archived: set REGISTRY_ARCHIVE to a folder, best on another disk, and start the service again"
        )
    if shutil.which(_PROGRAM) is None:
        raise Refusal("pgbackrest was not found; install it (Debian: apt-get install pgbackrest)")
    return folder


def begin(place: ClusterLocation) -> None:
    """Make the archive known to a cluster that has just started; a failure is reported, and the cluster runs on."""
    if archive_folder() is None or place.test:
        return
    try:
        run(place, "stanza-create")
    except Refusal as refusal:
        say(f"changes are NOT being archived: {refusal}")


def run(place: ClusterLocation, command: str, *options: str) -> None:
    """Run a command of pgBackRest as the account of the cluster; raises Refusal with its words if it fails."""
    folder = required()
    place.account.own_folder(folder)
    place.account.own_folder(place.socket)
    place.account.write(place.archiving, archive_configuration(place, folder))
    done = place.account.run(_PROGRAM, f"--config={place.archiving}", f"--stanza={STANZA}", *options, command)
    if done.returncode:
        raise Refusal(f"pgbackrest {command} failed:\n{done.stdout.strip()[-2000:]}")
