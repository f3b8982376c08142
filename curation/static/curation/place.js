// A place in a form: says how typed coordinates are understood, and shows them on a map where they can be set.
import { openMap } from "./place-map.js";

/** Give the input of the form's field, if the form has it. @returns {any} */
const field = (name) => document.getElementById(`id_${name}`);

function csrf() {
  /** @type {HTMLInputElement | null} */
  const token = document.querySelector("input[name=csrfmiddlewaretoken]");
  return token?.value ?? "";
}

/** Make an element with text and children. */
function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

class Place {
  constructor(root) {
    this.root = root;
    this.kind = root.dataset.kind;
    this.box = root.querySelector("textarea");
    this.reading = root.querySelector(".place-reading");
    this.frame = root.querySelector(".place-frame");
    this.shape = JSON.parse(document.getElementById(root.dataset.shapeId)?.textContent || "null");
    this.waiting = 0;
    this.asked = 0;
    this.typed = false;
    this.isFirst = !this.shape;
    this.filledKind = this.filledPrint = "";
    this.box.addEventListener("input", () => { this.typed = true; this.later(); });
    this.frame.addEventListener("toggle", () => this.watch());
    this.watch();
    // After a refusal the text may differ from the shape that is kept.
    if (this.box.value.trim() && (this.kind === "point" || !this.shape)) this.read();
  }

  /** Open the map when it comes into view. */
  watch() {
    if (!this.frame.open || this.watching) return;
    this.watching = true;
    const seen = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      seen.disconnect();
      this.open();
    });
    seen.observe(this.frame.querySelector(".place-map"));
  }

  async open() {
    const container = this.frame.querySelector(".place-map");
    try {
      this.map = await openMap(container, {
        kind: this.kind,
        onPoint: (latitude, longitude, metres) => this.write(`geo:${latitude},${longitude};u=${metres}`),
        onOutline: (shape) => this.write(JSON.stringify(shape)),
      });
      this.map.show(this.shape);
    } catch (error) {
      container.replaceChildren(make("p", { className: "quiet", textContent: `The map cannot be shown: ${error.message}` }));
    }
  }

  /** Put text in the box as if it had been typed. */
  write(text) {
    this.box.value = text;
    this.box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  later() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.read(), 250);
  }

  /** Ask the server how it reads the text; only the answer to the latest question counts. */
  async read() {
    const number = ++this.asked;
    const body = new URLSearchParams({ kind: this.kind, text: this.box.value, country: field("country")?.value ?? "", srid: field("source_srid")?.value ?? "" });
    let answer;
    try {
      const response = await fetch(this.root.dataset.readUrl, { method: "POST", body, headers: { "X-CSRFToken": csrf() } });
      answer = response.ok ? await response.json() : { error: `The response could not be read (${response.status}).` };
    } catch {
      answer = { error: "The server does not respond; your input is still here." };
    }
    if (number !== this.asked) return;
    if (!answer.error) {
      this.shape = answer.shape ?? null;
      this.map?.show(this.shape);
    }
    this.say(answer);
  }

  say(answer) {
    this.reading.classList.toggle("is-error", Boolean(answer.error));
    this.reading.replaceChildren();
    if (answer.empty) return;
    this.reading.append(make("p", { className: "place-understood", textContent: answer.error ?? answer.understood }));
    if (answer.lies) {
      this.reading.append(make("p", { className: answer.outside ? "place-outside" : "quiet", textContent: answer.lies }));
    }
    if (!this.typed) return;
    this.fillIn(answer);
    const offers = make("p", { className: "place-offers" });
    const uncertainty = field("location_uncertainty_m");
    const basis = field("uncertainty_basis");
    if (answer.uncertainty_m && uncertainty && basis && uncertainty.value !== String(answer.uncertainty_m)) {
      const text = `Use ±${answer.uncertainty_m.toLocaleString("en-GB")} m as its uncertainty`;
      offers.append(this.offer(text, () => { uncertainty.value = answer.uncertainty_m; basis.value = answer.basis; }));
    }
    const printed = field("coordinates_as_printed");
    const typed = this.box.value.trim();
    if (answer.printed && printed && printed.value.trim() !== typed) {
      offers.append(this.offer("Keep this text as printed", () => { printed.value = typed; }));
    }
    if (offers.childElementCount) this.reading.append(offers);
  }

  /** Show what follows from how the location was entered; saving fills in the same. */
  fillIn(answer) {
    const kind = field("location_kind");
    const unplaced = [...(answer.instead_of ?? []), this.filledKind];
    if (answer.kind && kind && unplaced.includes(kind.value)) {
      kind.value = answer.kind;
      this.filledKind = answer.kind;
    }
    const srid = field("source_srid");
    if (answer.srid && srid && !srid.value) srid.value = answer.srid;
    const printed = field("coordinates_as_printed");
    if (answer.printed && printed && this.isFirst && (!printed.value.trim() || printed.value === this.filledPrint)) {
      printed.value = this.box.value.trim();
      this.filledPrint = printed.value;
    }
  }

  offer(text, take) {
    const button = make("button", { type: "button", textContent: text });
    button.addEventListener("click", () => { take(); button.remove(); });
    return button;
  }
}

for (const root of document.querySelectorAll("[data-place]")) new Place(root);
