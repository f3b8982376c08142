"""Addresses of the documentation and of files; the front page is in `explorer.front`."""

from django.urls import include, path

from explorer import views

app_name = "explorer"

urlpatterns = [
    path("docs/api/", views.swagger, name="try"),
    path("docs/redoc/", views.redoc, name="redoc"),
    path("", include("explorer.docs.urls")),
    path("openapi.yaml", views.openapi, name="openapi"),
    path("openapi.json", views.openapi_json, name="openapi-json"),
    path("robots.txt", views.robots, name="robots"),
    path(".well-known/security.txt", views.security, name="security"),
    path("favicon.ico", views.favicon, name="favicon"),
]
