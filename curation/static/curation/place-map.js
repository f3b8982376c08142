// The map of a place field: a point that is set or dragged, or an outline whose vertices are.
import { maplibre } from "../registry/map/maplibre.js";
import { editOutline } from "./outline.js";
import { gettext } from "./words.js";

const START = { center: [68, 44], zoom: 2.2 };

/** Tell whether the page is dark, by the switch in its header or else by the reader's system. */
function isDark() {
  const theme = document.documentElement.dataset.theme;
  return theme === "dark" || (theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
}

/** Give the base map shared with the public pages; a plain background where it cannot be loaded. @returns {Promise<any>} */
async function baseMap() {
  try {
    return await import("../registry/map/base.js");
  } catch {
    return { baseStyle: () => ({ version: 8, sources: {}, layers: [{ id: "background", type: "background", paint: { "background-color": "#dbe6e4" } }] }) };
  }
}

/** Open a map without anything on it; gives the library and the map. */
export async function plainMap(container) {
  const [gl, base] = await Promise.all([maplibre(), baseMap()]);
  const dark = isDark();
  const map = new gl.Map({
    container,
    style: base.baseStyle({ dark }),
    ...(base.MAP_OPTIONS ?? { attributionControl: false }),
    ...START,
    cooperativeGestures: true,
    locale: {
      "Map.Title": gettext("Map"),
      "Marker.Title": gettext("Location"),
      "CooperativeGesturesHandler.MacHelpText": gettext("Use ⌘ and scroll to zoom the map"),
      "CooperativeGesturesHandler.MobileHelpText": gettext("Use two fingers to move the map"),
      "CooperativeGesturesHandler.WindowsHelpText": gettext("Use Ctrl and scroll to zoom the map"),
      "NavigationControl.ZoomIn": gettext("Zoom in"),
      "NavigationControl.ZoomOut": gettext("Zoom out"),
    },
  });
  base.addLabels?.(map, { dark });
  map.addControl(new gl.NavigationControl({ showCompass: false }));
  map.addControl(new gl.ScaleControl({ maxWidth: 90 }));
  container.dataset.ready = "loading";
  map.once("idle", () => { container.dataset.ready = "yes"; });
  return { gl, map };
}

/** The box around points.
 * @returns {[[number, number], [number, number]]} */
export function box(points) {
  const [longitudes, latitudes] = [0, 1].map((axis) => points.map((point) => point[axis]));
  const least = (values) => values.reduce((a, b) => Math.min(a, b));
  const most = (values) => values.reduce((a, b) => Math.max(a, b));
  return [[least(longitudes), least(latitudes)], [most(longitudes), most(latitudes)]];
}

/** Open a map; `show(shape)` puts a GeoJSON geometry on it, or nothing. */
export async function openMap(container, { kind, onPoint, onOutline }) {
  const { gl, map } = await plainMap(container);
  return kind === "point" ? pointOn(gl, map, onPoint) : editOutline(gl, map, onOutline);
}

/** Let a click set the point, and let it be dragged. */
function pointOn(gl, map, onPoint) {
  const marker = new gl.Marker({ color: "#c8551b", draggable: true });
  let placed = false;
  let ours = "";
  const digits = () => Math.min(6, Math.max(1, Math.ceil(-Math.log10(360 / (512 * 2 ** map.getZoom())))));
  const set = ({ lng, lat }) => {
    const longitude = Number((((lng + 540) % 360) - 180).toFixed(digits()));
    const latitude = Number(lat.toFixed(digits()));
    ours = `${longitude},${latitude}`;
    const step = 111195 * 10 ** -digits();
    onPoint(latitude, longitude, Number((step / 2).toPrecision(2)));
  };
  map.on("click", ({ lngLat }) => set(lngLat));
  marker.on("dragend", () => set(marker.getLngLat()));
  map.getCanvas().style.cursor = "crosshair";
  return {
    show(shape) {
      if (!shape) {
        marker.remove();
        placed = false;
        return;
      }
      marker.setLngLat(shape.coordinates);
      if (!placed) marker.addTo(map);
      // A point set on this map is in view already.
      if (ours !== shape.coordinates.join(",")) map.jumpTo({ center: shape.coordinates, zoom: placed ? map.getZoom() : 4.6 });
      placed = true;
    },
  };
}
