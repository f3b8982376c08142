"""Keep for an account the language of its admin, and the countries and kinds to which its roles are limited."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from registry.migrations._together import GroupedMigration

_KINDS = (
    *("commodity", "country", "deposit", "disagreement", "disputed_area", "estimate", "finding", "gap", "license"),
    *("organization", "policy_framework", "prospecting_object", "ree_scheme", "region", "source"),
)
_STATUS = [
    ("draft", "Being drafted"),
    ("proposed", "Proposed"),
    ("announced", "Announced"),
    ("signed", "Signed"),
    ("adopted", "Adopted"),
    ("in_force", "In force"),
    ("amended", "Amended"),
    ("suspended", "Suspended"),
    ("repealed", "Repealed"),
    ("ended", "Ended"),
    ("superseded", "Superseded"),
]


def _status(model: str, help_text: str) -> migrations.AlterField:
    """Call the status “draft” of a framework as a draft record is not called."""
    field = models.CharField(blank=True, choices=_STATUS, help_text=help_text, max_length=16, null=True)
    return migrations.AlterField(model_name=model, name="status", field=field)


class Migration(GroupedMigration):
    """The settings of curators."""

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("registry", "0121_words"),
    ]

    operations = [
        _status("frameworkevent", "The status that resulted; null if the event did not change it."),
        _status("frameworkeventhistory", "The status that resulted; null if the event did not change it."),
        _status("policyframework", "Status as stated."),
        _status("policyframeworkhistory", "Status as stated."),
        migrations.CreateModel(
            name="Curator",
            fields=[
                (
                    "account",
                    models.OneToOneField(
                        help_text="Whose.",
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="curator",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        blank=True,
                        choices=[("en-gb", "English"), ("ru", "Русский")],
                        default="",
                        help_text="Language of the admin; empty as the browser.",
                        max_length=8,
                    ),
                ),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(choices=[(kind, kind) for kind in _KINDS], max_length=24),
                        blank=True,
                        default=list,
                        help_text="Only records of these kinds are written; empty for all.",
                        size=None,
                    ),
                ),
                (
                    "countries",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Only records of these countries are written; empty for all.",
                        related_name="+",
                        to="registry.country",
                    ),
                ),
            ],
            options={"default_permissions": ()},
        ),
    ]
