// The map of a selection: the registry's own vector tiles with the filters of the page, so that nothing is cut off.

import { addLayers, CLICKABLE, colourLayers, textStyles } from "./explore_layers.js";
import { openCard } from "./explore_card.js";
import { wireTools } from "./explore_tools.js";
import { mapProgress } from "../explorer/map_progress.js";
import { mapWords } from "../explorer/map_words.js";
import { gettext } from "../explorer/words.js";
import { maplibre } from "../registry/map/maplibre.js";

const box = document.getElementById("map");
const progress = mapProgress(box, document.getElementById("map-note"));
const WORLD = [[-150, -48], [165, 68]];
/** How much nearer a click on a cell goes: its records fill the window. */
const NEARER = 2.5;

/** @type {any} */
let map;
let base, library;
let drawn = "";
let extent = "";

/** What the server says of the selection. */
const state = () => document.getElementById("state").dataset;

/** Draw the map; rejects never: what fails is said. `narrow` changes the selection. */
export async function start(narrow) {
  progress.begin();
  try {
    [base, library] = await Promise.all([import("../registry/map/base.js"), maplibre()]);
    await make();
    wireTools(() => map, narrow, progress.say, () => showPlace(state()));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
  } catch (error) {
    progress.impossible(error, gettext("This browser cannot draw the map: it needs WebGL. The table below contains the same records."));
  }
}

/** Draw the selection that the page shows now. */
export function update() {
  if (!map) return;
  const now = state();
  const tiles = [now.tiles, now.behind].join(" ");
  if (tiles !== drawn) {
    drawn = tiles;
    // MapLibre does not load a tile that has failed from a new address.
    progress.retry();
    map.getSource("records").setTiles([absolute(now.tiles)]);
    map.getSource("behind")?.setTiles([absolute(now.behind)]);
  }
  colourLayers(map, now);
  showPlace(now);
  if (now.extent && now.extent !== extent) fit(now.extent, !matchMedia("(prefers-reduced-motion: reduce)").matches);
  extent = now.extent;
}

async function make(view) {
  const dark = base.prefersDark();
  const now = state();
  // The map writes its own place there at once.
  const isPlaced = location.hash.includes("map=");
  map = new library.Map({
    container: box,
    style: base.baseStyle({ dark }),
    ...base.MAP_OPTIONS,
    bounds: WORLD,
    fitBoundsOptions: { padding: 10 },
    ...view,
    // The place of the map stands in the address as well.
    hash: "map",
    minZoom: -1,
    maxZoom: 15,
    cooperativeGestures: matchMedia("(max-width: 56rem)").matches,
    locale: mapWords(gettext("Map of the chosen records; the table below lists them")),
  });
  map.addControl(new library.NavigationControl({ showCompass: false }));
  map.addControl(new library.GlobeControl());
  map.addControl(new library.ScaleControl(), "bottom-right");
  map.touchZoomRotate.disableRotation();
  if (!isPlaced && now.extent) fit(now.extent, false);
  extent = now.extent;
  await map.once("load");
  base.drawText(map, textStyles());
  addLayers(map, now, absolute);
  drawn = [now.tiles, now.behind].join(" ");
  base.addLabels(map, { dark, before: "behind-fill" });
  showPlace(now);
  for (const layer of CLICKABLE) {
    map.on("click", layer, clicked);
    map.on("mouseenter", layer, () => (map.getCanvas().style.cursor = "pointer"));
    map.on("mouseleave", layer, () => (map.getCanvas().style.cursor = ""));
  }
  progress.follow(map, ["records", "behind"]);
  // For the tests, and for the curious at the console.
  box.map = map;
}

async function again() {
  const view = { center: map.getCenter(), zoom: map.getZoom(), bounds: undefined };
  map.remove();
  map = box.map = null;
  await make(view);
}

function fit(text, animate) {
  const [west, south, east, north] = text.split(",").map(Number);
  // Where the legend lies over the map, nothing should lie under it.
  const left = box.clientWidth > 800 ? 350 : 50;
  map.fitBounds([[west, south], [east, north]], { padding: { top: 70, bottom: 50, left, right: 60 }, maxZoom: 8, animate });
}

/**
 * Outline the box, or the circle, that narrows the selection.
 *
 * @param {DOMStringMap} state
 */
function showPlace({ bbox, near, radius, shape }) {
  const features = [];
  const corners = /^POLYGON ?\(\(([^()]+)\)\)$/i.exec(shape ?? "")?.[1];
  if (corners) features.push(ring(corners.split(",").map((pair) => pair.trim().split(" ").map(Number))));
  if (bbox) {
    const numbers = bbox.split(",").map(Number);
    const [west, south, east, north] = numbers.length === 6 ? [numbers[0], numbers[1], numbers[3], numbers[4]] : numbers;
    const end = east < west ? east + 360 : east;
    features.push(ring([[west, south], [end, south], [end, north], [west, north]]));
  }
  if (near && radius) {
    const [x, y] = near.split(",").map(Number);
    const degrees = Number(radius) / 111.2;
    features.push(
      ring(
        Array.from({ length: 64 }, (_, number) => {
          const angle = (number / 32) * Math.PI;
          return [x + (degrees * Math.cos(angle)) / Math.max(0.05, Math.cos((y * Math.PI) / 180)), Math.max(-85, Math.min(85, y + degrees * Math.sin(angle)))];
        }),
      ),
    );
  }
  map.getSource("place").setData({ type: "FeatureCollection", features });
}

const ring = (corners) => ({ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: [...corners, corners[0]] } });

async function clicked(event) {
  if (box.classList.contains("drawing")) return;
  const feature = map.queryRenderedFeatures(event.point, { layers: CLICKABLE })[0];
  if (!feature || event.defaultPrevented) return;
  event.preventDefault();
  const { slug } = feature.properties;
  if (slug) openCard(feature.sourceLayer, feature.properties);
  else map.easeTo({ center: feature.geometry.coordinates, zoom: map.getZoom() + NEARER });
}

/** Tiles are fetched by a worker, which knows no relative addresses. */
const absolute = (path) => (path ? new URL(path, location.href).href.replaceAll("%7B", "{").replaceAll("%7D", "}") : "");
