"""Fold ASCII names by a short way: the results stay the same, so stored columns stay as they are."""

from django.db import migrations

#: SQL functions that call others are parsed again for each row; PL/pgSQL keeps what it has parsed.
FOLD = r"""
CREATE OR REPLACE FUNCTION registry_fold(text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE folded text COLLATE "C";
BEGIN
    IF pg_catalog.octet_length($1) = pg_catalog.length($1) THEN
        folded := pg_catalog.lower($1 COLLATE "C");
    ELSE
        folded := public.unaccent('public.unaccent'::pg_catalog.regdictionary,
            pg_catalog.translate(
                pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(
                pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(
                    pg_catalog.lower(pg_catalog.normalize($1, 'NFC') COLLATE "und-x-icu"),
                    'щ', 'shch'), 'ш', 'sh'), 'ч', 'ch'), 'ж', 'zh'), 'ц', 'ts'), 'ю', 'yu'), 'я', 'ya'), 'ё', 'e'),
                'абвгдезийклмнопрстуфхыэәғқңөұүһіїєўҳҷӣӯґъь',
                'abvgdeziiklmnoprstufhieagknouuhiieuhjiug'));
    END IF;
    folded := pg_catalog.translate(pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(
        folded, 'dzh', 'j'), 'dj', 'j'), 'zh', 'j'), 'kh', 'h'), 'yq', 'ik');
    -- A back reference is slow, and most names have no double consonant.
    IF folded ~ 'bb|cc|dd|ff|gg|hh|jj|kk|ll|mm|nn|pp|qq|rr|ss|tt|vv|ww|xx|yy|zz' THEN
        folded := pg_catalog.regexp_replace(folded, '([b-df-hj-np-tv-z])\1+', '\1', 'g');
    END IF;
    IF pg_catalog.octet_length(folded) = pg_catalog.length(folded) THEN
        RETURN pg_catalog.btrim(pg_catalog.regexp_replace(folded, '[^A-Za-z0-9]+', ' ', 'g'));
    END IF;
    RETURN pg_catalog.btrim(pg_catalog.regexp_replace(folded COLLATE "und-x-icu", '[^[:alnum:]]+', ' ', 'g'));
END $$;

CREATE OR REPLACE FUNCTION registry_fold_name(text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
BEGIN
    IF pg_catalog.strpos($1, '-') = 0 THEN
        RETURN ' ' || public.registry_fold($1);
    END IF;
    RETURN ' ' || public.registry_fold($1) || ' ' || public.registry_fold(pg_catalog.replace($1, '-', ''));
END $$;
"""


class Migration(migrations.Migration):
    """The functions keep their names, so that indexes and generated columns keep them too."""

    dependencies = [("registry", "0019_derived")]

    operations = [migrations.RunSQL(FOLD, migrations.RunSQL.noop)]
