"""Leave words for commodities out of the names that are looked for: they say what is mined there, not which place it is."""

from django.db import migrations

#: Names are compared as `registry_fold` writes them, so double consonants are single here.
VARIANTS = r"""
CREATE OR REPLACE FUNCTION registry_name_variants(text[]) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
WITH piece AS (
    SELECT DISTINCT part FROM pg_catalog.unnest($1[1:30]) AS name,
    LATERAL (SELECT name UNION SELECT pg_catalog.regexp_split_to_table(pg_catalog.left(name, 300), '[][(),;/]')) AS parts(part)
), written AS (
    SELECT public.registry_fold(part) AS folded FROM piece
    UNION SELECT public.registry_fold(pg_catalog.replace(part, '-', '')) FROM piece WHERE pg_catalog.strpos(part, '-') > 0
    UNION SELECT public.registry_fold(pg_catalog.regexp_replace(part, '\mmount\M', 'mt', 'gi')) FROM piece
    UNION SELECT public.registry_fold(pg_catalog.regexp_replace(part, '\mmt\M', 'mount', 'gi')) FROM piece
), word AS (
    SELECT folded, place, word,
        word ~ '^(alanite|barite|bastn?a?e?site|beril|berilium|beryl|berylium|boron|chromium|cobalt|columbite|columbium|coper|earths?|feldspar|fluorine|fluorite|fluorspar|gold|grafite|graphite|iron|lead|lithium|magnetite|manganese|mica|molybdenum|monazite|nickel|nikel|niobium|phosphates?|rare|ree|rutile|samarskite|scandium|silica|silver|tantalum|thorite|thorium|tin|titanium|torium|tungsten|uranium|vanadium|vermiculite|xenotime|ytrium|zinc|zircon|zirconium)$'
            AS is_commodity,
        word ~ '^([0-9]+[a-z]?|[a-z]|[ivx]+|north|south|east|west|uper|lower|big|litle|mount|mt|mountains?|mtns?|hils?|creek|river|lake|bay|beach|gulch|canyon|valey|spring|springs|point|isla?nds?|new|old|queen|king)$'
            AS is_common
    FROM written, pg_catalog.regexp_split_to_table(folded, ' ') WITH ORDINALITY AS words(word, place)
    WHERE word !~ '^(the|of|and|area|belt|city|claims?|complex|deposits?|depost|district|field|group|location|mines?|mining|name|no|numbers?|nos|ocurences?|ore|operations?|placers?|plant|project|prospects?|properti|property|resources?|showings?|unidentified|unknown|unnamed|unamed|mestorojdenie|proiavlenie|rudnik|rudnoe|rudoproiavlenie|uchastok|pole|ken|orni|co|company|compani|corp|corporation|inc|jsc|limited|llc|llp|ltd|ao|ooo|pao|too|tov|zao)$'
), told AS (
    -- A commodity that stands with common words alone is a name: Iron Hill, Tin Creek.
    SELECT pg_catalog.string_agg(word, ' ' ORDER BY place) FILTER (WHERE NOT is_commodity OR named = 'with it') AS variant
    FROM (SELECT *, CASE WHEN pg_catalog.bool_or(NOT is_commodity AND NOT is_common) OVER same THEN 'without it'
            WHEN pg_catalog.bool_or(NOT is_commodity AND word ~ '^[a-z]{2,}') OVER same THEN 'with it' ELSE 'by nothing' END AS named
        FROM word WINDOW same AS (PARTITION BY folded)) w
    WHERE named <> 'by nothing' OR NOT is_commodity
    GROUP BY folded
)
SELECT pg_catalog.array_agg(variant) FROM (
    SELECT DISTINCT variant FROM told WHERE pg_catalog.length(variant) >= 3 ORDER BY variant LIMIT 20) few
$$;
"""


class Migration(migrations.Migration):
    """No index or column rests on the function."""

    dependencies = [("registry", "0053_judgements")]

    operations = [migrations.RunSQL(VARIANTS, migrations.RunSQL.noop)]
