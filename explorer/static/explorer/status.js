// Groups of development statuses, as the legend of the page declares them.

/** @type {NodeListOf<HTMLButtonElement>} */
const legend = document.querySelectorAll(".legend [data-group]");
const buttons = [...legend];
const groups = new Map(buttons.flatMap((button) => button.dataset.statuses.split(" ").map((status) => [status, button.dataset.group])));

/** Give the group of a status. */
export const groupOf = (status) => groups.get(status) ?? "unknown";

/** Give the statuses of a set of groups. */
export const statusesOf = (shown) => [...groups].filter(([, group]) => shown.has(group)).map(([status]) => status);

/** List the groups in the order of the legend. */
export const groupNames = buttons.map((button) => button.dataset.group);

/** Let the legend choose what is shown; `changed` gets the set of groups that are on. */
export function wireLegend(changed) {
  const shown = new Set(groupNames);
  for (const button of buttons) {
    button.disabled = false;
    button.addEventListener("click", () => {
      const on = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(on));
      if (on) shown.add(button.dataset.group);
      else shown.delete(button.dataset.group);
      changed(shown);
    });
  }
}

/** Read a colour of the page's palette. */
export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
