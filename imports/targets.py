"""The kinds of record that files bring: derived from `RECORD_KINDS`; what is declared here is what a model does not tell.

A mapped row has the columns of the model as keys, and lists of children by their names in the API. Countries are ISO 3166-1
codes, commodities symbols, dates partial ISO 8601 text; other records are named by slug, uid, external id or name.
"""

from typing import Any

from django.db import models as dj

from imports.derived import citations_of, facts_of, lists_of, table_of
from imports.tables import MENTIONS, Fact, RowList, TargetTable, written_list
from registry import models as m
from registry.kinds import RECORD_KINDS, kind_named

#: A disagreement is about records and citations that the registry has; a gap about searches in it.
_NOT_FROM_FILES = ("disagreement", "gap")


def _facts(model: type[dj.Model], *declared: Fact) -> tuple[Fact, ...]:
    """Give the facts that are declared, and those that follow from the other columns."""
    return (*declared, *facts_of(model, *(column for fact in declared for column in fact.columns)))


def _citations(kind: str) -> tuple[RowList, ...]:
    return citations_of(kind_named(kind))


def _commodities(model: type[dj.Model], *role: str) -> RowList:
    return written_list(
        "commodities",
        model,
        ("commodity_id", *role),
        "SELECT {columns} FROM (SELECT DISTINCT ON (k.id) k.id AS commodity_id,"
        " COALESCE(x.value->>'role', 'unknown')::varchar AS role"
        " FROM jsonb_array_elements({mapped}->'commodities') WITH ORDINALITY x"
        " JOIN import_symbol k ON k.symbol = lower(x.value->>'symbol') ORDER BY k.id, x.ordinality) c",
        "SELECT c.slug FROM jsonb_to_recordset({list}) AS l(commodity_id bigint) JOIN registry_commodity c"
        " ON c.id = l.commodity_id ORDER BY c.slug",
    )


_LICENSE_PARTIES = written_list(
    "parties",
    m.LicenseParty,
    ("organization_id", "private_holder", "role", "share_pct"),
    "SELECT DISTINCT k.id AS organization_id, k.id IS NULL AS private_holder,"
    " COALESCE(x.value->>'role', 'holder')::varchar AS role, (x.value->>'share_pct')::numeric(7, 4) AS share_pct"
    " FROM jsonb_array_elements({mapped}->'parties') x"
    " LEFT JOIN import_holder k ON k.folded = lower(btrim(x.value->>'organization'))",
    "SELECT COALESCE(o.name, 'private holder') FROM jsonb_to_recordset({list}) AS l(organization_id bigint)"
    " LEFT JOIN registry_organization o ON o.id = l.organization_id ORDER BY 1",
)

#: Kind → what takes the place of what is derived.
_DECLARED: dict[str, dict[str, Any]] = {
    "deposit": {
        "facts": _facts(m.Deposit, Fact("occurrence_type", ("occurrence_type",), relation=MENTIONS)),
        "lists": (_commodities(m.DepositCommodity, "role"), *lists_of(m.Deposit, "commodities"), *_citations("deposit")),
    },
    "license": {
        "facts": _facts(
            m.License,
            Fact("number", ("number",)),
            Fact("kind", ("kind",), unknown=("other",)),
            Fact("status", ("status", "granted"), unknown=("unknown",)),
        ),
        "lists": (
            _commodities(m.LicenseCommodity),
            _LICENSE_PARTIES,
            *lists_of(m.License, "commodities", "parties"),
            *_citations("license"),
        ),
        "label_otherwise": "number",
    },
    "prospecting_object": {
        "lists": (
            _commodities(m.ProspectingCommodity, "role"),
            *lists_of(m.ProspectingObject, "commodities"),
            *_citations("prospecting_object"),
        ),
    },
    "country": {
        "facts": (Fact("boundary", ("boundary", "boundary_source", "boundary_date"), relation=""),),
        "lists": (),
        "named": False,
        "makes": False,
    },
    "finding": {
        "facts": (
            Fact("text", ("text",), relation=""),
            Fact("topic", ("topic",), relation=""),
            Fact("value", ("value_low", "value", "value_high", "comparator", "unit"), relation="", is_figure=True),
            *(
                Fact(fact.name, fact.columns, fact.unknown, relation="")
                for fact in facts_of(m.Finding, "text", "topic", "value_low", "value", "value_high", "comparator", "unit")
            ),
        ),
        # A finding has its source; a citation names no field of one.
        "cited_as": "",
        "lists": lists_of(m.Finding),
    },
}

#: Kind of record → what files may say of it.
TABLES: dict[str, TargetTable] = {
    kind.name: table_of(kind, **_DECLARED.get(kind.name, {})) for kind in RECORD_KINDS if kind.name not in _NOT_FROM_FILES
}
