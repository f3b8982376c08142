// Filters that are drop-down lists: choosing is going there.
/** @type {NodeListOf<HTMLSelectElement>} */
const selects = document.querySelectorAll("select[data-goes]");
for (const select of selects) {
  select.addEventListener("change", () => location.assign(select.value));
}

// On a wide screen there is room for the filters.
/** @type {HTMLDetailsElement | null} */
const filters = document.querySelector("details.filters");
if (filters && innerWidth > 767) filters.open = true;
