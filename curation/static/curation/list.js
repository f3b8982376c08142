// Filters that are drop-down lists: choosing is going there.
for (const select of document.querySelectorAll("select[data-goes]")) {
  select.addEventListener("change", () => location.assign(select.value));
}

// On a wide screen there is room for the filters.
const filters = document.querySelector("details.filters");
if (filters && innerWidth > 767) filters.open = true;
