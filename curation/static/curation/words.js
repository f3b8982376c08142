// What scripts say, in the language of the page; pages in another language than English carry the translations.

/** @type {Record<string, string | Record<string, string>>} */
const words = JSON.parse(document.getElementById("script-words")?.textContent || "{}");
/** The locale by which numbers are written. */
export const LOCALE = document.documentElement.lang || "en-GB";
const plurals = new Intl.PluralRules(LOCALE);

/** @param {string} text @param {Record<string, unknown>} values */
const filled = (text, values) => text.replace(/\{(\w+)\}/g, (place, name) => String(values[name] ?? place));

/** Translate a message and fill in its places, such as `{name}`. @param {string} message @param {Record<string, unknown>} values */
export function gettext(message, values = {}) {
  return filled(/** @type {string} */ (words[message] ?? message), values);
}

/**
 * Translate a message about a number, whose place is `{n}`, in the form that the language has for it.
 * @param {string} one @param {string} many @param {number} n
 */
export function ngettext(one, many, n) {
  const forms = words[one];
  const form = forms && typeof forms !== "string" ? forms[plurals.select(n)] : plurals.select(n) === "one" ? one : many;
  return filled(form, { n: n.toLocaleString(LOCALE) });
}
