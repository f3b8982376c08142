// How a selection looks on the map: cells as rings of their colours, records as dots, licences as outlines.

import { drawImages } from "../registry/map/base.js";

/** Statuses of licences that hold no longer: their outlines are dashed. */
const ENDED = ["relinquished", "expired", "revoked", "surrendered", "refused", "converted"];
const CELL = ["has", "records"];
const NO_CELL = ["!", CELL];
const AREA = ["==", ["geometry-type"], "Polygon"];
const POINT = ["==", ["geometry-type"], "Point"];
/** Shares of a ring are drawn in steps, so that many cells share one picture. */
const STEPS = 24;
/** A cell grows with the number of its records, in steps. */
const SIZE = ["step", ["get", "records"], "1", 2, "2", 10, "3", 50, "4", 1000, "5"];

/** Layers whose features open something. */
export const CLICKABLE = ["cells", "dots", "areas"];

const read = (name) => getComputedStyle(document.body).getPropertyValue(`--${name}`).trim();

export const textStyles = () => ({ count: { size: 12.5, weight: 600, colour: read("ink"), halo: read("surface") } });

/** The legend's colours: { name, codes, colour, rim } each. */
function hues() {
  return [...document.querySelectorAll("#hues li")].map((item) => {
    const style = getComputedStyle(item.querySelector(".dot"));
    return { codes: item.getAttribute("data-codes").split(" "), colour: style.backgroundColor, isOpen: item.getAttribute("data-hue") === "unknown" };
  });
}

/** Add the sources and layers to a map with the base style. */
export function addLayers(map, state, absolute) {
  const source = (tiles) => ({ type: "vector", tiles: [absolute(tiles)], maxzoom: 14 });
  map.addSource("records", source(state.tiles));
  if (state.behind) map.addSource("behind", source(state.behind));
  map.addSource("place", { type: "geojson", data: { type: "FeatureCollection", features: [] } });
  const licence = read("licence");
  // Without licences behind the records, the layer of labels still needs something to stand under.
  if (state.behind) outlines(map, "behind", "behind", "licenses", licence);
  else map.addLayer({ id: "behind-fill", type: "fill", source: "place", filter: AREA, paint: {} });
  map.addLayer({ id: "place", type: "line", source: "place", paint: { "line-color": read("ink"), "line-width": 1.8, "line-dasharray": [2, 2] } });
  const layer = { source: "records", "source-layer": state.kind };
  outlines(map, "areas", "records", state.kind, licence);
  map.addLayer({ id: "dots", type: "circle", ...layer, filter: ["all", NO_CELL, POINT] });
  map.addLayer({ id: "mark-disputed", type: "circle", ...layer, filter: ["all", NO_CELL, POINT, ["has", "disputed"]], paint: { "circle-opacity": 0, "circle-stroke-width": 2 } });
  map.addLayer({ id: "mark-duplicate", type: "symbol", ...layer, filter: ["all", NO_CELL, POINT, ["has", "possible_duplicate"]], layout: { "icon-image": "two-rings", "icon-allow-overlap": true, "icon-ignore-placement": true, "icon-offset": [8, -8] } });
  map.addLayer({ id: "cells", type: "symbol", ...layer, filter: CELL, layout: { "icon-allow-overlap": true, "icon-ignore-placement": true } });
  // A cell is marked like its records: a ring where sources disagree on one of them, two rings for a possible duplicate.
  for (const [mark, image] of [["disputed", "ring-around"], ["possible_duplicate", "two-rings"]]) {
    map.addLayer({
      id: `cells-${mark}`,
      type: "symbol",
      ...layer,
      filter: ["all", CELL, ["has", `${mark}_records`]],
      layout: { "icon-allow-overlap": true, "icon-ignore-placement": true, "icon-image": mark === "disputed" ? ["concat", "ring-around:", SIZE] : image, "icon-offset": mark === "disputed" ? [0, 0] : ["step", ["get", "records"], ["literal", [8, -8]], 2, ["literal", [12, -12]], 50, ["literal", [16, -16]]] },
    });
  }
  map.addLayer({ id: "counts", type: "symbol", ...layer, filter: ["all", CELL, [">", ["get", "records"], 1]], layout: { "icon-allow-overlap": true, "icon-ignore-placement": true, "icon-image": ["concat", "text:count:", short(["get", "records"])] } });
  drawImages(map, { ring, "two-rings": twoRings, "ring-around": ringAround });
  colourLayers(map, state);
}

/** Outlines, dashed where the licence holds no longer. */
function outlines(map, id, source, kind, colour) {
  const layer = { source, "source-layer": kind };
  const ended = ["in", ["coalesce", ["get", "status"], ""], ["literal", ENDED]];
  const line = { "line-color": colour, "line-width": ["interpolate", ["linear"], ["zoom"], 3, 1, 8, 2] };
  map.addLayer({ id: id === "areas" ? "areas" : `${id}-fill`, type: "fill", ...layer, filter: AREA, paint: { "fill-color": colour, "fill-opacity": 0.12 } });
  map.addLayer({ id: `${id}-line`, type: "line", ...layer, filter: ["all", AREA, ["!", ended]], paint: line });
  map.addLayer({ id: `${id}-ended`, type: "line", ...layer, filter: ["all", AREA, ended], paint: { ...line, "line-dasharray": [2.5, 2] } });
}

let shown = [];

