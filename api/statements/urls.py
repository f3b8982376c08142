"""The addresses of statements."""

from django.urls import path

from api.statements.views import StatementsExportView, StatementsView

app_name = "statements"

urlpatterns = [
    path("", StatementsView.as_view(), name="list"),
    path("export/", StatementsExportView.as_view(), name="export"),
]
