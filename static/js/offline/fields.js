// Draws fields out of data, in the markup of the house's forms.
let counted = 0;

export function words(key, values = {}) {
  const text = document.querySelector(`#words [data-key="${key}"]`).textContent;
  return Object.entries(values).reduce((told, [name, value]) => told.replace(`{${name}}`, value), text);
}

export function make(name) {
  return document.getElementById(`t-${name}`).content.firstElementChild.cloneNode(true);
}

export function slot(node, name) {
  return node.querySelector(`[data-slot="${name}"]`);
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

const FEW = 6;
const TYPES = { number: "number", date: "date", tel: "tel" };

function control({ key, kind, choices, needed }, id, value) {
  if (kind === "choice") {
    const select = element("select", "form-select");
    select.append(new Option(words("choose"), ""));
    for (const [each, text] of choices) select.append(new Option(text, each, false, each === value));
    return Object.assign(select, { id, name: key, required: needed });
  }
  const input = element("input", "form-control");
  return Object.assign(input, { id, name: key, type: TYPES[kind] || "text", required: needed, maxLength: 200, value });
}

function radios({ key, text, choices, needed }, value) {
  const set = element("fieldset", "field field-choice");
  set.append(element("legend", "field-label", text));
  const all = element("div", "choices");
  for (const [each, told] of choices) {
    const label = element("label", "choice");
    const input = Object.assign(element("input", "form-check-input"), { type: "radio", name: key, value: each });
    input.required = needed;
    input.checked = each === value;
    label.append(input, element("span", "", told));
    all.append(label);
  }
  set.append(all);
  return set;
}

// One field: {key, text, kind: choice|text|number|date|tel, choices, needed}.
export function field(one, value = "") {
  if (one.kind === "choice" && one.choices.length <= FEW) return radios(one, value);
  const box = element("div", "field");
  const id = `field-${(counted += 1)}`;
  const label = element("label", "field-label", one.text);
  label.htmlFor = id;
  box.append(label, control(one, id, value));
  return box;
}

export function texts(form) {
  const given = {};
  for (const [name, value] of new FormData(form)) if (value.trim()) given[name] = value.trim();
  return given;
}
