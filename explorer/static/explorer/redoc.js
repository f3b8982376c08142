// Redoc over our own description; nothing is loaded from elsewhere. Its search is off: it runs in a worker that needs `eval`.

// Redoc fetches its maker's mark from its maker's host. No picture of this page comes from another host.
const picture = HTMLImageElement.prototype;
const { setAttribute } = picture;
const src = Object.getOwnPropertyDescriptor(picture, "src");
const ours = (address) => (new URL(address, location.href).host === location.host ? address : "data:,");
picture.setAttribute = function (name, value) {
  setAttribute.call(this, name, name === "src" ? ours(value) : value);
};
Object.defineProperty(picture, "src", { ...src, set(value) { src.set.call(this, ours(value)); } });

const dark = matchMedia("(prefers-color-scheme: dark)");
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

function theme() {
  const [ink, muted, rule, link] = ["ink", "muted", "rule", "link"].map(colour);
  return {
    spacing: { sectionVertical: 24 },
    colors: {
      primary: { main: link, light: link },
      success: { main: colour("status-operating") },
      text: { primary: ink, secondary: muted },
      border: { dark: rule, light: rule },
      http: { get: "#15795a", post: "#2f62a8" },
      responses: {
        success: { color: colour("status-operating"), backgroundColor: colour("surface"), tabTextColor: "#74cfb0" },
        error: { color: colour("status-past"), backgroundColor: colour("surface"), tabTextColor: "#f0a284" },
      },
    },
    schema: { nestedBackground: colour("surface"), linesColor: rule, typeNameColor: muted, typeTitleColor: muted, requireLabelColor: colour("status-past"), labelsTextSize: "0.9em" },
    typography: {
      fontSize: "16px",
      fontFamily: colour("sans"),
      headings: { fontFamily: colour("serif"), fontWeight: "400" },
      code: { fontFamily: colour("mono"), fontSize: "14px", color: colour("ochre"), backgroundColor: colour("sunk"), wrap: true },
      links: { color: link, visited: link, hover: link },
    },
    sidebar: { backgroundColor: colour("surface"), textColor: ink, activeTextColor: link, width: "270px" },
    rightPanel: { backgroundColor: colour("basalt"), textColor: colour("basalt-ink") },
    codeBlock: { backgroundColor: "#0a100e" },
  };
}

function draw() {
  const options = { hideDownloadButton: true, hideDownloadButtons: true, disableSearch: true, nativeScrollbars: true, theme: theme() };
  window.Redoc.init("../../openapi.json", options, document.getElementById("docs"));
}

draw();
dark.addEventListener("change", () => location.reload());
