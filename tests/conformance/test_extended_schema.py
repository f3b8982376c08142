"""`@extend_schema` on a view of the API, as drf-spectacular documents it."""

from typing import Any

from django.http import HttpResponse
from django.urls import path
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.authentication import BasicAuthentication

from api.resources.resource import resource_named
from api.rest.views import ListView


def test_a_schema_is_extended_as_documented() -> None:
    class Extended(ListView):
        authentication_classes = [BasicAuthentication]

        @extend_schema(
            operation_id="depositsOfOurs",
            summary="Ours",
            tags=["ours"],
            deprecated=True,
            parameters=[OpenApiParameter("colour", str), OpenApiParameter("limit", exclude=True)],
            responses={202: OpenApiTypes.STR},
        )
        def get(self, request: Any, **kwargs: Any) -> HttpResponse:
            return super().get(request, **kwargs)

    class Hidden(ListView):
        @extend_schema(exclude=True)
        def get(self, request: Any, **kwargs: Any) -> HttpResponse:
            return super().get(request, **kwargs)

    resource = resource_named("deposits")
    patterns = [path(f"api/v1/{n}/", c.as_view(resource=resource)) for n, c in (("ours", Extended), ("hidden", Hidden))]
    paths = SchemaGenerator(patterns=patterns).get_schema(request=None, public=True)["paths"]
    assert list(paths) == ["/api/v1/ours/"]
    operation = paths["/api/v1/ours/"]["get"]
    assert operation["operationId"] == "depositsOfOurs"
    assert operation["summary"] == "Ours"
    assert operation["description"] == resource.description, "what is not overridden stays derived"
    assert operation["tags"] == ["ours"]
    assert operation["deprecated"] is True
    assert {"basicAuth": []} in operation["security"]
    names = [parameter["name"] for parameter in operation["parameters"]]
    assert "colour" in names
    assert "country" in names
    assert "limit" not in names
    assert list(operation["responses"]) == ["202"]
