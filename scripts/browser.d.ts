// What our scripts find in a page beside the browser's own: libraries that other script elements load.

declare global {
  var SwaggerUIBundle: (options: object) => unknown;
  var Redoc: { init(description: string, options: object, element: HTMLElement): void };

  interface HTMLElement {
    /** The map that is drawn in an element; for the tests, and for readers at the console. */
    map?: import("maplibre-gl").Map;
  }
}

export {};

