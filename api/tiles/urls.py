"""The addresses of tiles, made from the resources whose records may have a place."""

from django.urls import path

from api.tiles.layer import layers
from api.tiles.metadata import COMBINED
from api.tiles.views import TileJsonView, TileSetsView, TileSetView, TileView

app_name = "tiles"

urlpatterns = [path("", TileSetsView.as_view(chosen=layers()), name="tilesets")]
for name, chosen in [(layer.name, (layer,)) for layer in layers()] + [(COMBINED, layers())]:
    given = {"name": name, "chosen": chosen}
    urlpatterns += [
        path(f"{name}/", TileSetView.as_view(**given), name=f"{name}-tileset"),
        path(f"{name}/tilejson.json", TileJsonView.as_view(**given), name=f"{name}-tilejson"),
        path(f"{name}/<int:z>/<int:x>/<int:y>.mvt", TileView.as_view(**given), name=f"{name}-tile"),
    ]
for layer in layers():
    list_of_one = TileSetsView.as_view(name=layer.name, chosen=(layer,))
    urlpatterns.append(path(f"{layer.name}/tilesets.json", list_of_one, name=f"{layer.name}-tilesets"))
