"""The likely fix of a problem, and the preview of an upload, under their usual names; what is stored is converted."""

from django.db import migrations

_RULES = """
UPDATE registry_importproblem SET rule = '{new}' WHERE rule = '{old}';
UPDATE registry_importrow SET problems = replace(problems::text, '"{old}"', '"{new}"')::jsonb
    WHERE problems @> '[{{"rule": "{old}"}}]';
"""
_ROWS = """
UPDATE registry_importrow SET problems = (
        SELECT jsonb_agg(p - '{old}' || jsonb_build_object('{new}', p -> '{old}') ORDER BY n)
        FROM jsonb_array_elements(problems) WITH ORDINALITY AS x(p, n))
    WHERE problems @? '$[*].{old}';
"""
_PREVIEWS = """
UPDATE registry_importupload SET preview = jsonb_set(preview, '{{rows}}', (
        SELECT jsonb_agg(jsonb_set(r, '{{problems}}', COALESCE((
            SELECT jsonb_agg(p - '{old}' || jsonb_build_object('{new}', p -> '{old}') ORDER BY n)
            FROM jsonb_array_elements(r -> 'problems') WITH ORDINALITY AS x(p, n)), '[]')) ORDER BY m)
        FROM jsonb_array_elements(preview -> 'rows') WITH ORDINALITY AS y(r, m)))
    WHERE preview @? '$.rows[*].problems[*].{old}';
"""


def _renamed(rule: tuple[str, str], key: tuple[str, str]) -> str:
    rules = _RULES.format(old=rule[0], new=rule[1])
    return rules + "".join(text.format(old=key[0], new=key[1]) for text in (_ROWS, _PREVIEWS))


class Migration(migrations.Migration):
    """Columns by `RenameField`; rule codes, and the keys of stored JSON, by SQL."""

    dependencies = [("registry", "0024_messages")]

    operations = [
        migrations.RenameField("importproblem", "mend", "fix"),
        migrations.RenameField("importupload", "looked", "preview"),
        migrations.RunSQL(
            _renamed(("outline-mended", "outline-repaired"), ("mend", "fix")),
            _renamed(("outline-repaired", "outline-mended"), ("fix", "mend")),
        ),
    ]
