// What the buttons of the map are called.

import { gettext } from "./words.js";

/** Give MapLibre its words; `title` is what the map shows. */
export const mapWords = (title) => ({
  "Map.Title": title,
  "AttributionControl.ToggleAttribution": gettext("Show or hide the attribution"),
  "CooperativeGesturesHandler.MacHelpText": gettext("Use ⌘ and scroll to zoom the map"),
  "CooperativeGesturesHandler.MobileHelpText": gettext("Use two fingers to move the map"),
  "CooperativeGesturesHandler.WindowsHelpText": gettext("Use Ctrl and scroll to zoom the map"),
  "GlobeControl.Disable": gettext("Show as a flat map"),
  "GlobeControl.Enable": gettext("Show as a globe"),
  "NavigationControl.ZoomIn": gettext("Zoom in"),
  "NavigationControl.ZoomOut": gettext("Zoom out"),
});
