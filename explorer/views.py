"""The pages that people look at: front page, API documentation."""

from datetime import timedelta
from functools import cache
from typing import Any

import orjson
import yaml
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils import timezone

from api.errors import problem_of
from api.http.methods import read_only
from api.questions.saved import saved_requests
from config.environment import ROOT
from config.middleware import CONTENT_SECURITY_POLICY
from explorer import errors
from explorer.disagreements import disagreement
from explorer.examples import EXAMPLES, page_address
from explorer.numbers import numbers
from explorer.shared import rendered
from registry.kinds import RECORD_KINDS, REFERENCE

#: What the front page counts: all records but reference data.
COUNTED = tuple(kind.plural for kind in RECORD_KINDS if kind.group != REFERENCE)


@errors.page_only
def home(request: HttpRequest) -> HttpResponse:
    """`/`: what this is, how much there is, a map, queries to try; `?disagreement=slug` chooses the one to show."""
    try:
        counted = numbers()
        context: dict[str, Any] = {
            "numbers": counted,
            "kinds": [counted.kinds[name] for name in COUNTED],
            "deposits": counted.kinds["deposits"],
            "objects": counted.kinds["prospecting-objects"],
            "licences": counted.kinds["licenses"],
            "sources": counted.kinds["sources"],
            "countries": counted.kinds["countries"],
            "examples": EXAMPLES,
            "questions": [(one.title, page_address(one)) for one in saved_requests()],
            "disagreement": disagreement(request.GET.get("disagreement")),
        }
    except Exception as error:
        problem = problem_of(error)
        if problem is None:
            raise
        return errors.failed(request, problem)
    return rendered(request, "explorer/home.html", context)


@errors.page_only
def swagger(request: HttpRequest) -> HttpResponse:
    """`/docs/api/`: the API to read and to try, in Swagger UI."""
    return rendered(request, "explorer/swagger.html", {"frame": "div"})


#: Redoc makes its style sheets itself: it adds empty ones and fills them rule by rule, and one of fixed words. The policy
#: allows just these, by the digests of what they hold when they are added.
_REDOC_STYLES = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' 'sha256-QMIg+bpjm3JdElJ388KYke01izlUW0UoNOeKjpMxdgc='"
_REDOC_POLICY = CONTENT_SECURITY_POLICY.replace("style-src 'self'", f"style-src 'self' {_REDOC_STYLES}")


@errors.page_only
def redoc(request: HttpRequest) -> HttpResponse:
    """`/docs/redoc/`: the API to read, in Redoc."""
    response = rendered(request, "explorer/redoc.html", {"frame": "main"})
    response.headers["Content-Security-Policy"] = _REDOC_POLICY
    return response


@cache
def _description() -> bytes:
    return (ROOT / "openapi.yaml").read_bytes()


@read_only
def openapi(request: HttpRequest) -> HttpResponse:
    """`/openapi.yaml`: the description of the API, as it is committed."""
    prefix = (settings.FORCE_SCRIPT_NAME or "").encode()
    # Its paths begin at the host; below a prefix that has to be said.
    body = _description() + b"servers:\n- url: %s\n" % prefix if prefix else _description()
    return HttpResponse(body, content_type="application/yaml", headers={"Cache-Control": "public, max-age=300"})


@cache
def _description_json() -> bytes:
    return orjson.dumps(yaml.load(_description(), yaml.CSafeLoader))


@read_only
def openapi_json(request: HttpRequest) -> HttpResponse:
    """`/openapi.json`: the same as JSON."""
    prefix = (settings.FORCE_SCRIPT_NAME or "").encode()
    body = _description_json()
    if prefix:
        body = body[:-1] + b',"servers":[{"url":"%s"}]}' % prefix
    return HttpResponse(body, content_type="application/json", headers={"Cache-Control": "public, max-age=300"})


@read_only
def robots(request: HttpRequest) -> HttpResponse:
    """`/robots.txt`: everything may be read; curators' pages are of no use to a search engine."""
    sitemap = request.build_absolute_uri(reverse("sitemap:index"))
    return HttpResponse(
        f"User-agent: *\nDisallow: {reverse('admin:index')}\nSitemap: {sitemap}\n", content_type="text/plain; charset=utf-8"
    )


@read_only
def security(request: HttpRequest) -> HttpResponse:
    """`/.well-known/security.txt` (RFC 9116): where to report a weakness; 404 if the operator names no contact."""
    if not settings.SECURITY_CONTACT:
        raise Http404("The operator of this registry names no contact for weaknesses (REGISTRY_SECURITY_CONTACT).")
    # The first of a month, so that every response of that month is the same one.
    until = (timezone.now().replace(day=1) + timedelta(days=190)).strftime("%Y-%m-01T00:00:00Z")
    here = request.build_absolute_uri()
    text = f"Contact: {settings.SECURITY_CONTACT}\nExpires: {until}\nPreferred-Languages: en, ru\nCanonical: {here}\n"
    return HttpResponse(text, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "public, max-age=86400"})


@read_only
def favicon(request: HttpRequest) -> HttpResponse:
    """`/favicon.ico`: browsers ask for it beside answers that are no page."""
    # Not by its hashed name: browsers keep this redirect longer than the service may keep that file.
    icon = f"{settings.STATIC_URL}explorer/icon.svg"
    return HttpResponsePermanentRedirect(icon, headers={"Cache-Control": "public, max-age=86400"})
