// The roll call without a network: take the day along, tick who is there, bring it back.
import * as vault from "../offline/vault.js";
import * as device from "./key.js";

vault.use("sidan-roll");
const by = (id) => document.getElementById(id);
const FIRST = "0".repeat(64);
let book = null;
let open = null;
let moment = "in";

const words = (key, values = {}) => {
  const text = document.querySelector(`#words [data-key="${key}"]`).textContent;
  return Object.entries(values).reduce((said, [name, value]) => said.replace(`{${name}}`, value), text);
};

function say(text, tone = "info") {
  by("said").hidden = !text;
  by("said").textContent = text;
  by("said").dataset.tone = tone;
}

function show(name) {
  for (const id of ["take", "unlock", "day", "roll"]) by(id).hidden = id !== name;
}

async function post(url, token, body) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  const type = answer.headers.get("Content-Type") || "";
  if (!type.startsWith("application/json")) throw new Error(`${url}: ${answer.status}`);
  return { ok: answer.ok, told: await answer.json() };
}

const state = async () => (await fetch("/attendance/offline/state", { cache: "no-store" })).json();
const keep = () => vault.put("book", book);
const unsent = () => book.records.filter((one) => !one.outcome);

// Registers this phone's key and takes today's classes along.
async function takeDay(token) {
  const asked = { key: await device.publicKey(), clocks: device.clocks() };
  const registered = await post("/attendance/offline/device", token, asked);
  if (!registered.ok) throw new Error(registered.told.message);
  const number = registered.told.device;
  const day = await post("/attendance/offline/day", token, { device: number, clocks: device.clocks() });
  if (!day.ok) throw new Error(day.told.message);
  return { ...day.told, device: number };
}

async function take(word) {
  const { who, token } = await state();
  if (!who) return say(words("sign_in"), "warn");
  await device.forget();
  const day = await takeDay(token);
  await vault.make(word, who, day.until);
  book = { ...day, seq: 0, prev: FIRST, records: [] };
  await keep();
  say("");
  return draw();
}

function draw() {
  show("day");
  const waiting = unsent().length;
  by("waiting").textContent = waiting ? by("waiting").dataset.some.replace("{n}", waiting) : by("waiting").dataset.none;
  by("until").textContent = by("until").dataset.words.replace("{day}", book.today);
  by("aside").replaceChildren(...book.records.filter((one) => one.outcome === "aside").map((one) => {
    const line = document.createElement("li");
    line.textContent = `${one.name}：${one.why}`;
    return line;
  }));
  by("sessions").replaceChildren(...book.sessions.map((session) => {
    const node = by("t-session").content.firstElementChild.cloneNode(true);
    node.querySelector("[data-slot=name]").textContent = session.name;
    node.querySelector("[data-slot=when]").textContent = `${session.half} ${session.starts}–${session.ends} · ${session.place}`;
    node.querySelector("button").addEventListener("click", () => { open = session; roll(); });
    return node;
  }));
  by("none-today").hidden = book.sessions.length > 0;
}

const isSigned = (seat) => seat.signed.includes(moment)
  || book.records.some((one) => one.session === open.id && one.seat === seat.id && one.moment === moment && one.outcome !== "aside");

function roll() {
  show("roll");
  by("roll-name").textContent = open.name;
  by("roll-when").textContent = `${open.half} ${open.starts}–${open.ends}`;
  for (const tab of document.querySelectorAll("[data-moment]")) {
    tab.setAttribute("aria-pressed", String(tab.dataset.moment === moment));
  }
  const done = open.seats.filter(isSigned).length;
  by("roll-count").textContent = by("roll-count").dataset.words.replace("{done}", done).replace("{all}", open.seats.length);
  by("names").replaceChildren(...open.seats.map((seat) => {
    const node = by("t-name").content.firstElementChild.cloneNode(true);
    const box = node.querySelector("input");
    node.querySelector("span").textContent = `${seat.place} ${seat.name}`;
    box.value = seat.id;
    box.checked = box.disabled = isSigned(seat);
    return node;
  }));
}

// Every record is signed as it stands and names the one before it: none can be changed or left out unseen.
async function record(seat, way, witness) {
  const clocks = device.clocks();
  const told = { v: 1, seq: book.seq + 1, prev: book.prev, key: crypto.randomUUID(), session: open.id, seat: seat.id, moment, way, witness, ...clocks };
  const text = JSON.stringify(told);
  const signature = await device.sign(text);
  book.seq += 1;
  book.prev = await device.digest(text);
  book.records.push({ text, signature, digest: book.prev, session: open.id, seat: seat.id, moment, name: seat.name, outcome: "", why: "" });
}

