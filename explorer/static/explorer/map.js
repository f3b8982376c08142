// The map of what has a place. MapLibre is fetched only when the map comes near the window.

import { askAll } from "./api.js";
import { openCard } from "./card.js";
import { el, plain } from "./dom.js";
import { addRecordLayers, CLICKABLE, textStyles } from "./layers.js";
import { groupOf, wireLegend } from "./status.js";

const box = document.getElementById("map");
const notice = document.getElementById("map-notice");
const KINDS = ["deposits", "prospecting-objects", "licenses"];
const FIELDS = {
  deposits: "slug,name,country,development_status,geometry",
  "prospecting-objects": "slug,name,count,country,geometry",
  licenses: "slug,name,number,country,geometry",
};
/** More than this is not loaded at once but as far as the window shows it. */
const MOST = 4000;
const LISTED = 500;
const WORLD = [-180, -90, 180, 90];
const START = { bounds: [[-128, -42], [152, 66]], fitBoundsOptions: { padding: 12 } };

let map, base;
let chosen = null;
let loading;
let shown = null;
let records = Object.fromEntries(KINDS.map((kind) => [kind, []]));

/** Tell the reader something about the map, or nothing. */
function say(words) {
  notice.textContent = words;
  notice.hidden = !words;
}

/** Draw the map; resolves when it can be used, rejects never: what fails is said. */
export const drawn = (async () => {
  await near(box);
  try {
    base = await import(box.dataset.base);
    await Promise.all([sheet(box.dataset.style), script(box.dataset.script)]);
    await make(START);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
    wireLegend((groups) => {
      shown = groups;
      put();
    });
    await load();
  } catch (error) {
    if (map) return failed(error);
    await load().catch(() => {});
    say("This browser cannot draw the map: it needs WebGL. The list below holds the same.");
    document.getElementById("map-list").open = true;
  }
})();

/** Show where a record lies, and bring the map into view; a record without a place has its card only. */
export async function visit(record, zoom = 4.3) {
  box.scrollIntoView({ block: "center" });
  await drawn;
  mark(record);
  if (record.geometry) map?.flyTo({ center: middle(record.geometry), zoom: Math.max(map.getZoom(), zoom), essential: false });
}

/** Ring the chosen record; without one, take the ring away. */
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

const loaded = (element) =>
  new Promise((resolve, reject) => {
    element.addEventListener("load", resolve);
    element.addEventListener("error", () => reject(new Error("a file is missing")));
    document.head.append(element);
  });
const script = (src) => loaded(el("script", { src }));
const sheet = (href) => loaded(el("link", { rel: "stylesheet", href }));

async function make(view) {
  const dark = base.prefersDark();
  map = new maplibregl.Map({
    container: box,
    style: base.baseStyle({ dark }),
    ...base.MAP_OPTIONS,
    ...view,
    minZoom: -1,
    maxZoom: 12,
    cooperativeGestures: true,
    locale: { "Map.Title": "Map of what has a place; the same as a list below" },
  });
  map.addControl(new maplibregl.NavigationControl({ showCompass: false }));
  map.addControl(new maplibregl.GlobeControl());
  map.addControl(new maplibregl.ScaleControl());
  map.touchZoomRotate.disableRotation();
  await map.once("load");
  base.drawText(map, textStyles());
  addRecordLayers(map);
  base.addLabels(map, { dark, before: "licenses-area" });
  for (const layer of CLICKABLE) {
    map.on("click", layer, clicked);
    map.on("mouseenter", layer, () => (map.getCanvas().style.cursor = "pointer"));
    map.on("mouseleave", layer, () => (map.getCanvas().style.cursor = ""));
  }
  if (KINDS.some((kind) => Number(box.dataset[camel(kind)]) > MOST)) map.on("moveend", () => load().catch(failed));
  put();
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
  const { cluster_id: cluster, resource, slug } = feature.properties;
  if (cluster === undefined) return mark(await openCard(resource, slug, { closed: mark }));
  const zoom = await map.getSource("deposits").getClusterExpansionZoom(cluster);
  map.easeTo({ center: feature.geometry.coordinates, zoom: zoom + 0.4 });
}

const camel = (kind) => kind.replace(/-(.)/g, (_, letter) => letter.toUpperCase());

/** Fetch what has a place: everything at once, or what lies in the window if that is too much. */
async function load() {
  loading?.abort();
  const { signal } = (loading = new AbortController());
  let parts = false;
  for (const kind of KINDS) {
    const located = Number(box.dataset[camel(kind)]);
    if (!located) continue;
    const corners = located > MOST && map ? map.getBounds().toArray().flat() : WORLD;
    const [west, south, east, north] = corners.map((degrees) => degrees.toFixed(3));
    const bbox = east - west >= 360 ? WORLD.join() : [wrapped(west), Math.max(south, -90), wrapped(east), Math.min(north, 90)].join();
    const answer = await askAll(`${kind}/?bbox=${bbox}&format=geojson&limit=1000&fields=${FIELDS[kind]}`, MOST, { signal });
    records[kind] = answer.records;
    parts ||= !answer.whole;
  }
  say(parts ? `There is more here than the map can show at once: these are ${MOST.toLocaleString("en-GB")}. Zoom in for the rest.` : "");
  put();
  list();
}

const wrapped = (longitude) => (longitude >= -180 && longitude <= 180 ? Number(longitude) : ((((Number(longitude) + 180) % 360) + 360) % 360) - 180);

/** A newer question has overtaken this one, or it failed. */
function failed(error) {
  if (error.name !== "AbortError") say(error.message);
}

/** Hand the records to the map's layers. */
function put() {
  for (const kind of KINDS) {
    const features = records[kind]
      .filter((record) => kind !== "deposits" || !shown || shown.has(groupOf(record.development_status)))
      .map(({ geometry, slug, development_status: status }) => ({ type: "Feature", geometry, properties: { resource: kind, slug, group: groupOf(status) } }));
    map?.getSource(kind)?.setData({ type: "FeatureCollection", features });
  }
}

/** Offer the same as buttons, for those who cannot point at a map. */
function list() {
  const every = KINDS.flatMap((kind) => records[kind].map((record) => [kind, record]));
  const rows = every.slice(0, LISTED);
  const name = (record) => record.name ?? record.number ?? record.slug;
  rows.sort(([, a], [, b]) => name(a).localeCompare(name(b)));
  const buttons = rows.map(([kind, record]) => {
    const where = record.country ? ` ${record.country.name}` : "";
    return el("li", {}, el("button", { type: "button", click: () => show(kind, record) }, name(record)), el("small", {}, where, kind === "deposits" ? "" : `, ${plain(kind)}`));
  });
  if (every.length > rows.length) buttons.push(el("li", {}, `and ${every.length - rows.length} more; search finds each`));
  const details = document.getElementById("map-list");
  details.querySelector("ul").replaceChildren(...buttons);
  details.hidden = !rows.length;
}

async function show(kind, record) {
  openCard(kind, record.slug, { closed: mark });
  await visit(record);
}
