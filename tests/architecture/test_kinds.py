"""A kind of record is declared once: what is derived from it holds, and what is missing is named at start-up."""

from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from api.resources import resource
from curation import registration
from registry import complete, kinds
from registry.kinds import RECORD_KINDS, kind_named
from registry.models import Deposit, Organization
from registry.triggers import Cited, Locate, PreferredName


@pytest.mark.parametrize(
    ("kind", "changes", "missing"),
    [
        ("deposit", {"model_name": "Mine"}, "“deposit” has no model Mine"),
        ("deposit", {"model_name": "Mine"}, "no kind for the model Deposit"),
        ("finding", {"must_be_cited": True}, "Finding need Cited"),
        ("source", {"named": True}, "Source need PreferredName"),
        ("organization", {"located_by": "area"}, "Organization need Locate"),
        ("deposit", {"located_by": "shape"}, "Deposit has no column “shape”"),
        ("deposit", {"located_by": ""}, "Deposit have Locate"),
        ("deposit", {"group": "Things"}, "in the group “Things”"),
        ("deposit", {"model_name": "Name"}, "Name is no subclass of Record"),
    ],
)
def test_a_kind_and_its_model_agree(kind: str, changes: dict[str, Any], missing: str, monkeypatch: Any) -> None:
    changed = tuple(replace(one, **changes) if one.name == kind else one for one in kinds.ALL)
    monkeypatch.setattr(complete, "ALL", changed)
    monkeypatch.setattr(kinds, "ALL", changed)
    with pytest.raises(ImproperlyConfigured, match=missing):
        complete.require_complete()


@pytest.mark.parametrize(("model", "trigger"), [(Deposit, Locate), (Deposit, PreferredName), (Organization, Cited)])
def test_a_trigger_that_a_kind_needs_is_asked_for(model: Any, trigger: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(model, "triggers", [one for one in model.triggers if not isinstance(one, trigger)])
    with pytest.raises(ImproperlyConfigured, match=f"{model.__name__} need {trigger.__name__}"):
        complete.require_complete()


def test_a_kind_without_resource_or_page_is_named(monkeypatch: Any) -> None:
    monkeypatch.delitem(resource._resources, "deposits")
    with pytest.raises(ImproperlyConfigured, match="a resource for: deposit"):
        resource.require_all()
    registration.pages.cache_clear()
    monkeypatch.delitem(registration.PAGES, Deposit)
    with pytest.raises(ImproperlyConfigured, match="@page_of for: Deposit"):
        registration.pages()


def test_a_resource_of_no_kind_is_refused(monkeypatch: Any) -> None:
    deposits = resource.resource_named("deposits")
    monkeypatch.delitem(resource._resources, "deposits")
    with pytest.raises(ValueError, match="declares no kind “mine”"):
        resource.register(replace(deposits, kind="mine"))


def test_every_list_names_the_kinds_that_it_is_for() -> None:
    assert [kind.plural for kind in RECORD_KINDS] == [one.name for one in resource.all_resources()]
    assert set(kinds.MUST_BE_CITED) == set(kinds.CITED) & set(kinds.MUST_BE_CITED), "what must be cited can be"
    assert set(kinds.MATCHED) <= set(kinds.NAMED), "matching compares names"
    assert kinds.parents(kinds.CITED)["license_event"] == "registry_license via registry_licenseevent.license_id"
    assert "citation" not in kinds.parents(kinds.IDENTIFIED), "a citation's ids change no record"
    assert "license_event" not in kinds.TALLIED and "source" not in kinds.TALLIED
    assert kind_named("source").cited_as == "cited_source"
