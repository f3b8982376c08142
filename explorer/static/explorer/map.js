// The map of what has a place: every record, by vector tiles. MapLibre is fetched only when the map comes near the window.

import { openCard } from "./card.js";
import { addRecordLayers, CLICKABLE, showStatuses, textStyles } from "./layers.js";
import { wireList } from "./list.js";
import { groupNames, wireLegend } from "./status.js";
import { gettext } from "./words.js";
import { mapProgress } from "./map_progress.js";
import { mapWords } from "./map_words.js";
import { maplibre } from "../registry/map/maplibre.js";

const box = document.getElementById("map");
const progress = mapProgress(box, document.getElementById("map-notice"));
/** @type {HTMLDetailsElement} */
const details = document.querySelector("details#map-list");
const START = { bounds: [[-128, -42], [152, 66]], fitBoundsOptions: { padding: 12 } };
/** How much nearer a click on a cell goes: its records fill the window. */
const NEARER = 2.5;

/** @type {any} */
let map;
let base, library;
let chosen = null;
let shown = new Set(groupNames);

wireList(details, (kind) => Number(box.dataset[camel(kind)]) > 0, async (kind, record) => {
  openCard(kind, record.slug, { closed: mark });
  await visit(record);
});

/** Draw the map; resolves when it can be used, rejects never: what fails is said. */
export const drawn = (async () => {
  await near(box);
  progress.begin();
  try {
    [base, library] = await Promise.all([import("../registry/map/base.js"), maplibre()]);
    await make(START);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
    wireLegend((groups) => {
      shown = groups;
      showStatuses(map, shown);
    });
  } catch (error) {
    progress.impossible(error, gettext("This browser cannot draw the map: it needs WebGL. The list below contains the same records."));
    details.open = true;
  }
})();

/** Show where a record lies, and bring the map into view; a record without a place has its card only. */
export async function visit(record, zoom = 4.3) {
  box.scrollIntoView({ block: "center" });
  await drawn;
  mark(record);
  if (record.geometry) map?.flyTo({ center: middle(record.geometry), zoom: Math.max(map.getZoom(), zoom), essential: false });
}

/**
 * Ring the chosen record; without one, take the ring away.
 *
 * @param {any} [record]
 */
export function mark(record) {
  chosen = record?.geometry ? record : null;
  const features = chosen
    ? [{ type: "Feature", geometry: { type: "Point", coordinates: middle(chosen.geometry) }, properties: { name: chosen.name ?? "" } }]
    : [];
  map?.getSource("chosen")?.setData({ type: "FeatureCollection", features });
}

function middle(geometry) {
  if (geometry.type === "Point") return geometry.coordinates;
  const points = geometry.coordinates.flat(geometry.type === "Polygon" ? 1 : 2);
  const centre = (axis) => (Math.min(...points.map((p) => p[axis])) + Math.max(...points.map((p) => p[axis]))) / 2;
  return [centre(0), centre(1)];
}

async function near(element) {
  /** @type {Promise<void>} */
  const arrived = new Promise((resolve) => {
    new IntersectionObserver((entries, observer) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      resolve();
    }, { rootMargin: "300px" }).observe(element);
  });
  await arrived;
  // Words first: the map waits until the page has been painted.
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}

async function make(view) {
  const dark = base.prefersDark();
  map = new library.Map({
    container: box,
    style: base.baseStyle({ dark }),
    ...base.MAP_OPTIONS,
    ...view,
    minZoom: -1,
    maxZoom: 12,
    cooperativeGestures: true,
    locale: mapWords(gettext("Map of the records with a location; a list of them is below")),
  });
  map.addControl(new library.NavigationControl({ showCompass: false }));
  map.addControl(new library.GlobeControl());
  map.addControl(new library.ScaleControl());
  map.touchZoomRotate.disableRotation();
  await map.once("load");
  base.drawText(map, textStyles());
  addRecordLayers(map, shown);
  base.addLabels(map, { dark, before: "licenses-area" });
  for (const layer of CLICKABLE) {
    map.on("click", layer, clicked);
    map.on("mouseenter", layer, () => (map.getCanvas().style.cursor = "pointer"));
    map.on("mouseleave", layer, () => (map.getCanvas().style.cursor = ""));
  }
  progress.follow(map, ["records"]);
  mark(chosen);
  // For the tests, and for the curious at the console.
  box.map = map;
}

async function again() {
  const view = { center: map.getCenter(), zoom: map.getZoom() };
  map.remove();
  map = box.map = null;
  await make(view);
}

async function clicked(event) {
  const feature = map.queryRenderedFeatures(event.point, { layers: CLICKABLE })[0];
  if (!feature || event.defaultPrevented) return;
  event.preventDefault();
  const { slug } = feature.properties;
  if (slug) return mark(await openCard(feature.sourceLayer, slug, { closed: mark }));
  map.easeTo({ center: feature.geometry.coordinates, zoom: map.getZoom() + NEARER });
}

function camel(kind) {
  return kind.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
}
