"""The addresses of the API; none ends with a slash (`api.http.access` takes it away)."""

from django.urls import re_path

from api.ogc import views

app_name = "ogc"

_NAME, _SLUG = "(?P<name>[^/]+)", "(?P<slug>[^/]+)"

urlpatterns = [
    re_path(r"^$", views.LandingView.as_view(), name="landing"),
    re_path(r"^api$", views.ApiView.as_view(), name="api"),
    re_path(r"^conformance$", views.ConformanceView.as_view(), name="conformance"),
    re_path(r"^collections$", views.CollectionsView.as_view(), name="collections"),
    re_path(rf"^collections/{_NAME}$", views.CollectionView.as_view(), name="collection"),
    re_path(rf"^collections/{_NAME}/schema$", views.SchemaView.as_view(), name="schema"),
    re_path(rf"^collections/{_NAME}/queryables$", views.QueryablesView.as_view(), name="queryables"),
    re_path(rf"^collections/{_NAME}/sortables$", views.SortablesView.as_view(), name="sortables"),
    re_path(rf"^collections/{_NAME}/search$", views.SearchView.as_view(), name="search"),
    re_path(rf"^collections/{_NAME}/items$", views.ItemsView.as_view(), name="items"),
    re_path(rf"^collections/{_NAME}/items/{_SLUG}$", views.ItemView.as_view(), name="item"),
]
