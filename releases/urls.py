"""Addresses of the pages of releases, which every language has its own of."""

from django.urls import path, re_path

from releases import cite_views, views
from releases.names import NAME

app_name = "releases"

urlpatterns = [
    path("releases/", views.list_page, name="list"),
    re_path(rf"^releases/(?P<name>{NAME})/$", views.release_page, name="release"),
    path("cite/", cite_views.make, name="cite"),
    re_path(r"^cite/(?P<key>[0-9a-z]{16})/?$", cite_views.cited_page, name="cited"),
]
