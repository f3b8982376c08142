"""The address of the front page, which every language has its own of; the documentation and the files are in English."""

from django.urls import path

from explorer import views

app_name = "front"

urlpatterns = [path("", views.home, name="home")]
