"""The admin's frame."""

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, JsonResponse
from django.urls import path

from registry.admin.pages.find import FindOneKind, find_any
from registry.admin.pages.front import front_page
from registry.admin.pages.places import read_place
from registry.admin.pages.slugs import suggest
from registry.admin.registration import GROUPS, PAGES


class RegistryAdminSite(AdminSite):
    """Where curators work."""

    site_header = site_title = "Rare-earth deposits registry"
    index_title = "Curation"
    enable_nav_sidebar = True
    empty_value_display = "–"

    def __init__(self, name: str = "admin") -> None:
        """Register the pages of the registry; Django's own for people and groups follow by autodiscovery."""
        super().__init__(name)
        for model, page in PAGES.items():
            self.register(model, page)

    def get_urls(self) -> list[Any]:
        """Add the small answers that our own pages ask for."""
        return [
            path("find/", self.admin_view(self.find_record), name="find_record"),
            path("slug/", self.admin_view(self.suggest_slug), name="suggest_slug"),
            path("read-place/", self.admin_view(read_place), name="read_place"),
            *super().get_urls(),
        ]

    def find_record(self, request: HttpRequest) -> JsonResponse:
        """Find records of several kinds."""
        return find_any(request, self)

    def suggest_slug(self, request: HttpRequest) -> JsonResponse:
        """Suggest a slug."""
        return suggest(request, self)

    def autocomplete_view(self, request: HttpRequest) -> Any:
        """Find records of one kind."""
        return FindOneKind.as_view(admin_site=self)(request)

    def index(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Show work to do before everything else."""
        return super().index(request, {**front_page(request, self), **(extra_context or {})})

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Group the tables of the registry by what they are for, in the order of work."""
        apps = super().get_app_list(request, app_label)
        listed = []
        for app in apps:
            if app["app_label"] != "registry":
                listed.append({**app, "name": "People"} if app["app_label"] == "auth" else app)
                continue
            entries = {entry["model"]: entry for entry in app["models"]}
            for position, (name, models) in enumerate(GROUPS.items()):
                found = [entries[model] for model in models if model in entries]
                if found:
                    listed.insert(position, {**app, "name": name, "models": found})
        return listed
