"""The addresses of exports, made from the declared resources."""

from django.urls import path

from api.exports.views import DictionaryView, ExportView
from api.resources.resource import all_resources

app_name = "exports"

urlpatterns = []
for resource in all_resources():
    given = {"resource": resource}
    urlpatterns += [
        path(f"{resource.name}/export/", ExportView.as_view(**given), name=f"{resource.name}-export"),
        path(f"{resource.name}/export/dictionary/", DictionaryView.as_view(**given), name=f"{resource.name}-dictionary"),
    ]
