"""Views that declare permissions, authentication or throttles, as Django REST framework documents them."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from django.contrib.auth.models import AnonymousUser, Permission, User
from django.core.cache import cache as shared_cache
from django.core.exceptions import ImproperlyConfigured
from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import get_resolver, resolve
from rest_framework.authentication import BaseAuthentication, BasicAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.parsers import FormParser
from rest_framework.permissions import AllowAny, BasePermission, DjangoModelPermissions, IsAuthenticated
from rest_framework.renderers import BrowsableAPIRenderer
from rest_framework.throttling import AnonRateThrottle
from rest_framework.versioning import QueryParameterVersioning
from rest_framework.views import APIView

from api.http import cache
from api.http.long_poll import WAITED
from api.http.views import ReadView
from api.resources.resource import resource_named
from api.rest.views import ListView
from tests.conftest import ApiClient

LIST = "/api/v1/deposits/?limit=1"
_request = RequestFactory(REMOTE_ADDR="203.0.113.9")


class Bearer(BaseAuthentication):
    """A token that is the name of a user."""

    def authenticate(self, request: Any) -> Any:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer":
            return None
        user = User.objects.filter(username=token).first()
        if user is None:
            raise AuthenticationFailed("There is no such token.")
        return user, token

    def authenticate_header(self, request: Any) -> str:
        return 'Bearer realm="registry"'


class TwoAMinute(AnonRateThrottle):
    """A limit that a test reaches."""

    rate = "2/min"


def _views(patterns: Any = None) -> Iterator[tuple[Any, dict[str, Any]]]:
    for one in get_resolver().url_patterns if patterns is None else patterns:
        if hasattr(one, "url_patterns"):
            yield from _views(one.url_patterns)
        elif issubclass(getattr(one.callback, "cls", object), ReadView):
            yield one.callback.cls, {n: v for n, v in one.callback.initkwargs.items() if not n.startswith("is_")}


VIEWS = list(_views())


def call(view: Any, where: str = LIST, method: str = "get", **headers: Any) -> Any:
    return view(getattr(_request, method)(where, **headers))


def test_every_kind_of_view_is_here() -> None:
    assert len(VIEWS) > 80
    names = {cls.__name__ for cls, _ in VIEWS}
    assert {"ListView", "SearchView", "DetailView", "ExportView", "ChangesView", "TileView", "ItemsView", "IndexView"} <= names


def test_a_permission_protects_every_view(monkeypatch: pytest.MonkeyPatch) -> None:
    """No view reaches its handler, let alone the database, which this test has not opened."""
    for cls, options in VIEWS:
        for declared, status in (
            ({"permission_classes": [IsAuthenticated]}, 403),
            ({"permission_classes": [IsAuthenticated], "authentication_classes": [Bearer]}, 401),
        ):
            view = cls.as_view(**options, **declared)
            for method in ("get", "head", "post", "options"):
                answer = call(view, method=method)
                assert answer.status_code == status, (cls, method)
                assert answer["Content-Type"] == "application/problem+json"
                assert answer["Cache-Control"] == "private, no-store"
                assert answer.get("WWW-Authenticate") == ('Bearer realm="registry"' if status == 401 else None)
            problem = orjson.loads(call(view).content)
            assert problem["status"] == status
            assert problem["type"] == f"urn:registry:problem:{'not-authenticated' if status == 401 else 'forbidden'}"


def test_every_way_to_declare_is_seen() -> None:
    resource = resource_named("deposits")

    class Denies(BasePermission):
        message = "Not on Sundays."

        def has_permission(self, request: Any, view: Any) -> bool:
            return False

    class OnClass(ListView):
        permission_classes = [Denies]

    class ByMethod(ListView):
        def get_permissions(self) -> Any:
            return [Denies()]

    class ByCheck(ListView):
        def check_permissions(self, request: Any) -> None:
            raise DjangoPermissionDenied

    class ByInitial(ListView):
        def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
            super().initial(request, *args, **kwargs)
            assert isinstance(request.user, AnonymousUser)
            self.permission_denied(request, "Not on Sundays.")

    class Composed(ListView):
        permission_classes = [IsAuthenticated & AllowAny]  # type: ignore[operator]

    for cls in (OnClass, ByMethod, ByCheck, ByInitial, Composed):
        assert call(cls.as_view(resource=resource)).status_code == 403, cls
    assert orjson.loads(call(OnClass.as_view(resource=resource)).content)["detail"] == "Not on Sundays."
    assert not ListView.as_view(resource=resource, permission_classes=[AllowAny]).initkwargs["is_checked"]  # type: ignore[attr-defined]


def test_what_has_no_effect_is_refused() -> None:
    for declared in (
        {"renderer_classes": [BrowsableAPIRenderer]},
        {"parser_classes": [FormParser]},
        {"authentication_classes": [SessionAuthentication]},
    ):
        with pytest.raises(ImproperlyConfigured, match=next(iter(declared)).split("_")[0][:7]):
            ReadView.as_view(**declared)


def test_a_default_setting_holds_for_every_view() -> None:
    """Defaults are read when the classes are made, so this takes a process of its own."""
    program = """
