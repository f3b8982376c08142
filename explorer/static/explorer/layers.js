// How records look on the map: the vector tiles of the registry, which hold every record or count it in a cell.

import { ROOT } from "./root.js";
import { colour, groupNames, statusesOf } from "./status.js";

/** Kinds of record on the map, bottom first. */
export const KINDS = ["licenses", "prospecting-objects", "deposits"];

const TILES = `${ROOT}/tiles/registry/{z}/{x}/{y}.mvt`;
const CELL = ["has", "records"];
const NO_CELL = ["!", CELL];
/** A cell that stands for one record. */
const ALONE = ["==", ["get", "records"], 1];
const AREA = ["==", ["geometry-type"], "Polygon"];
const POINT = ["==", ["geometry-type"], "Point"];

/** Layers whose features open something. */
export const CLICKABLE = KINDS.flatMap((kind) => [`${kind}-area`, kind, `${kind}-cells`]).filter((layer) => layer !== "deposits-area");

/** How the number of a cell and the name of a chosen record are written. */
export const textStyles = () => ({
  count: { size: 12.5, weight: 600, colour: colour("surface") },
  chosen: { size: 14, weight: 650, colour: colour("ink"), halo: colour("surface") },
});

/** Add the sources and layers of records to a map with the base style; of deposits those of some groups of statuses. */
export function addRecordLayers(map, groups) {
  const here = new URL(TILES, location.href).href.replaceAll("%7B", "{").replaceAll("%7D", "}");
  map.addSource("records", { type: "vector", tiles: [here], maxzoom: 14 });
  map.addSource("chosen", { type: "geojson", data: { type: "FeatureCollection", features: [] } });
  const tints = { licenses: colour("ochre"), "prospecting-objects": colour("status-exploration") };
  for (const [kind, tint] of Object.entries(tints)) {
    addAreas(map, kind, tint);
    addPoints(map, kind, { "circle-radius": 4, "circle-color": colour("surface"), "circle-stroke-color": tint, "circle-stroke-width": 2 });
    addCells(map, kind, tint);
  }
  addPoints(map, "deposits", {
    "circle-radius": ["interpolate", ["linear"], ["zoom"], 0, 4, 2, 5.5, 6, 9],
    "circle-color": byStatus(),
    "circle-stroke-width": 1.6,
    "circle-stroke-color": byStatus("-rim"),
  });
  addCells(map, "deposits", colour("ink"));
  showStatuses(map, groups);
  addChosen(map);
}

/** Show the deposits of these groups of statuses alone; a cell counts these alone too. */
export function showStatuses(map, groups) {
  const statuses = statusesOf(groups);
  const counts = statuses.map((status) => ["coalesce", ["get", `development_status:${status}`], 0]);
  map.setFilter("deposits", ["all", NO_CELL, ["in", ["get", "development_status"], ["literal", statuses]]]);
  setCount(map, "deposits", ["+", 0, ...counts]);
  // The rim of a cell tells the commonest status of its records, unless that one is not shown.
  const common = ["case", ["in", ["get", "development_status"], ["literal", statuses]], byStatus(), colour("muted")];
  map.setPaintProperty("deposits-cells", "circle-stroke-color", ["case", ALONE, byStatus("-rim"), common]);
  map.setPaintProperty("deposits-cells", "circle-color", ["case", ALONE, common, colour("ink")]);
}

function byStatus(suffix = "") {
  const cases = groupNames.flatMap((name) => [statusesOf(new Set([name])), colour(`status-${name}${suffix}`) || colour("surface")]);
  return ["match", ["get", "development_status"], ...cases, colour("muted")];
}

const layer = (kind) => ({ source: "records", "source-layer": kind });

function addAreas(map, kind, tint) {
  map.addLayer({ id: `${kind}-area`, type: "fill", ...layer(kind), filter: AREA, paint: { "fill-color": tint, "fill-opacity": 0.2 } });
  map.addLayer({ id: `${kind}-edge`, type: "line", ...layer(kind), filter: AREA, paint: { "line-color": tint, "line-width": 1.5 } });
}

function addPoints(map, kind, paint) {
  map.addLayer({ id: kind, type: "circle", ...layer(kind), filter: ["all", NO_CELL, POINT], paint });
}

function addCells(map, kind, tint) {
  map.addLayer({ id: `${kind}-cells`, type: "circle", ...layer(kind), filter: CELL, paint: { "circle-color": tint, "circle-stroke-width": 2, "circle-stroke-color": tint } });
  map.addLayer({
    id: `${kind}-counts`,
    type: "symbol",
    ...layer(kind),
    filter: CELL,
    layout: { "icon-allow-overlap": true, "icon-ignore-placement": true, "icon-size": ["interpolate", ["linear"], ["zoom"], -1, 0.65, 1, 1] },
  });
  setCount(map, kind, ["get", "records"]);
}

/** Let the cells of a kind show a number; one that counts nothing is not drawn, and a single record is a dot. */
function setCount(map, kind, number) {
  map.setFilter(`${kind}-cells`, ["all", CELL, [">", number, 0]]);
  map.setFilter(`${kind}-counts`, ["all", CELL, [">", number, 0], ["!", ALONE]]);
  // A cell is 32 pixels wide at a whole zoom, and less above the first.
  const radius = (scale) => ["case", ALONE, 4 * scale, ["interpolate", ["linear"], ["sqrt", number], 1.4, 9 * scale, 4, 11 * scale, 20, 15 * scale, 100, 18 * scale]];
  map.setPaintProperty(`${kind}-cells`, "circle-radius", ["interpolate", ["linear"], ["zoom"], -1, radius(0.6), 1, radius(1)]);
  const tenths = (divisor) => ["to-string", ["/", ["round", ["/", number, divisor / 10]], 10]];
  const short = ["case", [">=", number, 1e6], ["concat", tenths(1e6), "M"], [">=", number, 1e3], ["concat", tenths(1e3), "k"], ["to-string", number]];
  map.setLayoutProperty(`${kind}-counts`, "icon-image", ["concat", "text:count:", short]);
}

function addChosen(map) {
  map.addLayer({
    id: "chosen",
    type: "circle",
    source: "chosen",
    paint: { "circle-radius": 15, "circle-color": "transparent", "circle-stroke-color": colour("ink"), "circle-stroke-width": 2 },
  });
  map.addLayer({
    id: "chosen-name",
    type: "symbol",
    source: "chosen",
    layout: { "icon-image": ["concat", "text:chosen:", ["get", "name"]], "icon-anchor": "top", "icon-offset": [0, 15], "icon-allow-overlap": true },
  });
}
