// The officer's notes: kept in the safe until the server has taken them in, each under a key of its own.
import * as vault from "./vault.js";

export async function all() {
  return (await vault.get("notes")) || [];
}

export async function add(note) {
  const notes = await all();
  notes.push({ ...note, key: crypto.randomUUID(), outcome: "", message: "" });
  await vault.put("notes", notes);
}

export async function drop(key) {
  await vault.put("notes", (await all()).filter((note) => note.key !== key));
}

// The officer has seen what stands on the server and wants the own note to count: it is sent again as of that version.
export async function insist(key) {
  const notes = await all();
  for (const note of notes) {
    if (note.key === key) Object.assign(note, { seen: note.here.version, outcome: "", message: "", here: null });
  }
  await vault.put("notes", notes);
}

export async function state() {
  const answer = await fetch("/offline/state", { cache: "no-store" });
  return answer.json();
}

async function post(url, token, body) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  const type = answer.headers.get("Content-Type") || "";
  if (!type.startsWith("application/json")) throw new Error(`${url}: ${answer.status}`);
  return { ok: answer.ok, told: await answer.json() };
}

export const takePack = (token) => post("/offline/pack", token, {});

const SENT = ["key", "kind", "about", "on", "seen", "texts"];
const BATCH = 50;

// Sends what waits, a few at a time; what was taken in leaves the device, what was not stays with its reason.
export async function sync(token) {
  const waiting = (await all()).filter((note) => note.outcome !== "conflict");
  for (let first = 0; first < waiting.length; first += BATCH) {
    const sent = waiting.slice(first, first + BATCH);
    const plain = sent.map((note) => Object.fromEntries(SENT.map((name) => [name, note[name] ?? null])));
    const { ok, told } = await post("/offline/notes", token, { notes: plain });
    if (!ok) throw new Error(told.message);
    const byKey = new Map(told.outcomes.map((one) => [one.key, one]));
    const kept = (await all()).filter((note) => byKey.get(note.key)?.outcome !== "done");
    for (const note of kept) {
      const one = byKey.get(note.key);
      if (one) Object.assign(note, { outcome: one.outcome, message: one.message, here: one.here || null });
    }
    await vault.put("notes", kept);
  }
}
