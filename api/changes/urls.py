"""The address of the feed of changes."""

from django.urls import path

from api.changes.views import ChangesView

app_name = "changes"

urlpatterns = [path("", ChangesView.as_view(), name="changes")]
