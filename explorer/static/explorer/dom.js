// Elements and words. Text goes in as text, never as markup.

/** Make an element: `el("a.name", { href }, "words", other)`. */
export function el(what, attributes = {}, ...children) {
  const [tag, ...classes] = what.split(".");
  const element = document.createElement(tag);
  if (classes.length) element.className = classes.join(" ");
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

/** Write a code of a vocabulary as words: `ion_adsorption_clay` → “Ion adsorption clay”. */
export function plain(code) {
  if (!code) return "";
  const words = code.replaceAll("_", " ");
  return words[0].toUpperCase() + words.slice(1);
}

/** Join what is known by middle dots. */
export const joined = (...parts) => parts.filter(Boolean).join(" · ");

/** Count in words: `counted(1, "deposit")` → “1 deposit”. */
export const counted = (number, one, many = `${one}s`) => `${number.toLocaleString("en-GB")} ${number === 1 ? one : many}`;
