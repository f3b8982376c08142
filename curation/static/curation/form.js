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
