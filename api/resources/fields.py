"""Serializer fields that say how the database renders them, beside how Python would."""

from typing import Any

from django.db import models
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from registry.fields import PartialDateField
from registry.homes import at_home_sql
from registry.models.doubts import AREA_TOLERANCE
from registry.vocabularies import DisputeRole, RecordStatus


def is_published(record: Any) -> bool:
    """Return whether a row is public: a published record, or a row that has no status of its own."""
    return bool(getattr(record, "record_status", RecordStatus.PUBLISHED) == RecordStatus.PUBLISHED)


class Rendered(serializers.Field):  # type: ignore[type-arg]
    """A derived value: `sql` renders it in the database, `to_representation` in Python; a test holds them equal."""

    #: Columns of the row that the value is derived from; "label" stands for the model's own name field.
    columns: tuple[str, ...] = ()
    #: Whether a child whose value is null is left out.
    needed = False
    #: Whether a column of the same name holds the value: the database derives it, and it can be asked for as any column.
    is_kept = False

    def __init__(self, **kwargs: Any) -> None:
        """Take the whole row as its source."""
        super().__init__(read_only=True, **{"source": "*", **kwargs})

    def sql(self, alias: str, model: type[models.Model]) -> str:
        """Return the SQL expression over the row `alias` of `model`."""
        raise NotImplementedError


class RenderedFromChildren(Rendered):
    """A derived value that reads children of the row; of the past, it reads those of that time."""

    #: The children, by the name of their relation.
    reads = ""
    #: SQL of the value of a record that is being added, where it is known without a look at the children; and its type.
    at_first = ""
    sql_type = "json"

    def sql(self, alias: str, model: type[models.Model]) -> str:
        """Read the table of the children."""
        children: Any = next(r for r in model._meta.related_objects if r.get_accessor_name() == self.reads)
        return self.sql_from(children.related_model._meta.db_table, alias, model)

    def sql_from(self, rows: str, alias: str, model: type[models.Model]) -> str:
        """Give the SQL expression; `rows` stands after FROM and gives the children."""
        raise NotImplementedError


class ListFromChildren(RenderedFromChildren):
    """A list derived from children: empty where there are none."""


class RenderedByDate(Rendered):
    """A derived value that depends on the date; of the past, on that of the time requested."""

    def sql(self, alias: str, model: type[models.Model]) -> str:
        """Render it as of now."""
        return self.sql_at("now()", alias, model)

    def sql_at(self, moment: str, alias: str, model: type[models.Model]) -> str:
        """Give the SQL expression as of a moment, which is SQL too."""
        raise NotImplementedError


@extend_schema_field({"type": "string", "nullable": True, "description": "Display name."})
class Label(Rendered):
    """The name or title of a record."""

    columns = ("label",)

    def sql(self, alias: str, model: Any) -> str:
        """Read the column that the model names as its label."""
        return f'{alias}."{model.label_field}"'

    def to_representation(self, record: Any) -> Any:
        """Read the same attribute."""
        return getattr(record, record.label_field)


@extend_schema_field({"type": "number", "format": "double", "nullable": True})
class Coordinate(Rendered):
    """Longitude or latitude of a point column, in degrees, to seven decimals (about a centimetre)."""

    def __init__(self, axis: str, column: str = "location", **kwargs: Any) -> None:
        """Choose the axis, `x` or `y`."""
        super().__init__(**kwargs)
        self.axis, self.column = axis, column

    def sql(self, alias: str, model: Any) -> str:
        """Round as GeoJSON does."""
        return f"round(ST_{self.axis.upper()}({alias}.{self.column})::numeric, 7)::float8"

    def to_representation(self, record: Any) -> float | None:
        """Read the same from the geometry."""
        point = getattr(record, self.column)
        return None if point is None else round(getattr(point, self.axis), 7)


