"""The addresses of questions."""

from django.urls import path

from api.questions.question import all_questions
from api.questions.views import QuestionsView, QuestionView

app_name = "questions"

urlpatterns = [
    path("", QuestionsView.as_view(), name="list"),
    *(path(f"{one.name}/", QuestionView.as_view(question=one), name=one.name) for one in all_questions()),
]
