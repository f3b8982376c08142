"""Addresses of the pages."""

from django.urls import include, path

from explorer import views

app_name = "explorer"

urlpatterns = [
    path("", views.home, name="home"),
    path("docs/api/", views.swagger, name="try"),
    path("docs/redoc/", views.redoc, name="redoc"),
    path("", include("explorer.docs.urls")),
    path("openapi.yaml", views.openapi, name="openapi"),
    path("robots.txt", views.robots, name="robots"),
    path("favicon.ico", views.favicon, name="favicon"),
]
