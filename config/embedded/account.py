"""The account that owns the private cluster; PostgreSQL refuses to run as root."""

import os
import pwd
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from config.embedded.messages import Refusal

#: Never plain C: with it, lower() and pg_trgm see ASCII letters only.
LOCALE = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"


@dataclass(frozen=True)
class Account:
    """An account of the operating system, and what is done as it."""

    uid: int
    gid: int

    @classmethod
    def for_checkout(cls, root: Path) -> "Account":
        """Who shall own a new cluster: the caller; for root the checkout's owner, and if that is root, `postgres`.

        Raises Refusal when there is nobody.
        """
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid())
        owner = root.stat().st_uid
        for entry in pwd.getpwall():
            if owner and entry.pw_uid == owner:
                return cls(entry.pw_uid, entry.pw_gid)
        for name in ("postgres", "_postgres"):
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(entry.pw_uid, entry.pw_gid)
        raise Refusal(
            "PostgreSQL refuses to run as root, and there is no account “postgres”; create one:\n"
            "  useradd --system --home-dir /nonexistent postgres"
        )

    @classmethod
    def owner(cls, folder: Path) -> "Account":
        """Find the account that a folder belongs to."""
        status = folder.stat()
        return cls(status.st_uid, status.st_gid)

    @property
    def name(self) -> str:
        """Its name, or its number if it has none."""
        try:
            return pwd.getpwuid(self.uid).pw_name
        except KeyError:
            return str(self.uid)

    def reaches(self, folder: Path) -> bool:
        """Whether it may enter every folder down to this one, as far as the permission bits say."""
        for part in (folder, *folder.parents):
            if not part.exists():
                continue
            status = part.stat()
            others = stat.S_IXGRP if status.st_gid == self.gid else stat.S_IXOTH
            if not status.st_mode & (stat.S_IXUSR if status.st_uid == self.uid else others):
                return False
        return True

    def run(self, *command: str | Path, output: int | IO[str] = subprocess.PIPE) -> "subprocess.CompletedProcess[str]":
        """Run a program as this account, out of reach of the terminal's Ctrl-C.

        Its messages come back in `stdout`; `output=DEVNULL` for pg_ctl, whose server would hold the pipe open.
        """
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": LOCALE, "HOME": "/", "TZ": "UTC"}
        for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"):
            if name in os.environ:
                environment[name] = os.environ[name]
        root = os.geteuid() == 0
        return subprocess.run(
            [str(part) for part in command],
            cwd="/",
            env=environment,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            umask=0o077,
            start_new_session=True,
            user=self.uid if root else None,
            group=self.gid if root else None,
            extra_groups=[] if root else None,
        )

    def own_folder(self, folder: Path) -> None:
        """Make a folder that nobody else may enter, or see that it is one.

        Raises Refusal when something of another account stands there.
        """
        folder.mkdir(mode=0o700, exist_ok=True)
        self.take(folder)
        status = folder.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid != self.uid:
            raise Refusal(f"{folder} is not a folder of the account “{self.name}”; remove it and start again")
        folder.chmod(0o700)

    def take(self, path: Path) -> None:
        """Become the owner of a file or folder, if root may give it away."""
        if os.geteuid() == 0:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def write(self, path: Path, text: str) -> None:
        """Write a file of this account's, whole or not at all."""
        new = path.with_name(path.name + ".new")
        new.unlink(missing_ok=True)
        # Not through a link that somebody put there meanwhile: root may be writing.
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(descriptor)
        self.take(new)
        new.replace(path)