@extend_schema_field({"type": "array", "items": {"type": "string"}})
class LocatedIn(Rendered):
    """Codes of the countries in whose shape the record's geometry lies; empty if it has none or lies in no shape."""

    def sql(self, alias: str, model: Any) -> str:
        """Look up the codes by the ids that the database derived."""
        return (
            "COALESCE((SELECT json_agg(c.slug ORDER BY c.slug) FROM registry_country c"
            f" WHERE c.id = ANY ({alias}.located_in)), '[]'::json)"
        )

    def to_representation(self, record: Any) -> list[str]:
        """Look up the same by the ORM."""
        from registry.models import Country

        return sorted(Country.objects.filter(id__in=record.located_in).values_list("slug", flat=True))


_DISPUTE_ROLES = {"administered_by": DisputeRole.ADMINISTERS, "claimed_by": DisputeRole.CLAIMS}
#: The disputed areas of a record or a point, as OpenAPI describes them.
DISPUTED_AREAS: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "slug": {"type": "string"},
            "name": {"type": "string"},
            **{role: {"type": "array", "items": {"type": "string"}} for role in _DISPUTE_ROLES},
        },
    },
}


def disputed_areas(keys: str) -> str:
    """Return the SQL of the disputed areas with these keys: who administers and who claims them, by code or else by name."""
    parties = ", ".join(
        f"'{name}', COALESCE((SELECT json_agg(COALESCE(c.slug, p.name) ORDER BY COALESCE(c.slug, p.name))"
        " FROM registry_disputedareaparty p LEFT JOIN registry_country c ON c.id = p.country_id"
        f" WHERE p.area_id = a.id AND p.role = '{role.value}'), '[]'::json)"
        for name, role in _DISPUTE_ROLES.items()
    )
    return (
        f"COALESCE((SELECT json_agg(json_build_object('slug', a.slug, 'name', a.name, {parties}) ORDER BY a.slug)"
        f" FROM registry_disputedarea a WHERE a.id = ANY ({keys}) AND a.record_status = 'published'), '[]'::json)"
    )


@extend_schema_field(DISPUTED_AREAS)
class DisputedAreas(Rendered):
    """The disputed areas in which the record's geometry lies; empty if it has none or lies in undisputed land."""

    def sql(self, alias: str, model: Any) -> str:
        """Look up the areas by the ids that the database derived."""
        return disputed_areas(f"{alias}.disputed_in")

    def to_representation(self, record: Any) -> list[dict[str, Any]]:
        """Look up the same by the ORM."""
        from registry.models import DisputedArea

        areas = DisputedArea.objects.filter(id__in=record.disputed_in, record_status=RecordStatus.PUBLISHED)
        return [
            {
                "slug": area.slug,
                "name": area.name,
                **{
                    name: sorted(p.country.slug if p.country else p.name for p in area.parties.all() if p.role == role)
                    for name, role in _DISPUTE_ROLES.items()
                },
            }
            for area in areas.order_by("slug").prefetch_related("parties__country")
        ]


@extend_schema_field({"type": "array", "items": {"type": "string", "enum": ["outside_stated_country"]}})
class Warnings(Rendered):
    """What a reader should doubt: `outside_stated_country` where the geometry lies in other countries only.

    What lies in a disputed area that the stated country claims or administers is not doubtful for that.
    """

    def sql(self, alias: str, model: Any) -> str:
        """Compare the stated country with those of the geometry."""
        return (
            f"CASE WHEN cardinality({alias}.located_in) > 0 AND NOT {at_home_sql(alias)}"
            " THEN '[\"outside_stated_country\"]'::json ELSE '[]'::json END"
        )

    def to_representation(self, record: Any) -> list[str]:
        """Compare the same."""
        doubtful = record.located_in and record.country_id and record.country_id not in record.located_in
        return ["outside_stated_country"] if doubtful and not self._claimed(record) else []

    @staticmethod
    def _claimed(record: Any) -> bool:
        from registry.models import DisputedAreaParty

        return DisputedAreaParty.objects.filter(area__in=record.disputed_in, country=record.country_id).exists()


