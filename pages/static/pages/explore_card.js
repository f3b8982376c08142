// The card of a record that was picked on the map.

import { ask, ROOT } from "../explorer/api.js";
import { el, joined, plain } from "../explorer/dom.js";

/** @type {HTMLElement | null} */
let card = null;

/** Show what the map knows of a record at once, and more when the registry has answered. */
export async function openCard(kind, { slug, name }) {
  close();
  const page = `${ROOT}/${kind}/${encodeURIComponent(slug)}/`;
  const more = el("div");
  const mine = el(
    "section.record-card",
    { "aria-labelledby": "card-title", tabindex: "-1", keydown: (event) => event.key === "Escape" && close() },
    el("h2", { id: "card-title" }, name || slug),
    more,
    el("p.go", {}, el("a", { href: page }, "All facts and sources")),
    el("button", { type: "button", "aria-label": "Close", click: close }, "×"),
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
    record.expires ? `Expires ${record.expires}` : "",
    record.location_uncertainty_m ? `Located within ± ${record.location_uncertainty_m.toLocaleString("en-GB")} m` : "",
    joined(sources ? `${sources} source${sources === 1 ? "" : "s"}` : "", record.disputed ? "sources disagree" : ""),
  ];
  return lines.filter(Boolean).map((line) => el("p", {}, line));
}

function close() {
  card?.remove();
  card = null;
}
