"""Curators for tests, and forms read and sent as a browser would."""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction
from django.test import Client

from curation.roles import make_roles
from imports.tasks import launch, worker
from registry.models import Name
from tests import records
from tests.curation.forms import Form, read_form


class Curator(Client):
    """Somebody signed in, who opens forms, changes fields and sends them."""

    user: Any

    def open(self, address: str) -> Form:
        response = self.get(address)
        assert response.status_code == 200, (address, response.status_code)
        return read_form(response.content.decode())

    def send(self, address: str, changes: dict[str, Any] | None = None, form: Form | None = None, button: str = "_save") -> Any:
        """Open the form (unless one is given), change fields, and press a button."""
        form = form or self.open(address)
        name, _, value = button.partition("=")
        # A change of what is public needs a reason.
        reason = {"_reason": form.data["_reason"] or "as a test"} if {"_reason", "_version"} <= form.data.keys() else {}
        return self.post(address, {**form.data, **reason, **(changes or {}), name: value or "on"})


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def signed_in(username: str, *groups: str, superuser: bool = False) -> Curator:
    user = get_user_model()._default_manager.create_user(
        username=username, password="long-enough-1", is_staff=True, is_superuser=superuser
    )
    user.groups.set(Group.objects.filter(name__in=groups))
    client = Curator()
    client.force_login(user)
    client.user = user
    return client


def at_once(make: Any, *args: Any, **given: Any) -> Any:
    """Make a record with its citation in one transaction, as the database demands where transactions are real."""
    with transaction.atomic():
        return make(*args, **given)


@pytest.fixture
def admin(db: None) -> Curator:
    return signed_in("head", superuser=True)


@pytest.fixture
def roles(db: None) -> None:
    """Have the groups that `migrate` has made; where a test has emptied the tables, they are made again."""
    if not Group._default_manager.exists():
        make_roles()


@pytest.fixture
def editor(roles: None) -> Curator:
    return signed_in("edda", "Editors")


@pytest.fixture
def reviewer(roles: None) -> Curator:
    return signed_in("rita", "Reviewers")


@pytest.fixture
def hill(db: None) -> Any:
    deposit = records.deposit(name="Old Hill", host_rock="granite", age="Devonian", at=(76.0, 42.0))
    Name.objects.create(deposit=deposit, text="Старый холм", language="ru-Cyrl")
    return deposit


@pytest.fixture(autouse=True)
def _private_import_folder(tmp_path: Path, settings: Any) -> None:
    settings.IMPORT_FOLDER = tmp_path / "uploaded"


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any) -> Any:
    """Do tasks in this process, on the test's own transaction, when they are started."""

    class Quiet(worker.Telling):
        def __enter__(self) -> "Quiet":
            return self

        def __exit__(self, *failed: object) -> None:
            return None

    monkeypatch.setattr(worker, "Telling", Quiet)
    monkeypatch.setattr(launch, "_spawn", lambda task: worker.work(task.pk))
    return lambda: django_capture_on_commit_callbacks(execute=True)
