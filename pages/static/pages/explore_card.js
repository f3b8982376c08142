// The card of a record that was picked on the map.

import { ask, PAGES } from "../explorer/api.js";
import { el, joined } from "../explorer/dom.js";
import { gettext, LOCALE, ngettext, plain } from "../explorer/words.js";

/** @type {HTMLElement | null} */
let card = null;

/** Show what the map knows of a record at once, and more when the registry has answered. */
export async function openCard(kind, { slug, name }) {
  close();
  const page = `${PAGES}/${kind}/${encodeURIComponent(slug)}/`;
  const more = el("div");
  const mine = el(
    "section.record-card",
    { "aria-labelledby": "card-title", tabindex: "-1", keydown: (event) => event.key === "Escape" && close() },
    el("h2", { id: "card-title" }, name || slug),
    more,
    el("p.go", {}, el("a", { href: page }, gettext("All facts and sources"))),
    el("button", { type: "button", "aria-label": gettext("Close"), click: close }, "×"),
  );
  card = mine;
  document.querySelector(".explore-map").append(mine);
  mine.focus({ preventScroll: true });
  try {
    const record = (await ask(`${kind}/${encodeURIComponent(slug)}/?omit=geometry`)).body;
    more.replaceChildren(...facts(record));
  } catch (error) {
    more.replaceChildren(el("p", {}, error.message));
  }
}

function facts(record) {
  const sources = new Set((record.citations ?? []).map(({ source }) => source.slug)).size;
  const lines = [
    joined(record.country?.name, record.admin_area),
    joined(plain(record.deposit_type ?? record.kind), plain(record.development_status ?? record.status ?? record.stage)),
    (record.commodities ?? []).map((one) => one.slug).join(", "),
    record.expires ? gettext("Expires {date}", { date: record.expires }) : "",
    record.location_uncertainty_m ? gettext("Located within ± {number} m", { number: record.location_uncertainty_m.toLocaleString(LOCALE) }) : "",
    joined(sources ? ngettext("{n} source", "{n} sources", sources) : "", record.disputed ? gettext("sources disagree") : ""),
  ];
  return lines.filter(Boolean).map((line) => el("p", {}, line));
}

function close() {
  card?.remove();
  card = null;
}
