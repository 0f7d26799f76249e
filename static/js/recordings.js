// Sends photos and films piece by piece, and goes on after a lost line, a closed page or a restarted server.
// Without this file the same form sends whole files.
"use strict";
(() => {
  const box = document.querySelector("[data-recordings]");
  if (!box || !window.fetch) return;
  const form = box.querySelector("form");
  const list = box.querySelector("[data-list]");
  const input = form.querySelector("input[type=file]");
  const headers = { "X-CSRFToken": box.dataset.token, Accept: "application/json" };
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  const kept = {
    key: (file) => ["recording", box.dataset.recordings, file.name, file.size, file.lastModified].join("|"),
    get: (file) => { try { return localStorage.getItem(kept.key(file)); } catch { return null; } },
    set: (file, value) => { try { localStorage.setItem(kept.key(file), value); } catch { /* private window */ } },
    drop: (file) => { try { localStorage.removeItem(kept.key(file)); } catch { /* private window */ } },
  };

  class Refused extends Error {}

  const row = (file) => {
    const item = document.createElement("li");
    const words = document.createElement("span");
    const bar = document.createElement("progress");
    words.textContent = `${file.name} · ${box.dataset.left}`;
    bar.max = file.size;
    bar.value = 0;
    bar.setAttribute("aria-label", file.name);
    item.append(words, bar);
    list.append(item);
    return { say: (text) => { words.textContent = `${file.name} · ${text}`; }, at: (n) => { bar.value = n; } };
  };

  // One request; a lost line is waited out, a refusal is said.
  const ask = async (url, options, shown) => {
    for (let pause = 1000; ; pause = Math.min(pause * 2, 30000)) {
      try {
        const answer = await fetch(url, options);
        if (answer.redirected) throw new Refused(box.dataset.lost);
        if (answer.status < 500) return answer;
      } catch (error) {
        if (error instanceof Refused) throw error;
      }
      shown.say(box.dataset.wait);
      await wait(pause);
    }
  };

  const told = async (answer) => {
    const body = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Refused(body.error || box.dataset.lost);
    return body;
  };

  const opened = async (file, shown) => {
    const known = kept.get(file);
    if (known) {
      const answer = await ask(known, { headers }, shown);
      if (answer.ok) return told(answer);
      kept.drop(file);
    }
    const body = new FormData();
    body.append("size", file.size);
    body.append("note", form.elements.note.value);
    const found = await told(await ask(box.dataset.recordings, { method: "POST", headers, body }, shown));
    kept.set(file, found.address);
    return found;
  };

  const send = async (file, shown) => {
    const { address, received, size } = await opened(file, shown);
    let at = received;
    for (;;) {
      shown.say(box.dataset.left);
      shown.at(at);
      const body = file.slice(at, Math.min(at + Number(box.dataset.piece), size));
      const more = { ...headers, "Upload-Offset": String(at), "Content-Type": "application/offset+octet-stream" };
      const answer = await ask(address, { method: "PATCH", headers: more, body }, shown);
      if (answer.status === 409 && answer.headers.has("Upload-Offset")) {
        at = Number(answer.headers.get("Upload-Offset"));
        continue;
      }
      if (answer.status !== 200) kept.drop(file);
      const found = await told(answer);
      if (found.done) {
        kept.drop(file);
        shown.at(size);
        return found;
      }
      at = found.received;
    }
  };

  form.addEventListener("submit", async (event) => {
    if (!input.files.length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const button = form.querySelector("button[type=submit]");
    button.disabled = true;
    let bad = 0;
    for (const file of [...input.files]) {
      const shown = row(file);
      try {
        const found = await send(file, shown);
        shown.say(found.is_new ? box.dataset.done : box.dataset.again);
      } catch (error) {
        bad += 1;
        shown.say(error.message);
      }
    }
    button.disabled = false;
    input.value = "";
    if (!bad) location.reload();
  }, true);
})();
