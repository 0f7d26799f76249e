// The safe on the device: everything in it is sealed with a key made from the officer's own word, which is kept nowhere.
let safe = "sidan-offline";
const STORE = "safe";
const ROUNDS = 600000;
const TRIES = 5;

function request(wanted) {
  return new Promise((resolve, reject) => {
    wanted.onsuccess = () => resolve(wanted.result);
    wanted.onerror = () => reject(wanted.error);
  });
}

async function opened() {
  const asked = indexedDB.open(safe, 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
  return request(asked);
}

async function inStore(mode, work) {
  const database = await opened();
  try {
    const transaction = database.transaction(STORE, mode);
    const result = await request(work(transaction.objectStore(STORE)));
    if (mode === "readwrite") {
      await new Promise((resolve, reject) => {
        transaction.oncomplete = resolve;
        transaction.onabort = transaction.onerror = () => reject(transaction.error);
      });
    }
    return result;
  } finally {
    database.close();
  }
}

const read = (name) => inStore("readonly", (store) => store.get(name));
const write = (name, value) => inStore("readwrite", (store) => store.put(value, name));

async function keyFrom(word, salt) {
  const raw = await crypto.subtle.importKey("raw", new TextEncoder().encode(word), "PBKDF2", false, ["deriveKey"]);
  const way = { name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS };
  return crypto.subtle.deriveKey(way, raw, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

let key = null;

// Another room of the house keeps another safe.
export const use = (name) => { safe = name; };

// What stands open: whose safe it is, until when, how many wrong words were tried. Nothing personal.
export const label = () => read("label");

export async function make(word, owner, until) {
  await wipe();
  const salt = crypto.getRandomValues(new Uint8Array(16));
  key = await keyFrom(word, salt);
  await write("label", { salt, owner, until, wrong: 0 });
  await put("check", "sidan");
}

export async function keepUntil(until) {
  await write("label", { ...(await label()), until });
}

// Opens the safe: "open", "wrong", or "gone" after too many wrong words, when everything is thrown away.
export async function unlock(word) {
  const found = await label();
  key = await keyFrom(word, found.salt);
  try {
    await get("check");
    if (found.wrong) await write("label", { ...found, wrong: 0 });
    return "open";
  } catch (error) {
    if (error.name !== "OperationError") throw error;
    key = null;
    if (found.wrong + 1 >= TRIES) {
      await wipe();
      return "gone";
    }
    await write("label", { ...found, wrong: found.wrong + 1 });
    return "wrong";
  }
}

export async function put(name, value) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const way = { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(name) };
  const sealed = await crypto.subtle.encrypt(way, key, new TextEncoder().encode(JSON.stringify(value)));
  await write(`box:${name}`, { iv, sealed });
}

export async function get(name) {
  const box = await read(`box:${name}`);
  if (!box) return null;
  const way = { name: "AES-GCM", iv: box.iv, additionalData: new TextEncoder().encode(name) };
  const plain = await crypto.subtle.decrypt(way, key, box.sealed);
  return JSON.parse(new TextDecoder().decode(plain));
}

export async function wipe() {
  key = null;
  await inStore("readwrite", (store) => store.clear());
}
