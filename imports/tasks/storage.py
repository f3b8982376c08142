"""Files that were uploaded, stored in a private folder under generated names until they are loaded, discarded or a day old."""

import hashlib
import os
import re
import unicodedata
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path, PurePosixPath, PureWindowsPath

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from imports import limits
from registry.models import ImportUpload
from registry.vocabularies import TaskState

_KEPT = timedelta(days=1)
_UNSAFE = re.compile(r"[^\w.() +@-]+")


def harmless_name(given: str) -> str:
    """Return the last part of a name without anything that a path, a page or a terminal could take amiss."""
    last = PureWindowsPath(PurePosixPath(given).name).name
    plain = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] != "C")
    name = _UNSAFE.sub("_", plain).strip(" .")
    stem, dot, ending = name.rpartition(".")
    if len(name) > limits.UPLOAD_NAME_CHARACTERS and dot and len(ending) < 12:
        name = f"{stem[: limits.UPLOAD_NAME_CHARACTERS - len(ending) - 1]}.{ending}"
    return name[: limits.UPLOAD_NAME_CHARACTERS] or "file"


def path_of(upload: ImportUpload) -> Path:
    """Return the place of a file; it need not be there any more."""
    return _folder() / f"{upload.pk}"


def mapping_path_of(upload: ImportUpload) -> Path:
    """Return the place where the mapping of a file is written for its reader."""
    return _folder() / f"{upload.pk}.yaml"


def store(upload: ImportUpload, chunks: Iterable[bytes]) -> ImportUpload:
    """Write a file where its owner alone can read it, take its digest on the way, and keep its row."""
    sweep()
    _folder()
    upload.file_sha256, upload.file_bytes = "", 0
    upload.save()
    digest = hashlib.sha256()
    try:
        with open(path_of(upload), "xb", opener=_private) as file:
            for chunk in chunks:
                digest.update(chunk)
                upload.file_bytes += len(chunk)
                file.write(chunk)
    except OSError:
        forget(upload)
        upload.delete()
        raise
    upload.file_sha256 = digest.hexdigest()
    upload.save(update_fields=["file_sha256", "file_bytes"])
    return upload


def forget(upload: ImportUpload) -> None:
    """Remove a file and its mapping from the disk."""
    for path in (path_of(upload), mapping_path_of(upload)):
        path.unlink(missing_ok=True)


def sweep() -> None:
    """Remove files that nobody has come back to for a day, and their rows where nothing came of them."""
    old = ImportUpload.objects.filter(created_at__lt=timezone.now() - _KEPT).exclude(
        Q(pk__in=ImportUpload.objects.filter(tasks__state=TaskState.RUNNING).values("pk"))
    )
    for upload in old.only("pk")[:500]:
        forget(upload)
    ImportUpload.objects.filter(pk__in=old.filter(run=None).values("pk")[:500]).delete()


def _folder() -> Path:
    folder = Path(settings.IMPORT_FOLDER)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW, 0o600)
