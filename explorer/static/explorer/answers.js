// Records as lines of an answer: what a person wants to know first, kind by kind.

import { API } from "./api.js";
import { el, joined } from "./dom.js";
import { gettext, LOCALE, plain } from "./words.js";

const known = (code) => (code === "unknown" || code === "other" ? "" : plain(code));
const source = (given) => given && joined(given.title, given.publisher, given.published);

function deposit(record) {
  const distance = record.distance_km === undefined ? "" : gettext("{number} km away", { number: record.distance_km.toLocaleString(LOCALE, { maximumFractionDigits: 1 }) });
  const place = record.geometry ? "" : gettext("location unknown");
  return [
    record.name,
    joined(distance, record.country?.name, known(record.deposit_type), known(record.development_status), place),
    record.commodities?.length ? record.commodities.map((c) => c.slug).join(", ") : "",
  ];
}

function prospecting(record) {
  const stands = record.count > 1 ? gettext("{n} objects, not named by their source", { n: record.count }) : gettext("Unnamed object");
  const where = record.location_words ? `“${record.location_words}”` : record.admin_area;
  return [
    record.name ?? stands,
    joined(record.country?.name, where, known(record.stage), record.start && [record.start, record.end].filter(Boolean).join(" – ")),
    record.description,
  ];
}

function framework(record) {
  const date = record.in_force ?? record.adopted ?? record.announced;
  const parties = [...new Set(record.parties.map((one) => one.party.name))];
  return [record.title, joined(plain(record.kind), plain(record.status), date, plain(record.jurisdiction)), parties.join(", ")];
}

function finding(record) {
  const speaker = record.speaker || record.speaker_organization?.name || record.speaker_source?.name;
  return [record.text, joined(speaker, plain(record.modality), record.as_of && gettext("as of {date}", { date: record.as_of })), source(record.source)];
}

function disagreement(record) {
  return [record.title, record.note, gettext("{n} sides: {sides}", { n: record.members.length, sides: record.members.map(({ side }) => said(side)).join(" / ") })];
}

function said({ words, says }) {
  const { stated_value: value } = says;
  if (value?.coordinates) return `${value.coordinates[1]}, ${value.coordinates[0]}`;
  return typeof value === "string" ? `“${value}”` : words ?? "…";
}

const KINDS = {
  deposits: deposit,
  "prospecting-objects": prospecting,
  "policy-frameworks": framework,
  findings: finding,
  disagreements: disagreement,
};

/** Give the line of a record. */
export function line(resource, record) {
  const [title, ...lines] = (KINDS[resource] ?? (() => [record.name ?? record.title ?? record.slug]))(record);
  return el(
    "li",
    {},
    record.count > 1 ? el("span.counted", { "aria-hidden": "true" }, `×${record.count}`) : null,
    el("a", { href: `${API}${resource}/${encodeURIComponent(record.slug)}/` }, title),
    lines.filter(Boolean).map((words) => el("p", {}, words)),
  );
}

