// The deposits on any map of MapLibre GL JS: a disc for each record, a greater one for several.

/** `tiles` is the address of the TileJSON, with filters of the list if you like; `open` gets the slug of a record. */
export function addDeposits(map, tiles, open) {
  const status = ["get", "development_status"];
  map.addSource("deposits", { type: "vector", url: tiles });
  map.addLayer({
    id: "deposits",
    type: "circle",
    source: "deposits",
    "source-layer": "deposits",
    paint: {
      "circle-radius": ["case", ["has", "records"], ["+", 5, ["sqrt", ["get", "records"]]], 5],
      "circle-color": ["match", status, "operating", "#15795a", "exploration", "#2f62a8", "undeveloped", "#7d5ba6", "#94492c"],
      "circle-stroke-color": "#fffdf8",
      "circle-stroke-width": 1,
    },
  });
  map.on("click", "deposits", ({ features: [feature] }) => {
    const { slug } = feature.properties;
    if (slug) open(slug);
    else map.easeTo({ center: feature.geometry.coordinates, zoom: map.getZoom() + 2.5 });
  });
  map.on("mouseenter", "deposits", () => (map.getCanvas().style.cursor = "pointer"));
  map.on("mouseleave", "deposits", () => (map.getCanvas().style.cursor = ""));
}
