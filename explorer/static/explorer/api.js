// Questions to the API of this host.

import { ROOT } from "./root.js";
import { gettext } from "./words.js";

/** The path below which pages of the language of this page are. */
export const PAGES = document.documentElement.lang === "en" ? ROOT : `${ROOT}/${document.documentElement.lang}`;
export const API = `${ROOT}/api/v1/`;

/**
 * Ask an address below the API, as a person writes it, and measure the answer.
 *
 * Gives { url, status, milliseconds, bytes, body, records, more, unlocated }; `records` are plain, whatever the format.
 * An error of the API is an Error with its words; one of the line says so.
 *
 * @param {string} asks
 * @param {{ signal?: AbortSignal }} [options]
 */
export async function ask(asks, { signal } = {}) {
  const url = new URL(API + asks, location.href);
  const begin = performance.now();
  let response, text;
  try {
    response = await fetch(url, { signal });
    text = await response.text();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error(gettext("The registry cannot be reached. Check your connection."));
  }
  const milliseconds = performance.now() - begin;
  let body;
  try {
    body = JSON.parse(text);
  } catch {
    throw new Error(gettext("The registry returned status {status} without JSON.", { status: response.status }));
  }
  if (!response.ok) throw new Error([body.parameter && `${body.parameter}:`, body.detail ?? body.title].filter(Boolean).join(" "));
  const features = body.features?.map((feature) => ({ ...feature.properties, geometry: feature.geometry }));
  return {
    url,
    status: response.status,
    milliseconds,
    bytes: new TextEncoder().encode(text).length,
    body,
    records: features ?? body.results ?? [],
    more: body.next ?? body.links?.find((link) => link.rel === "next")?.href ?? null,
    unlocated: body.unlocated ?? 0,
  };
}
