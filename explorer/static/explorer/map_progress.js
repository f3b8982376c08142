// What a reader is told about a map: that it is loading, that a part of it is missing, and how to ask for that again.

import { gettext } from "./words.js";

/** How long loading takes before it is said: what comes at once would only flicker. */
const PATIENCE_MS = 250;
/** Answers of a service that has too much to do just now. */
const BUSY = new Set([429, 503]);

/**
 * Watch over a map in `box`; `notice` is the line, with the role of a status, on which all is said.
 *
 * @param {HTMLElement} box
 * @param {HTMLElement} notice
 */
export function mapProgress(box, notice) {
  let timer = 0;
  /** @type {"" | "loading" | "failed" | "other"} */
  let saying = "";
  /** What is asked for again if it is missing. */
  let retry = () => {};

  const write = (kind, words, again) => {
    saying = words ? kind : "";
    notice.hidden = !words;
    notice.replaceChildren(words);
    if (!again) return;
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: gettext("Try again") });
    button.addEventListener("click", again);
    notice.append(" ", button);
  };

  function begin() {
    box.setAttribute("aria-busy", "true");
    timer ||= setTimeout(() => saying || write("loading", gettext("Loading the map…")), PATIENCE_MS);
  }

  function end() {
    clearTimeout(timer);
    timer = 0;
    box.removeAttribute("aria-busy");
    if (saying === "loading") write("", "");
  }

  return {
    /** The map begins to load. */
    begin,
    /** Tell the reader something else, or nothing. */
    say: (words) => write("other", words),
    /** Ask again for what is missing. */
    retry: () => retry(),
    /** The map itself cannot be drawn: the files of its library did not come, or the browser has no WebGL. */
    impossible(error, without) {
      end();
      const missing = error instanceof TypeError || !navigator.onLine;
      if (missing) write("failed", gettext("The map could not be loaded: the registry cannot be reached."), () => location.reload());
      else write("other", without);
    },
    /** Follow the sources of a map that come from this service. */
    follow(map, sources) {
      const mine = new Set(sources);
      /** The tiles that failed, each with its source; without a tile it is the description of the tiles. */
      let missing = [];
      retry = () => {
        if (!missing.length) return;
        const wanted = missing;
        missing = [];
        write("", "");
        begin();
        for (const [source, tile] of wanted) {
          if (tile) map.refreshTiles(source, [tile]);
          else map.getSource(source).setUrl(map.getSource(source).url);
        }
        settled();
      };
      const settled = () => {
        if (!map.areTilesLoaded()) return;
        end();
        if (!missing.length && saying === "failed") write("", "");
      };
      map.on("sourcedataloading", ({ sourceId, tile }) => mine.has(sourceId) && tile && begin());
      map.on("sourcedata", ({ sourceId }) => mine.has(sourceId) && settled());
      map.on("idle", settled);
      // What lacks is asked for again when the map moves, too.
      map.on("moveend", retry);
      map.on("error", ({ sourceId, error, tile }) => {
        if (!mine.has(sourceId)) return;
        missing.push([sourceId, tile?.tileID.canonical]);
        end();
        const words = BUSY.has(error?.status)
          ? gettext("Part of the map could not be loaded: the registry is busy.")
          : gettext("Part of the map could not be loaded: the registry cannot be reached.");
        write("failed", words, retry);
      });
      const again = retry;
      addEventListener("online", again);
      map.once("remove", () => removeEventListener("online", again));
      begin();
      settled();
    },
  };
}
