"""Seals over the history: a chain of hashes over the rows that transactions have written."""

from django.db import migrations

SEALS = r"""
-- The rows of transactions below `until` are sealed; `marks` are the last keys of before the numbers of this place began.
CREATE TABLE registry_seal (
    number bigint PRIMARY KEY,
    place text NOT NULL,
    until bigint NOT NULL,
    sealed_at timestamptz NOT NULL DEFAULT now(),
    rows bigint NOT NULL,
    restarted text[] NOT NULL DEFAULT '{}',
    marks jsonb NOT NULL,
    head text NOT NULL
);
-- The columns of which the text of a row is made: later columns do not change it.
CREATE TABLE registry_sealform (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    history text NOT NULL,
    columns text[] NOT NULL,
    UNIQUE (history, columns)
);
CREATE TABLE registry_sealpart (
    seal bigint NOT NULL,
    history text NOT NULL,
    part bigint NOT NULL,
    form integer NOT NULL REFERENCES registry_sealform,
    ids bigint[] NOT NULL,
    hashes bytea NOT NULL,
    PRIMARY KEY (seal, history, part)
);
CREATE INDEX registry_sealpart_history ON registry_sealpart (history, seal);
"""
UNDO = "DROP TABLE registry_sealpart; DROP TABLE registry_sealform; DROP TABLE registry_seal;"


class Migration(migrations.Migration):
    """Tables of seals."""

    dependencies = [("registry", "0211_offers")]
    operations = [migrations.RunSQL(SEALS, UNDO)]
