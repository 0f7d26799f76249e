// Reads the page aloud with the browser's own voice. Without this file, or without a voice, there is simply no button.
(() => {
  "use strict";
  const button = document.querySelector("[data-read-aloud]");
  const voice = window.speechSynthesis;
  if (!button || !voice) return;
  const begin = button.textContent;
  const SKIPPED = "script, style, svg, [hidden], [aria-hidden=true], .visually-hidden, input, textarea, .page-back, .pager";
  const BLOCKS = "h1, h2, h3, p, li, dt, dd, legend, label, summary, td, th, button, .btn";

  // What stands on the page, in order, a sentence or two a piece: browsers cut off long ones.
  const pieces = () => {
    const found = [];
    for (const block of document.querySelectorAll(`:is(.hero, main) :is(${BLOCKS})`)) {
      if (block.closest(SKIPPED) || block.querySelector(BLOCKS) || !block.getClientRects().length) continue;
      const words = block.innerText.replace(/\s+/g, " ").trim();
      if (words) found.push(...(words.match(/[^。！？；]{1,80}[。！？；]?/g) || []));
    }
    return found;
  };
  const show = (speaking) => {
    button.textContent = speaking ? button.dataset.stop : begin;
    button.setAttribute("aria-pressed", String(speaking));
  };
  const say = (words) => {
    const spoken = new SpeechSynthesisUtterance(words);
    spoken.lang = document.documentElement.lang;
    spoken.rate = 0.85;
    return spoken;
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    const speaking = button.getAttribute("aria-pressed") === "true";
    voice.cancel();
    show(!speaking);
    if (speaking) return;
    const all = pieces().map(say);
    if (!all.length) return show(false);
    all[all.length - 1].addEventListener("end", () => show(false));
    for (const spoken of all) voice.speak(spoken);
  });
  window.addEventListener("pagehide", () => voice.cancel());
})();
