"""Addresses of the documentation: one for each page that docs/README.md lists, and one for its Markdown."""

from django.urls import path

from explorer.docs import library, views

urlpatterns = [
    path("docs/", views.index, name="docs"),
    path("docs/search.json", views.index_of_search, name="docs-search"),
    path("docs/tiles-demo/", views.demo, name="tiles-demo"),
    path("llms.txt", views.llms, name="llms"),
]
for page in library.pages().values():
    given = {"page": page}
    urlpatterns.append(path(f"docs/{page.name or 'index'}.md", views.markdown, given))
    if page.name:
        urlpatterns.append(path(f"docs/{page.name}/", views.page, given, name="docs-page"))
