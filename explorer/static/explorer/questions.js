// The questions of the page: a click asks the API and shows its answer beside them.

import { line } from "./answers.js";
import { API, ask } from "./api.js";
import { el } from "./dom.js";
import { gettext, LOCALE, ngettext } from "./words.js";

const panel = document.getElementById("answer");
let asking;

/** Take over the links that carry a question. The first is asked as soon as the section comes into view. */
export function wireQuestions() {
  /** @type {NodeListOf<HTMLAnchorElement>} */
  const links = document.querySelectorAll("a[data-asks]");
  for (const link of links) {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      show(link, { visit: true });
    });
  }
  const first = document.querySelector(".questions a");
  if (!first) return;
  new IntersectionObserver((entries, observer) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    if (!asking) show(first);
  }).observe(panel);
}

async function show(link, { visit = false } = {}) {
  asking?.abort();
  const mine = new AbortController();
  asking = mine;
  for (const other of document.querySelectorAll("a[data-asks][aria-current]")) other.removeAttribute("aria-current");
  link.setAttribute("aria-current", "true");
  const { asks, question, notice } = link.dataset;
  const head = [el("h3", {}, question), notice && el("p.notice", {}, notice), address(asks)];
  panel.setAttribute("aria-busy", "true");
  try {
    const answer = await ask(asks, { signal: mine.signal });
    panel.replaceChildren(...head.filter(Boolean), ...rows(asks.split("/")[0], answer));
  } catch (error) {
    if (error.name === "AbortError") return;
    panel.replaceChildren(...head.filter(Boolean), el("p.left-out", {}, error.message));
  }
  panel.removeAttribute("aria-busy");
  if (visit) reveal();
}

function reveal() {
  const { top, bottom } = panel.getBoundingClientRect();
  if (top < 0 || bottom > innerHeight) panel.scrollIntoView({ block: innerWidth < 960 ? "start" : "nearest" });
  panel.focus({ preventScroll: true });
}

function address(asks) {
  const url = new URL(API + asks, location.href).href;
  const copy = el("button", { type: "button", click: () => copied(copy, url) }, gettext("Copy"));
  copy.setAttribute("aria-label", gettext("Copy the URL"));
  return el("div.address", {}, el("code", {}, API + asks), copy, el("a", { href: url }, gettext("Open")));
}

async function copied(button, url) {
  try {
    await navigator.clipboard.writeText(url);
    button.textContent = gettext("Copied");
  } catch {
    // Browsers keep the clipboard from pages without TLS: let the reader copy by hand.
    const range = document.createRange();
    range.selectNodeContents(button.previousElementSibling);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    button.textContent = gettext("Press Ctrl+C");
  }
  setTimeout(() => (button.textContent = gettext("Copy")), 2500);
}

function rows(resource, answer) {
  const { records, more, unlocated, milliseconds, bytes, body } = answer;
  const count = body.count ?? records.length;
  const measure = el(
    "p.measure",
    {},
    el("b", {}, more ? ngettext("the first {n} record", "the first {n} records", records.length) : ngettext("{n} record", "{n} records", count)),
    el("span", {}, gettext("{n} ms", { n: Math.max(1, Math.round(milliseconds)) })),
    el("span", {}, gettext("{number} kB", { number: (bytes / 1000).toLocaleString(LOCALE, { minimumFractionDigits: 1, maximumFractionDigits: 1 }) })),
    el("span", {}, body.features ? "GeoJSON" : "JSON"),
  );
  const left = unlocated
    ? el("p.left-out", {}, ngettext("{n} more record of the same stated area has no location and cannot be included.", "{n} more records of the same stated area have no location and cannot be included.", unlocated))
    : null;
  const list = records.length
    ? el("ol", { tabindex: "0", "aria-label": gettext("Records") }, records.map((record) => line(resource, record)))
    : el("p.answer-empty", {}, gettext("No records match."));
  return [measure, left, list].filter(Boolean);
}