/** The radius of a dot at each zoom: grown by the square root of its tonnage, so that areas compare; `more` pixels wider. */
function radius(isSized, more = 0) {
  const dot = (plain) => {
    if (!isSized) return plain + more;
    const grown = ["min", 30, ["*", plain / 1500, ["sqrt", ["get", "tonnes"]]]];
    return ["+", more, ["case", ["has", "tonnes"], ["max", plain * 0.7, grown], plain * 0.6]];
  };
  return ["interpolate", ["linear"], ["zoom"], 0, dot(3.5), 3, dot(5), 6, dot(7.5), 10, dot(9)];
}

/** Colour and size dots and cells as the legend says. */
export function colourLayers(map, state) {
  shown = hues();
  const { colour, size: sized } = state;
  map.setPaintProperty("dots", "circle-radius", radius(Boolean(sized)));
  map.setPaintProperty("dots", "circle-opacity", sized ? 0.8 : 1);
  map.setLayoutProperty("dots", "circle-sort-key", sized ? ["-", 0, ["coalesce", ["get", "tonnes"], 0]] : 0);
  map.setPaintProperty("mark-disputed", "circle-radius", radius(Boolean(sized), 3.5));
  map.setPaintProperty("mark-disputed", "circle-stroke-color", read("disputed"));
  const cases = shown.flatMap((hue) => [hue.codes, hue.colour]);
  const fallback = read("hue-other");
  const byCode = cases.length ? ["match", ["coalesce", ["get", colour], "unknown"], ...cases, fallback] : fallback;
  map.setPaintProperty("dots", "circle-color", byCode);
  map.setPaintProperty("dots", "circle-stroke-width", 1.5);
  map.setPaintProperty("dots", "circle-stroke-color", ["match", ["coalesce", ["get", colour], "unknown"], ["unknown"], read("hue-rim"), read("surface")]);
  for (const id of ["areas", "areas-line", "areas-ended"]) map.setPaintProperty(id, id === "areas" ? "fill-color" : "line-color", state.kind === "licenses" ? byCode : read("licence"));
  // Cells know the numbers of one code; coloured by another one they are plain.
  const share = (hue) => ["to-string", ["round", ["*", STEPS, ["/", ["+", 0, ...hue.codes.map((code) => ["coalesce", ["get", `${colour}:${code}`], 0])], ["get", "records"]]]]];
  const shares = state.cells ? shown.flatMap((hue) => [",", share(hue)]).slice(1) : ["plain"];
  const theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  map.setLayoutProperty("cells", "icon-image", ["concat", `ring:${theme}:${colour}:${shown.map((hue) => hue.codes[0]).join("-")}:`, SIZE, ":", ...shares]);
}

const RADII = { 1: 5, 2: 12, 3: 15, 4: 19, 5: 23 };

/** Draw the thin ring around a cell with records on which sources disagree. */
function ringAround(id) {
  const radius = 2 * (RADII[id.split(":")[1]] + 4);
  const side = 2 * (radius + 4);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  for (const line of [{ colour: read("surface"), width: 7 }, { colour: read("disputed"), width: 4 }]) {
    context.strokeStyle = line.colour;
    context.lineWidth = line.width;
    context.beginPath();
    context.arc(side / 2, side / 2, radius, 0, 2 * Math.PI);
    context.stroke();
  }
  return context.getImageData(0, 0, side, side);
}

/** Draw a ring whose arcs have the shares of its colours; a single record is a dot. */
function ring(id) {
  const [, , , , size, parts] = id.split(":");
  const radius = RADII[size] * 2;
  const side = 2 * (radius + 4);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const [middle, width] = [side / 2, size === "1" ? radius : 9];
  const disc = (r, colour) => {
    context.fillStyle = colour;
    context.beginPath();
    context.arc(middle, middle, r, 0, 2 * Math.PI);
    context.fill();
  };
  disc(radius + 3, read("surface"));
  disc(radius, read("hue-other"));
  const shares = parts === "plain" ? [] : parts.split(",").map(Number);
  const whole = shares.reduce((sum, one) => sum + one, 0) || 1;
  let angle = -Math.PI / 2;
  for (const [number, share] of shares.entries()) {
    const next = angle + (share / whole) * 2 * Math.PI;
    if (share) {
      context.fillStyle = shown[number]?.isOpen ? read("hue-rim") : shown[number]?.colour;
      context.beginPath();
      context.moveTo(middle, middle);
      context.arc(middle, middle, radius, angle, next);
      context.fill();
    }
    angle = next;
  }
  // A single record looks as it does beside the cells.
  const isOpen = size !== "1" || shown.some((hue, number) => hue.isOpen && shares[number]);
  if (isOpen) disc(size === "1" ? radius - 3 : radius - width, read("surface"));
  return context.getImageData(0, 0, side, side);
}

/** Draw two rings that overlap. */
function twoRings() {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 24;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  for (const line of [{ colour: read("surface"), width: 6 }, { colour: read("ink"), width: 2.5 }]) {
    context.strokeStyle = line.colour;
    context.lineWidth = line.width;
    for (const x of [8, 15]) {
      context.beginPath();
      context.arc(x, 12, 5.5, 0, 2 * Math.PI);
      context.stroke();
    }
  }
  return context.getImageData(0, 0, 24, 24);
}

/** Write a number in few characters. */
function short(number) {
  const tenths = (divisor) => ["to-string", ["/", ["round", ["/", number, divisor / 10]], 10]];
  return ["case", [">=", number, 1e6], ["concat", tenths(1e6), "M"], [">=", number, 1e3], ["concat", tenths(1e3), "k"], ["to-string", number]];
}
