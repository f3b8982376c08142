"""The addresses of the API, made from the declared resources."""

from django.urls import URLPattern, URLResolver, include, path, register_converter
from django.urls.converters import StringConverter

from api.resources.resource import all_resources
from api.rest.index import IndexView
from api.rest.locate import LocateView
from api.rest.memento import MementoView, TimeGateView, TimeMapView
from api.rest.views import DetailView, ListView, SearchView

app_name = "api"


class SlugConverter(StringConverter):
    """A slug, in any letter case; the address of an export is none, so that addresses of records are found first."""

    regex = "(?!export/)[^/]+"


register_converter(SlugConverter, "record")

urlpatterns: list[URLPattern | URLResolver] = [
    path("", IndexView.as_view(), name="index"),
    path("locate/", LocateView.as_view(), name="locate"),
]
for resource in all_resources():
    given = {"resource": resource}
    addresses = [
        path("", ListView.as_view(**given), name=f"{resource.name}-list"),
        path("search/", SearchView.as_view(**given), name=f"{resource.name}-search"),
        path("<record:slug>/", DetailView.as_view(**given), name=f"{resource.name}-detail"),
        path("<record:slug>/timegate/", TimeGateView.as_view(**given), name=f"{resource.name}-timegate"),
        path("<record:slug>/timemap/", TimeMapView.as_view(**given), name=f"{resource.name}-timemap"),
        path("<record:slug>/mementos/<began>/", MementoView.as_view(**given), name=f"{resource.name}-memento"),
    ]
    # One step per resource: each pattern that is tried costs a microsecond, and a flat list had forty.
    urlpatterns.append(path(f"{resource.name}/", include(addresses)))
