"""The sides of a disagreement: those that readers see; revisions of one series and copies of one original are one side."""

from registry.derived.objects import DerivedFunction
from registry.kinds import SIDES, RecordKind
from registry.public import is_side_seen

SIDES_SEEN = "registry_sides"
_SERIES = "registry_series"


def functions() -> tuple[DerivedFunction, ...]:
    """Return the functions that find the beginning of a series of findings, and count the sides of a disagreement."""
    series = DerivedFunction(
        name=_SERIES,
        purpose="The finding that a finding revises, at the end of the chain; itself if it revises none.",
        arguments="revision bigint",
        returns="bigint",
        options="STABLE",
        body="""
        DECLARE first bigint := revision; seen bigint[] := '{}'; next bigint;
        BEGIN
            LOOP
                seen := seen || first;
                SELECT other_id INTO next FROM registry_findinglink WHERE finding_id = first AND kind = 'updates'
                AND other_id <> ALL (seen) ORDER BY id LIMIT 1;
                EXIT WHEN next IS NULL;
                first := next;
            END LOOP;
            RETURN first;
        END
        """,
    )
    sides = DerivedFunction(
        name=SIDES_SEEN,
        purpose="The number of sides of a disagreement that readers see; revisions of one series and copies of one original"
        " are one side.",
        arguments="question bigint",
        returns="bigint",
        options="STABLE",
        body=f"BEGIN RETURN ({_counted()}); END",
    )
    return series, sides


def _counted() -> str:
    sources = " ".join(f"WHEN m.{column}_id IS NOT NULL THEN {_sources(column, kind)}" for column, kind in SIDES.items())
    return f"""
        WITH side AS (SELECT m.id, {_SERIES}(m.finding_id) AS series, CASE {sources} END AS sources
            FROM registry_disagreementmember m WHERE m.disagreement_id = question AND {is_side_seen("m")}),
        rooted AS (SELECT s.*, ARRAY(SELECT DISTINCT registry_root(u) FROM unnest(s.sources) u ORDER BY 1) AS roots FROM side s)
        SELECT count(*) FROM rooted n WHERE NOT EXISTS (SELECT FROM rooted o WHERE o.id < n.id AND (o.series = n.series
            OR (o.roots = n.roots AND o.roots <> '{{}}' AND o.sources <> n.sources)))
    """


def _sources(column: str, kind: RecordKind) -> str:
    """Return the sources of a side, in their order."""
    if column in ("finding", "citation"):
        return f"ARRAY(SELECT x.source_id FROM {kind.table} x WHERE x.id = m.{column}_id)"
    if column == "source":
        return f"ARRAY[m.{column}_id]"
    return (
        f"ARRAY(SELECT DISTINCT c.source_id FROM registry_citation c WHERE c.{kind.cited_as}_id = m.{column}_id"
        " AND c.relation = 'supports' ORDER BY 1)"
    )
