// Keeps the language that the reader chose: on pages that have one language alone, and when they come back to the front page.

import { ROOT } from "./root.js";

const KEY = "language";
const { lang } = document.documentElement;
const isTranslated = document.querySelector('link[rel="alternate"][hreflang]') !== null;
const came = document.referrer && new URL(document.referrer).origin === location.origin;
const kept = stored();

if (isTranslated && kept && kept !== lang && !came && location.pathname === `${ROOT}/`) {
  location.replace(`${ROOT}/${kept}/`);
} else if (isTranslated) {
  store(lang);
} else if (kept && kept !== "en") {
  /** @type {NodeListOf<HTMLAnchorElement>} */
  const links = document.querySelectorAll("a[data-translated]");
  for (const link of links) link.pathname = `${ROOT}/${kept}${link.pathname.slice(ROOT.length)}`;
}

function stored() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    // A browser may refuse to keep anything.
    return null;
  }
}

function store(language) {
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // Then the address alone says it.
  }
}