import config.settings
config.settings.REST_FRAMEWORK["DEFAULT_PERMISSION_CLASSES"] = ["rest_framework.permissions.IsAuthenticated"]
config.settings.ALLOWED_HOSTS = ["*"]
import django
django.setup()
from django.test import Client
for address in ("/api/v1/", "/api/v1/deposits/", "/api/v1/changes/", "/ogc/", "/tiles/deposits/0/0/0.mvt"):
    print(Client().get(address).status_code)
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert ended.stdout.split() == ["403"] * 5, ended.stderr[-2000:]


def test_nothing_declared_runs_nothing(api: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    for name in ("initial", "initialize_request", "finalize_response", "get_permissions", "get_throttles"):
        monkeypatch.setattr(APIView, name, lambda *given, name=name, **named: calls.append(name))
    for address in (LIST, "/api/v1/", "/api/v1/deposits/kutessay-ii/", "/ogc/collections?f=json", "/api/v1/changes/?after=now"):
        assert api.get(address).status_code == 200
    assert api.post("/api/v1/deposits/search/", b"{}", content_type="application/json").status_code == 200
    assert calls == []


@pytest.mark.django_db
class TestResponses:
    """What the permitted are given, and what is kept of it."""

    def _user(self, **more: Any) -> User:
        return User.objects.create_user("ada", password="copper kettle 17", **more)

    def test_the_permitted_are_answered_and_no_cache_keeps_it(self) -> None:
        self._user()
        options = {"resource": resource_named("deposits")}
        public = ListView.as_view(**options)
        view = ListView.as_view(**options, permission_classes=[IsAuthenticated], authentication_classes=[Bearer])
        first = call(public)
        kept = dict(cache.bodies.kept)
        assert kept
        assert first["Cache-Control"] == cache.CACHE_CONTROL
        assert call(view).status_code == 401, "the body that is kept is not given to others"
        assert call(view, HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 401
        answer = call(view, HTTP_AUTHORIZATION="Bearer ada")
        assert answer.status_code == 200
        assert orjson.loads(answer.content)["results"] == orjson.loads(first.content)["results"]
        assert answer["Cache-Control"] == "private, no-store"
        assert "ETag" not in answer
        assert call(view, f"{LIST}&format=csv", HTTP_AUTHORIZATION="Bearer ada")["Content-Type"].startswith("text/csv")
        assert call(view, HTTP_ACCEPT="text/csv", HTTP_AUTHORIZATION="Bearer ada")["Content-Type"].startswith("text/csv")
        assert dict(cache.bodies.kept) == kept
        assert call(view, HTTP_AUTHORIZATION="Bearer nobody").status_code == 401
        assert call(view, "/api/v1/deposits/?nonsense=1", HTTP_AUTHORIZATION="Bearer ada").status_code == 400

    def test_every_form_of_response_passes(self) -> None:
        self._user(is_staff=True)
        for address in (
            "/api/v1/",
            "/api/v1/deposits/kutessay-ii/",
            "/api/v1/deposits/export/?format=csv",
            "/api/v1/changes/?after=now",
            "/api/v1/locate/?lon=76&lat=42",
            "/tiles/deposits/0/0/0.mvt",
            "/ogc/collections/deposits/items?f=html",
        ):
            match = resolve(address.split("?")[0])
            cls, options = match.func.cls, {n: v for n, v in match.func.initkwargs.items() if not n.startswith("is_")}
            view = cls.as_view(**options, permission_classes=[IsAuthenticated], authentication_classes=[BasicAuthentication])
            answer = view(_request.get(address), *match.args, **match.kwargs)
            assert answer.status_code == 401
            assert answer["WWW-Authenticate"] == 'Basic realm="api"'
            basic = "Basic YWRhOmNvcHBlciBrZXR0bGUgMTc="
            answer = view(_request.get(address, HTTP_AUTHORIZATION=basic), *match.args, **match.kwargs)
            assert answer.status_code == 200, (address, answer.content)
            assert answer["Cache-Control"] == "private, no-store"
            assert len(answer.getvalue()) > 50

    def test_a_permission_of_the_model_is_looked_up(self) -> None:
        user = self._user()

        class Guarded(ListView):
            permission_classes = [DjangoModelPermissions]
            authentication_classes = [Bearer]
            queryset = User.objects.all()

            def get(self, request: Any, **kwargs: Any) -> HttpResponse:
                return HttpResponse(request.user.username)

            def put(self, request: Any, **kwargs: Any) -> HttpResponse:
                return HttpResponse(request.data["text"])

        view = Guarded.as_view(resource=resource_named("deposits"))
        body = {"data": b'{"text": "written"}', "content_type": "application/json", "HTTP_AUTHORIZATION": "Bearer ada"}
        assert call(view, HTTP_AUTHORIZATION="Bearer ada").content == b"ada"
        assert call(view, method="put", **body).status_code == 403
        user.user_permissions.add(Permission.objects.get(codename="change_user"))
        assert call(view, method="put", **body).content == b"written"
        assert call(view, method="options", HTTP_AUTHORIZATION="Bearer ada")["Allow"] == "GET, PUT, HEAD, OPTIONS"

    def test_a_throttle_counts(self) -> None:
        shared_cache.clear()
        view = ListView.as_view(resource=resource_named("deposits"), throttle_classes=[TwoAMinute])
        first, second, third = call(view), call(view), call(view)
        assert [first.status_code, second.status_code, third.status_code] == [200, 200, 429]
        assert third["Content-Type"] == "application/problem+json"
        assert third["Cache-Control"] == "no-store"
        assert 0 < int(third["Retry-After"]) <= 60
        assert orjson.loads(third.content)["type"] == "urn:registry:problem:throttled"
        # What is throttled and not protected is the same for everybody: caches may keep it.
        assert second["ETag"] == first["ETag"]
        assert second["Cache-Control"] == cache.CACHE_CONTROL
        # The edge keeps only what need not be counted.
        assert [one.kept_for is None for one in (second, call(ListView.as_view(resource=resource_named("deposits"))))] == [
            True,
            False,
        ]
        assert call(view, HTTP_X_FORWARDED_FOR="198.51.100.7").status_code == 429, "a header makes nobody another client"
        assert call(view, REMOTE_ADDR="203.0.113.10").status_code == 200

    def test_a_request_that_waited_is_counted_once(self) -> None:
        shared_cache.clear()
        view = ListView.as_view(resource=resource_named("deposits"), throttle_classes=[TwoAMinute])
        for _ in range(2):
            assert call(view).status_code == 200
            assert call(view, **{WAITED: True}).status_code == 200
        assert call(view).status_code == 429

    def test_a_version_is_determined(self) -> None:
        class Versioned(ListView):
            def get(self, request: Any, **kwargs: Any) -> HttpResponse:
                return HttpResponse(str(request.version))

        view = Versioned.as_view(resource=resource_named("deposits"), versioning_class=QueryParameterVersioning)
        assert call(view, "/?version=3").content == b"3"
