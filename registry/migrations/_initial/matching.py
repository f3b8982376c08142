"""Functions over names and commodities, which find records of the same thing."""

FUNCTIONS = r"""
-- A commodity with the groups it belongs to and the members it has: what may be called by another's name.
CREATE FUNCTION registry_commodity_kin(bigint[]) RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE STRICT AS $$
WITH RECURSIVE above(id) AS (
    SELECT pg_catalog.unnest($1)
    UNION SELECT m.group_id FROM public.registry_commoditymember m JOIN above ON m.member_id = above.id
), below(id) AS (
    SELECT pg_catalog.unnest($1)
    UNION SELECT m.member_id FROM public.registry_commoditymember m JOIN below ON m.group_id = below.id
)
SELECT pg_catalog.array_agg(id) FROM (SELECT id FROM above UNION SELECT id FROM below) kin
$$;

-- The folded texts by which the names of one thing are looked up: each name as a whole and in its parts (“Karonge (Gakara)”,
-- “Oka, Niocan”), hyphenated words joined and “Mt.” written out as well, without the words that say only what kind of thing it is.
CREATE FUNCTION registry_name_variants(text[]) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
WITH piece AS (
    SELECT DISTINCT part FROM pg_catalog.unnest($1[1:30]) AS name,
    LATERAL (SELECT name UNION SELECT pg_catalog.regexp_split_to_table(pg_catalog.left(name, 300), '[][(),;/]')) AS parts(part)
), written AS (
    SELECT public.registry_fold(part) AS folded FROM piece
    UNION SELECT public.registry_fold(pg_catalog.replace(part, '-', '')) FROM piece WHERE pg_catalog.strpos(part, '-') > 0
    UNION SELECT public.registry_fold(pg_catalog.regexp_replace(part, '\mmount\M', 'mt', 'gi')) FROM piece
    UNION SELECT public.registry_fold(pg_catalog.regexp_replace(part, '\mmt\M', 'mount', 'gi')) FROM piece
), told AS (
    SELECT (SELECT pg_catalog.string_agg(word, ' ' ORDER BY place)
        FROM pg_catalog.regexp_split_to_table(folded, ' ') WITH ORDINALITY AS words(word, place)
        WHERE word !~ '^(the|of|and|area|city|claims?|complex|deposits?|depost|district|field|group|mines?|mining|name|no|numbers?|nos|ocurences?|ore|operations?|placers?|project|prospects?|properti|property|unidentified|unknown|unamed|mestorojdenie|proiavlenie|rudnik|rudnoe|rudoproiavlenie|uchastok|pole|ken|orni|company|compani|corp|corporation|inc|jsc|limited|llc|llp|ltd|ao|ooo|pao|too|tov|zao)$'
    ) AS variant FROM written
)
SELECT pg_catalog.array_agg(variant) FROM (
    SELECT DISTINCT variant FROM told WHERE pg_catalog.length(variant) >= 3 ORDER BY variant LIMIT 20) few
$$;

-- What tells apart things of one name: numbers, Roman numerals, north and south, upper and lower.
CREATE FUNCTION registry_name_marks(text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
SELECT COALESCE(pg_catalog.array_agg(DISTINCT pg_catalog.left(word, 4) ORDER BY pg_catalog.left(word, 4)), '{}')
FROM pg_catalog.regexp_split_to_table($1, ' +') AS word
WHERE word ~ '^([0-9]+[a-z]?|[ivx]+|(north|south|east|west)(ern)?|uper|lower|big|litle|(severn|iujn|zapadn|vostochn|verhn|nijn)[a-z]*)$'
$$;

-- How alike a name that is looked for (a variant) and a name that is held (folded) are, from 0 to 1: the trigrams they
-- share; a little less where one is whole words of the other; half where both have marks and these differ.
CREATE FUNCTION registry_name_likeness(text, text) RETURNS real LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE
    likeness real := GREATEST(public.similarity($1, $2), 0.9 * public.strict_word_similarity($1, $2),
        0.8 * public.word_similarity($1, $2));
    mine text[] := public.registry_name_marks($1);
    other text[] := public.registry_name_marks($2);
BEGIN
    RETURN likeness * CASE WHEN mine = other THEN 1 WHEN mine = '{}' OR other = '{}' THEN 0.9 ELSE 0.5 END;
END $$;
"""

UNDO = """
DROP FUNCTION registry_name_likeness(text, text), registry_name_marks(text), registry_name_variants(text[]),
    registry_commodity_kin(bigint[]);
"""
