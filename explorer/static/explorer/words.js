// What scripts say, in the language of the page. Pages in another language than English name a file of translations.

const { lang, dataset } = document.documentElement;
/** The locale by which numbers are written. */
export const LOCALE = lang === "en" ? "en-GB" : lang;
const plurals = new Intl.PluralRules(LOCALE);
/** @type {{ messages: Record<string, string | Record<string, string>>, codes: Record<string, string> }} */
const catalog = dataset.words ? await read(dataset.words) : { messages: {}, codes: {} };

async function read(address) {
  try {
    return await (await fetch(address)).json();
  } catch {
    // English is better than no page.
    return { messages: {}, codes: {} };
  }
}

/** Translate a message and fill in its places, such as `{date}`. */
export function gettext(message, values = {}) {
  return filled(/** @type {string} */ (catalog.messages[message] ?? message), values);
}

/** Translate a message about a number, whose place is `{n}`, in the form that the language has for it. */
export function ngettext(one, many, n, values = {}) {
  const forms = catalog.messages[one];
  const form = forms ? forms[plurals.select(n)] : plurals.select(n) === "one" ? one : many;
  return filled(form, { n: n.toLocaleString(LOCALE), ...values });
}

const filled = (text, values) => text.replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);

/** Write a code of a vocabulary as words: `ion_adsorption_clay` → “Ion adsorption clay”. */
export function plain(code) {
  if (!code) return "";
  const words = catalog.codes[code] ?? code.replaceAll("_", " ");
  return words[0].toUpperCase() + words.slice(1);
}
