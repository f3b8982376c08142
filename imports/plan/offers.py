"""Fixes that a check offers, and that a person accepts: the staged rows are changed by them before they are planned again.

An offer is part of the problem of a row. `affine` moves its place (six numbers, as of ST_Affine), `set` gives columns new
values, `key` or `list` is the column or list to which an unknown word belongs (a person says what it means), and `srid` is the
system of the coordinates of all rows.
"""

import json
from typing import Any

from django.utils.translation import gettext

from imports.errors import ImportRefused
from imports.plan.accepted import FIXES, WORDS, is_accepted
from imports.plan.datum import RULE, read_in_datum
from imports.plan.steps import Work
from imports.tables import TargetTable
from registry.models import Commodity, Country
from registry.sql import Sql, sql

#: The rule by which a report lists what was accepted.
ACCEPTED = "fix-accepted"


def accept_offers(work: Work) -> None:
    """Change the staged rows by what was accepted of the offers that a plan has found; raises ImportRefused."""
    _check_words(work)
    fixes = work.run.options.get(FIXES) or {}
    for rule in fixes:
        _move(work, rule)
        _set(work, rule)
    if RULE in fixes:
        for (srid,) in work.ask(
            "SELECT (offer->>'srid')::int FROM registry_importproblem WHERE run_id = {run} AND rule = {rule}", rule=RULE
        ):
            read_in_datum(work, srid)
            _note(work, sql("p.rule = {rule}", rule=RULE))
    _translate(work)
    _make_sound(work)


def _accepted(work: Work, rule: str, kind: str) -> Sql:
    """Return the condition that a problem `p` of a row `r` has an offer of a kind, and that it is accepted."""
    accepted = is_accepted(work, rule, sql("r.value"))
    return sql("p.rule = {rule} AND p.offer ? {kind} AND {accepted}", rule=rule, kind=kind, accepted=accepted)


def _move(work: Work, rule: str) -> None:
    """Move the places of rows whose coordinates were written in a wrong way."""
    wanted = _accepted(work, rule, "affine")
    work.do(
        """
        UPDATE registry_importrow t SET mapped = t.mapped
            || CASE WHEN jsonb_typeof(t.mapped->'location') = 'array' THEN jsonb_build_object('location', jsonb_build_array(
                round(((t.mapped->'location'->>0)::float8 * m.a + (t.mapped->'location'->>1)::float8 * m.b + m.x)::numeric, 9),
                round(((t.mapped->'location'->>0)::float8 * m.d + (t.mapped->'location'->>1)::float8 * m.e + m.y)::numeric, 9)))
                ELSE '{{}}' END
            || COALESCE((SELECT jsonb_object_agg(k,
                    ST_AsHEXEWKB(ST_Affine((t.mapped->>k)::geometry, m.a, m.b, m.d, m.e, m.x, m.y)))
                FROM unnest(ARRAY['area', 'footprint']) k WHERE t.mapped->>k IS NOT NULL), '{{}}')
        FROM (SELECT p.row_id, (p.offer->'affine'->>0)::float8 AS a, (p.offer->'affine'->>1)::float8 AS b,
                (p.offer->'affine'->>2)::float8 AS d, (p.offer->'affine'->>3)::float8 AS e,
                (p.offer->'affine'->>4)::float8 AS x, (p.offer->'affine'->>5)::float8 AS y
            FROM registry_importproblem p JOIN registry_importrow r ON r.id = p.row_id
            WHERE p.run_id = {run} AND {wanted}) m WHERE t.id = m.row_id
        """,
        wanted=wanted,
    )
    _note(work, wanted)


def _set(work: Work, rule: str) -> None:
    """Give columns of rows the values that the offer has."""
    wanted = _accepted(work, rule, "set")
    work.do(
        """
        UPDATE registry_importrow t SET mapped = t.mapped || m.given
        FROM (SELECT p.row_id, p.offer->'set' AS given
            FROM registry_importproblem p JOIN registry_importrow r ON r.id = p.row_id
            WHERE p.run_id = {run} AND {wanted}) m WHERE t.id = m.row_id
        """,
        wanted=wanted,
    )
    _note(work, wanted)


