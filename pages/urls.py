"""Addresses of the pages, made from the declared resources."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from api.questions.question import all_questions
from api.resources.resource import all_resources
from api.tiles.layer import layers
from pages import views
from pages.explore.view import ExploreView, first
from pages.questions import QuestionPageView, QuestionsPageView

app_name = "pages"
_SLUG = r"(?P<slug>[A-Za-z0-9-]+)"

urlpatterns: list[URLPattern | URLResolver] = [
    path("explore/", first, name="explore"),
    *(
        path(f"explore/{layer.name}/", ExploreView.as_view(resource=layer.resource), name=f"explore-{layer.name}")
        for layer in layers()
    ),
    path("questions/", QuestionsPageView.as_view(), name="questions"),
    *(
        path(f"questions/{one.name}/", QuestionPageView.as_view(question=one), name=f"question-{one.name}")
        for one in all_questions()
    ),
    path("reports/<uuid:token>/", views.report_status, name="report-status"),
]
for resource in all_resources():
    given = {"resource": resource}
    addresses = [
        path("", views.ListPageView.as_view(**given), name=resource.name),
        re_path(rf"^{_SLUG}\.(?P<ending>json|geojson)$", views.as_data, given, name=f"{resource.name}-data"),
        re_path(rf"^{_SLUG}\.(?P<ending>bib|ris|csl)$", views.as_citation, given, name=f"{resource.name}-citation"),
        path("<record:slug>/preview.png", views.PreviewView.as_view(**given), name=f"{resource.name}-preview"),
        path("<record:slug>/report/", views.ReportPageView.as_view(**given), name=f"{resource.name}-report"),
        path("<record:slug>/history/", views.HistoryPageView.as_view(**given), name=f"{resource.name}-history"),
        path("<record:slug>/", views.RecordPageView.as_view(**given), name=f"{resource.name}-record"),
    ]
    urlpatterns.append(path(f"{resource.name}/", include(addresses)))
