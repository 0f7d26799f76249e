// The key of this phone: made here, never readable, kept by the browser; and the two clocks.
const DATABASE = "sidan-roll-key";
const STORE = "key";
const WAY = { name: "ECDSA", namedCurve: "P-256" };
const boot = crypto.randomUUID();

function request(wanted) {
  return new Promise((resolve, reject) => {
    wanted.onsuccess = () => resolve(wanted.result);
    wanted.onerror = () => reject(wanted.error);
  });
}

async function inStore(mode, work) {
  const asked = indexedDB.open(DATABASE, 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
  const database = await request(asked);
  try {
    return await request(work(database.transaction(STORE, mode).objectStore(STORE)));
  } finally {
    database.close();
  }
}

export const clocks = () => ({ boot, steady: Math.round(performance.now()), wall: Date.now() });
export const hex = (bytes) => [...new Uint8Array(bytes)].map((one) => one.toString(16).padStart(2, "0")).join("");
const base64 = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));
export const digest = async (text) => hex(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));

export async function pair() {
  const kept = await inStore("readonly", (store) => store.get("pair"));
  if (kept) return kept;
  const made = await crypto.subtle.generateKey(WAY, false, ["sign", "verify"]);
  await inStore("readwrite", (store) => store.put(made, "pair"));
  return made;
}

export async function forget() {
  await inStore("readwrite", (store) => store.clear());
}

export async function publicKey() {
  return base64(await crypto.subtle.exportKey("spki", (await pair()).publicKey));
}

export async function sign(text) {
  const way = { name: "ECDSA", hash: "SHA-256" };
  return base64(await crypto.subtle.sign(way, (await pair()).privateKey, new TextEncoder().encode(text)));
}
