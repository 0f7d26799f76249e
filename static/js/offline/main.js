// Work without a network: take along, open, note, bring back.
import { words } from "./fields.js";
import * as notes from "./notes.js";
import * as pages from "./pages.js";
import * as vault from "./vault.js";

const by = (id) => document.getElementById(id);
const DAY = 24 * 3600 * 1000;
let pack = null;

function today() {
  // The server's day when the cards were taken along, and the days that this device has counted since.
  const past = Math.max(0, Math.floor((Date.now() - pack.saved) / DAY));
  return new Date(Date.parse(`${pack.today}T00:00:00Z`) + past * DAY).toISOString().slice(0, 10);
}

async function draw() {
  const waiting = await notes.all();
  pages.list_notes(pack, waiting, draw);
  pages.list(pack, waiting, (person) => pages.person(person, pack, waiting, save));
  const until = new Date(pack.until);
  by("until").textContent = by("until").dataset.words.replace("{until}", until.toLocaleString(document.documentElement.lang));
}

async function save(note) {
  await notes.add({ ...note, on: today() });
  pages.say(words("saved"), "ok");
  pages.show("work");
  await draw();
}

async function open() {
  pack = await vault.get("pack");
  pages.show("work");
  await draw();
}

async function start() {
  const label = await vault.label();
  if (label && Date.parse(label.until) < Date.now()) {
    await vault.wipe();
    pages.say(words("expired"), "warn");
    return start();
  }
  if (label) return pages.show("unlock");
  pages.show("take");
  const who = navigator.onLine ? (await notes.state()).who : "";
  by("sign-in-first").hidden = Boolean(who);
  by("take-form").hidden = !who;
  return undefined;
}

async function take(word, keep = []) {
  const { who, token } = await notes.state();
  const { ok, told } = await notes.takePack(token);
  if (!ok) return pages.say(told.message, "bad");
  await vault.make(word, who, told.until);
  await vault.put("pack", { ...told, saved: Date.now() });
  await vault.put("notes", keep);
  pages.say("");
  return open();
}

// Everything was taken in: the cards as they stand now, under the same word.
async function refresh(token) {
  const { ok, told } = await notes.takePack(token);
  if (!ok) return;
  pack = { ...told, saved: Date.now() };
  await vault.put("pack", pack);
  await vault.keepUntil(told.until);
}

async function sync() {
  if (!navigator.onLine) return pages.say(words("no_net"), "warn");
  const { who, token } = await notes.state();
  const label = await vault.label();
  if (!who) return pages.say(words("sign_in"), "warn");
  if (who !== label.owner) return pages.say(words("other"), "bad");
  await notes.sync(token);
  const left = await notes.all();
  if (!left.length) await refresh(token);
  pages.say(left.length ? words("some", { n: left.length }) : words("synced"), left.length ? "warn" : "ok");
  return draw();
}

async function renew() {
  if ((await notes.all()).length) return pages.say(words("unsynced"), "warn");
  await vault.wipe();
  pack = null;
  return start();
}

async function wipe() {
  if (pack && (await notes.all()).length && !window.confirm(words("sure"))) return;
  await vault.wipe();
  pack = null;
  pages.say("");
  await start();
}

const ACTS = { sync, renew, wipe, list: async () => { pages.show("work"); await draw(); } };

function guarded(work) {
  return async (event) => {
    event.preventDefault();
    try {
      await work(event);
    } catch (error) {
      pages.say(navigator.onLine ? words("failed") : words("no_net"), "bad");
      throw error;
    }
  };
}

by("take-form").addEventListener("submit", guarded(async (event) => {
  const { word, again } = event.target.elements;
  if (word.value !== again.value) return pages.say(words("differ"), "bad");
  await take(word.value);
  return event.target.reset();
}));
by("unlock-form").addEventListener("submit", guarded(async (event) => {
  const outcome = await vault.unlock(event.target.elements.known.value);
  event.target.reset();
  if (outcome === "open") {
    pages.say("");
    return open();
  }
  pages.say(words(outcome), "bad");
  return outcome === "gone" ? start() : undefined;
}));
by("find-form").addEventListener("submit", guarded(async () => draw()));
by("find").addEventListener("input", guarded(async () => draw()));
by("only-cards").addEventListener("change", () => draw());
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
