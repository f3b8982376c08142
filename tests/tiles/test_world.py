"""At every zoom the world holds each published record that has a place once: counted in a cell, or drawn."""

from collections import Counter
from typing import Any

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.query.selection import read_selection
from api.tiles import grid
from api.tiles.layer import layers
from api.tiles.proof import differences
from api.tiles.render import told_by_cells
from api.tiles.renderings import rendering_of
from registry.models import Commodity, Deposit
from registry.sql import Sql
from tests import records
from tests.caches import forget_everything
from tests.tiles.world import decoded, filled, pyramid, seen

pytestmark = pytest.mark.django_db


def no_differences() -> None:
    assert {layer.name: differences(layer) for layer in layers()} == {layer.name: 0 for layer in layers()}


def test_each_record_once_at_every_zoom(api: Any, scatter: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.tiles.render.MAX_RECORDS", 12)
    scatter(80)
    scatter(20, seed=2, status="draft")
    slugs = Counter(Deposit.objects.filter(record_status="published").values_list("slug", flat=True))
    kinds = set()
    for zoom, tiles in pyramid(api, "deposits", grid.RECORDS_ZOOM).items():
        world = seen(tiles)
        assert world.records == 80, zoom
        assert world.slugs <= slugs
        assert max(world.slugs.values(), default=1) == 1
        kinds.add((world.cells > 0, len(world.slugs) > 0))
        if zoom == grid.RECORDS_ZOOM:
            assert world.slugs == slugs
    assert {(True, False), (False, True)} <= kinds, "the walk has seen cells and records"


@pytest.mark.parametrize(
    "query", ["?development_status=operating", "?country__isnull=true", "?search=scattered+7", "?commodity={rare}"]
)
def test_filters_count_the_same_at_every_zoom(api: Any, scatter: Any, query: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.tiles.render.MAX_RECORDS", 5)
    scatter(90)
    query = query.format(rare=Commodity.objects.get(ree=True).slug)
    number = api.json(f"/api/v1/deposits/{query}&count=exact&limit=1")["count"]
    assert 0 < number < 90
    for zoom, tiles in pyramid(api, "deposits", 7, query).items():
        assert seen(tiles).records == number, zoom


def test_kept_cells_are_asked_where_they_can_tell(api: Any) -> None:
    layer = layers()[0]
    records.country(slug="XA")
    records.commodity(slug="Xe", ree=True, kind="other")
    records.commodity(slug="Au", ree=False, kind="other")

    def told(**parameters: str) -> Any:
        forget_everything()
        return told_by_cells(layer, read_selection(layer.resource, parameters))

    assert told() == Sql()
    assert told(development_status="closed,operating") == Sql(' AND "code" = ANY (%s)', (["closed", "operating"],))
    assert told(country="XA").text == ' AND "country_id" = ANY (%s)'
    # All rare earths that there are; another one makes this one of several.
    assert told(commodity="Xe").text == " AND ree"
    assert told(commodity="Xe,Au") is None
    records.commodity(slug="Nh", ree=True, kind="other")
    assert told(commodity="Xe") is None and told(commodity="Xe,Nh").text == " AND ree"
    for parameters in (
        {"development_status__not": "closed"},
        {"country__isnull": "true"},
        {"deposit_type": "vein"},
        {"search": "closed"},
        {"bbox": "1,2,3,4"},
        {"near": "1,2", "radius_km": "3"},
        {"country": "XA", "discovery_year": "1900"},
    ):
        assert told(**parameters) is None, parameters


def test_cells_say_what_a_map_colours(api: Any, scatter: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.tiles.render.MAX_RECORDS", 0)
    scatter(60)
    for tiles in pyramid(api, "deposits", 7).values():
        totals: Counter[str] = Counter()
        for _, features in tiles:
            for properties in (feature["properties"] for feature in features):
                codes = {k: v for k, v in properties.items() if k.startswith("development_status:")}
                assert sum(codes.values()) == properties["records"]
                assert codes[f"development_status:{properties['development_status']}"] == max(codes.values())
                assert properties["ree_records"] <= properties["records"]
                totals += Counter({k: v for k, v in properties.items() if isinstance(v, int)})
        rows = Deposit.objects.filter(record_status="published")
        assert totals["records"] == 60
        assert totals["ree_records"] == rows.filter(commodities__commodity__ree=True).count()
        for status in ("operating", "closed", "exploration"):
            assert totals[f"development_status:{status}"] == rows.filter(development_status=status).count()
        country = rows.exclude(country=None).first().country.slug
        assert totals[f"country:{country}"] == rows.exclude(country=None).count()


@given(
    longitude=st.one_of(st.floats(-180, 180), st.sampled_from([-180.0, 180.0, 0.0, 1e-9, 179.9999999])),
    latitude=st.one_of(st.floats(-90, 90), st.sampled_from([-90.0, 90.0, 85.0511287798066, -85.06, 1e-9])),
)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_point_anywhere_stands_in_one_tile_of_each_zoom(api: Any, longitude: float, latitude: float) -> None:
    if longitude == latitude == 0:
        return
    Deposit.objects.all().update(record_status="withdrawn")
    deposit = records.deposit(location=Point(longitude, latitude, srid=4326), location_kind="reported")
    for zoom, tiles in pyramid(api, "deposits", 14).items():
        ((tile, features),) = tiles
        (feature,) = features
        assert feature["properties"]["slug"] == deposit.slug
        x, y = feature["geometry"]["coordinates"]
        assert 0 <= x < 4096 and 0 <= y < 4096
        west = (tile[1] + x / 4096) / (1 << zoom) * 360 - 180
        assert abs(west - longitude) <= 360 / 4096 / (1 << zoom) * 1.01
    no_differences()


def test_the_key_of_the_database_is_that_of_the_grid(api: Any) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        for longitude, latitude in ((76.2, 42.8), (-179.9, -84), (179.9, 84), (-70.5, -33.1), (0.1, 0.1)):
            cursor.execute(
                "SELECT x, y, registry_tile_key(x, y) FROM (SELECT registry_tile_x(%s) AS x, registry_tile_y(%s) AS y) g",
                [longitude, latitude],
            )
            x, y, key = cursor.fetchone()
            for zoom in range(grid.MAX_ZOOM + 1):
                first, end = grid.Tile(zoom, x >> (30 - zoom), y >> (30 - zoom)).keys
                assert first <= key < end


def outline(*boxes: tuple[float, float, float, float]) -> MultiPolygon:
    return MultiPolygon(*(Polygon.from_bbox(box) for box in boxes), srid=4326)


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("straddles many tiles", outline((10.1, 10.1, 30.3, 30.3))),
        ("cut at the antimeridian", outline((178, 50, 180, 55), (-180, 50, -176, 55))),
        ("over the pole", outline((-170, 80, 170, 90))),
        ("beyond the square", outline((10, 86, 20, 89))),
        ("down to the south pole", outline((-180, -90, 180, -70))),
        ("a speck", outline((76.2, 42.8, 76.2001, 42.8001))),
        ("a sliver", outline((76.2, 42.8, 96.2, 42.80001))),
        ("most of the world", outline(*((west, -85, west + 59.9, 85) for west in range(-180, 180, 60)))),
    ],
)
def test_outlines_are_drawn_in_every_tile_they_reach_and_counted_once(api: Any, name: str, shape: MultiPolygon) -> None:
    licence = records.license_(area=shape)
    for zoom, found in pyramid(api, "licenses", 5).items():
        whole, tiles = 0, 0
        for _, features in found:
            (feature,) = features
            assert feature["properties"]["slug"] == licence.slug
            whole += not feature["properties"].get("part")
            tiles += 1
        assert whole == 1, (name, zoom)
        if name == "straddles many tiles" and zoom == 5:
            assert tiles >= 4
        if name == "most of the world" and zoom <= 4:
            assert tiles == 4**zoom
        if name == "cut at the antimeridian" and zoom == 5:
            columns = {tile[1] for tile, _ in found}
            assert {0, 31} <= columns
    assert differences(next(layer for layer in layers() if layer.name == "licenses")) == 0


def test_outlines_are_simplified_to_the_tile(api: Any) -> None:
    ring = Point(70, 45, srid=4326).buffer(8, quadsegs=500)
    records.license_(area=MultiPolygon(ring, srid=4326))
    (feature,) = decoded(api, "licenses", (2, 2, 1))["licenses"]
    coordinates = feature["geometry"]["coordinates"]
    assert 20 < sum(len(ring) for ring in coordinates) < 500
    assert len(api.get("/tiles/licenses/2/2/1.mvt").content) < 3000


def test_places_follow_every_kind_of_change(api: Any, scatter: Any) -> None:
    scatter(60)
    no_differences()
    rows = Deposit.objects.filter(slug__startswith="s1-")
    rows.filter(id__in=list(rows.values_list("id", flat=True)[:10])).update(location=Point(70, 50, srid=4326))
    rows.filter(development_status="closed").update(development_status="operating")
    rows.filter(id__in=list(rows.values_list("id", flat=True)[10:15])).update(record_status="withdrawn")
    rows.filter(id__in=list(rows.values_list("id", flat=True)[15:20])).update(location=None, location_kind="unknown")
    no_differences()
    assert seen(filled(api, "deposits", 0)).records == 50
    first = rows.filter(record_status="published", location__isnull=False).first()
    assert first is not None
    metal = first.commodities.model.objects.filter(commodity__ree=True).first().commodity
    first.commodities.all().delete()
    no_differences()
    first.commodities.create(commodity=metal)
    no_differences()
    change = type(metal).objects.filter(pk=metal.pk).update
    change(ree=False)
    no_differences()
    assert not any(f["properties"].get("ree") for _, fs in filled(api, "deposits", 0) for f in fs)
    change(ree=True, record_status="withdrawn")
    no_differences()
    records.deposit(record_status="draft", at=(1, 2)).delete()
    no_differences()


def test_folding_changes_nothing(api: Any, scatter: Any) -> None:
    from django.db import connection

    scatter(50)
    Deposit.objects.filter(slug__startswith="s1-").update(location=Point(10, 10, srid=4326))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM registry_tilecell WHERE NOT folded")
        ((unfolded,),) = cursor.fetchall()
        assert unfolded
        cursor.execute("SELECT registry_fold_cells()")
        cursor.execute("SELECT count(*) FILTER (WHERE NOT folded), count(*) FILTER (WHERE records <= 0) FROM registry_tilecell")
        assert cursor.fetchall() == [(0, 0)]
    no_differences()


def test_the_command_finds_a_difference_and_makes_everything_anew(api: Any, scatter: Any, capsys: Any) -> None:
    from django.core.management import CommandError
    from django.db import connection

    scatter(20)
    call_command("derived", "check")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM registry_tilecell WHERE level = 3")
    with pytest.raises(CommandError, match="derived rebuild"):
        call_command("derived", "check")
    call_command("derived", "rebuild", "deposit")
    call_command("derived", "check")


def test_a_rebuild_that_is_killed_leaves_whole_tiles_and_goes_on(
    api: Any, scatter: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each batch is one transaction: what is seen between two of them, or after a kill, is old or new places, all counted."""
    from django.db import connection

    from registry.derived import rebuild, state

    scatter(50)
    (layer,) = (layer for layer in layers() if layer.name == "deposits")
    one = rendering_of(layer)
    with connection.cursor() as cursor:
        # As an older declaration would have placed them: each with another code.
        cursor.execute("UPDATE registry_tileplace SET code = 'old' WHERE kind = 'deposit'")
        cursor.execute("UPDATE registry_tilecell SET code = 'old' WHERE kind = 'deposit'")
        state.write(cursor, one.name, state.State("older"))
    monkeypatch.setattr(rebuild, "BATCH", 20)

    class Killed(Exception):
        """Stands for the end of the process: what was committed stays."""

    def die(text: str) -> None:
        raise Killed

    def codes() -> Any:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*), count(*) FILTER (WHERE code = 'old') FROM registry_tileplace WHERE kind = 'deposit'"
            )
            ((places, old),) = cursor.fetchall()
            cursor.execute("SELECT sum(records) FROM registry_tilecell WHERE kind = 'deposit' GROUP BY level")
            counted = {int(number) for (number,) in cursor.fetchall()}
        return places, old, counted

    with pytest.raises(Killed):
        rebuild.rebuild_behind(die)
    assert codes() == (50, 30, {50}), "each record has one place, and every level counts all of them"
    rest: list[str] = []
    assert rebuild.rebuild_behind(rest.append) == [one.name]
    assert rest == [f"{one.name}: 20 rendered"], "the first twenty are not placed again"
    assert codes() == (50, 0, {50}) and differences(layer) == 0
