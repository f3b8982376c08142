// The tiles demo: a base map, and `addDeposits`, which the page shows as it is.

import { addLabels, baseStyle, MAP_OPTIONS, prefersDark } from "../registry/map/base.js";
import { maplibre } from "../registry/map/maplibre.js";
import { addDeposits } from "./deposits.js";
import { mapProgress } from "./map_progress.js";

const box = document.getElementById("map");
const notice = document.getElementById("demo-notice");
/** @type {HTMLSelectElement} */
const choice = document.querySelector("#demo-query");
const progress = mapProgress(box, document.getElementById("map-notice"));

progress.begin();
try {
  const library = await maplibre();
  const dark = prefersDark();
  /** @type {any} */
  const options = { style: baseStyle({ dark }), ...MAP_OPTIONS };
  /** @type {any} */
  const map = new library.Map({
    container: box,
    ...options,
    bounds: [[-128, -42], [152, 66]],
    cooperativeGestures: true,
    locale: { "Map.Title": "Map of the deposits" },
  });
  map.addControl(new library.NavigationControl({ showCompass: false }));
  await map.once("load");
  addLabels(map, { dark });
  const address = (query) => new URL(box.dataset.tiles + (query && `?${query}`), location.href).href;
  addDeposits(map, address(choice.value), (slug) => location.assign(`${box.dataset.record}${slug}/`));
  choice.addEventListener("change", () => map.getSource("deposits").setUrl(address(choice.value)));
  progress.follow(map, ["deposits"]);
  map.on("idle", () => {
    const shown = map.queryRenderedFeatures({ layers: ["deposits"] });
    const records = shown.reduce((sum, { properties }) => sum + (properties.records ?? 1), 0);
    notice.textContent = `${records} record${records === 1 ? "" : "s"} in view`;
  });
  // For the tests, and for the curious at the console.
  /** @type {any} */ (box).map = map;
} catch (error) {
  progress.impossible(error, "This browser cannot draw the map: it needs WebGL.");
}
