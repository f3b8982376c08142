// The records of a page on a map: points and areas, each leading to its record.

import { addLabels, baseStyle, drawText, MAP_OPTIONS, prefersDark } from "../registry/map/base.js";
import { maplibre } from "../registry/map/maplibre.js";

const box = document.getElementById("ogc-map");
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** Give the smallest box around all positions, as MapLibre takes it. */
function around(features) {
  /** @type {[[number, number], [number, number]]} */
  const bounds = [[180, 90], [-180, -90]];
  const reach = (part) => {
    if (typeof part[0] !== "number") return part.forEach(reach);
    for (const axis of [0, 1]) {
      bounds[0][axis] = Math.min(bounds[0][axis], part[axis]);
      bounds[1][axis] = Math.max(bounds[1][axis], part[axis]);
    }
  };
  for (const { geometry } of features) reach(geometry.coordinates);
  return bounds;
}

async function draw() {
  const [answer, library] = await Promise.all([fetch(box.dataset.features).then((response) => response.json()), maplibre()]);
  const features = (answer.features ?? [answer])
    .filter((feature) => feature.geometry)
    .map((feature) => ({ ...feature, properties: { slug: feature.id, name: feature.properties.name ?? feature.id } }));
  const dark = prefersDark();
  const map = new library.Map({
    container: box,
    style: baseStyle({ dark }),
    ...MAP_OPTIONS,
    bounds: around(features),
    // One point alone is shown with the countries about it.
    fitBoundsOptions: { padding: 36, maxZoom: features.length === 1 && features[0].geometry.type === "Point" ? 3 : 6 },
    cooperativeGestures: true,
  });
  map.addControl(new library.NavigationControl({ showCompass: false }));
  map.addControl(new library.ScaleControl());
  map.touchZoomRotate.disableRotation();
  await map.once("load");
  drawText(map, { record: { size: 13, weight: 600, colour: colour("ink"), halo: colour("surface") } });
  const tint = colour("status-exploration");
  map.addSource("records", { type: "geojson", data: { type: "FeatureCollection", features } });
  /** @type {import("maplibre-gl").FilterSpecification} */
  const areas = ["==", ["geometry-type"], "Polygon"];
  map.addLayer({ id: "areas", type: "fill", source: "records", filter: areas, paint: { "fill-color": tint, "fill-opacity": 0.16 } });
  map.addLayer({ id: "edges", type: "line", source: "records", filter: areas, paint: { "line-color": tint, "line-width": 1.5 } });
  map.addLayer({
    id: "points",
    type: "circle",
    source: "records",
    filter: ["==", ["geometry-type"], "Point"],
    paint: { "circle-radius": 6, "circle-color": tint, "circle-stroke-color": colour("surface"), "circle-stroke-width": 1.5 },
  });
  addLabels(map, { dark, before: "areas" });
  map.addLayer({
    id: "names",
    type: "symbol",
    source: "records",
    filter: ["==", ["geometry-type"], "Point"],
    layout: { "icon-image": ["concat", "text:record:", ["get", "name"]], "icon-anchor": "top", "icon-offset": [0, 9] },
  });
  const many = Boolean(answer.features);
  for (const layer of ["points", "areas"]) {
    if (!many) break;
    map.on("click", layer, ({ features: [feature] }) => location.assign(`${location.pathname.replace(/\/$/, "")}/${encodeURIComponent(feature.properties.slug)}?f=html`));
    map.on("mouseenter", layer, () => (map.getCanvas().style.cursor = "pointer"));
    map.on("mouseleave", layer, () => (map.getCanvas().style.cursor = ""));
  }
  // For the tests, and for the curious at the console.
  box.map = map;
}

draw().catch(() => {
  // The table below holds the same.
  box.hidden = true;
});
