// A place in a form: says how typed coordinates are understood, and shows them on a map where they can be set.
import { openMap } from "./place-map.js";
import { gettext, LOCALE, ngettext } from "./words.js";

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
    root.querySelector("[data-datum]").addEventListener("change", (event) => this.nameDatum(event.target.value));
    root.querySelector("[data-file]").addEventListener("change", (event) => this.takeFile(event.target));
    root.querySelector("[data-draw]")?.addEventListener("click", (event) => this.drawing(event.target));
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
    if (this.opening) return this.opening;
    this.opening = this.makeMap();
    return this.opening;
  }

  async makeMap() {
    const container = this.frame.querySelector(".place-map");
    try {
      this.map = await openMap(container, {
        kind: this.kind,
        onPoint: (latitude, longitude, metres) => this.write(`geo:${latitude},${longitude};u=${metres}`),
        onOutline: (shape) => this.writeDrawn(shape),
      });
      await this.map.show(this.shape);
    } catch (error) {
      container.replaceChildren(make("p", { className: "quiet", textContent: gettext("The map cannot be shown: {error}", { error: error.message }) }));
    }
  }

  /** Put text in the box as if it had been typed. */
  write(text) {
    this.box.value = text;
    this.box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** Put an outline in the box that was drawn or edited on the map; it says so. */
  writeDrawn(shape) {
    this.write(JSON.stringify({ type: "Feature", properties: { entered: "on_map" }, geometry: shape }));
  }

  /** Name the datum in the text, in place of another that this menu has named. */
  nameDatum(name) {
    const bare = this.datum ? this.box.value.replace(this.datum, "").trim() : this.box.value.trim();
    this.datum = name && (bare.includes("\n") ? `${name}\n` : ` (${name})`);
    this.write(bare.includes("\n") ? this.datum + bare : bare + this.datum);
  }

  /** Read the shapes of a file; one is taken, of several one is chosen. */
  async takeFile(input) {
    const [file] = input.files;
    input.value = "";
    if (!file) return;
    this.say({ understood: gettext("Reading “{name}”…", { name: file.name }) });
    const headers = { "X-CSRFToken": csrf(), "X-File-Name": encodeURIComponent(file.name), "Content-Type": "application/octet-stream" };
    let answer;
    try {
      const response = await fetch(`${this.root.dataset.fileUrl}?kind=${this.kind}`, { method: "POST", body: file, headers });
      answer = response.ok ? await response.json() : { error: response.status === 413 ? gettext("The file is larger than 2.5 MB.") : gettext("The file could not be read ({status}).", { status: response.status }) };
    } catch {
      answer = { error: gettext("The server does not respond; your input is still here.") };
    }
    if (answer.error) return this.say(answer);
    if (answer.shapes.length === 1) return this.write(answer.shapes[0].text);
    const choices = answer.shapes.map((one) => {
      const button = make("button", { type: "button" }, make("b", { textContent: one.label }), ` ${one.words}`);
      button.addEventListener("click", () => this.write(one.text));
      return make("li", {}, button);
    });
    this.say({ understood: gettext("“{name}” has {number}: choose one.", { name: file.name, number: choices.length }) });
    this.reading.append(make("ol", { className: "place-choices" }, ...choices));
    choices[0].firstElementChild.focus();
  }

  /** Begin to draw an outline, or finish it. */
  async drawing(button) {
    if (this.drawn) return this.drawn.finish();
    this.frame.open = true;
    if (!this.map) await this.open();
    if (!this.map) return;
    // What was typed last is read first: its answer would replace the hint.
    clearTimeout(this.waiting);
    await this.read();
    const text = button.textContent;
    this.say({ understood: gettext("Click each corner on the map; click the first again, or press Enter, to finish. Escape ends without.") });
    this.frame.scrollIntoView({ block: "nearest" });
    this.drawn = await this.map.draw(
      (count) => { button.textContent = count > 2 ? ngettext("Finish the outline of {n} corner", "Finish the outline of {n} corners", count) : gettext("{count} of at least 3 corners", { count }); },
      (shape) => {
        this.drawn = null;
        button.textContent = text;
        if (shape) this.writeDrawn(shape);
        else this.read();
      },
    );
    button.textContent = gettext("Stop drawing");
  }

  later() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.read(), 250);
  }

  /** Ask the server how it reads the text; only the answer to the latest question counts. */
  async read() {
    const number = ++this.asked;
    const body = new URLSearchParams({ kind: this.kind, text: this.box.value, country: field("country")?.value ?? "", srid: field("source_srid")?.value ?? "", declared: field("declared_area_km2")?.value ?? "" });
    let answer;
    try {
      const response = await fetch(this.root.dataset.readUrl, { method: "POST", body, headers: { "X-CSRFToken": csrf() } });
      answer = response.ok ? await response.json() : { error: gettext("The response could not be read ({status}).", { status: response.status }) };
    } catch {
      answer = { error: gettext("The server does not respond; your input is still here.") };
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
    if (answer.areas) {
      this.reading.append(make("p", { className: answer.areas_differ ? "place-outside" : "quiet", textContent: answer.areas }));
    }
    if (!this.typed) return;
    this.fillIn(answer);
    const offers = make("p", { className: "place-offers" });
    const uncertainty = field("location_uncertainty_m");
    const basis = field("uncertainty_basis");
    const printed = field("coordinates_as_printed");
    const typed = this.box.value.trim();
    // What the print shows is filled in when the form is saved.
    const follows = !uncertainty?.value && answer.basis === "printed_precision" && printed?.value.trim() === typed;
    if (answer.uncertainty_m && uncertainty && basis && !follows && uncertainty.value !== String(answer.uncertainty_m)) {
      const text = gettext("Use ±{metres} m as its uncertainty", { metres: answer.uncertainty_m.toLocaleString(LOCALE) });
      offers.append(this.offer(text, () => { uncertainty.value = answer.uncertainty_m; basis.value = answer.basis; }));
    }
    const declared = field("declared_area_km2");
    if (answer.declared_area_km2 && declared && declared.value !== String(answer.declared_area_km2)) {
      const text = gettext("Use {area} km² as the declared area", { area: answer.declared_area_km2.toLocaleString(LOCALE) });
      offers.append(this.offer(text, () => { declared.value = answer.declared_area_km2; this.later(); }));
    }
    if (answer.printed && printed && printed.value.trim() !== typed) {
      offers.append(this.offer(gettext("Keep this text as printed"), () => { printed.value = typed; }));
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

/** @type {Place[]} */
const places = [];
// The difference from the declared area follows what is typed there.
field("declared_area_km2")?.addEventListener("input", () => {
  for (const place of places) if (place.kind === "outline" && place.box.value.trim()) place.later();
});

for (const root of document.querySelectorAll("[data-place]")) places.push(new Place(root));
