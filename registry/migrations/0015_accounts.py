"""Whoever was signed in keeps their account, since the history names them; attempts to sign in are counted."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from registry.migrations._together import GroupedMigration

KEEP = r"""
CREATE FUNCTION registry_keep_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.last_login IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'auth_user_deactivate_instead', TABLE = 'auth_user',
            MESSAGE = format('the account “%s” was used and is kept, so that the history knows who did what; make it inactive',
                OLD.username);
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER registry_keep_account BEFORE DELETE ON auth_user FOR EACH ROW EXECUTE FUNCTION registry_keep_account();
"""
FORGET = "DROP TRIGGER registry_keep_account ON auth_user; DROP FUNCTION registry_keep_account();"


class Migration(GroupedMigration):
    """Foreign keys that protect, a trigger, a table."""

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("registry", "0010_positions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(KEEP, FORGET),
        migrations.AlterField(
            model_name="importrun",
            name="loaded_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AlterField(
            model_name="importrun",
            name="undone_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AlterField(
            model_name="importrun",
            name="user",
            field=models.ForeignKey(
                help_text="The user who uploaded the file.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="importtask",
            name="user",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AlterField(
            model_name="importupload",
            name="user",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.CreateModel(
            name="SignIn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("account", models.CharField(help_text="Digest of the entered name.", max_length=32)),
                ("address", models.CharField(help_text="Digest of the client's address, of its /64 for IPv6.", max_length=32)),
                ("at", models.DateTimeField(auto_now_add=True, help_text="Time of the attempt.")),
                ("succeeded", models.BooleanField(default=False, help_text="Whether the password was correct.")),
            ],
            options={
                "ordering": ["id"],
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["account", "at"], name="signin_account"),
                    models.Index(fields=["address", "at"], name="signin_address"),
                    models.Index(fields=["succeeded", "at"], name="signin_at"),
                ],
            },
        ),
    ]