@extend_schema_field({"type": "array", "items": {"type": "string", "enum": ["outside_stated_country", "area_differs"]}})
class OutlineWarnings(Warnings):
    """The same of an outline, and `area_differs` where its area differs by more than a tenth from the declared one."""

    def sql(self, alias: str, model: Any) -> str:
        """Compare countries and areas."""
        declared, computed = f"{alias}.declared_area_km2", f"{alias}.computed_area_km2"
        return (
            f"(SELECT COALESCE(json_agg(w), '[]'::json) FROM unnest(ARRAY[CASE WHEN cardinality({alias}.located_in) > 0"
            f" AND NOT {at_home_sql(alias)} THEN 'outside_stated_country' END,"
            f" CASE WHEN abs({declared} - {computed}) > {AREA_TOLERANCE} * GREATEST({declared}, {computed})"
            " THEN 'area_differs' END]) w WHERE w IS NOT NULL)"
        )

    def to_representation(self, record: Any) -> list[str]:
        """Compare the same."""
        declared, computed = record.declared_area_km2, record.computed_area_km2
        known = declared is not None and computed is not None
        differs = known and abs(declared - computed) > AREA_TOLERANCE * max(declared, computed)
        return [*super().to_representation(record), *(["area_differs"] if differs else [])]


class PartialDate(serializers.CharField):
    """A date as far as it is known: YYYY, YYYY-MM or YYYY-MM-DD."""


class PublishedList(serializers.ListSerializer):  # type: ignore[type-arg]
    """Children as the public sees them: without those that are, or point at, records that are not published."""

    child: Any

    def to_representation(self, data: Any) -> list[Any]:
        """Render what the public sees, in the order of the model."""
        rows = data.all() if isinstance(data, models.Manager) else data
        shown = [self.child.to_representation(row) for row in rows if self._is_public(row)]
        needed = [name for name, field in self.child.fields.items() if isinstance(field, Rendered) and field.needed]
        return [row for row in shown if all(row[name] is not None for name in needed)]

    @staticmethod
    def _is_public(row: Any) -> bool:
        if hasattr(row, "record_status"):
            return is_published(row)
        linked = (getattr(row, f.name) for f in row._meta.concrete_fields if f.is_relation)
        return all(is_published(other) for other in linked if other is not None)


class Link(serializers.Serializer):  # type: ignore[type-arg]
    """A record by its slug and name."""

    slug = serializers.CharField(help_text="Identifier of the linked record.")
    name = Label(help_text="Display name.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Allow null: a link to a record that is not published is."""
        super().__init__(*args, **{"allow_null": True, "read_only": True, **kwargs})

    def to_representation(self, instance: Any) -> Any:
        """Leave out a record that is not published."""
        return super().to_representation(instance) if is_published(instance) else None


class Model(serializers.ModelSerializer):  # type: ignore[type-arg]
    """A serializer of this registry: types, help texts and codes come from the model; children from `PublishedList`."""

    serializer_field_mapping = {**serializers.ModelSerializer.serializer_field_mapping, PartialDateField: PartialDate}

    @classmethod
    def many_init(cls, *args: Any, **kwargs: Any) -> Any:
        """Render lists as the public sees them."""
        cls.Meta.list_serializer_class = PublishedList
        return super().many_init(*args, **kwargs)


class Linked(Model):
    """Columns of the record behind a foreign key of the row (`Meta.through`), shown as if they were the row's own.

    Types, codes and whether a value may be null come from the columns of `Meta.model`, which the key leads to.
    """

    def build_field(self, field_name: str, info: Any, model_class: Any, nested_depth: int) -> Any:
        """Build the field of the linked record's column, and read it through the key."""
        kind, options = super().build_field(field_name, info, model_class, nested_depth)
        return kind, {**options, "source": f"{self.Meta.through}.{field_name}"}  # type: ignore[attr-defined]
