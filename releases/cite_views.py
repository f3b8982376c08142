"""The addresses of citations: making one, its page, its answer, and its reference in the formats of literature programs."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse

from api.errors import Gone, MethodNotAllowed, NotFound, Problem, problem_of
from api.http.cache import matches
from api.http.methods import read_only
from api.http.negotiation import JSON, choose
from explorer import errors
from explorer.language import in_default
from explorer.shared import shared
from pages.cite import PUBLISHER, Citation
from registry.models.cited import CitedQuery
from releases.citations import bytes_of, cite

_FOR_EVER = "public, max-age=31536000, immutable"
_POST = "POST, OPTIONS"


def make(request: HttpRequest) -> HttpResponse:
    """`POST /cite/`: keep the answer to a query, and lead to its citation."""
    if request.method == "OPTIONS":
        return HttpResponse(status=204, headers={"Allow": _POST})
    if request.method != "POST":
        return errors.failed(request, MethodNotAllowed(f"It takes {_POST}.", headers={"Allow": _POST}))
    try:
        made = cite(request, request.POST.get("query", ""))
    except Exception as error:
        problem = problem_of(error)
        if problem is None:
            raise
        return errors.failed(request, problem)
    response = HttpResponseRedirect(reverse("releases:cited", args=[made.key]), status=303)
    response.headers["Cache-Control"] = "no-store"
    return response


@errors.page_only
def cited_page(request: HttpRequest, key: str) -> HttpResponse:
    """`/cite/<key>/`: what was cited; programs get the answer."""
    try:
        cited = _cited(key)
        form = choose(None, request.META.get("HTTP_ACCEPT", ""), ("html", "json"))
    except Problem as problem:
        return errors.failed(request, problem)
    if form == "json":
        response = _data(request, cited)
    else:
        cite = _reference(request, cited)
        context = {"cited": cited, "cite": cite, "now": f"{settings.PATH_PREFIX}{cited.query}"}
        response = HttpResponse(render_to_string("releases/cited.html", shared(request) | context, request))
        response.headers["Cache-Control"] = "public, max-age=60"
    response.headers["Vary"] = "Accept"
    return response


@read_only
def cited_data(request: HttpRequest, key: str) -> HttpResponse:
    """`/cite/<key>.json`: the answer, the same bytes for ever."""
    try:
        return _data(request, _cited(key))
    except Problem as problem:
        return problem.response()


@read_only
def cited_reference(request: HttpRequest, key: str, ending: str) -> HttpResponse:
    """`/cite/<key>.bib`: the reference in a format."""
    try:
        text, media_type = _reference(request, _cited(key)).written(ending)
    except Problem as problem:
        return problem.response()
    return HttpResponse(text, content_type=media_type, headers={"Cache-Control": _FOR_EVER})


def _cited(key: str) -> CitedQuery:
    found = CitedQuery.objects.select_related("body").filter(key=key).first()
    if found is None:
        raise NotFound("There is no such citation.")
    return found


def _data(request: HttpRequest, cited: CitedQuery) -> HttpResponse:
    tag = f'"{cited.sha256}"'
    headers = {"Cache-Control": _FOR_EVER, "ETag": tag, "Registry-Position": cited.position}
    if matches(request.META.get("HTTP_IF_NONE_MATCH", ""), tag):
        return HttpResponse(status=304, headers=headers)
    body = bytes_of(cited)
    if body is None:
        problem = Gone(f"The answer was taken away by the owner of the registry. Its SHA-256 was {cited.sha256}.")
        return problem.response()
    return HttpResponse(body, content_type=JSON, headers=headers)


def _reference(request: HttpRequest, cited: CitedQuery) -> Citation:
    with in_default():
        address = request.build_absolute_uri(reverse("releases:cited", args=[cited.key]))
    return Citation(
        key=f"query-{cited.key}",
        title=f"{PUBLISHER}: {cited.query}",
        kind=f"query with {cited.records} records",
        edition=f"SHA-256 {cited.sha256[:16]}",
        updated=cited.as_of.isoformat(),
        address=address,
        fixed=address,
    )
