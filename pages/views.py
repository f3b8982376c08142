"""Pages of records and of lists, at the address that programs may use too: by Accept they get the API's JSON."""

from typing import Any
from uuid import UUID

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext

from api.errors import NotFound, Throttled, problem_of
from api.filters.clauses import Parameter
from api.filters.parameters import count_within
from api.http.methods import read_only
from api.http.moved import lead_on
from api.query.list_query import parameters_of, read_query
from api.query.past import AS_OF, read_as_of
from api.query.rows import Row, page
from api.resources.resource import Resource
from api.rest.formats import record as as_json
from api.rest.views import DetailView, ListView, fetch_record, formats_of, only
from explorer import errors
from explorer.language import in_default
from explorer.shared import shared
from pages.addresses import page_of
from pages.cite import PUBLISHER, Citation, citation_of
from pages.history import history
from pages.labels import in_sentence, kinds_of
from pages.names import own_name
from pages.outline import DRAWN_BY_COUNTRIES
from pages.preview import preview
from pages.record import record_page
from pages.record_list import listing
from pages.report import ReportForm, keep, sent, status
from pages.snippets import snippets
from pages.structured import json_ld

_HTML = "text/html; charset=utf-8"
#: How many records a page lists.
_LISTED = 50


class _Page:
    """What both kinds of page do: errors are pages for browsers, and each page says what it is."""

    #: The description of the API describes the API's own addresses.
    schema: Any = None

    request: Any

    def is_named(self, form: str) -> bool:
        """Choose the language of names for programs alone: the address of a page chooses its language."""
        return form not in ("", "html") and super().is_named(form)  # type: ignore[misc]

    def handle_exception(self, exc: Exception) -> Any:
        """Respond with a page, or with the problem document that a program understands."""
        document = super().handle_exception(exc)  # type: ignore[misc]
        return errors.as_page(getattr(self.request, "_request", self.request), document)

    @staticmethod
    def rendered(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
        """Render a page with what all of them share."""
        return HttpResponse(render_to_string(template, shared(request) | context, request), content_type=_HTML)


class RecordPageView(_Page, DetailView):
    """The page of a record."""

    def offered(self) -> tuple[str, ...]:
        """Offer the page first."""
        return ("html", *super().offered())

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Make the page, or give what the API gives."""
        given = self.given(request)
        if self.chosen_format(request, given) != "html":
            return super().get(request, **kwargs)
        resource, slug = self.resource, str(kwargs["slug"])
        then, _ = read_as_of(only(given, "format", "scheme", AS_OF))
        document = _document(request, resource, slug, then)
        made = record_page(resource, document, then is not None, given.get("scheme"))
        cite = _citation(request, resource, document)
        with in_default():
            picture = reverse(f"pages:{resource.name}-preview", args=[document["slug"]])
        context = {
            "page": made,
            "record": document,
            "as_of": given.get(AS_OF, ""),
            "cite": cite,
            "json_ld": json_ld(made, cite),
            "preview": request.build_absolute_uri(picture),
            "snippets": snippets(resource, request.build_absolute_uri(made.api)),
        }
        return self.rendered(request, "pages/record.html", context)


class PreviewView(_Page, DetailView):
    """The picture that messengers and search engines show for the page of a record."""

    def offered(self) -> tuple[str, ...]:
        """Leave no choice."""
        return ()

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Draw it."""
        only(self.given(request))
        document = _document(request, self.resource, str(kwargs["slug"]), None)
        made = record_page(self.resource, document, is_past=True)
        outline = made.location.outline if made.location else None
        under = f"{made.kind_words} · {PUBLISHER}"
        return HttpResponse(preview(outline, made.title, under), content_type="image/png")


class HistoryPageView(_Page, DetailView):
    """What changed in a record."""

    def offered(self) -> tuple[str, ...]:
        """Offer the page alone; programs follow the feed of changes, or ask for a time by `as_of`."""
        return ("html",)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Compare the versions of the record."""
        resource, slug = self.resource, str(kwargs["slug"])
        given = only(self.given(request), "format", "before")
        before = count_within("before", given["before"], 1, 2**31 - 1) if "before" in given else None
        document = _document(request, resource, slug, None)
        title = own_name(resource.kind, document["slug"], _title(resource, document))
        context = {
            "resource": resource,
            "record": document,
            "title": title,
            "page_href": page_of(resource, document["slug"]),
            "history": history(resource, document["slug"], before),
        }
        return self.rendered(request, "pages/history.html", context)


class ReportPageView(_Page, DetailView):
    """The form by which a reader reports an error in a record."""

    def offered(self) -> tuple[str, ...]:
        """Offer the page alone."""
        return ("html",)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Show the form, for one field if the address names it."""
        given = only(self.given(request), "format", "field")
        return self._form(request, str(kwargs["slug"]), ReportForm(self.resource, initial={"field": given.get("field", "")}))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Keep the report, and lead to its status."""
        form = ReportForm(self.resource, request.POST)
        document = _document(request, self.resource, str(kwargs["slug"]), None)
        if not form.is_valid():
            return self._form(request, str(kwargs["slug"]), form, 400)
        try:
            return sent(keep(request, self.resource, document, form.cleaned_data))
        except Throttled as error:
            # What was written stays in the form, to be sent later.
            form.add_error(None, str(error.detail))
            return self._form(request, str(kwargs["slug"]), form, error.status)

    def _form(self, request: HttpRequest, slug: str, form: ReportForm, status: int = 200) -> HttpResponse:
        document = _document(request, self.resource, slug, None)
        title = own_name(self.resource.kind, document["slug"], _title(self.resource, document))
        context = {
            "form": form,
            "title": title,
            "page_href": page_of(self.resource, document["slug"]),
            "resource": self.resource,
        }
        response = self.rendered(request, "pages/report.html", context)
        response.status_code = status
        return response


@errors.page_only
def report_status(request: HttpRequest, token: UUID) -> HttpResponse:
    """`/reports/<token>/`: what became of a report."""
    response = _Page.rendered(request, "pages/report_status.html", status(request, token))
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


class ListPageView(_Page, ListView):
    """The page that lists a resource: searched, filtered, a page at a time, without JavaScript."""

    def offered(self) -> tuple[str, ...]:
        """Offer the page first."""
        return ("html", *formats_of(self.resource))

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Make the page, or give what the API gives."""
        given = {name: value for name, value in self.given(request).items() if value != ""}
        if self.chosen_format(request, given) != "html":
            return super().get(request, **kwargs)
        given.pop("format", None)
        query = read_query(self.resource, {"limit": str(_LISTED), "count": "estimate", **given})
        made = listing(self.resource, given, page(query), dict[str, Parameter](parameters_of(self.resource)))
        return self.rendered(request, "pages/list.html", {"page": made, "given": given})


def _document(request: HttpRequest, resource: Resource, slug: str, then: Any) -> dict[str, Any]:
    """Fetch a record as the API shows it; raises NotFound, or Moved to the record that it was merged into.

    Of an area that its page draws by the shapes of countries, the geometry is that of its corners.
    """
    raw = fetch_record(resource, slug, then, whole=True, corners=resource.kind in DRAWN_BY_COUNTRIES)
    if raw is None:
        lead_on(resource, slug, request)
        raise NotFound(_missing(resource, slug))
    document, geometry, live, detail = raw
    row = Row(document, geometry, live[:-1] + b"," + detail[1:] if live and detail else live or detail, None)
    found: dict[str, Any] = orjson.loads(as_json(resource, row, None))
    return found


def _missing(resource: Resource, slug: str) -> str:
    words = gettext("There is no published record “%(slug)s” among the %(kinds)s.")
    return words % {"slug": slug[:80], "kinds": in_sentence(kinds_of(resource.model))}


def _title(resource: Resource, document: dict[str, Any]) -> str:
    """Return what a record is called, in its own language."""
    return str(document.get(resource.model.label_field) or document["slug"])  # type: ignore[attr-defined]


def _citation(request: HttpRequest, resource: Resource, document: dict[str, Any]) -> Citation:
    # A record is cited by one address, whatever the language in which somebody read it.
    with in_default():
        address = request.build_absolute_uri(reverse(f"pages:{resource.name}-record", args=[document["slug"]]))
    return citation_of(resource, document, _title(resource, document), address)


@read_only
def as_data(request: HttpRequest, resource: Resource, slug: str, ending: str) -> HttpResponse:
    """`/deposits/<slug>.json` and `.geojson`: the same record in the API."""
    address = reverse(f"api:{resource.name}-detail", args=[slug])
    query = request.META.get("QUERY_STRING", "")
    return HttpResponseRedirect(
        f"{address}?format={ending}{'&' + query if query else ''}", headers={"Cache-Control": "public, max-age=86400"}
    )


@read_only
def as_citation(request: HttpRequest, resource: Resource, slug: str, ending: str) -> HttpResponse:
    """`/deposits/<slug>.bib`, `.ris`, `.csl`: how to cite the record, for reference managers."""
    try:
        document = _document(request, resource, slug, None)
    except Exception as error:
        problem = problem_of(error)
        if problem is None:
            raise
        return problem.response()
    cite = _citation(request, resource, document)
    body, content_type = cite.written(ending)
    disposition = f'inline; filename="{document["slug"]}.{ending}"'
    return HttpResponse(body, content_type=content_type, headers={"Content-Disposition": disposition})