async function saveTicked(form) {
  const ticked = new Set([...by("names").querySelectorAll("input:checked:not(:disabled)")].map((box) => Number(box.value)));
  const witness = form.elements.witness.value.trim();
  const way = form.elements.way.value;
  if (!ticked.size) return say(words("nobody"), "warn");
  if (way === "witnessed" && !witness) return say(words("witness"), "warn");
  for (const seat of open.seats) if (ticked.has(seat.id)) await record(seat, way, way === "witnessed" ? witness : "");
  await keep();
  say(words("saved", { n: ticked.size }), "ok");
  return roll();
}

async function sync() {
  if (!navigator.onLine) return say(words("no_net"), "warn");
  const { who, token } = await state();
  const label = await vault.label();
  if (!who) return say(words("sign_in"), "warn");
  if (who !== label.owner) return say(words("other"), "bad");
  const sent = unsent().map(({ text, signature }) => ({ text, signature }));
  const { ok, told } = await post("/attendance/offline/records", token, { device: book.device, clocks: device.clocks(), records: sent });
  if (!ok) return say(told.message, "bad");
  const fates = new Map(told.outcomes.map((one) => [one.digest, one]));
  for (const one of book.records) {
    const fate = fates.get(one.digest);
    if (fate) Object.assign(one, { outcome: fate.done ? "done" : "aside", why: fate.why });
  }
  const aside = book.records.filter((one) => one.outcome === "aside").length;
  const fresh = await post("/attendance/offline/day", token, { device: book.device, clocks: device.clocks() });
  if (fresh.ok) Object.assign(book, { sessions: fresh.told.sessions, today: fresh.told.today });
  book.records = book.records.filter((one) => one.outcome !== "done");
  await vault.keepUntil(fresh.ok ? fresh.told.until : book.until);
  await keep();
  const said = aside ? words("aside", { n: aside }) : words("synced");
  say([said, ...told.notes].join(" "), aside ? "warn" : "ok");
  return draw();
}

async function wipe() {
  if (book && unsent().length && !window.confirm(words("sure"))) return;
  await vault.wipe();
  await device.forget();
  book = null;
  say("");
  await start();
}

async function start() {
  // What is not synced stays past midnight: only a new day is taken along anew.
  const label = await vault.label();
  if (label) return show("unlock");
  show("take");
  const who = navigator.onLine ? (await state()).who : "";
  by("sign-in-first").hidden = Boolean(who);
  by("take-form").hidden = !who;
  return undefined;
}

function guarded(work) {
  return async (event) => {
    event.preventDefault();
    try {
      await work(event);
    } catch (error) {
      say(navigator.onLine ? words("failed") : words("no_net"), "bad");
      throw error;
    }
  };
}

by("take-form").addEventListener("submit", guarded(async (event) => {
  const { word, again } = event.target.elements;
  if (word.value !== again.value) return say(words("differ"), "bad");
  await take(word.value);
  return event.target.reset();
}));
by("unlock-form").addEventListener("submit", guarded(async (event) => {
  const outcome = await vault.unlock(event.target.elements.known.value);
  event.target.reset();
  if (outcome === "open") {
    book = await vault.get("book");
    say("");
    return draw();
  }
  say(words(outcome), "bad");
  return outcome === "gone" ? start() : undefined;
}));
by("roll-form").addEventListener("submit", guarded((event) => saveTicked(event.target)));
for (const tab of document.querySelectorAll("[data-moment]")) {
  tab.addEventListener("click", () => { moment = tab.dataset.moment; roll(); });
}
const ACTS = { sync, wipe, day: async () => draw() };
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-act]");
  if (button) guarded(ACTS[button.dataset.act])(event);
});

function line() {
  by("line").textContent = navigator.onLine ? by("line").dataset.on : by("line").dataset.off;
  by("line").dataset.state = navigator.onLine ? "on" : "off";
}
window.addEventListener("online", line);
window.addEventListener("offline", line);
line();
if ("serviceWorker" in navigator) navigator.serviceWorker.register(by("offline").dataset.worker, { scope: "/" });
start();
