// Suggestions while a name is typed, in any script: each leads to the page of its record.

import { ask } from "../explorer/api.js";
import { el } from "../explorer/dom.js";

const PAUSE_MS = 140;

/** Wire the search field, which is replaced with each selection. */
export function wireSuggestions() {
  /** @type {HTMLInputElement} */
  const field = document.querySelector("input#words");
  if (field.role === "combobox") return;
  const list = document.getElementById("suggestions");
  const listed = field.dataset.suggest.split("/api/v1/")[1];
  const pages = document.getElementById("state").dataset.pages;
  let found = [];
  let at = -1;
  let timer;
  let asking;
  for (const [name, value] of Object.entries({ role: "combobox", "aria-controls": list.id, "aria-autocomplete": "list", "aria-expanded": "false" })) {
    field.setAttribute(name, value);
  }

  const close = () => {
    list.hidden = true;
    at = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };
  const point = (to) => {
    at = found.length ? (to + found.length) % found.length : -1;
    for (const [number, option] of [...list.children].entries()) option.setAttribute("aria-selected", String(number === at));
    if (at >= 0) field.setAttribute("aria-activedescendant", list.children[at].id);
    list.children[at]?.scrollIntoView({ block: "nearest" });
  };
  const open = (record) => location.assign(`${pages}${encodeURIComponent(record.slug)}/`);
  const look = async () => {
    asking?.abort();
    const words = field.value.trim();
    if (!/[\p{L}\p{N}]/u.test(words)) return close();
    asking = new AbortController();
    try {
      found = (await ask(listed + encodeURIComponent(words), { signal: asking.signal })).records;
    } catch {
      return close();
    }
    list.replaceChildren(
      ...found.map((record, number) =>
        el(
          "li",
          { id: `suggestion-${number}`, role: "option", "aria-selected": "false", mousedown: (event) => event.preventDefault(), click: () => open(record) },
          el("span", {}, record.name ?? record.slug),
          el("small", {}, record.country?.name ?? ""),
        ),
      ),
    );
    list.hidden = !found.length;
    field.setAttribute("aria-expanded", String(!list.hidden));
    at = -1;
  };

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE_MS);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    else if (event.key === "Enter") {
      if (at >= 0) {
        event.preventDefault();
        open(found[at]);
      }
      clearTimeout(timer);
      asking?.abort();
      close();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      point(event.key === "ArrowDown" ? at + 1 : at < 0 ? -1 : at - 1);
    }
  });
  field.addEventListener("blur", () => setTimeout(close, 150));
}
