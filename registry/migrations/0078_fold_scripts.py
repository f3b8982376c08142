"""Search reads Chinese as pinyin, and Arabic, Persian and Uzbek letters; what is stored folded is folded again."""

from django.db import migrations

from registry.migrations._pinyin import CODES, SYLLABLES

#: Characters from U+4E00 have a syllable each; all others stay.
PINYIN = """
CREATE FUNCTION registry_pinyin(text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE
    syllables CONSTANT text[] := '{SYLLABLES}';
    codes CONSTANT bytea := '\\xCODES';
    read text := '';
    letter text;
    place int;
    number int;
BEGIN
    FOREACH letter IN ARRAY pg_catalog.string_to_array($1, NULL) LOOP
        place := (pg_catalog.ascii(letter) - 19968) * 2;
        number := CASE WHEN place BETWEEN 0 AND 41982
            THEN pg_catalog.get_byte(codes, place) * 256 + pg_catalog.get_byte(codes, place + 1) ELSE 0 END;
        read := read || CASE WHEN number > 0 THEN syllables[number] ELSE letter END;
    END LOOP;
    RETURN read;
END $$;
""".replace("SYLLABLES", ",".join(SYLLABLES)).replace("CODES", CODES.hex())

FOLD = r"""
-- Letters of scripts that few names have, so that others pay for one look only. Short vowels are not written in Arabic.
CREATE FUNCTION registry_fold_scripts(text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE folded text := $1;
BEGIN
    IF folded ~ '[\u4E00-\u9FFF]' THEN
        folded := public.registry_pinyin(folded);
    END IF;
    -- Uzbek in Latin letters: the turned comma belongs to o and g.
    folded := pg_catalog.regexp_replace(folded, 'o[\u02BB\u02BC\u2018]', 'u', 'g');
    folded := pg_catalog.regexp_replace(folded, '(?<=g)\u2018|[\u02BB\u02BC]', '', 'g');
    IF folded ~ '[\u0600-\u06FF]' THEN
        folded := pg_catalog.regexp_replace(folded, '[\u064B-\u065F\u0670\u0640\u0621\u0639\u06E4\u200C]', '', 'g');
        folded := pg_catalog.replace(pg_catalog.replace(folded, 'ش', 'sh'), 'چ', 'ch');
        folded := pg_catalog.translate(folded,
            'اآأإٱبپتثجحخدذرزژسصضطظغفقكکگلمنوؤهةۀيیىئ۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩',
            'aaaaabptsjhhdzrzjssdtzgfkkkglmnuuhaaiiii01234567890123456789');
    END IF;
    RETURN folded;
END $$;

CREATE OR REPLACE FUNCTION registry_fold(text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE folded text COLLATE "C";
BEGIN
    IF pg_catalog.octet_length($1) = pg_catalog.length($1) THEN
        folded := pg_catalog.lower($1 COLLATE "C");
    ELSE
        folded := pg_catalog.lower(pg_catalog.normalize($1, 'NFC') COLLATE "und-x-icu");
        IF folded ~ '[\u02BB\u02BC\u2018\u0600-\u06FF\u4E00-\u9FFF]' THEN
            folded := public.registry_fold_scripts(folded);
        END IF;
        folded := public.unaccent('public.unaccent'::pg_catalog.regdictionary,
            pg_catalog.translate(
                pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(
                pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(
                    folded,
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
"""

#: Indexes over the function first: rows that are about to be checked at the commit keep an index from being built again.
AGAIN = """
DO $$ DECLARE one record; BEGIN
    FOR one IN SELECT i.indexrelid::regclass AS name FROM pg_catalog.pg_index i
        WHERE pg_catalog.pg_get_expr(i.indexprs, i.indrelid) LIKE '%registry_fold%' LOOP
        EXECUTE pg_catalog.format('REINDEX INDEX %s', one.name);
    END LOOP;
    FOR one IN SELECT a.attrelid::regclass AS place, a.attname AS stored, pg_catalog.pg_get_expr(f.adbin, f.adrelid) AS value,
            (SELECT b.attname FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_attribute b ON b.attrelid = d.refobjid
                AND b.attnum = d.refobjsubid WHERE d.classid = 'pg_attrdef'::regclass AND d.objid = f.oid
                AND d.refclassid = 'pg_class'::regclass AND d.refobjid = a.attrelid AND d.refobjsubid <> a.attnum
                ORDER BY b.attnum LIMIT 1) AS base
        FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
        WHERE a.attgenerated = 's' AND pg_catalog.pg_get_expr(f.adbin, f.adrelid) LIKE '%registry_fold%' LOOP
        -- A generated column is computed again when a column that it rests on is written.
        EXECUTE pg_catalog.format('UPDATE %s SET %I = %I WHERE %I IS DISTINCT FROM %s',
            one.place, one.base, one.base, one.stored, one.value);
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    """The functions keep their names, so that indexes and generated columns keep them too."""

    dependencies = [("registry", "0077_doubts")]

    operations = [
        migrations.RunSQL(PINYIN, "DROP FUNCTION registry_pinyin(text);"),
        migrations.RunSQL(FOLD, "DROP FUNCTION registry_fold_scripts(text);"),
        migrations.RunSQL(AGAIN, migrations.RunSQL.noop),
    ]
