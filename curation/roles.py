"""The roles of the registry: groups with what each may do; made by `migrate`, updated by `make_roles`."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction

from registry.curation import PUBLISH, WITHDRAW
from registry.merging import MERGE
from registry.models.base import Record

EDITORS, REVIEWERS, AUDITORS, ACCOUNTS = "Editors", "Reviewers", "Auditors", "Account administrators"
#: Kept by the database, by imports, or by a flow of its own.
_NOT_CURATED = frozenset(
    (
        "bulkchange",
        "bulkitem",
        "citedbody",
        "citedquery",
        "comparison",
        "concern",
        "countrypiece",
        "curator",
        "importrun",
        "importrow",
        "importproblem",
        "importoutcome",
        "importupload",
        "importtask",
        "judgement",
        "lacking",
        "mergedrow",
        "notemention",
        "proposal",
        "proposalentry",
        "recordnote",
        "report",
        "reviewrule",
        "savedlist",
        "signin",
        "tally",
        "uncovered",
    )
)
_SEEN_BY_CURATORS = ("view_importrun", "view_importproblem", "view_report", "view_proposal", "view_reviewrule")


@transaction.atomic
def make_roles() -> dict[str, int]:
    """Write permissions and groups; returns the number of permissions of each."""
    for app in ("registry", "contenttypes", "auth", "admin"):
        create_permissions(apps.get_app_config(app), verbosity=0)
    editors = editor_permissions()
    roles = {
        EDITORS: editors,
        REVIEWERS: [*editors, *reviewer_permissions()],
        AUDITORS: auditor_permissions(),
        ACCOUNTS: _named("auth", ("view_user", "add_user", "change_user", "view_group")),
    }
    for role, permissions in roles.items():
        group, _ = Group.objects.get_or_create(name=role)
        group.permissions.set(permissions)
    return {role: len(permissions) for role, permissions in roles.items()}


def curated_models() -> list[type[models.Model]]:
    """List the tables that people write: not the histories, not what the database derives."""
    return [
        model
        for model in apps.get_app_config("registry").get_models()
        if not model.__name__.endswith("History") and model._meta.model_name not in _NOT_CURATED
    ]


def _named(app: str, names: Iterable[str]) -> list[Permission]:
    return list(Permission.objects.filter(content_type__app_label=app, codename__in=list(names)))


def editor_permissions() -> list[Permission]:
    """Add and change every record and all that belongs to it, check files; rows of a record may go, records may not."""
    wanted = [*_SEEN_BY_CURATORS, "stage_importrun", "change_report"]
    for model in curated_models():
        actions = ("view", "add", "change") if issubclass(model, Record) else ("view", "add", "change", "delete")
        wanted += [f"{action}_{model._meta.model_name}" for action in actions]
    return _named("registry", wanted)


def auditor_permissions() -> list[Permission]:
    """See everything and change nothing: records, history, proposals, imports, reports, accounts."""
    seen = [f"view_{model._meta.model_name}" for model in curated_models()]
    return [
        *_named("registry", [*seen, *_SEEN_BY_CURATORS]),
        *_named("auth", ("view_user", "view_group")),
    ]


def reviewer_permissions() -> list[Permission]:
    """Publish, withdraw and merge records, delete drafts, load and undo imports; Django makes only its own four."""
    granted = [Permission.objects.get(codename="load_importrun")]
    for model in curated_models():
        if not issubclass(model, Record):
            continue
        kind = ContentType.objects.get_for_model(model)
        for action in (PUBLISH.permission, WITHDRAW.permission, MERGE):
            permission, _ = Permission.objects.get_or_create(
                codename=f"{action}_{model._meta.model_name}",
                content_type=kind,
                defaults={"name": f"Can {action} {model._meta.verbose_name}"},
            )
            granted.append(permission)
        granted.append(Permission.objects.get(codename=f"delete_{model._meta.model_name}", content_type=kind))
    return granted


def after_migrate(plan: Any = None, **options: Any) -> None:
    """Make the roles when migrations have run, and where there are none: “flush” empties the tables and migrates nothing."""
    if plan or not Group.objects.filter(name=EDITORS).exists():
        make_roles()
