// Rows of a file and the records that they may be, joined by lines; choosing a row shows its pair.
import { box, plainMap } from "./place-map.js";
import { gettext } from "./words.js";

const ROW = "#8a4fbf", RECORD = "#15795a";

/** The two points of a pair and the line between them. */
function featuresOf([key, line, name, label, x, y, recordX, recordY]) {
  const feature = (kind, geometry, text) => ({ type: "Feature", geometry, properties: { key, kind, text } });
  const point = (coordinates) => ({ type: "Point", coordinates });
  return [
    feature("line", { type: "LineString", coordinates: [[x, y], [recordX, recordY]] }, ""),
    feature("record", point([recordX, recordY]), label),
    feature("row", point([x, y]), gettext("Row {line}", { line }) + (name ? `: ${name}` : "")),
  ];
}

async function show(container) {
  const pairs = JSON.parse(document.getElementById("import-pairs").textContent);
  const { gl, map } = await plainMap(container);
  const draw = () => {
    map.addSource("pairs", { type: "geojson", data: { type: "FeatureCollection", features: pairs.flatMap(featuresOf) } });
    map.addLayer({
      id: "lines", type: "line", source: "pairs", filter: ["==", ["get", "kind"], "line"],
      paint: { "line-color": ROW, "line-width": 2, "line-dasharray": [2, 1.5] },
    });
    map.addLayer({
      id: "places", type: "circle", source: "pairs", filter: ["!=", ["get", "kind"], "line"],
      paint: {
        "circle-radius": ["match", ["get", "kind"], "record", 8, 5],
        "circle-color": ["match", ["get", "kind"], "record", RECORD, ROW],
        "circle-stroke-color": "#ffffff", "circle-stroke-width": 1.5,
      },
    });
    map.on("click", "places", ({ features: [found], lngLat }) => {
      new gl.Popup({ closeButton: false }).setLngLat(lngLat).setText(found.properties.text).addTo(map);
    });
  };
  if (map.isStyleLoaded()) draw();
  else map.once("load", draw);
  const fit = (chosen, maxZoom) => {
    map.fitBounds(box(chosen.flatMap((pair) => [[pair[4], pair[5]], [pair[6], pair[7]]])), { padding: 60, maxZoom, animate: false });
  };
  fit(pairs, 10);
  for (const label of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-pair]"))) {
    const pair = pairs.find(([key]) => String(key) === label.dataset.pair);
    if (!pair) continue;
    for (const event of ["click", "focusin"]) label.addEventListener(event, () => fit([pair], 14));
  }
}

for (const container of document.querySelectorAll("[data-import-pairs]")) {
  show(container).catch((error) => {
    container.textContent = gettext("The map cannot be shown: {error}", { error: error.message });
  });
}
