"""Receives an uploaded file: only from users who may import, only up to a size, written to disk as it arrives."""

from contextlib import suppress
from functools import reduce
from operator import or_
from typing import Any, TypeVar

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import SkipFile, StopUpload, TemporaryFileUploadHandler
from django.db.models import Q, QuerySet

from imports import limits
from imports.failures import is_full_disk

#: More than so many times the size that is taken is not even read to its end.
_HOPELESS = 4
STAGE, LOAD = "registry.stage_importrun", "registry.load_importrun"


def may_stage(user: Any) -> bool:
    """Return whether somebody may bring files and check them."""
    return bool(user.is_active and user.is_staff and (user.has_perm(STAGE) or user.has_perm(LOAD)))


def may_load(user: Any) -> bool:
    """Return whether somebody may load and undo imports."""
    return bool(user.is_active and user.is_staff and user.has_perm(LOAD))


Rows = TypeVar("Rows", bound="QuerySet[Any]")


def their_own(rows: Rows, user: Any, *owners: str) -> Rows:
    """Limit rows to those that the user has uploaded; users who may load see the uploads of all."""
    if may_load(user):
        return rows
    return rows.filter(reduce(or_, (Q(**{owner: user.pk}) for owner in owners or ("user",))))


class ImportHandler(TemporaryFileUploadHandler):
    """Keeps what comes in a temporary file; skips what nobody asked for, and says on the request if it was too large."""

    def handle_raw_input(  # type: ignore[override]
        self, input_data: Any, meta: Any, content_length: int, *args: Any, **kwargs: Any
    ) -> None:
        """Remember how much is announced."""
        self.announced = content_length

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file, if the user may upload it."""
        user = getattr(self.request, "user", None)
        if user is None or not may_stage(user):
            raise SkipFile
        if self.announced > _HOPELESS * limits.UPLOAD_BYTES:
            self._too_large()
            raise StopUpload(connection_reset=True)
        self.received = 0
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write what has come, up to the size that is taken."""
        self.received += len(raw_data)
        if self.received > limits.UPLOAD_BYTES:
            self._too_large()
            self.file.close()
            raise SkipFile
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError as error:
            if not is_full_disk(error):
                raise
            self.request.registry_no_room = True  # type: ignore[union-attr]
            with suppress(OSError):
                self.file.close()
            raise SkipFile from error

    def file_complete(self, file_size: int) -> UploadedFile | None:
        """Return the file, unless it was too large."""
        refused = any(getattr(self.request, mark, False) for mark in ("registry_too_large", "registry_no_room"))
        return None if refused else super().file_complete(file_size)

    def _too_large(self) -> None:
        self.request.registry_too_large = True  # type: ignore[union-attr]
