"""Addresses of the files of releases."""

from django.urls import path, re_path

from releases import views
from releases.names import NAME

app_name = "release-files"

urlpatterns = [
    path("releases/index.json", views.list_json, name="list"),
    re_path(rf"^releases/(?P<name>{NAME})/(?P<path>[^?#]*[^/])$", views.release_file, name="file"),
]
