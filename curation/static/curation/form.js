// The form of a record: suggests a slug while a name is typed, and asks before typed text is left behind.
/** @type {HTMLInputElement | null} */
const slug = document.querySelector("input[data-slug-from]");
if (slug) {
  /** @type {any[]} */
  const sources = slug.dataset.slugFrom.split(" ").map((name) => document.getElementById(`id_${name}`)).filter(Boolean);
  let suggested = "";
  let waiting = 0;
  const suggest = async () => {
    const text = sources.map((source) => source.value.trim()).find(Boolean) ?? "";
    if (!text || (slug.value && slug.value !== suggested)) return;
    const asked = await fetch(`${slug.dataset.slugUrl}?${new URLSearchParams({ model: slug.dataset.slugModel, text })}`);
    if (!asked.ok) return;
    const answer = await asked.json();
    if (slug.value && slug.value !== suggested) return;
    suggested = answer.slug;
    slug.value = suggested;
  };
  for (const source of sources) {
    source.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(suggest, 300);
    });
  }
}

const form = document.querySelector(".record-form #content-main > form");
if (form) {
  let touched = Boolean(form.querySelector(".errornote"));
  form.addEventListener("input", () => { touched = true; });
  form.addEventListener("submit", () => { touched = false; });
  addEventListener("beforeunload", (event) => { if (touched) event.preventDefault(); });
}

// A step of the completeness list leads to its field: opens what hides it, and puts the cursor there.
document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("a[data-goes-to]") : null;
  const target = link && document.getElementById(link.getAttribute("href")?.slice(1) ?? "");
  if (!target) return;
  event.preventDefault();
  const hidden = target.closest("details:not([open])");
  if (hidden instanceof HTMLDetailsElement) hidden.open = true;
  target.scrollIntoView({ block: "center" });
  const choice = target.classList.contains("select2-hidden-accessible") ? target.nextElementSibling?.querySelector(".select2-selection") : null;
  const inside = target.matches("input, select, textarea") ? target : (target.querySelector(".add-row a, .addlink") ?? target);
  const goal = choice ?? inside;
  if (goal instanceof HTMLElement) goal.focus({ preventScroll: true });
});

// In little room each row of a table is a small form: its cells take the names of their columns.
for (const table of document.querySelectorAll(".record-form .tabular table")) {
  const names = [...table.querySelectorAll("thead tr > *")].flatMap((head) => Array(Number(head.getAttribute("colspan") ?? 1)).fill(head.textContent?.trim() ?? ""));
  for (const row of table.querySelectorAll("tbody tr.form-row")) {
    for (const [position, cell] of [...row.children].entries()) {
      if (!cell.matches(".original") && names[position] && cell instanceof HTMLElement) cell.dataset.label = names[position];
    }
  }
}

// Drop-down lists that search have no name of their own until something is chosen, and the column that removes rows has none.
const nameChoices = () => {
  for (const shown of document.querySelectorAll(".select2-container .select2-selection__rendered")) {
    const select = shown.closest(".select2-container")?.previousElementSibling;
    const label = select && document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
    const name = select?.getAttribute("aria-label") ?? label?.textContent?.replace(/:\s*$/, "").trim();
    if (name && !shown.hasAttribute("aria-label")) shown.setAttribute("aria-label", name);
  }
};
nameChoices();
if (form) new MutationObserver(nameChoices).observe(form, { childList: true, subtree: true });
for (const head of document.querySelectorAll(".tabular thead th.original")) {
  const cell = document.createElement("td");
  cell.className = head.className;
  head.replaceWith(cell);
}
