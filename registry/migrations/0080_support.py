"""How many independent sources support a record, and their kinds; sources that are blogs, forums and encyclopedias."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models

from registry.migrations._together import GroupedMigration

#: Model → the name with which its indexes begin.
CITED = {
    "commodity": "commodity",
    "country": "country",
    "deposit": "deposit",
    "disputedarea": "disputedarea",
    "finding": "finding",
    "license": "license",
    "organization": "organization",
    "policyframework": "framework",
    "prospectingobject": "prospecting",
    "reescheme": "reescheme",
    "region": "region",
    "resourceestimate": "estimate",
    "source": "source",
}
_PUBLISHED = models.Q(("record_status", "published"))
_KINDS = [
    ("news", "News"),
    ("press_release", "Press release"),
    ("report", "Report"),
    ("journal_article", "Journal article"),
    ("law", "Law"),
    ("dataset", "Dataset"),
    ("database", "Database"),
    ("filing", "Company filing"),
    ("map", "Map"),
    ("event", "Event"),
    ("web", "Web page"),
    ("blog", "Blog"),
    ("forum", "Forum"),
    ("encyclopedia", "Encyclopedia"),
]


def _added(model: str, table: str) -> list[migrations.operations.base.Operation]:
    kinds = django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=24), size=None)
    return [
        migrations.AddField(
            model,
            "independent_sources",
            models.PositiveIntegerField(
                db_default=0,
                default=0,
                editable=False,
                help_text="Published sources that support the record; copies of one original count once.",
            ),
        ),
        migrations.AddField(
            model,
            "source_kinds",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=24),
                db_default=models.Value([], output_field=kinds),
                default=list,
                editable=False,
                help_text="Kinds of the published sources that support the record; `unknown` for a source without a kind.",
                size=None,
            ),
        ),
        migrations.AddIndex(
            model,
            models.Index(
                condition=_PUBLISHED, fields=["independent_sources", "id"], name=f"{table}_by_independent_sources"[:30]
            ),
        ),
        migrations.AddIndex(
            model,
            django.contrib.postgres.indexes.GinIndex(
                condition=_PUBLISHED, fields=["source_kinds"], name=f"{table}_source_kinds"
            ),
        ),
    ]


def _kind(model: str) -> migrations.AlterField:
    return migrations.AlterField(
        model,
        "kind",
        models.CharField(blank=True, choices=_KINDS, help_text="Kind of source; null if unknown.", max_length=24, null=True),
    )


class Migration(GroupedMigration):
    """Two columns of every kind of record that sources are cited for, kept by the database."""

    dependencies = [
        ("registry", "0079_doubt_statistics"),
    ]

    operations = [
        migrations.RemoveConstraint("source", "source_kind"),
        _kind("source"),
        _kind("sourcehistory"),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "news",
                            "press_release",
                            "report",
                            "journal_article",
                            "law",
                            "dataset",
                            "database",
                            "filing",
                            "map",
                            "event",
                            "web",
                            "blog",
                            "forum",
                            "encyclopedia",
                        ],
                    ),
                    ("kind__isnull", True),
                    _connector="OR",
                ),
                name="source_kind",
                violation_error_message="“kind” holds no known code.",
            ),
        ),
        *(operation for model, table in CITED.items() for operation in _added(model, table)),
    ]
