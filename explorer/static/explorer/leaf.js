// Leafing through disagreements without leaving the page: the server renders, the section is exchanged.

/** Take over the links to the previous and the next. */
export function wireLeaves() {
  document.getElementById("disagreement")?.addEventListener("click", async (event) => {
    /** @type {HTMLAnchorElement | null} */
    const link = event.target instanceof Element ? event.target.closest("a[rel]") : null;
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    try {
      const text = await (await fetch(link.href)).text();
      const fresh = new DOMParser().parseFromString(text, "text/html").getElementById("disagreement");
      const section = document.getElementById("disagreement");
      const { rel } = link;
      section.replaceChildren(...fresh.childNodes);
      /** @type {HTMLAnchorElement | null} */
      const again = section.querySelector(`a[rel="${rel}"]`);
      again?.focus({ preventScroll: true });
      history.replaceState(null, "", `${new URL(link.href).search}#disagreement`);
    } catch {
      location.assign(link.href);
    }
  });
}
