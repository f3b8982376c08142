// The card of one record: what it is, where, who says so, and its addresses.

import { API, PAGES, ask } from "./api.js";
import { el, joined } from "./dom.js";
import { groupOf } from "./status.js";
import { gettext, LOCALE, ngettext, plain } from "./words.js";

const card = document.getElementById("card");
const SOURCES_SHOWN = 12;
const DISAGREEMENTS_SHOWN = 12;
/** @type {HTMLElement | null} */
let opener = null;
let asking;
let closed;

/**
 * Show the record of a resource; its details are fetched. `closed` is called when it is put away. Gives the record, or null
 * if it cannot be had.
 *
 * @param {string} resource
 * @param {string} slug
 * @param {{ focus?: boolean, closed?: () => void }} [options]
 */
export async function openCard(resource, slug, { focus = true, closed: then } = {}) {
  asking?.abort();
  const mine = new AbortController();
  asking = mine;
  closed = then;
  if (card.hidden && document.activeElement instanceof HTMLElement) opener = document.activeElement;
  let record = null;
  let content;
  try {
    record = (await ask(`${resource}/${encodeURIComponent(slug)}/`, { signal: mine.signal })).body;
    content = [...head(record), facts(record), ...trust(record), links(resource, record)];
  } catch (error) {
    if (error.name === "AbortError") return null;
    content = [el("h3", { id: "card-title" }, gettext("Not available")), el("p", {}, error.message)];
  }
  card.className = `card edge-${groupOf(record?.development_status)}`;
  card.replaceChildren(...content, el("button.close", { type: "button", "aria-label": gettext("Close"), click: closeCard }, "×"));
  card.hidden = false;
  card.scrollTop = 0;
  if (record) history.replaceState(null, "", `#${resource}/${record.slug}`);
  if (focus) card.focus({ preventScroll: true });
  return record;
}

/** Put the card away, and the focus back where it was. */
export function closeCard() {
  card.hidden = true;
  closed?.();
  history.replaceState(null, "", location.pathname + location.search);
  opener?.focus({ preventScroll: true });
}

card.addEventListener("keydown", (event) => event.key === "Escape" && closeCard());

function head(record) {
  const other = [...new Set((record.names ?? []).map((name) => name.text))].filter((name) => name !== record.name);
  return [
    el("h3", { id: "card-title" }, record.name ?? record.number ?? ngettext("{n} object", "{n} objects", record.count ?? 1)),
    el("p.place", {}, joined(record.country?.name, record.admin_area)),
    other.length ? el("p.place", {}, gettext("Also: {names}", { names: other.slice(0, 6).join(", ") })) : null,
  ].filter(Boolean);
}

function facts(record) {
  const place = record.geometry
    ? joined(
        record.latitude === null || record.latitude === undefined ? gettext("outline") : `${record.latitude.toFixed(4)}, ${record.longitude.toFixed(4)}`,
        plain(record.location_kind).toLowerCase(),
        record.location_uncertainty_m ? gettext("± {number} m", { number: record.location_uncertainty_m.toLocaleString(LOCALE) }) : "",
      )
    : gettext("no source states coordinates");
  const known = [
    [gettext("Kind"), joined(plain(record.occurrence_type ?? record.kind ?? record.stage), ["unknown", "other"].includes(record.deposit_type) ? "" : plain(record.deposit_type))],
    [gettext("Status"), plain(record.development_status ?? record.status)],
    [gettext("Holds"), (record.commodities ?? []).map((commodity) => commodity.slug).join(", ")],
    [gettext("Estimates"), record.estimates?.length ? `${record.estimates.length}` : ""],
    [gettext("Place"), place],
  ];
  return el("dl", {}, known.filter(([, value]) => value).map(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}

function trust(record) {
  const cited = new Map();
  for (const citation of record.citations ?? []) {
    cited.set(citation.source.slug, [...(cited.get(citation.source.slug) ?? []), citation]);
  }
  const differ = record.disagreement_links ?? [];
  const against = new Set((record.citations ?? []).filter((c) => c.relation === "contradicts").map((c) => c.fields.map((one) => plain(one).toLowerCase()).join(", ") || gettext("the whole")));
  const shown = [...cited.values()].slice(0, SOURCES_SHOWN);
  const list = shown.map((citations) => {
    const [{ source }] = citations;
    const places = new Set(citations.map(({ locator }) => locator));
    return el(
      "li",
      {},
      el("a", { href: page("sources", source.slug) }, source.title),
      el("span", {}, ` ${joined(source.publisher, source.published, ...places)}`),
    );
  });
  if (cited.size > shown.length) list.push(el("li", {}, gettext("and {n} more", { n: cited.size - shown.length })));
  return [
    differ.length ? disagreements(differ) : null,
    against.size ? el("p.note", {}, gettext("A source contradicts: {fields}. Its page shows what.", { fields: [...against].join(", ") })) : null,
    record.warnings?.includes("outside_stated_country") ? el("p.note", {}, gettext("The point is outside the stated country.")) : null,
    el("details", {}, el("summary", {}, ngettext("{n} source", "{n} sources", cited.size)), el("ul", {}, list)),
  ].filter(Boolean);
}

/** List the questions on which sources differ, each with a link to its sides. */
function disagreements(differ) {
  const shown = differ.slice(0, DISAGREEMENTS_SHOWN);
  const items = shown.map(({ slug, title, about }) =>
    el("li", {}, el("a", { href: page("disagreements", slug) }, title), el("span", {}, ` ${about}`)),
  );
  if (differ.length > shown.length) items.push(el("li", {}, gettext("and {n} more", { n: differ.length - shown.length })));
  return el("div.note.differ", {}, el("p", {}, ngettext("Sources disagree on {n} question:", "Sources disagree on {n} questions:", differ.length)), el("ul", {}, items));
}

/** The address of a record's page. */
function page(resource, slug) {
  return `${PAGES}/${resource}/${encodeURIComponent(slug)}/`;
}

function links(resource, record) {
  const address = `${API}${resource}/${encodeURIComponent(record.slug)}/`;
  return el("p.links", {}, el("a", { href: page(resource, record.slug) }, gettext("All facts and sources")), el("a", { href: address }, "JSON"), el("a", { href: `${address}?format=geojson` }, "GeoJSON"));
}
