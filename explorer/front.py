"""The front page and the words of scripts, which every language has its own of; the documentation is in English."""

from django.urls import path

from explorer import script_words, views

app_name = "front"

urlpatterns = [
    path("", views.home, name="home"),
    path("words.json", script_words.words, name="words"),
]
