"""The addresses of exports and of the data dictionary."""

from collections.abc import Collection
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from api.errors import BadParameter, NotAcceptable
from api.exports import description
from api.exports.dictionary import dictionary, dictionary_csv
from api.exports.files import built, file_name, note_reads, stream_of
from api.exports.formats import Format, formats_of
from api.exports.ranges import file_response
from api.filters.parameters import boolean, code_of
from api.http.bodies import read_parameters
from api.http.negotiation import CSV, JSON
from api.http.views import ReadView
from api.query.fields import FIELD_LISTS
from api.query.list_query import json_types_of, lists_of
from api.query.selection import read_selection
from api.resources.resource import Resource


class ExportView(ReadView):
    """Everything that a query asks for, in one file."""

    resource: Resource = None  # type: ignore[assignment]

    @property
    def operation(self) -> dict[str, Any]:
        """Describe it."""
        return description.export(self.resource)

    def lists(self, **kwargs: Any) -> Collection[str]:
        """Name the parameters that hold several values."""
        return lists_of(self.resource)

    def chosen_format(self, request: HttpRequest, given: dict[str, Any]) -> str:
        """Choose the format by its parameter, else by Accept."""
        return _format(self.resource, given.get("format"), request.META.get("HTTP_ACCEPT", "")).name

    def get(self, request: HttpRequest, **kwargs: Any) -> Any:
        """Read the query from the address."""
        return self.file(request, self.given(request))

    def post(self, request: HttpRequest, **kwargs: Any) -> Any:
        """Read the query from the body: a JSON object of the same parameters."""
        return self.file(request, read_parameters(request, _types(self.resource), intersects=(dict,)))

    def file(self, request: HttpRequest, given: dict[str, Any]) -> Any:
        """Write the file. HEAD builds one whose length is known only then; of a stream it says that it has none."""
        wanted = formats_of(self.resource)[self.chosen_format(request, given)]
        mark = boolean("bom", given.pop("bom")) if "bom" in given else True
        own = ("format", *FIELD_LISTS, "order")
        query = read_selection(self.resource, given, own, "An export", wanted.geometry)
        headers = {"Content-Disposition": f'attachment; filename="{file_name(self.resource, wanted)}"'}
        if wanted.built:
            return file_response(request, built(query, wanted), wanted.media_type, headers)
        headers["Accept-Ranges"] = "none"
        body: Any = []
        if request.method == "HEAD":
            note_reads(query, wanted)
        else:
            body = stream_of(query, wanted, mark)
        return StreamingHttpResponse(body, content_type=wanted.media_type, headers=headers)


def _types(resource: Resource) -> dict[str, tuple[str, ...]]:
    return json_types_of(resource) | {"bom": ("boolean",)}


def _format(resource: Resource, given: str | None, accept: str) -> Format:
    formats = formats_of(resource)
    if given is not None:
        return formats[code_of("format", given, formats)]
    kinds = {part.split(";")[0].strip().lower() for part in accept[:1000].split(",")} - {""}
    for each in formats.values():
        if each.media_type.split(";")[0] in kinds:
            return each
    if not kinds or kinds & {"*/*", "text/*"}:
        return formats["csv"]
    raise NotAcceptable(
        "The export is not available in this format; the available formats are listed.",
        "Accept",
        [e.media_type.split(";")[0] for e in formats.values()],
    )


class DictionaryView(ReadView):
    """What each column of the exports of a resource means."""

    resource: Resource = None  # type: ignore[assignment]
    formats = ("json", "csv")

    @property
    def operation(self) -> dict[str, Any]:
        """Describe it."""
        return description.dictionary(self.resource)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Return it as JSON or CSV."""
        given = self.given(request)
        for name in given:
            if name != "format":
                raise BadParameter("A data dictionary accepts no filters.", name[:80], ["format"])
        if self.chosen_format(request, given) == "csv":
            return HttpResponse(dictionary_csv(self.resource), content_type=f"{CSV}; charset=utf-8")
        return HttpResponse(orjson.dumps(dictionary(self.resource)), content_type=JSON)
