// Explore: follows the links and forms of the page in place, and draws the map of what they choose.
//
// The server renders every selection; this script fetches the page of the next one and takes its parts over, so that the
// page is the same with and without it.

import { wireSuggestions } from "./explore_suggest.js";

const page = document.getElementById("explore");
/** @type {HTMLDetailsElement} */
const filters = document.querySelector("details#filters");
let asking;
/** @type {typeof import("./explore_map.js") | null} */
let map = null;

/** Tell which addresses this page shows itself. */
const isHere = (url) => url.origin === location.origin && url.pathname.split("/").at(-3) === "explore";

/**
 * Show the selection of an address.
 *
 * @param {string} address
 * @param {{ push?: boolean }} [options]
 */
export async function show(address, { push = true } = {}) {
  asking?.abort();
  const mine = new AbortController();
  asking = mine;
  page.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(address, { headers: { Accept: "text/html" }, signal: mine.signal });
    if (!response.ok) return location.assign(address);
    const found = new DOMParser().parseFromString(await response.text(), "text/html");
    // The map keeps its place, which stands behind the #.
    if (push) history.pushState(null, "", address + location.hash);
    document.title = found.title;
    takeOver(found);
    map?.update();
  } catch (error) {
    if (error.name !== "AbortError") location.assign(address);
    return;
  }
  page.removeAttribute("aria-busy");
}

/** Put the parts of another document in the place of ours; what was open stays open, and the focus where it was. */
function takeOver(found) {
  const focused = document.activeElement?.closest("[data-key], #words");
  const open = new Map([...document.querySelectorAll("details[data-facet]")].map((one) => [one.getAttribute("data-facet"), one.hasAttribute("open")]));
  for (const part of document.querySelectorAll("[data-part]")) {
    const other = found.querySelector(`[data-part="${part.getAttribute("data-part")}"]`);
    // A reader who is typing keeps the field.
    if (part.contains(document.activeElement) && document.activeElement.id === "words") {
      for (const input of part.querySelectorAll("input[type=hidden]")) input.remove();
      part.prepend(...other.querySelectorAll("input[type=hidden]"));
    } else part.replaceChildren(...other.childNodes);
  }
  // Another language shows the same selection.
  for (const link of document.querySelectorAll("a.language")) {
    link.setAttribute("href", found.querySelector(`a.language[lang="${link.getAttribute("lang")}"]`).getAttribute("href"));
  }
  for (const one of document.querySelectorAll("details[data-facet]")) {
    const was = open.get(one.getAttribute("data-facet"));
    if (was !== undefined) one.toggleAttribute("open", was);
  }
  wireSuggestions();
  if (focused && !focused.isConnected) {
    /** @type {HTMLElement | null} */
    const same = focused.id ? document.getElementById(focused.id) : document.querySelector(`[data-key="${CSS.escape(focused.getAttribute("data-key"))}"]`);
    (same ?? document.querySelector("#downloads a"))?.focus({ preventScroll: true });
  }
}

page.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  // The links of a chart are SVG, whose `href` is no string.
  const url = new URL(link.getAttribute("href"), location.href);
  if (!isHere(url) || link.closest(".tabs")) return;
  event.preventDefault();
  show(url.href);
});
page.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement)) return;
  event.preventDefault();
  const chosen = [...new FormData(form)].filter(([, value]) => value !== "").map(([name, value]) => [name, String(value)]);
  show(address(new URLSearchParams(chosen)));
});
addEventListener("popstate", () => show(location.href, { push: false }));

/** Write the address of this page with other parameters; commas and colons stay as they are, to be read. */
export function address(parameters) {
  const query = parameters.toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
  return query ? `${location.pathname}?${query}` : location.pathname;
}

/** Narrow the selection by other parameters; null drops one. */
export function narrow(changes) {
  const parameters = new URLSearchParams(location.search);
  parameters.delete("cursor");
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) parameters.delete(name);
    else parameters.set(name, value);
  }
  return show(address(parameters));
}

// On a narrow window the filters and the legend begin closed: the map comes first.
if (matchMedia("(max-width: 56rem)").matches) {
  filters.open = false;
  document.querySelector(".legend details").removeAttribute("open");
}
wireSuggestions();
// Words first: the map waits until the page has been painted.
requestAnimationFrame(() =>
  setTimeout(async () => {
    const drawn = await import("./explore_map.js");
    await drawn.start(narrow);
    map = drawn;
    map.update();
  }),
);
