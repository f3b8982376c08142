"""Addresses of the files of releases."""

from django.urls import path, re_path

from releases import cite_views, views
from releases.names import NAME

app_name = "release-files"

urlpatterns = [
    path("releases/index.json", views.list_json, name="list"),
    path("releases/heads.json", views.heads_json, name="heads"),
    re_path(rf"^releases/(?P<name>{NAME})/citation\.(?P<ending>bib|ris|csl)$", views.release_reference, name="reference"),
    re_path(rf"^releases/(?P<name>{NAME})/(?P<path>[^?#]*[^/])$", views.release_file, name="file"),
    re_path(r"^cite/(?P<key>[0-9a-z]{16})\.json$", cite_views.cited_data, name="cited-data"),
    re_path(r"^cite/(?P<key>[0-9a-z]{16})\.(?P<ending>bib|ris|csl)$", cite_views.cited_reference, name="cited-reference"),
]
