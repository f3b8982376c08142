// An outline on a map: shown, drawn, and edited by its vertices where they are few.
import { drawOn } from "./drawing.js";

const MOST_HANDLES = 300;
const COLOUR = "#c8551b";
const nothing = { type: "FeatureCollection", features: [] };

/** Show outlines on a map; vertices are dragged, the points between them make new ones, a double click removes one. */
export function editOutline(gl, map, onOutline) {
  let shape = null;
  let held = null;
  /** @type {Promise<void>} */
  const loaded = new Promise((done) => (map.isStyleLoaded() ? done() : map.once("load", () => done())));

  const polygons = () => (shape.type === "Polygon" ? [shape.coordinates] : shape.coordinates);
  const ringOf = ({ polygon, ring }) => polygons()[polygon][ring];

  /** Give a handle for each vertex, and a fainter one between each two. */
  function handles() {
    const features = [];
    for (const [polygon, rings] of polygons().entries()) {
      for (const [ring, positions] of rings.entries()) {
        for (const [vertex, at] of positions.slice(0, -1).entries()) {
          const next = positions[vertex + 1];
          const point = (coordinates, between) => ({
            type: "Feature",
            properties: { polygon, ring, vertex, between },
            geometry: { type: "Point", coordinates },
          });
          features.push(point(at, false), point([(at[0] + next[0]) / 2, (at[1] + next[1]) / 2], true));
        }
      }
    }
    return features;
  }

  function draw() {
    const vertices = shape ? polygons().flat(2).length : 0;
    map.getSource("outline").setData(shape ? { type: "Feature", properties: {}, geometry: shape } : nothing);
    const editable = shape && vertices <= MOST_HANDLES;
    map.getSource("handles").setData(editable ? { type: "FeatureCollection", features: handles() } : nothing);
  }

  /** Move a vertex; the first position of a ring is also its last. */
  function move(vertex, position) {
    const ring = ringOf(vertex);
    ring[vertex.vertex] = position;
    if (vertex.vertex === 0) ring[ring.length - 1] = position;
  }

  const finish = () => {
    if (!held) return;
    held = null;
    map.dragPan.enable();
    onOutline(structuredClone(shape));
  };

  const take = (event) => {
    if (!shape || (event.points && event.points.length > 1)) return;
    const { polygon, ring, vertex, between } = event.features[0].properties;
    event.preventDefault();
    held = { polygon, ring, vertex };
    const positions = ringOf(held);
    if (between) {
      held.vertex += 1;
      positions.splice(held.vertex, 0, event.lngLat.toArray());
    }
    map.dragPan.disable();
  };

  const drag = (event) => {
    if (!held || !shape) return;
    move(held, event.lngLat.toArray().map((degrees) => Number(degrees.toFixed(6))));
    draw();
  };

  loaded.then(() => {
    map.addSource("outline", { type: "geojson", data: nothing });
    map.addSource("handles", { type: "geojson", data: nothing });
    map.addLayer({ id: "outline-fill", type: "fill", source: "outline", paint: { "fill-color": COLOUR, "fill-opacity": 0.18 } });
    map.addLayer({ id: "outline-line", type: "line", source: "outline", paint: { "line-color": COLOUR, "line-width": 2 } });
    map.addLayer({
      id: "handles",
      type: "circle",
      source: "handles",
      paint: {
        "circle-radius": ["case", ["get", "between"], 4, 6],
        "circle-color": ["case", ["get", "between"], COLOUR, "#fff"],
        "circle-opacity": ["case", ["get", "between"], 0.45, 1],
        "circle-stroke-color": COLOUR,
        "circle-stroke-width": ["case", ["get", "between"], 0, 2],
      },
    });
    for (const begin of ["mousedown", "touchstart"]) map.on(begin, "handles", take);
    for (const go of ["mousemove", "touchmove"]) map.on(go, drag);
    for (const end of ["mouseup", "touchend"]) map.on(end, finish);
    map.on("mouseenter", "handles", () => { map.getCanvas().style.cursor = "move"; });
    map.on("mouseleave", "handles", () => { map.getCanvas().style.cursor = ""; });
    map.on("dblclick", "handles", (event) => {
      event.preventDefault();
      if (!shape) return;
      const { polygon, ring, vertex, between } = event.features[0].properties;
      const positions = ringOf({ polygon, ring });
      if (between || positions.length <= 4) return;
      positions.splice(vertex, 1);
      if (vertex === 0) positions[positions.length - 1] = positions[0];
      draw();
      onOutline(structuredClone(shape));
    });
  });

  /** Show the corners that are drawn so far, and the side that would follow. */
  function sketch(corners, next) {
    const line = next ? [...corners, next, corners[0]] : corners;
    const point = (coordinates) => ({ type: "Feature", properties: { between: false }, geometry: { type: "Point", coordinates } });
    const side = { type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: line } };
    map.getSource("outline").setData(line.length > 1 ? side : nothing);
    map.getSource("handles").setData({ type: "FeatureCollection", features: corners.map(point) });
  }

  let fitted = "";
  return {
    /** Let an outline be drawn in place of what is shown; `onEnd` gets the outline, or nothing. */
    async draw(onCount, onEnd) {
      await loaded;
      const before = shape;
      shape = null;
      draw();
      return drawOn(map, {
        onCorners: (corners, next) => { sketch(corners, next); onCount(corners.length); },
        onDone: (drawn) => { shape = drawn ?? before; draw(); fitted = fitted || "drawn"; onEnd(drawn); },
      });
    },
    async show(given) {
      await loaded;
      shape = given ? structuredClone(given) : null;
      draw();
      if (!shape) return;
      const bounds = new gl.LngLatBounds();
      for (const position of polygons().flat(2)) bounds.extend(position);
      if (fitted && map.getBounds().contains(bounds.getCenter())) return;
      fitted = bounds.toString();
      map.fitBounds(bounds, { padding: 30, maxZoom: 11, animate: false });
    },
  };
}
