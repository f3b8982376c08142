// A button that copies each block of code; of a terminal session, the commands alone.

import { el } from "./dom.js";

for (const block of document.querySelectorAll(".code")) {
  const button = el("button.copy", { type: "button", click: copy }, "Copy");
  block.append(button);

  async function copy() {
    const text = block.querySelector("code").textContent;
    await navigator.clipboard.writeText(/** @type {HTMLElement} */ (block).dataset.language === "console" ? commands(text) : text);
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), 2000);
  }
}

function commands(text) {
  const lines = text.split("\n").filter((line) => line.startsWith("$ "));
  return lines.map((line) => line.slice(2)).join("\n");
}
