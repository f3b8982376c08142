// The map as a list: every record that has a place, as buttons, for those who cannot point at a map.

import { ask } from "./api.js";
import { el } from "./dom.js";
import { KINDS } from "./layers.js";
import { gettext } from "./words.js";

const PAGE = 500;
const NAMES = { licenses: gettext("licence"), "prospecting-objects": gettext("prospecting object") };
const FIELDS = { deposits: "slug,name,country,geometry", "prospecting-objects": "slug,name,country,geometry", licenses: "slug,name,number,country,geometry" };

/** Fill the list when it is opened, page by page; `chosen` gets the kind and the record of a button. */
export function wireList(details, located, chosen) {
  const list = details.querySelector("ul");
  const kinds = [...KINDS].reverse().filter((kind) => located(kind));
  details.hidden = !kinds.length;
  let following = kinds.map(first);

  const more = async () => {
    const [kind, address] = following[0];
    try {
      const answer = await ask(address);
      following = answer.more ? [[kind, next(address, answer.more)], ...following.slice(1)] : following.slice(1);
      list.querySelector(".more")?.remove();
      list.append(...answer.records.map((record) => entry(kind, record, chosen)));
      if (following.length) list.append(el("li.more", {}, el("button", { type: "button", click: more }, gettext("Show more"))));
    } catch (error) {
      list.replaceChildren(el("li", {}, error.message));
      following = kinds.map(first);
    }
  };

  details.addEventListener("toggle", () => {
    if (details.open && !list.querySelector("button")) more();
  });
}

const first = (kind) => [kind, `${kind}/?bbox=-180,-90,180,90&order=name&format=geojson&limit=${PAGE}&fields=${FIELDS[kind]}`];

/** A proxy may call this host by another name: only the query counts. */
const next = (address, link) => address.split("?")[0] + new URL(link, location.href).search;

function entry(kind, record, chosen) {
  const where = record.country ? ` ${record.country.name ?? record.country}` : "";
  return el(
    "li",
    {},
    el("button", { type: "button", click: () => chosen(kind, record) }, record.name ?? record.number ?? record.slug),
    el("small", {}, where, kind === "deposits" ? "" : `, ${NAMES[kind]}`),
  );
}
