"""`/docs/`: the documentation, its search, its Markdown, and `llms.txt`."""

from functools import cache

import orjson
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from api.http.methods import read_only
from config.environment import ROOT
from explorer.docs import library, search, site
from explorer.docs.library import DocPage
from explorer.errors import page_only
from explorer.shared import rendered

_HEADERS = {"Cache-Control": "public, max-age=300"}
_MARKDOWN = "text/markdown"
#: What the tiles demo runs, and shows.
_PROGRAM = ROOT / "explorer" / "static" / "explorer" / "deposits.js"
#: Longer queries are not words of the documentation.
_QUERY = 200


@page_only
def index(request: HttpRequest) -> HttpResponse:
    """`/docs/`: all pages, or with `?q=` the sections that contain the words."""
    query = request.GET.get("q", "")[:_QUERY].strip()
    return _page(request, library.pages()[library.INDEX], "explorer/docs/index.html", {"q": query, "found": search.find(query)})


@page_only
def page(request: HttpRequest, page: DocPage) -> HttpResponse:
    """`/docs/<page>/`: a page."""
    before, after = site.neighbours(page)
    return _page(
        request,
        page,
        "explorer/docs/page.html",
        {
            "before": before and (before.title, site.address_of(before.page)) if before and before.page else None,
            "after": after and (after.title, site.address_of(after.page)) if after and after.page else None,
        },
    )


@read_only
def markdown(request: HttpRequest, page: DocPage, content_type: str = _MARKDOWN) -> HttpResponse:
    """`/docs/<page>.md`: the page as Markdown, with the addresses of this service."""
    text = site.served(site.markdown(page), request)
    return HttpResponse(text, content_type=f"{content_type}; charset=utf-8", headers=_HEADERS)


@page_only
def demo(request: HttpRequest) -> HttpResponse:
    """`/docs/tiles-demo/`: a map of the vector tiles, with its program."""
    tiles = request.build_absolute_uri(f"{reverse('tiles:tilesets')}deposits/tilejson.json")
    context = {"groups": site.navigation(), "program": _program(), "tiles": tiles}
    return rendered(request, "explorer/docs/demo.html", context)


@read_only
def index_of_search(request: HttpRequest) -> HttpResponse:
    """`/docs/search.json`: every section, for the search in the browser."""
    rows = [[place.page, place.heading, place.address, site.served(place.text, request)] for place in search.places()]
    return HttpResponse(orjson.dumps(rows), content_type="application/json", headers=_HEADERS)


@read_only
def llms(request: HttpRequest) -> HttpResponse:
    """`/llms.txt`: what the registry is and where its documentation is, for programs that read text."""
    return markdown(request, library.pages()[library.INDEX], content_type="text/plain")


@cache
def _program() -> str:
    return _PROGRAM.read_text(encoding="utf-8")


def _page(request: HttpRequest, page: DocPage, template: str, context: dict[str, object]) -> HttpResponse:
    if request.get_preferred_type(["text/html", _MARKDOWN]) == _MARKDOWN:
        response = markdown(request, page)
    else:
        content = site.content(page)
        response = rendered(
            request,
            template,
            {
                "title": content.title,
                "lead": content.lead,
                "contents": content.contents,
                "html": site.served(content.html, request),
                "page": page,
                "twin": site.address_of(page, ".md"),
                "groups": site.navigation(),
                **context,
            },
        )
    response.headers["Vary"] = "Accept"
    return response
