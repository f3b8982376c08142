// Search as you type over the names of deposits; without this script the form leads to the API's own answer.

import { ask } from "./api.js";
import { el, joined } from "./dom.js";
import { groupOf } from "./status.js";
import { gettext, ngettext, plain } from "./words.js";

const PAUSE_MS = 140;
const MOST = 8;
const FIELDS = "slug,name,country,development_status,occurrence_type,geometry";

/** Wire the search field; `chosen` gets the deposit that the reader picks. */
export function wireSearch(chosen) {
  const form = document.querySelector("[data-search]");
  const field = form.querySelector("input");
  const list = document.getElementById("search-results");
  const said = form.querySelector(".search-said");
  let found = [];
  let at = -1;
  let timer;
  let asking;

  field.setAttribute("role", "combobox");
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-expanded", "false");

  const close = () => {
    list.hidden = true;
    at = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };
  const point = (to) => {
    at = found.length ? (to + found.length) % found.length : -1;
    for (const [number, option] of [...list.children].entries()) option.setAttribute("aria-selected", String(number === at));
    list.children[at]?.scrollIntoView({ block: "nearest" });
    if (at >= 0) field.setAttribute("aria-activedescendant", list.children[at].id);
  };
  const pick = (number) => {
    const deposit = found[number];
    if (!deposit) return;
    field.value = deposit.name;
    said.textContent = "";
    close();
    chosen(deposit);
  };
  const show = (records, more) => {
    found = records;
    list.replaceChildren(...found.map((record, number) => option(record, number, pick)));
    list.hidden = !found.length;
    field.setAttribute("aria-expanded", String(!list.hidden));
    said.textContent = found.length ? "" : gettext("No deposit has a matching name.");
    if (found.length) said.textContent = more ? gettext("The first {n} are shown.", { n: MOST }) : ngettext("{n} deposit.", "{n} deposits.", found.length);
    said.classList.toggle("unseen", found.length > 0);
    at = -1;
  };
  const look = async () => {
    asking?.abort();
    const words = field.value.trim();
    if (!/[\p{L}\p{N}]/u.test(words)) {
      said.textContent = "";
      return close();
    }
    asking = new AbortController();
    try {
      const search = encodeURIComponent(words);
      const answer = await ask(`deposits/?search=${search}&limit=${MOST}&fields=${FIELDS}`, { signal: asking.signal });
      show(answer.records, answer.more);
    } catch (error) {
      if (error.name === "AbortError") return;
      close();
      said.classList.remove("unseen");
      said.textContent = error.message;
    }
  };

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE_MS);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      point(event.key === "ArrowDown" ? at + 1 : at < 0 ? -1 : at - 1);
    } else if (event.key === "Escape") close();
  });
  field.addEventListener("blur", () => setTimeout(close, 150));
  field.addEventListener("focus", () => field.value && look());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    clearTimeout(timer);
    if (at < 0) await look();
    pick(Math.max(at, 0));
  });
}

function option(record, number, pick) {
  return el(
    "li",
    { id: `found-${number}`, role: "option", "aria-selected": "false", mousedown: (event) => event.preventDefault(), click: () => pick(number) },
    el(`i.dot.dot-${groupOf(record.development_status)}`),
    el("span", {}, record.name),
    el("small", {}, joined(record.country?.name, plain(record.occurrence_type), plain(record.development_status), record.geometry ? "" : gettext("location unknown"))),
  );
}
