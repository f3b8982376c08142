"""Drop indexes that repeat the beginning of another one."""

import django.db.models.deletion
from django.db import migrations, models


def _without_index(model: str, field: str, to: str, related_name: str) -> migrations.AlterField:
    key = models.ForeignKey(
        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name=related_name, to=f"registry.{to}"
    )
    return migrations.AlterField(model, field, key)


class Migration(migrations.Migration):
    """A unique index that begins with the same column finds the rows as well."""

    dependencies = [("registry", "0022_owners")]

    operations = [
        _without_index("regionmember", "region", "region", "memberships"),
        _without_index("commoditymember", "group", "commodity", "members"),
        _without_index("reeschemeclass", "scheme", "reescheme", "classes"),
        _without_index("findinglink", "finding", "finding", "links"),
    ]
