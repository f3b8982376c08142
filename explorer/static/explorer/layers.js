// How records look on the map.

import { colour, groupNames } from "./status.js";

/** Layers whose features open something. */
export const CLICKABLE = ["clusters", "deposits", "objects", "objects-area", "licenses-area"];

/** How the number of a cluster and the name of a chosen record are written. */
export const textStyles = () => ({
  count: { size: 12.5, weight: 600, colour: colour("surface") },
  chosen: { size: 14, weight: 650, colour: colour("ink"), halo: colour("surface") },
});

/** Add the sources and layers of records to a map with the base style. */
export function addRecordLayers(map) {
  const empty = { type: "FeatureCollection", features: [] };
  const ink = colour("ink");
  const byGroup = (suffix = "") => ["match", ["get", "group"], ...groupNames.flatMap((name) => [name, colour(`status-${name}${suffix}`) || colour("surface")]), colour("muted")];
  map.addSource("licenses", { type: "geojson", data: empty });
  map.addSource("prospecting-objects", { type: "geojson", data: empty });
  map.addSource("chosen", { type: "geojson", data: empty });
  map.addSource("deposits", { type: "geojson", data: empty, cluster: true, clusterRadius: 22, clusterMaxZoom: 7 });
  const area = (id, source, tint) => {
    map.addLayer({ id: `${id}-area`, type: "fill", source, filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": tint, "fill-opacity": 0.2 } });
    map.addLayer({ id: `${id}-edge`, type: "line", source, filter: ["==", ["geometry-type"], "Polygon"], paint: { "line-color": tint, "line-width": 1.5 } });
  };
  area("licenses", "licenses", colour("ochre"));
  area("objects", "prospecting-objects", colour("status-exploration"));
  map.addLayer({
    id: "objects",
    type: "circle",
    source: "prospecting-objects",
    filter: ["==", ["geometry-type"], "Point"],
    paint: { "circle-radius": 4, "circle-color": colour("surface"), "circle-stroke-color": colour("status-exploration"), "circle-stroke-width": 2 },
  });
  const size = ["interpolate", ["linear"], ["zoom"], 1, 5.5, 6, 9];
  map.addLayer({
    id: "deposits",
    type: "circle",
    source: "deposits",
    filter: ["!", ["has", "point_count"]],
    paint: {
      "circle-radius": size,
      "circle-color": byGroup(),
      "circle-stroke-width": 1.6,
      "circle-stroke-color": byGroup("-rim"),
    },
  });
  map.addLayer({
    id: "clusters",
    type: "circle",
    source: "deposits",
    filter: ["has", "point_count"],
    paint: { "circle-radius": ["interpolate", ["linear"], ["sqrt", ["get", "point_count"]], 1.4, 11, 20, 34], "circle-color": ink, "circle-opacity": 0.92 },
  });
  map.addLayer({
    id: "cluster-counts",
    type: "symbol",
    source: "deposits",
    filter: ["has", "point_count"],
    layout: { "icon-image": ["concat", "text:count:", ["get", "point_count_abbreviated"]], "icon-allow-overlap": true, "icon-ignore-placement": true },
  });
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
