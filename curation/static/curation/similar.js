// Likely duplicates of a record whose name is being typed: a list below the name, announced to screen readers.
import { ngettext } from "./words.js";

const WAIT_MS = 400;

/** @type {HTMLInputElement | null} */
const box = document.querySelector("input[data-similar-url]");
if (box) watch(box);

/** @param {HTMLInputElement} name */
function watch(name) {
  const list = document.createElement("div");
  list.className = "similar";
  const said = Object.assign(document.createElement("p"), { className: "similar-said" });
  said.setAttribute("role", "status");
  list.append(said);
  (name.closest(".form-row") ?? name).append(list);
  let waiting = 0;
  let asked = 0;

  /** @param {string} field @returns {string} */
  const value = (field) => {
    const found = document.getElementById(`id_${field}`);
    return found instanceof HTMLInputElement || found instanceof HTMLSelectElement || found instanceof HTMLTextAreaElement ? found.value : "";
  };

  async function ask() {
    const number = ++asked;
    const fields = { model: name.dataset.similarModel ?? "", but: name.dataset.similarBut ?? "", name: name.value, country: value("country"), location: value("location"), srid: value("source_srid") };
    const token = document.querySelector("input[name=csrfmiddlewaretoken]");
    const headers = { "X-CSRFToken": token instanceof HTMLInputElement ? token.value : "" };
    const response = await fetch(name.dataset.similarUrl ?? "", { method: "POST", body: new URLSearchParams(fields), headers }).catch(() => null);
    if (number !== asked || !response?.ok) return;
    show((await response.json()).records);
  }

  /** @param {{name: string, state: string, verdict: string, said: string, reasons: string[], address: string}[]} records */
  function show(records) {
    list.querySelector("ul")?.remove();
    const count = records.length;
    said.textContent = count ? ngettext("{n} record is similar. Is it in the registry already?", "{n} records are similar. Is it in the registry already?", count) : "";
    if (!count) return;
    const items = document.createElement("ul");
    for (const record of records) {
      const link = Object.assign(document.createElement("a"), { href: record.address, target: "_blank", rel: "noopener", textContent: record.name });
      const why = Object.assign(document.createElement("span"), { className: "quiet", textContent: ` ${record.state} · ${record.reasons.join(" · ")}` });
      const verdict = Object.assign(document.createElement("span"), { className: `verdict verdict-${record.verdict}`, textContent: record.said });
      const item = document.createElement("li");
      item.append(verdict, " ", link, why);
      items.append(item);
    }
    list.append(items);
  }

  const later = () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, WAIT_MS);
  };
  name.addEventListener("input", later);
  // Text that was typed before this script ran, or that a refused form shows again.
  if (name.value !== name.defaultValue || (name.value && !name.dataset.similarBut)) later();
  // A country or a location makes the comparison sharper, once there is a name.
  for (const field of ["country", "location"]) {
    document.getElementById(`id_${field}`)?.addEventListener("change", () => { if (name.value) later(); });
  }
}
