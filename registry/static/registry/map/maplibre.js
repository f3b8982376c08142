// MapLibre GL JS for every page with a map: the library, its style sheet and its worker, from this host.

/** Load the library when the first map of a page is made. */
export async function maplibre() {
  const [library] = await Promise.all([import("../../maplibre/maplibre-gl.mjs"), styled()]);
  // The worker's address has a hash in its name, which the library cannot know.
  library.setWorkerUrl(new URL("../../maplibre/maplibre-gl-worker.mjs", import.meta.url).href);
  return library;
}

function styled() {
  const href = new URL("../../maplibre/maplibre-gl.css", import.meta.url).href;
  if ([...document.styleSheets].some((sheet) => sheet.href === href)) return undefined;
  return new Promise((resolve, reject) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
    link.addEventListener("load", resolve);
    link.addEventListener("error", () => reject(new Error("the style sheet of the map could not be loaded")));
    document.head.append(link);
  });
}
