// Choosing a place on the map: a box that is drawn, what is in view, or what is near.

import { gettext } from "../explorer/words.js";

const RADIUS_KM = 300;
const round = (number) => Math.round(number * 1e4) / 1e4;

/**
 * Wire the tools; `mapNow` gives the map, `narrow` changes the selection, `say` tells the reader what to do, and `restore`
 * shows the place that narrows the selection instead of what was being drawn.
 */
export function wireTools(mapNow, narrow, say, restore) {
  const tools = document.getElementById("map-tools");
  const box = document.getElementById("map");
  tools.hidden = false;

  const draw = tools.querySelector('[data-tool="box"]');
  draw.addEventListener("click", () => (box.classList.contains("drawing") ? stop() : begin()));
  tools.querySelector('[data-tool="view"]').addEventListener("click", () => {
    const bounds = mapNow().getBounds();
    chooseBox([bounds.getWest(), bounds.getSouth()], [bounds.getEast(), bounds.getNorth()]);
  });
  tools.querySelector('[data-tool="near"]').addEventListener("click", () => {
    const centre = mapNow().getCenter().wrap();
    say("");
    if (!navigator.geolocation) return near(centre.lng, centre.lat);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => near(coords.longitude, coords.latitude),
      // Who does not tell where they are gets what is around the middle of the map.
      () => near(centre.lng, centre.lat),
      { timeout: 4000, maximumAge: 600_000 },
    );
  });

  const shape = wireShape(tools.querySelector('[data-tool="shape"]'), box, mapNow, say, restore, () => box.classList.contains("drawing") && stop(), (corners) => {
    const written = [...corners, corners[0]].map((pair) => pair.map(round).join(" ")).join(",");
    narrow({ intersects: `POLYGON((${written}))`, bbox: null, near: null, radius_km: null });
  });

  const near = (longitude, latitude) => narrow({ near: `${round(longitude)},${round(latitude)}`, radius_km: String(RADIUS_KM), bbox: null, intersects: null });

  function chooseBox(one, other) {
    const wide = Math.abs(one[0] - other[0]) >= 360;
    const wrap = (x) => ((((x + 180) % 360) + 360) % 360) - 180;
    const [west, east] = wide ? [-180, 180] : [Math.min(one[0], other[0]), Math.max(one[0], other[0])].map(wrap);
    const within = (y) => Math.max(-90, Math.min(90, y));
    const [south, north] = [within(Math.min(one[1], other[1])), within(Math.max(one[1], other[1]))];
    narrow({ bbox: [west, south, east, north].map(round).join(","), near: null, radius_km: null, intersects: null });
  }

  let from = null;
  function begin() {
    shape.stop();
    say(gettext("Drag over the map to draw a box; Escape to stop."));
    box.classList.add("drawing");
    draw.setAttribute("aria-pressed", "true");
    const map = mapNow();
    map.dragPan.disable();
    map.boxZoom.disable();
    for (const [event, handler] of drawing) map.getCanvas().addEventListener(event, handler);
    addEventListener("keydown", escaped);
  }
  function stop() {
    say("");
    from = null;
    box.classList.remove("drawing");
    draw.setAttribute("aria-pressed", "false");
    const map = mapNow();
    map.dragPan.enable();
    map.boxZoom.enable();
    for (const [event, handler] of drawing) map.getCanvas().removeEventListener(event, handler);
    restore();
    removeEventListener("keydown", escaped);
  }
  const escaped = (event) => event.key === "Escape" && stop();
  /** Where on the map the pointer is; beyond its edge, at the edge. */
  function place({ clientX, clientY }) {
    const frame = mapNow().getCanvas().getBoundingClientRect();
    const inside = (at, size) => Math.max(0, Math.min(size, at));
    return mapNow().unproject([inside(clientX - frame.left, frame.width), inside(clientY - frame.top, frame.height)]);
  }
  function down(event) {
    if (event.button || !event.isPrimary) return;
    // The canvas gets the moves and the end of this pointer wherever they are, even outside the window.
    event.target.setPointerCapture(event.pointerId);
    from = place(event);
  }
  function move(event) {
    if (!from) return;
    const to = place(event);
    const corners = [[from.lng, from.lat], [to.lng, from.lat], [to.lng, to.lat], [from.lng, to.lat], [from.lng, from.lat]];
    mapNow().getSource("place").setData({ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: corners } });
  }
  function up(event) {
    const [start, end] = [from, place(event)];
    stop();
    if (start && end && (start.lng !== end.lng || start.lat !== end.lat)) chooseBox([start.lng, start.lat], [end.lng, end.lat]);
  }
  const drawing = [["pointerdown", down], ["pointermove", move], ["pointerup", up], ["pointercancel", stop]];
}

/** So many corners keep the address of a shape short enough to be shared: under two kilobytes. */
const MOST_CORNERS = 60;

/** Draw a shape corner by corner; `choose` takes its corners, and gives up another tool by `before`. */
function wireShape(button, box, mapNow, say, restore, before, choose) {
  let corners = [];
  const within = ([x, y]) => [Math.max(-180, Math.min(180, x)), Math.max(-85, Math.min(85, y))];
  const show = (last) => {
    const line = last ? [...corners, last] : corners;
    const coordinates = line.length > 2 ? [...line, line[0]] : line;
    mapNow().getSource("place").setData({ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates } });
  };
  const add = ({ lngLat }) => {
    corners.push(within([lngLat.lng, lngLat.lat]));
    if (corners.length === MOST_CORNERS) finish();
    else show();
  };
  const move = ({ lngLat }) => corners.length && show(within([lngLat.lng, lngLat.lat]));
  const double = (event) => {
    event.preventDefault();
    finish();
  };
  const key = (event) => {
    if (event.key === "Escape") stop();
    if (event.key === "Enter" && corners.length > 2) finish();
  };
  const events = [["click", add], ["mousemove", move], ["dblclick", double]];
  function finish() {
    // The second click of a double click is the same corner again.
    const drawn = corners.filter(([x, y], at) => !at || Math.hypot(x - corners[at - 1][0], y - corners[at - 1][1]) > 1e-6);
    stop();
    if (drawn.length > 2) choose(drawn);
  }
  function begin() {
    before();
    box.classList.add("drawing");
    button.setAttribute("aria-pressed", "true");
    say(gettext("Click the corners of the shape; a double click or Enter closes it, Escape stops."));
    for (const [event, handler] of events) mapNow().on(event, handler);
    addEventListener("keydown", key);
  }
  function stop() {
    if (button.getAttribute("aria-pressed") !== "true") return;
    corners = [];
    say("");
    box.classList.remove("drawing");
    button.setAttribute("aria-pressed", "false");
    for (const [event, handler] of events) mapNow().off(event, handler);
    restore();
    removeEventListener("keydown", key);
  }
  button.addEventListener("click", () => (button.getAttribute("aria-pressed") === "true" ? stop() : begin()));
  return { stop };
}
