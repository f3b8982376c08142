// Asks every second how far a task has come, and goes on when it has ended.
import { gettext } from "./words.js";
/** @type {HTMLElement} */
const card = document.querySelector("[data-progress]");
const bar = card.querySelector("progress");
const part = (name) => card.querySelector(`[data-${name}]`);
let failures = 0;

async function ask() {
  try {
    const answer = await fetch(card.dataset.progress, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(gettext("the service returned status {status}", { status: answer.status }));
    const now = await answer.json();
    failures = 0;
    if (now.ended) {
      location.replace(now.goes);
      return;
    }
    if (now.share === null) bar.removeAttribute("value");
    else bar.value = now.share;
    part("step").textContent = now.step.charAt(0).toUpperCase() + now.step.slice(1);
    part("share").textContent = now.share === null ? "" : `${now.share} %`;
    part("seconds").textContent = gettext("{seconds} s", { seconds: now.seconds });
  } catch (error) {
    failures += 1;
    part("seconds").textContent = gettext("no response ({error}); trying again", { error: error.message });
  }
  setTimeout(ask, Math.min(15, 1 + failures) * 1000);
}

setTimeout(ask, 500);
