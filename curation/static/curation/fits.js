// Choices that depend on another field: only those that fit it are offered, and fields that make no sense with it are hidden.

/** @param {string} name @returns {HTMLSelectElement | null} */
const chooser = (name) => {
  const found = document.getElementById(`id_${name}`);
  return found instanceof HTMLSelectElement ? found : null;
};

/** Offer the options that fit what is chosen in the other field; an option that fits no more is given up. */
function narrow(select) {
  const by = chooser(select.dataset.fitsBy);
  if (!by) return;
  const fits = JSON.parse(select.dataset.fits);
  const all = [...select.options];
  const offer = () => {
    const chosen = select.value;
    const kept = fits[by.value] ?? [];
    select.replaceChildren(...all.filter((option) => !option.value || kept.includes(option.value)));
    select.value = kept.includes(chosen) ? chosen : "";
    select.disabled = false;
  };
  by.addEventListener("change", offer);
  // What is stored stays visible, even where a rule has changed since.
  if (!select.value || (fits[by.value] ?? []).includes(select.value)) offer();
}

/** Hide a field while the other one says something with which it cannot be filled in. */
function only(input) {
  const by = chooser(input.dataset.onlyBy);
  const box = input.closest(".form-multiline > div") ?? input.closest(".form-row");
  if (!by || !box) return;
  const show = () => { box.hidden = by.value !== input.dataset.onlyFor && ["", "unknown"].includes(input.value); };
  by.addEventListener("change", show);
  show();
}

document.querySelectorAll("select[data-fits]").forEach(narrow);
document.querySelectorAll("[data-only-for]").forEach(only);
