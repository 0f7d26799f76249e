// Keeps what was ticked on the spot in this phone until it is sent, and counts along. Without this file nothing is missing
// but that: the same form, and the form on paper. What was kept goes when the inspection's own page shows its result.
"use strict";
(() => {
  const done = document.querySelector("[data-visit-done]");
  if (done) {
    try { localStorage.removeItem(`visit|${done.dataset.visitDone}`); } catch { /* private window */ }
  }
  const box = document.querySelector("[data-visit]");
  if (!box) return;
  const form = box.querySelector("form");
  const key = `visit|${box.dataset.visit}`;
  const plain = (input) => input.name && !["csrf_token", "scan"].includes(input.name);
  const inputs = () => [...form.elements].filter(plain);
  const count = box.querySelector("[data-visit-count]");

  const tell = () => {
    const there = inputs().filter((one) => one.name.startsWith("there-") && one.checked).length;
    count.textContent = ` ${there} + ${form.elements.unlisted.value || 0} = ${there + Number(form.elements.unlisted.value || 0)}`;
  };
  const keep = () => {
    const said = inputs().filter((one) => !["checkbox", "radio"].includes(one.type) || one.checked);
    try { localStorage.setItem(key, JSON.stringify(said.map((one) => [one.name, one.value]))); } catch { /* private window */ }
  };
  const bring = () => {
    let said = null;
    try { said = JSON.parse(localStorage.getItem(key)); } catch { /* nothing kept */ }
    if (!said || document.querySelector(".error-summary")) return;
    for (const one of inputs()) {
      if (["checkbox", "radio"].includes(one.type)) one.checked = said.some(([name, value]) => name === one.name && value === one.value);
      else one.value = (said.find(([name]) => name === one.name) || [])[1] ?? one.value;
    }
    const note = box.querySelector("[data-visit-note]");
    note.textContent = box.dataset.kept;
    note.hidden = false;
  };

  bring();
  tell();
  form.addEventListener("input", () => { keep(); tell(); });
  form.addEventListener("change", () => { keep(); tell(); });
  // Asked about agreement, a person is there.
  form.addEventListener("change", (event) => {
    const asked = /^agreed-(\d+)$/.exec(event.target.name || "");
    if (asked && event.target.value) form.elements[`there-${asked[1]}`].checked = true;
  });
})();
