// The places of a file on one map: a dot each, with its row and name.
import { box, plainMap } from "./place-map.js";
import { gettext } from "./words.js";

async function show(container) {
  const points = JSON.parse(document.getElementById("import-points").textContent);
  const { gl, map } = await plainMap(container);
  const features = points.map(([x, y, line, name, refused]) => ({
    type: "Feature", geometry: { type: "Point", coordinates: [x, y] }, properties: { line, name, refused },
  }));
  const draw = () => {
    map.addSource("rows", { type: "geojson", data: { type: "FeatureCollection", features } });
    map.addLayer({
      id: "rows", type: "circle", source: "rows",
      layout: { "circle-sort-key": ["get", "refused"] },
      paint: {
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 1, 3, 8, 7],
        "circle-color": ["case", ["==", ["get", "refused"], 1], "#c5281c", "#2f62a8"],
        "circle-opacity": 0.8, "circle-stroke-color": "#ffffff", "circle-stroke-width": 0.8,
      },
    });
    map.on("mouseenter", "rows", () => { map.getCanvas().style.cursor = "pointer"; });
    map.on("mouseleave", "rows", () => { map.getCanvas().style.cursor = ""; });
    map.on("click", "rows", ({ features: [found], lngLat }) => {
      const { line, name } = found.properties;
      new gl.Popup({ closeButton: false }).setLngLat(lngLat).setText(gettext("Row {line}", { line }) + (name ? `: ${name}` : "")).addTo(map);
    });
  };
  if (map.isStyleLoaded()) draw();
  else map.once("load", draw);
  map.fitBounds(box(points), { padding: 40, maxZoom: 7, animate: false });
}

for (const container of document.querySelectorAll("[data-import-map]")) {
  show(container).catch((error) => {
    container.textContent = gettext("The map cannot be shown: {error}", { error: error.message });
  });
}
