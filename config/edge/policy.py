"""What the registry decides at its edge: how long its threads wait for a lock, and whose bodies may be large."""

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.core.handlers.wsgi import WSGIRequest
from django.db import connections
from django.http import HttpResponse

from api.database.durations import timed
from api.database.servers import read_from_replica
from api.errors import TooLarge
from api.http.bodies import MAX_BODY_BYTES
from config.edge.environ import Environ
from config.edge.lanes import RequestKind
from config.middleware import AdminSessions
from config.warm import warm_thread
from curation.imports.receive import may_stage
from imports.limits import UPLOAD_BYTES

#: The fields of a form of the admin, and what stands around a file in one.
_FORM_BYTES = settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1_000_000

_sessions = AdminSessions(lambda _: HttpResponse())


def begin(kind: RequestKind) -> None:
    """Prepare a thread: readers are served from the replica if there is one, and wait for a lock only for a moment.

    Only a change of a table's structure makes them wait. The connection of a thread that reads is warmed.
    """
    for wrapper in connections.all():
        wrapper.execute_wrappers.append(timed)
    if kind in (RequestKind.CURATION, RequestKind.SIGN_IN):
        return
    read_from_replica()
    for wrapper in connections.all():
        options: dict[str, Any] = wrapper.settings_dict["OPTIONS"]
        if given := options.get("options"):
            options = {**options, "options": f"{given} -c lock_timeout={settings.LOCK_TIMEOUT_MS}"}
            wrapper.settings_dict = {**wrapper.settings_dict, "OPTIONS": options}
    if kind is RequestKind.READ:
        warm_thread()


def most_bytes(environ: Environ) -> int:
    """Return how large the body of a request may be: that of a file only if it comes from a curator who may import.

    Raises TooLarge if somebody else sends more than a form.
    """
    if not environ["PATH_INFO"].startswith("/admin/"):
        return MAX_BODY_BYTES
    announced = environ["CONTENT_LENGTH"]
    if announced.isdecimal() and int(announced) <= _FORM_BYTES:
        return _FORM_BYTES
    request = WSGIRequest({**environ, "CONTENT_LENGTH": ""})
    _sessions.process_request(request)
    if may_stage(get_user(request)):
        return UPLOAD_BYTES + _FORM_BYTES
    raise TooLarge(
        "Only a signed-in curator with the permission to import can upload a file. Sign in at /admin/ and upload it again."
    )
