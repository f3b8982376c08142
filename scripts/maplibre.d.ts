// The library of the maps as it is served; npm has its types.

declare module "*/maplibre-gl.mjs" {
  export * from "maplibre-gl";
}
