// What the officer sees: the list of people, one person with the forms, the notes that wait.
import { field, make, slot, texts, words } from "./fields.js";
import * as notes from "./notes.js";

const by = (id) => document.getElementById(id);
const told = (pairs, value) => (pairs.find(([each]) => each === value) || [value, value])[1];

export function show(name) {
  for (const id of ["take", "unlock", "work", "person"]) by(id).hidden = id !== name;
}

export function say(text, tone = "info") {
  by("said").hidden = !text;
  by("said").textContent = text;
  by("said").dataset.tone = tone;
}

function about(person, pack) {
  const kind = person.groups.length ? person.groups : [told(pack.words.work_status, person.work_status)];
  return [person.village, ...kind].join(" · ");
}

export function list(pack, waiting, open) {
  const wanted = by("find").value.trim().toLowerCase();
  const done = new Set(waiting.filter((note) => note.kind !== "service" && note.kind !== "person").map((note) => note.about));
  const cards = pack.cards.filter((card) => !done.has(card.id));
  const asked = new Set(cards.map((card) => card.person));
  const found = pack.people.filter(
    (one) => (!wanted || one.name.includes(wanted) || one.initials.startsWith(wanted)) && (!by("only-cards").checked || asked.has(one.id))
  );
  by("found").textContent = by("found").dataset.words.replace("{n}", found.length);
  by("people").replaceChildren(
    ...found.slice(0, 200).map((person) => {
      const row = make("person");
      slot(row, "name").textContent = person.name;
      slot(row, "about").textContent = about(person, pack);
      slot(row, "card").hidden = !asked.has(person.id);
      row.firstElementChild.addEventListener("click", () => open(person));
      return row;
    })
  );
}

function onSave(form, fields, keep) {
  form.replaceChildren(...fields, make("save"));
  form.onsubmit = (event) => {
    event.preventDefault();
    keep(texts(form));
  };
}

function cardForms(person, pack, waiting, save) {
  const done = new Set(waiting.map((note) => `${note.kind} ${note.about}`));
  const open = (card) => !done.has(`answer ${card.id}`) && !done.has(`not_reached ${card.id}`);
  return pack.cards.filter((card) => card.person === person.id && open(card)).map((card) => {
    const round = pack.rounds.find((each) => each.id === card.round);
    const node = make("card");
    slot(node, "title").textContent = round.title;
    const known = { work_status: person.work_status, wish: person.wish };
    const note = { key: "note", text: words("note"), kind: "text" };
    const base = { about: card.id, person: person.id, seen: card.version };
    const asked = round.questions.map((one) => field(one, known[one.key] || ""));
    onSave(node.querySelector("form"), [...asked, field(note)], (given) => save({ ...base, kind: "answer", texts: given }));
    const why = { key: "reason", text: words("reason"), kind: "choice", choices: pack.words.reason, needed: true };
    onSave(node.querySelector("[data-missed]"), [field(why), field(note)], (given) => save({ ...base, kind: "not_reached", texts: given }));
    return node;
  });
}

function serviceForm(person, pack, save) {
  const form = by("service-form");
  const kind = field({ key: "kind", text: words("kind"), kind: "choice", choices: pack.words.service, needed: true });
  const result = document.createElement("div");
  const offer = (value) => {
    const choices = pack.words.result[value] || [];
    result.replaceChildren(...(choices.length ? [field({ key: "result", text: words("result"), kind: "choice", choices, needed: true })] : []));
  };
  kind.addEventListener("change", (event) => offer(event.target.value));
  const rest = ["about", "note"].map((key) => field({ key, text: words(key), kind: "text" }));
  onSave(form, [kind, result, ...rest], (given) => save({ kind: "service", about: person.id, person: person.id, seen: null, texts: given }));
}

function personForm(person, pack, save) {
  const phone = field({ key: "phone", text: words("phone"), kind: "tel" }, person.phone);
  const status = { key: "work_status", text: words("work_status"), kind: "choice", choices: pack.words.work_status, needed: true };
  onSave(by("person-form"), [phone, field(status, person.work_status)], (given) => {
    if ((given.phone || "") === person.phone && given.work_status === person.work_status) return say(words("nothing_new"));
    return save({ kind: "person", about: person.id, person: person.id, seen: person.version, texts: { phone: "", ...given } });
  });
}

export function person(one, pack, waiting, save) {
  const page = by("person");
  slot(page, "name").textContent = one.name;
  slot(page, "about").textContent = [about(one, pack), one.id_number, one.guardian].filter(Boolean).join(" · ");
  slot(page, "call").hidden = !one.phone;
  slot(page, "call").href = `tel:${one.phone}`;
  slot(page, "call").textContent = one.phone;
  by("cards").replaceChildren(...cardForms(one, pack, waiting, save));
  serviceForm(one, pack, save);
  personForm(one, pack, save);
  for (const details of page.querySelectorAll(":scope > details")) details.open = false;
  show("person");
  slot(page, "name").scrollIntoView();
}

function sides(pack, note, values) {
  const round = pack.rounds.find((each) => pack.cards.some((card) => card.id === note.about && card.round === each.id));
  const questions = new Map((round && note.kind === "answer" ? round.questions : []).map((one) => [one.key, one]));
  const pairs = { work_status: pack.words.work_status, reason: pack.words.reason, kind: pack.words.service, result: pack.words.result[values.kind] || [] };
  return Object.entries(values).map(([key, value]) => {
    const line = document.createElement("li");
    const question = questions.get(key);
    const name = question ? question.text : words(key);
    line.textContent = `${name}：${told(question ? question.choices : pairs[key] || [], value) || "—"}`;
    return line;
  });
}

export function list_notes(pack, waiting, act) {
  by("waiting").textContent = waiting.length ? by("waiting").dataset.some.replace("{n}", waiting.length) : by("waiting").dataset.none;
  by("notes").replaceChildren(
    ...waiting.map((note) => {
      const row = make("note");
      slot(row, "who").textContent = (pack.people.find((one) => one.id === note.person) || { name: "—" }).name;
      slot(row, "what").textContent = words(note.kind);
      slot(row, "on").textContent = note.on;
      slot(row, "message").textContent = note.message;
      row.dataset.outcome = note.outcome;
      row.querySelector(".offline-sides").hidden = note.outcome !== "conflict";
      row.querySelector("[data-do=insist]").hidden = note.outcome !== "conflict";
      row.querySelector("[data-do=drop]").hidden = !note.outcome;
      if (note.here) {
        slot(row, "mine").replaceChildren(...sides(pack, note, note.texts));
        slot(row, "here").replaceChildren(...sides(pack, note, note.here.values));
        slot(row, "here-by").textContent = [note.here.by, note.here.at].join(" · ");
      }
      row.addEventListener("click", async (event) => {
        const done = event.target.dataset.do;
        if (done) await notes[done](note.key).then(act);
      });
      return row;
    })
  );
}