def _translate(work: Work) -> None:
    """Give rows what unknown words mean: a column its code, a list the rows of its words."""
    words: dict[str, dict[str, str]] = work.run.options.get(WORDS) or {}
    if not words:
        return
    given = sql("{words}::jsonb", words=json.dumps(words))
    work.do(
        """
        UPDATE registry_importrow t SET mapped = t.mapped || m.given FROM (
            SELECT p.row_id, jsonb_object_agg(p.offer->>'key', {given}->(p.offer->>'key')->(p.offer->'words'->>0)) AS given
            FROM registry_importproblem p
            WHERE p.run_id = {run} AND {given}->(p.offer->>'key') ? (p.offer->'words'->>0) GROUP BY 1) m WHERE t.id = m.row_id
        """,
        given=given,
    )
    work.do(
        """
        UPDATE registry_importrow t SET mapped = t.mapped
            || jsonb_build_object(m.list, COALESCE(t.mapped->m.list, '[]') || m.given)
        FROM (SELECT p.row_id, p.offer->>'list' AS list,
                jsonb_agg(jsonb_build_object('symbol', {given}->(p.offer->>'list')->word, 'role', p.offer->>'role')) AS given
            FROM registry_importproblem p CROSS JOIN LATERAL jsonb_array_elements_text(p.offer->'words') word
            WHERE p.run_id = {run} AND {given}->(p.offer->>'list') ? word GROUP BY 1, 2) m WHERE t.id = m.row_id
        """,
        given=given,
    )
    meant = sql("{given}->COALESCE(p.offer->>'key', p.offer->>'list')", given=given)
    _note(
        work,
        sql("{meant} ?& ARRAY(SELECT jsonb_array_elements_text(p.offer->'words'))", meant=meant),
        sql(
            "(SELECT string_agg('“' || word || '” is read as ' || ({meant}->>word), '; ')"
            " FROM jsonb_array_elements_text(p.offer->'words') word)",
            meant=meant,
        ),
    )


def _note(work: Work, wanted: Sql, said: Sql | None = None) -> None:
    """Keep with the import which fix of which row was accepted."""
    work.do(
        """
        UPDATE registry_importproblem p SET rule = {accepted}, is_error = false, by_registry = false, fix = '',
            message = COALESCE({said}, NULLIF(p.fix, ''), p.message), offer = CASE WHEN p.offer ? 'set' THEN p.offer END
        FROM registry_importrow r WHERE p.run_id = {run} AND r.id = p.row_id AND {wanted}
        """,
        accepted=ACCEPTED,
        said=said or sql("NULL::text"),
        wanted=wanted,
    )


def _make_sound(work: Work) -> None:
    """Let rows go on whose errors are all fixed."""
    work.do("""
        UPDATE registry_importrow r SET is_sound = true WHERE r.run_id = {run} AND NOT r.is_sound
            AND EXISTS (SELECT FROM registry_importproblem p
                WHERE p.row_id = r.id AND p.rule = 'fix-accepted' AND p.offer ? 'set')
            AND NOT EXISTS (SELECT FROM registry_importproblem p WHERE p.row_id = r.id AND p.is_error AND NOT p.by_registry)
    """)


def _check_words(work: Work) -> None:
    """Ensure that each word means something that its column can hold; raises ImportRefused."""
    for key, meant in (work.run.options.get(WORDS) or {}).items():
        known = codes_of(work.table, key)
        for word, code in meant.items():
            if code not in known:
                raise ImportRefused(
                    gettext("“%(word)s”: %(key)s has no code “%(code)s”.") % {"word": word, "key": key, "code": code}
                )


def codes_of(table: TargetTable, key: str) -> dict[str, str]:
    """List the codes that an unknown word of a column or list can mean, with what they are called."""
    if key != "commodities" and key not in table.columns:
        return {}
    model: Any = Commodity if key == "commodities" else table.field(key).related_model
    if model in (Commodity, Country):
        return dict(model.objects.order_by("name").values_list("slug", "name"))
    return {str(code): str(label) for code, label in table.field(key).flatchoices}
