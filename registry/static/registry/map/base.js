// The base map of every page with a map: sea, land, borders, names of countries; all of it from this host.
//
//   const { Map } = await maplibre();
//   const map = new Map({ container, style: baseStyle({ dark }), ...MAP_OPTIONS });
//   addLabels(map, { dark });
//
// The shapes are Natural Earth's (public domain), which draws borders as they are de facto; `scripts/basemap.py` makes the files.

// Written out one by one: collecting the static files puts the hash of each into its name here.
const WORLD = new URL("./world.json", import.meta.url).href;
const BORDERS = new URL("./borders.json", import.meta.url).href;
const LABELS = new URL("./labels.json", import.meta.url).href;

const LIGHT = { sea: "#dbe6e4", land: "#f8f5ee", border: "#b9ae9c", disputed: "#b0764f", text: "#6b6455", halo: "#f8f5ee" };
const DARK = { sea: "#0d1615", land: "#1f2926", border: "#45524d", disputed: "#a97a55", text: "#98a39d", halo: "#1f2926" };

/** Whose view the map gives: to be shown beside it. */
export const ATTRIBUTION = "Borders: Natural Earth, de facto view, 2018";

/**
 * What suits a map of records: no tilting, no turning, no link that leaves the host.
 *
 * @type {Partial<import("maplibre-gl").MapOptions>}
 */
export const MAP_OPTIONS = { attributionControl: false, dragRotate: false, pitchWithRotate: false, touchPitch: false, maxPitch: 0 };

/** Tell whether the reader prefers dark colours. */
export const prefersDark = () => matchMedia("(prefers-color-scheme: dark)").matches;

/**
 * Give a MapLibre style: the world without names (see `addLabels`), in light or dark colours.
 *
 * @returns {import("maplibre-gl").StyleSpecification}
 */
export function baseStyle({ dark = false } = {}) {
  const colour = dark ? DARK : LIGHT;
  /** @type {import("maplibre-gl").ExpressionSpecification} */
  const width = ["interpolate", ["linear"], ["zoom"], 1, 0.5, 6, 1.4];
  /** @returns {import("maplibre-gl").LineLayerSpecification} */
  const line = (id, kind, paint) => ({
    id,
    type: "line",
    source: "borders",
    filter: ["==", ["get", "kind"], kind],
    layout: { "line-join": "round" },
    paint: { "line-width": width, ...paint },
  });
  return {
    version: 8,
    sources: {
      world: { type: "geojson", data: WORLD, attribution: ATTRIBUTION },
      borders: { type: "geojson", data: BORDERS },
    },
    layers: [
      { id: "sea", type: "background", paint: { "background-color": colour.sea } },
      { id: "land", type: "fill", source: "world", paint: { "fill-color": colour.land } },
      line("border", "border", { "line-color": colour.border }),
      line("disputed", "disputed", { "line-color": colour.disputed, "line-dasharray": [3, 2] }),
    ],
  };
}

/**
 * Write the names of countries on a map with the base style, under the layer `before` if given: in the language of the page
 * where they have a name in it.
 *
 * @param {any} map
 * @param {{ dark?: boolean, before?: string }} [options]
 */
export function addLabels(map, { dark = false, before } = {}) {
  const colour = dark ? DARK : LIGHT;
  drawText(map, { country: { size: 12, weight: 500, colour: colour.text, halo: colour.halo, spacing: "0.03em" } });
  const add = () => {
    map.addSource("labels", { type: "geojson", data: LABELS });
    map.addLayer(
      {
        id: "labels",
        type: "symbol",
        source: "labels",
        filter: ["<=", ["get", "zoom"], ["+", ["zoom"], 0.5]],
        layout: {
          "icon-image": ["concat", "text:country:", ["coalesce", ["get", document.documentElement.lang], ["get", "name"]]],
          "icon-padding": 4,
          "symbol-sort-key": ["get", "zoom"],
        },
      },
      before,
    );
  };
  // The style is an object, so only its own parsing stands between the map's birth and this.
  if (map.isStyleLoaded() || map.getSource("world")) add();
  else map.once("style.load", add);
}

/**
 * Let layers show text as icons named `text:<style>:<words>`.
 *
 * MapLibre draws letters from glyph files, which cover few scripts and weigh megabytes; only CJK comes from local fonts. So
 * each text is drawn once on a canvas, by the browser's own fonts, in any script.
 */
export function drawText(map, styles) {
  map.textStyles = { ...map.textStyles, ...styles };
  drawImages(map, {
    text: (id) => {
      const [, name, ...words] = id.split(":");
      return map.textStyles[name] && textImage(words.join(":"), map.textStyles[name]);
    },
  });
}

/**
 * Draw the images of layers when they are needed; `makers` has a function for what their names begin with.
 *
 * @param {any} map
 * @param {Record<string, (id: string) => ImageData>} makers
 */
export function drawImages(map, makers) {
  map.imageMakers = { ...map.imageMakers, ...makers };
  map.setMissingStyleImageResolver((id) => {
    const image = map.imageMakers[id.split(":")[0]]?.(id);
    if (image) map.addImage(id, image, { pixelRatio: 2 });
  });
}

function textImage(text, { size, weight, colour, halo, spacing = "0em" }) {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const font = `${weight} ${size * 2}px system-ui, -apple-system, "Segoe UI", sans-serif`;
  const rim = halo ? size / 2 : 2;
  Object.assign(context, { font, letterSpacing: spacing });
  canvas.width = Math.ceil(context.measureText(text).width + 2 * rim);
  canvas.height = Math.ceil(size * 2 * 1.3 + 2 * rim);
  // Setting the size forgets the rest.
  Object.assign(context, { font, letterSpacing: spacing, textBaseline: "middle", textAlign: "center", lineJoin: "round" });
  /** @type {[number, number]} */
  const at = [canvas.width / 2, canvas.height / 2];
  if (halo) {
    Object.assign(context, { strokeStyle: halo, lineWidth: rim });
    context.strokeText(text, ...at);
  }
  context.fillStyle = colour;
  context.fillText(text, ...at);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}
