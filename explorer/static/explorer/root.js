// Where the service is.

/** The path below which the service is; this file is in its /static/. */
export const ROOT = new URL(import.meta.url).pathname.split("/static/")[0];
