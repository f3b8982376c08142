"""`manage.py make_roles`: the groups Editors and Reviewers, with what each may do; a second run changes nothing."""

from typing import Any

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management.base import BaseCommand
from django.db import models, transaction

from registry.curation import PUBLISH, WITHDRAW
from registry.merging import MERGE
from registry.models.base import Record

EDITORS, REVIEWERS = "Editors", "Reviewers"
#: Kept by the database, by imports, or by a flow of its own.
_NOT_CURATED = frozenset(
    (
        "concern",
        "countrypiece",
        "importrun",
        "importrow",
        "importproblem",
        "importoutcome",
        "importupload",
        "importtask",
        "judgement",
        "mergedrow",
        "notemention",
        "proposal",
        "proposalentry",
        "recordnote",
        "report",
        "reviewrule",
        "signin",
        "tally",
        "uncovered",
    )
)


class Command(BaseCommand):
    """Create the two groups, or bring them up to date."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Write permissions and groups, and say what each group may do."""
        with transaction.atomic():
            for app in ("registry", "contenttypes", "auth"):
                create_permissions(apps.get_app_config(app), verbosity=0)
            for role, permissions in (
                (EDITORS, editor_permissions()),
                (REVIEWERS, [*editor_permissions(), *reviewer_permissions()]),
            ):
                group, _ = Group.objects.get_or_create(name=role)
                group.permissions.set(permissions)
                self.stdout.write(f"{role}: {len(permissions)} permissions")


def curated_models() -> list[type[models.Model]]:
    """List the tables that people write: not the histories, not what the database derives."""
    return [
        model
        for model in apps.get_app_config("registry").get_models()
        if not model.__name__.endswith("History") and model._meta.model_name not in _NOT_CURATED
    ]


def editor_permissions() -> list[Permission]:
    """Add and change every record and all that belongs to it, check files; rows of a record may go, records may not."""
    wanted = [
        "view_importrun",
        "view_importproblem",
        "stage_importrun",
        "view_report",
        "change_report",
        "view_proposal",
        "view_reviewrule",
    ]
    for model in curated_models():
        actions = ("view", "add", "change") if issubclass(model, Record) else ("view", "add", "change", "delete")
        wanted += [f"{action}_{model._meta.model_name}" for action in actions]
    return list(Permission.objects.filter(content_type__app_label="registry", codename__in=wanted))


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
