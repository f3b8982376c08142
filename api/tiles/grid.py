"""The tiles of the web's maps (WebMercatorQuad), and their ranges among the keys by which places are kept."""

from dataclasses import dataclass

from api.errors import NotFound

#: The deepest zoom; a map that goes deeper enlarges these, in which a unit is 60 centimetres.
MAX_ZOOM = 14
#: Places are kept on a grid of 2^30 by 2^30; a tile has 16 by 16 cells, and 4,096 by 4,096 units.
GRID_BITS, CELL_BITS, UNIT_BITS = 30, 4, 12
EXTENT = 1 << UNIT_BITS
#: Units that outlines reach over the edge of their tile, so that no seam is drawn.
BUFFER = 64
#: Cells are kept down to this zoom; below it a tile holds few enough to be counted when it is asked for.
MAX_LEVEL = 6
#: A tile that holds more records of a layer than this shows cells, down to this zoom; from there on, every record.
MAX_RECORDS, RECORDS_ZOOM = 1_000, 10
#: Half the side of the world in metres of Web Mercator.
HALF_WORLD_M = 20_037_508.342789244


@dataclass(frozen=True)
class Tile:
    """A tile by its zoom, column from the west and row from the north."""

    z: int
    x: int
    y: int

    @property
    def keys(self) -> tuple[int, int]:
        """Return the first key of the tile, and the first after it."""
        number = sum((self.x >> bit & 1) << 2 * bit | (self.y >> bit & 1) << 2 * bit + 1 for bit in range(self.z))
        shift = 2 * (GRID_BITS - self.z)
        return number << shift, (number + 1) << shift

    @property
    def origin(self) -> tuple[int, int]:
        """Return its north-western corner on the grid."""
        return self.x << GRID_BITS - self.z, self.y << GRID_BITS - self.z

    @property
    def unit(self) -> int:
        """Return the side of one of its units on the grid."""
        return 1 << GRID_BITS - self.z - UNIT_BITS

    @property
    def cell_shift(self) -> int:
        """Return how many bits of a key lie within one of its cells."""
        return 2 * (GRID_BITS - self.z - CELL_BITS)

    @property
    def smallest_outline(self) -> int:
        """Return the span on the grid (4 of a tile's 512 pixels) below which an outline is drawn as a point."""
        return 1 << GRID_BITS - self.z - 7


def read_tile(z: int, x: int, y: int) -> Tile:
    """Read a tile's address; raises NotFound for one that lies outside of the world or is deeper than there are tiles."""
    if z > MAX_ZOOM:
        raise NotFound(f"There are tiles of zoom 0 to {MAX_ZOOM}; maps enlarge tiles of zoom {MAX_ZOOM} for deeper ones.")
    if x >= 1 << z or y >= 1 << z:
        raise NotFound(f"At zoom {z}, columns and rows lie between 0 and {(1 << z) - 1:,}.")
    return Tile(z, x, y)
