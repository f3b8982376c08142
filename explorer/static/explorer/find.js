// The search of the documentation as one types; explorer/docs/search.py ranks as this does, for those without JavaScript.

import { el } from "./dom.js";

const SHOWN = 8;
/** @type {HTMLFormElement} */
const form = document.querySelector(".find");
const input = form.querySelector("input");
const list = form.querySelector("ol");
const count = form.querySelector(".find-count");
let index;

input.addEventListener("focus", load, { once: true });
input.addEventListener("input", show);
form.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  input.value = "";
  show();
});

/** Fetch the sections once, when somebody begins to search. */
function load() {
  index ??= fetch(form.dataset.index).then((response) => (response.ok ? response.json() : []), () => []);
  return index;
}

async function show() {
  const places = await load();
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  const scored = words.length ? places.map((place) => [score(place, words), place]).filter(([points]) => points) : [];
  scored.sort((a, b) => b[0] - a[0]);
  list.hidden = !scored.length;
  count.textContent = words.length ? `${scored.length || "No"} section${scored.length === 1 ? "" : "s"}` : "";
  list.replaceChildren(...scored.slice(0, SHOWN).map(([, place]) => entry(place, words)));
}

function score(place, words) {
  const [page, heading, , text] = place.map((part) => part.toLowerCase());
  if (!words.every((word) => page.includes(word) || heading.includes(word) || text.includes(word))) return 0;
  return words.reduce((sum, word) => sum + 10 * Number(heading.includes(word)) + 5 * Number(page.includes(word)) + Number(text.includes(word)), 0);
}

function entry([page, heading, address, text], words) {
  const found = words.map((word) => text.toLowerCase().indexOf(word)).filter((at) => at >= 0);
  const begin = text.lastIndexOf(" ", Math.max(0, Math.min(...found, text.length) - 40)) + 1;
  const excerpt = found.length ? `${begin ? "… " : ""}${text.slice(begin, begin + 130)} …` : "";
  const link = el("a", { href: form.getAttribute("action") + address }, heading);
  if (heading !== page) link.append(" ", el("small", {}, page));
  return el("li", {}, link, el("p", {}, excerpt));
}
