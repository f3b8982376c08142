// Drawing an outline corner by corner on a map.

const NEAR_PIXELS = 12;

/** Take clicks as corners until the first is clicked again, Enter is pressed, or `finish` is called; Escape ends without. */
export function drawOn(map, { onCorners, onDone }) {
  const corners = [];
  const closed = () => [[...corners, corners[0]]];

  const end = (shape) => {
    map.off("click", click);
    map.off("mousemove", move);
    document.removeEventListener("keydown", key);
    map.doubleClickZoom.enable();
    map.getCanvas().style.cursor = "";
    onDone(shape);
  };
  const finish = () => end(corners.length > 2 ? { type: "Polygon", coordinates: closed() } : null);

  function click(event) {
    if (corners.length > 2) {
      const first = map.project(corners[0]);
      if (Math.hypot(first.x - event.point.x, first.y - event.point.y) < NEAR_PIXELS) return finish();
    }
    const corner = event.lngLat.toArray().map((degrees) => Number(degrees.toFixed(6)));
    // The second click of a double click is no corner of its own.
    if (corners.length && corners[corners.length - 1].join() === corner.join()) return;
    corners.push(corner);
    onCorners(corners, null);
  }
  function move(event) {
    if (corners.length) onCorners(corners, event.lngLat.toArray());
  }
  function key(event) {
    if (event.key === "Escape") end(null);
    if (event.key === "Enter" && corners.length > 2 && !/^(BUTTON|TEXTAREA|INPUT|SELECT)$/.test(event.target.tagName)) {
      event.preventDefault();
      finish();
    }
  }

  map.doubleClickZoom.disable();
  map.getCanvas().style.cursor = "crosshair";
  map.on("click", click);
  map.on("mousemove", move);
  document.addEventListener("keydown", key);
  return { finish, cancel: () => end(null) };
}
