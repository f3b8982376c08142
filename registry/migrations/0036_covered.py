"""What published records state without a source; and citations told apart by a number for their list of fields."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

from registry.migrations._together import Together

_OWNERS = (
    "deposit",
    "estimate",
    "prospecting_object",
    "license",
    "license_event",
    "policy_framework",
    "organization",
    "finding",
    "cited_source",
    "country",
    "region",
    "commodity",
)


def _unique(owner: str) -> models.UniqueConstraint:
    fields = models.Func(
        models.F("fields"), models.Value(0), function="hash_array_extended", output_field=models.BigIntegerField()
    )
    return models.UniqueConstraint(
        models.F(owner),
        models.F("source"),
        fields,
        models.F("locator"),
        models.F("relation"),
        models.F("stated_value"),
        condition=models.Q((f"{owner}__isnull", False)),
        name=f"citation_{owner}",
        nulls_distinct=False,
        violation_error_message="This record already has such a row.",
    )


def _fields() -> ArrayField:
    told = (
        "Entries of the record that the citation carries: a field (`location`), a list with all its rows (`names`), or one row"
        " of it (`parties:stans-energy`); empty for the record as a whole."
    )
    return ArrayField(models.TextField(), blank=True, default=list, help_text=told)


class Migration(migrations.Migration):
    """An index entry has an end, a list of fields has none."""

    dependencies = [("registry", "0054_name_variants")]

    operations = [
        migrations.CreateModel(
            name="Uncovered",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(help_text="Kind of record.", max_length=24)),
                ("record", models.BigIntegerField(help_text="Key of the record.")),
                ("entries", ArrayField(models.TextField(), help_text="Its entries, as citations name them.")),
            ],
            options={
                "verbose_name_plural": "uncovered",
                "constraints": [models.UniqueConstraint(fields=("kind", "record"), name="uncovered_once")],
            },
        ),
        Together(
            [
                *(migrations.AlterField(model, "fields", _fields()) for model in ("citation", "citationhistory")),
                *(migrations.RemoveConstraint("citation", f"citation_{owner}") for owner in _OWNERS),
                *(migrations.AddConstraint("citation", _unique(owner)) for owner in _OWNERS),
            ]
        ),
    ]
