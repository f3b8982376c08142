"""Kinds of record that judgements know; the kind of a report is checked where it is written."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0046_disputed_areas"),
    ]

    operations = [
        migrations.AlterField(
            model_name="judgement",
            name="kind",
            field=models.CharField(
                choices=[
                    ("commodity", "commodity"),
                    ("country", "country"),
                    ("deposit", "deposit"),
                    ("disagreement", "disagreement"),
                    ("disputed_area", "disputed_area"),
                    ("estimate", "estimate"),
                    ("finding", "finding"),
                    ("gap", "gap"),
                    ("license", "license"),
                    ("organization", "organization"),
                    ("policy_framework", "policy_framework"),
                    ("prospecting_object", "prospecting_object"),
                    ("ree_scheme", "ree_scheme"),
                    ("region", "region"),
                    ("source", "source"),
                ],
                help_text="Kind of both records.",
                max_length=24,
            ),
        ),
        migrations.AlterField(
            model_name="judgementhistory",
            name="kind",
            field=models.CharField(
                choices=[
                    ("commodity", "commodity"),
                    ("country", "country"),
                    ("deposit", "deposit"),
                    ("disagreement", "disagreement"),
                    ("disputed_area", "disputed_area"),
                    ("estimate", "estimate"),
                    ("finding", "finding"),
                    ("gap", "gap"),
                    ("license", "license"),
                    ("organization", "organization"),
                    ("policy_framework", "policy_framework"),
                    ("prospecting_object", "prospecting_object"),
                    ("ree_scheme", "ree_scheme"),
                    ("region", "region"),
                    ("source", "source"),
                ],
                help_text="Kind of both records.",
                max_length=24,
            ),
        ),
        migrations.AlterField(
            model_name="report",
            name="kind",
            field=models.CharField(help_text="Resource of the record.", max_length=40),
        ),
    ]
