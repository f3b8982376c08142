"""Answers of queries that readers cite, and indexes of the history by transaction, for its seals."""

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import registry.constraints


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0220_seals"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CitedBody",
            fields=[
                (
                    "sha256",
                    models.CharField(help_text="SHA-256 of the bytes.", max_length=64, primary_key=True, serialize=False),
                ),
                ("size", models.PositiveIntegerField(help_text="Bytes.")),
                ("packed", models.BinaryField(help_text="The bytes, compressed with gzip.")),
            ],
            options={
                "verbose_name": "cited answer",
                "verbose_name_plural": "cited answers",
            },
        ),
        migrations.CreateModel(
            name="CitedQuery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(help_text="Its address below /cite/.", max_length=16, unique=True)),
                ("query", models.TextField(help_text="Address in the API, with its parameters in the order of their names.")),
                ("as_of", models.DateTimeField(help_text="Moment of the answer.")),
                ("position", models.CharField(help_text="Position of the feed of changes at that moment.", max_length=40)),
                ("records", models.PositiveIntegerField(help_text="Number of records.")),
                ("sha256", models.CharField(help_text="SHA-256 of the answer.", max_length=64)),
                ("sender", models.CharField(help_text="Digest of the sender's address.", max_length=32)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        help_text="When it was cited first.",
                    ),
                ),
            ],
            options={
                "verbose_name": "cited query",
                "verbose_name_plural": "cited queries",
                "ordering": ["id"],
            },
        ),
        migrations.AddIndex(
            model_name="citationhistory",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["pgh_transaction"], name="citation_sealed_then", pages_per_range=32
            ),
        ),
        migrations.AddIndex(
            model_name="commodityhistory",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["pgh_transaction"], name="commodity_sealed_then", pages_per_range=32
            ),
        ),
        migrations.AddIndex(
            model_name="commoditymemberhistory",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["pgh_transaction"], name="commoditymember_sealed_then", pages_per_range=32
            ),
        ),
        migrations.AddIndex(
            model_name="concernhistory",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["pgh_transaction"], name="concern_sealed_then", pages_per_range=32
            ),
        ),
        migrations.AddIndex(
            model_name="countryhistory",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["pgh_transaction"], name="country_sealed_then", pages_per_range=32
            ),
        ),
        migrations.AddIndex(
            model_name="depositcommodityhistory",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["pgh_transaction"], name="depositcommodity_sealed_then", pages_per_range=32
            ),
        ),
        migrations.AddIndex(
            model_name="deposithistory",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["pgh_transaction"], name="deposit_sealed_then", pages_per_range=32
            ),
        ),
        migrations.AddIndex(
            model_name="depositpartyhistory",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["pgh_transaction"], name="depositparty_sealed_then", pages_per_range=32
            ),
        ),
        migrations.AddIndex(
            model_name="disagreementhistory",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["pgh_transaction"], name="disagreement_sealed_then", pages_per_range=32
            ),
        ),
        migrations.AddIndex(
            model_name="disagreementmemberhistory",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["pgh_transaction"], name="disagreementmember_sealed_then", pages_per_range=32
            ),
        ),
        migrations.AddIndex(
            model_name="disputedareahistory",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["pgh_transaction"], name="disputedarea_sealed_then", pages_per_range=32
            ),
        ),
        migrations.AddIndex(
            model_name="disputedareapartyhistory",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["pgh_transaction"], name="disputedareaparty_sealed_then", pages_per_range=32
            ),
        ),
        migrations.AddIndex(
            model_name="externalidhistory",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["pgh_transaction"], name="externalid_sealed_then", pages_per_range=32
            ),
        ),
        migrations.AddIndex(
            model_name="findinghistory",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["pgh_transaction"], name="finding_sealed_then", pages_per_range=32
            ),
        ),
        migrations.AddIndex(
            model_name="findinglinkhistory",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["pgh_transaction"], name="findinglink_sealed_then", pages_per_range=32
            ),
        ),
        migrations.AddIndex(
            model_name="findingsubjecthistory",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["pgh_transaction"], name="findingsubject_sealed_then", pages_per_range=32
            ),
        ),
        migrations.AddIndex(
            model_name="frameworkapplicationhistory",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["pgh_transaction"], name="frameworkapplication__4d9f9c03", pages_per_range=32
            ),
        ),
        migrations.AddIndex(
            model_name="frameworkcommodityhistory",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["pgh_transaction"], name="frameworkcommodity_sealed_then", pages_per_range=32
            ),
        ),
        migrations.AddIndex(
            model_name="frameworkeventhistory",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["pgh_transaction"], name="frameworkevent_sealed_then", pages_per_range=32
            ),
        ),
        migrations.AddIndex(
            model_name="frameworkpartyhistory",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["pgh_transaction"], name="frameworkparty_sealed_then", pages_per_range=32
            ),
        ),
        migrations.AddIndex(
            model_name="frameworkregionhistory",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["pgh_transaction"], name="frameworkregion_sealed_then", pages_per_range=32
            ),
        ),
        migrations.AddIndex(
            model_name="gaphistory",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["pgh_transaction"], name="gap_sealed_then", pages_per_range=32
            ),
        ),
        migrations.AddIndex(
            model_name="gapsearchhistory",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["pgh_transaction"], name="gapsearch_sealed_then", pages_per_range=32
            ),
        ),
        migrations.AddIndex(
            model_name="gapsubjecthistory",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["pgh_transaction"], name="gapsubject_sealed_then", pages_per_range=32
            ),
        ),
        migrations.AddIndex(
            model_name="gradehistory",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["pgh_transaction"], name="grade_sealed_then", pages_per_range=32
            ),
        ),
        migrations.AddIndex(
            model_name="judgementhistory",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["pgh_transaction"], name="judgement_sealed_then", pages_per_range=32
            ),
        ),
        migrations.AddIndex(
            model_name="licensecommodityhistory",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["pgh_transaction"], name="licensecommodity_sealed_then", pages_per_range=32
            ),
        ),
        migrations.AddIndex(
            model_name="licenseeventhistory",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["pgh_transaction"], name="licenseevent_sealed_then", pages_per_range=32
            ),
        ),
        migrations.AddIndex(
            model_name="licensehistory",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["pgh_transaction"], name="license_sealed_then", pages_per_range=32
            ),
        ),
        migrations.AddIndex(
            model_name="licensepartyhistory",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["pgh_transaction"], name="licenseparty_sealed_then", pages_per_range=32
            ),
        ),
        migrations.AddIndex(
            model_name="licensesitehistory",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["pgh_transaction"], name="licensesite_sealed_then", pages_per_range=32
            ),
        ),
        migrations.AddIndex(
            model_name="namehistory",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["pgh_transaction"], name="name_sealed_then", pages_per_range=32
            ),
        ),
        migrations.AddIndex(
            model_name="organizationhistory",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["pgh_transaction"], name="organization_sealed_then", pages_per_range=32
            ),
        ),
        migrations.AddIndex(
            model_name="organizationmemberhistory",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["pgh_transaction"], name="organizationmember_sealed_then", pages_per_range=32
            ),
        ),
        migrations.AddIndex(
            model_name="organizationparenthistory",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["pgh_transaction"], name="organizationparent_sealed_then", pages_per_range=32
            ),
        ),
        migrations.AddIndex(
            model_name="policyframeworkhistory",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["pgh_transaction"], name="policyframework_sealed_then", pages_per_range=32
            ),
        ),
        migrations.AddIndex(
            model_name="prospectingcommodityhistory",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["pgh_transaction"], name="prospectingcommodity__18c0762b", pages_per_range=32
            ),
        ),
        migrations.AddIndex(
            model_name="prospectingobjecthistory",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["pgh_transaction"], name="prospectingobject_sealed_then", pages_per_range=32
            ),
        ),
        migrations.AddIndex(
            model_name="reeschemeclasshistory",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["pgh_transaction"], name="reeschemeclass_sealed_then", pages_per_range=32
            ),
        ),
        migrations.AddIndex(
            model_name="reeschemehistory",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["pgh_transaction"], name="reescheme_sealed_then", pages_per_range=32
            ),
        ),
        migrations.AddIndex(
            model_name="regionhistory",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["pgh_transaction"], name="region_sealed_then", pages_per_range=32
            ),
        ),
        migrations.AddIndex(
            model_name="regionmemberhistory",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["pgh_transaction"], name="regionmember_sealed_then", pages_per_range=32
            ),
        ),
        migrations.AddIndex(
            model_name="resourceestimatehistory",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["pgh_transaction"], name="resourceestimate_sealed_then", pages_per_range=32
            ),
        ),
        migrations.AddIndex(
            model_name="sourcehistory",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["pgh_transaction"], name="source_sealed_then", pages_per_range=32
            ),
        ),
        migrations.AddIndex(
            model_name="sourcepublisherhistory",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["pgh_transaction"], name="sourcepublisher_sealed_then", pages_per_range=32
            ),
        ),
        migrations.AddField(
            model_name="citedquery",
            name="body",
            field=models.ForeignKey(
                help_text="The answer; null if it was taken away.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="registry.citedbody",
            ),
        ),
        migrations.AddIndex(
            model_name="citedquery",
            index=models.Index(fields=["sender", "created_at"], name="citedquery_sender"),
        ),
        migrations.AddIndex(
            model_name="citedquery",
            index=models.Index(fields=["created_at"], name="citedquery_created"),
        ),
        migrations.AddConstraint(
            model_name="citedquery",
            constraint=registry.constraints.SQLCheck(name="citedquery_key", sql="key ~ '^[0-9a-z]{16}$'"),
        ),
    ]
