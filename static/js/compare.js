// Compares a file with the certificate that is kept: hashed here, in the browser. Nothing is sent anywhere.
"use strict";
(() => {
  const box = document.querySelector("[data-compare]");
  if (!box) return;
  const MOST = 64 * 1024 * 1024;
  const input = box.querySelector("input[type=file]");
  const place = box.querySelector(".compare-drop");
  const name = box.querySelector("[data-name]");
  const answers = [...box.querySelectorAll("[data-answer]")];
  let asked = 0;

  const show = (which) => {
    for (const one of answers) one.hidden = one.dataset.answer !== which;
    if (which === "working") return;
    const seen = answers.find((one) => !one.hidden);
    if (seen) seen.scrollIntoView({ block: "nearest" });
  };

  // SHA-256 (FIPS 180-4) by hand, where the page came over a plain line and the browser keeps its own to itself.
  const fraction = (x) => ((x - Math.floor(x)) * 0x100000000) >>> 0;
  const primes = (count) => {
    const found = [];
    for (let n = 2; found.length < count; n += 1) if (found.every((p) => n % p)) found.push(n);
    return found;
  };
  const byHand = (bytes) => {
    const k = primes(64).map((p) => fraction(Math.cbrt(p)));
    const h = primes(8).map((p) => fraction(Math.sqrt(p)));
    const whole = new Uint8Array((((bytes.length + 8) >> 6) + 1) << 6);
    whole.set(bytes);
    whole[bytes.length] = 0x80;
    const view = new DataView(whole.buffer);
    view.setUint32(whole.length - 8, Math.floor(bytes.length / 0x20000000));
    view.setUint32(whole.length - 4, (bytes.length << 3) >>> 0);
    const turn = (x, n) => (x >>> n) | (x << (32 - n));
    const w = new Uint32Array(64);
    for (let at = 0; at < whole.length; at += 64) {
      for (let i = 0; i < 16; i += 1) w[i] = view.getUint32(at + i * 4);
      for (let i = 16; i < 64; i += 1) {
        const s0 = turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ (w[i - 15] >>> 3);
        const s1 = turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ (w[i - 2] >>> 10);
        w[i] = w[i - 16] + s0 + w[i - 7] + s1;
      }
      let [a, b, c, d, e, f, g, z] = h;
      for (let i = 0; i < 64; i += 1) {
        const t1 = (z + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + k[i] + w[i]) >>> 0;
        const t2 = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) >>> 0;
        [a, b, c, d, e, f, g, z] = [(t1 + t2) >>> 0, a, b, c, (d + t1) >>> 0, e, f, g];
      }
      [a, b, c, d, e, f, g, z].forEach((x, i) => { h[i] = (h[i] + x) >>> 0; });
    }
    return h.map((x) => x.toString(16).padStart(8, "0")).join("");
  };

  const hash = async (bytes) => {
    if (!window.crypto || !window.crypto.subtle) return byHand(bytes);
    const found = new Uint8Array(await window.crypto.subtle.digest("SHA-256", bytes));
    return [...found].map((x) => x.toString(16).padStart(2, "0")).join("");
  };

  const read = (file) => new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(new Uint8Array(reader.result));
    reader.onerror = () => failed(reader.error);
    reader.readAsArrayBuffer(file);
  });

  const check = async (file) => {
    if (!file) return;
    asked += 1;
    const mine = asked;
    name.textContent = file.name;
    show("working");
    let answer = "unread";
    try {
      if (file.size && file.size <= MOST) answer = (await hash(await read(file))) === box.dataset.compare ? "same" : "other";
    } catch {
      // the file is gone, or may not be read
    }
    if (mine === asked) show(answer);
  };

  input.addEventListener("change", () => {
    const file = input.files[0];
    check(file);
    input.value = "";
  });
  for (const kind of ["dragenter", "dragover"]) {
    box.addEventListener(kind, (event) => { event.preventDefault(); place.classList.add("is-over"); });
  }
  for (const kind of ["dragleave", "drop"]) box.addEventListener(kind, () => place.classList.remove("is-over"));
  box.addEventListener("drop", (event) => { event.preventDefault(); check(event.dataTransfer.files[0]); });
  document.querySelector("[data-without-script]").hidden = true;
  box.hidden = false;
})();
