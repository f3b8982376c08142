// Two records on one map: the one that stays, the one that goes, and the line between them.
import { plainMap } from "./place-map.js";
import { gettext } from "./words.js";

const COLOURS = { stays: "#1b8a6b", gone: "#c8551b" };

/** Give every position of a geometry. */
function positions(coordinates) {
  return typeof coordinates[0] === "number" ? [coordinates] : coordinates.flatMap(positions);
}

/**
 * Give the box of some positions as its two corners.
 *
 * @returns {[[number, number], [number, number]]}
 */
function box(all) {
  const [longitudes, latitudes] = [0, 1].map((axis) => all.map((position) => position[axis]));
  return [[Math.min(...longitudes), Math.min(...latitudes)], [Math.max(...longitudes), Math.max(...latitudes)]];
}

/** @returns {[number, number]} */
function middle(shape) {
  const [[west, south], [east, north]] = box(positions(shape.coordinates));
  return [(west + east) / 2, (south + north) / 2];
}

async function show(container) {
  const shapes = JSON.parse(document.getElementById(container.dataset.mergeMap || "merge-shapes").textContent);
  const { gl, map } = await plainMap(container);
  const sides = Object.entries(shapes).filter(([, shape]) => shape);
  const draw = () => {
    if (sides.length === 2) {
      const line = { type: "LineString", coordinates: sides.map(([, shape]) => middle(shape)) };
      map.addSource("between", { type: "geojson", data: line });
      map.addLayer({ id: "between", type: "line", source: "between", paint: { "line-color": "#8a8577", "line-width": 1.5, "line-dasharray": [2, 2] } });
    }
    for (const [side, shape] of sides) {
      if (shape.type === "Point") continue;
      map.addSource(side, { type: "geojson", data: shape });
      map.addLayer({ id: `${side}-area`, type: "fill", source: side, paint: { "fill-color": COLOURS[side], "fill-opacity": 0.25 } });
      map.addLayer({ id: `${side}-edge`, type: "line", source: side, paint: { "line-color": COLOURS[side], "line-width": 2 } });
    }
  };
  if (map.isStyleLoaded()) draw();
  else map.once("load", draw);
  for (const [side, shape] of sides) new gl.Marker({ color: COLOURS[side], scale: side === "gone" ? 0.8 : 1 }).setLngLat(middle(shape)).addTo(map);
  map.fitBounds(box(sides.flatMap(([, shape]) => positions(shape.coordinates))), { padding: 60, maxZoom: 8, animate: false });
}

for (const container of document.querySelectorAll("[data-merge-map]")) {
  show(container).catch((error) => {
    container.textContent = gettext("The map cannot be shown: {error}", { error: error.message });
  });
}
