// Swagger UI over our own description; nothing is loaded from elsewhere.

const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
follow();
dark.addEventListener("change", follow);

// Of an array with a format, Swagger UI looks for a field of that format, and warns where it has none: a UUID is a text.
const uuidField = ({ React, getComponent }) => ({
  components: { JsonSchema_string_uuid: (props) => React.createElement(getComponent("JsonSchema_string"), props) },
});

window.SwaggerUIBundle({
  url: "../../openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  // From 150 operations on, Swagger UI draws only those that it believes to be in view, and on a slow machine loses the one
  // that a link names. Closed groups stay below that; a link opens its group.
  docExpansion: "none",
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  filter: true,
  tryItOutEnabled: true,
  validatorUrl: null,
  plugins: [uuidField],
  syntaxHighlight: { theme: "nord" },
});
