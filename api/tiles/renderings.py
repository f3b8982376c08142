"""The places and cells of layers, as values that are rendered from declarations and kept."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from api.tiles.layer import Layer, layers
from api.tiles.positions import place_function
from api.tiles.proof import differences
from registry.derived.rebuild import Rendering
from registry.derived.rebuild import rebuild as render_again


def renderings() -> Iterable[Rendering]:
    """Return what is kept of each layer; cells are counted from nothing, so a layer is rendered in one step."""
    return [rendering_of(layer) for layer in layers()]


def rendering_of(layer: Layer) -> Rendering:
    """Return the places and cells of a layer."""
    return Rendering(
        name=f"tiles:{layer.resource.kind}",
        table=layer.resource.table,
        digest=place_function(layer).digest,
        batch=_batch_of(layer),
        differing=partial(differences, layer),
    )


def rebuild(layer: Layer) -> int:
    """Place every record of a layer again and count the cells from nothing; writers wait; give how many have a place."""
    return render_again(rendering_of(layer))


def _batch_of(layer: Layer) -> Callable[[Any, int, int], tuple[int, int | None]]:
    def batch(cursor: Any, after: int, most: int) -> tuple[int, int | None]:
        return _place_all(cursor, layer), None

    return batch


def _place_all(cursor: Any, layer: Layer) -> int:
    kind, table = layer.resource.kind, layer.resource.table
    cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
    cursor.execute("DELETE FROM registry_tileplace WHERE kind = %s", [kind])
    cursor.execute("DELETE FROM registry_tilecell WHERE kind = %s", [kind])
    cursor.execute(f"SELECT registry_place_{kind}(ARRAY(SELECT id FROM {table}))")
    cursor.execute("SELECT count(*) FROM registry_tileplace WHERE kind = %s", [kind])
    ((number,),) = cursor.fetchall()
    return int(number)
