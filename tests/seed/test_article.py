"""The founding article loads alone, and yields what it says and nothing else."""

import re
from typing import Any

import pytest
from django.db import connection

from registry import models as m
from registry.models.base import Record
from registry.seeding.load import Outcome, load
from tests.seed.conftest import FIXTURES, shared

EXPECTED = {
    m.Source: 3,
    m.Organization: 5,
    m.Country: 4,
    m.Region: 1,
    m.Commodity: 3,
    m.ProspectingObject: 1,
    m.PolicyFramework: 2,
    m.Finding: 28,
}


def record_models() -> list[Any]:
    from django.apps import apps

    return [model for model in apps.get_app_config("registry").get_models() if issubclass(model, Record)]


def test_it_yields_exactly_its_counts(article: Outcome) -> None:
    assert {model: model.objects.count() for model in record_models() if model.objects.exists()} == EXPECTED
    assert article.records == article.new == 47
    assert m.ResourceEstimate.objects.count() == m.Deposit.objects.count() == m.License.objects.count() == 0


def test_the_counts_are_those_of_the_dossier(facts: dict[str, Any]) -> None:
    stated = {key: value for key, value in facts["seed_expected"].items() if value and key != "total"}
    assert {model._meta.model_name: count for model, count in EXPECTED.items()} == {
        key.replace("_", ""): value for key, value in stated.items()
    }


def test_every_record_is_published_and_traced_to_a_place_in_the_article(article: Outcome) -> None:
    columns = {
        m.Source: "cited_by",
        m.Organization: "citations",
        m.Country: "citations",
        m.Region: "citations",
        m.Commodity: "citations",
        m.ProspectingObject: "citations",
        m.PolicyFramework: "citations",
    }
    for model, name in columns.items():
        for record in model.objects.exclude(slug="seed" if model is m.Source else ""):
            cited = list(getattr(record, name).values_list("source__slug", "locator"))
            assert cited and all(source == "seed" and locator for source, locator in cited), record
    assert all(slug == "seed" and locator for slug, locator in m.Finding.objects.values_list("source__slug", "locator"))
    assert all(not model.objects.exclude(record_status="published").exists() for model in EXPECTED)


def test_nothing_but_the_article_is_cited(article: Outcome) -> None:
    assert set(m.Citation.objects.values_list("source__slug", flat=True)) == {"seed"}


def test_the_twelve_objects_are_one_record_without_name_or_place(article: Outcome) -> None:
    twelve = m.ProspectingObject.objects.get()
    assert (twelve.count, twelve.name, twelve.location, twelve.location_words) == (12, None, None, "located in various cities")


def test_loading_everything_afterwards_joins_the_twins(article: Outcome) -> None:
    before = set(m.Finding.objects.values_list("uid", flat=True))
    load(FIXTURES)
    assert before <= set(m.Finding.objects.values_list("uid", flat=True))
    center = m.Organization.objects.get(slug="atlantic-council-eurasia-center")
    assert center.name == "Atlantic Council, Eurasia Center"
    assert set(center.names.values_list("text", "kind")) == {
        ("Atlantic Council, Eurasia Center", "preferred"),
        ("Eurasia Center", "alternate"),
    }
    assert {c.source.slug for c in center.citations.all()} == {"seed", "ac-video", "timesca-2024-01"}
    assert m.Country.objects.get(slug="US").names.filter(text="United States", kind="alternate").exists()
    dialogue = m.PolicyFramework.objects.get(slug="c5-plus-1-critical-minerals-dialogue")
    assert dialogue.status == "in_force" and dialogue.parties.filter(role="proposer", country__slug="US").exists()
    connection.check_constraints()
    china = m.Country.objects.get(slug="CN")
    assert m.Region.objects.get(slug="eastern-asia").boundary.contains(china.boundary.point_on_surface)
    assert load(FIXTURES).nothing_to_do


def test_the_article_alone_takes_nothing_back_from_the_whole(whole: None) -> None:
    assert load(FIXTURES, only=["founding_article"]).nothing_to_do


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


@pytest.mark.parametrize("alone", [True, False], ids=["article", "whole"])
def test_no_sentence_of_the_article_is_copied(alone: bool, request: pytest.FixtureRequest) -> None:
    file = shared("facts/founding_article.txt")
    request.getfixturevalue("article" if alone else "whole")
    original = words(file.read_text(encoding="utf-8"))
    runs = {tuple(original[i : i + 9]) for i in range(len(original) - 8)}
    texts = [
        str(value)
        for model in record_models()
        for f in model._meta.concrete_fields
        if f.get_internal_type() in ("CharField", "TextField")
        and f.name not in ("folded", "slug", "url", "copy_url")
        and not (model is m.Source and f.name == "title")
        for value in model.objects.values_list(f.name, flat=True)
        if value
    ]
    texts += [note for note in m.Citation.objects.values_list("note", flat=True) if note]
    copied = [text for text in texts if any(run in runs for run in zip(*(words(text)[i:] for i in range(9)), strict=False))]
    assert copied == []
