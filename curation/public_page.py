"""The public page of a record, as it is or as a trial makes it."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import resolve, reverse
from django.utils.translation import gettext

from curation.proposals.replay import as_sent
from registry.kinds import kind_of_model
from registry.review import whole_of
from registry.vocabularies import RecordStatus


def public_address(record: Any) -> str:
    """Return the address of the public page of a record, or of the record that a part belongs to."""
    whole = whole_of(record)
    kind = kind_of_model(type(whole))
    assert kind is not None
    return reverse(f"pages:{kind.plural}-record", args=[whole.slug])


def public_page(request: HttpRequest, record: Any) -> HttpResponse:
    """Make the public page of a record as if it were published; within a trial only."""
    whole = whole_of(record)
    rows = type(whole)._base_manager.filter(pk=whole.pk)
    rows.exclude(record_status=RecordStatus.PUBLISHED).update(record_status=RecordStatus.PUBLISHED)
    whole = rows.get()
    address = public_address(whole)
    view = resolve(address)
    made: Any = as_sent(request, None)
    made.path = made.path_info = address
    made.META = {**request.META, "QUERY_STRING": "", "PATH_INFO": address, "HTTP_ACCEPT": "text/html"}
    made.GET = QueryDict()
    made.preview_note = gettext("Preview: readers do not see this yet.")
    response: HttpResponse = view.func(made, *view.args, **view.kwargs)
    for name in ("ETag", "Registry-Position", "Vary"):
        response.headers.pop(name, None)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
