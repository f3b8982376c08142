"""The addresses of the API, made from the declared resources."""

from django.urls import path

from api.resources.resource import all_resources
from api.rest.index import IndexView
from api.rest.locate import LocateView
from api.rest.views import DetailView, ListView, SearchView

app_name = "api"

urlpatterns = [
    path("", IndexView.as_view(), name="index"),
    path("locate/", LocateView.as_view(), name="locate"),
]
for resource in all_resources():
    given = {"resource": resource}
    urlpatterns += [
        path(f"{resource.name}/", ListView.as_view(**given), name=f"{resource.name}-list"),
        path(f"{resource.name}/search/", SearchView.as_view(**given), name=f"{resource.name}-search"),
        path(f"{resource.name}/<str:slug>/", DetailView.as_view(**given), name=f"{resource.name}-detail"),
    ]
