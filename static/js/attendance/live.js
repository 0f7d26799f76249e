// Draws the code anew before it runs out and the lists every few seconds; reads trainees' own codes with the camera.
"use strict";
const live = document.getElementById("live");
const left = document.getElementById("left");
const EVERY = 4;
let seconds = left ? Number((left.textContent.match(/\d+/) || ["1"])[0]) : EVERY; // no code where the filing names none
let sinceLists = 0;

async function draw() {
  const answer = await fetch(live.dataset.url, { cache: "no-store", headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const told = await answer.json();
  if (left) document.getElementById("shown-code").src = told.qr;
  document.getElementById("lists").innerHTML = told.lists;
  seconds = told.left;
  if (told.due && !live.dataset.due) window.location.reload();
}

setInterval(() => {
  seconds -= 1;
  sinceLists += 1;
  if (seconds <= 0 || sinceLists >= EVERY) {
    sinceLists = 0;
    draw().catch(() => {});
  }
  if (left) left.textContent = left.dataset.words.replace("{n}", Math.max(seconds, 0));
}, 1000);

const camera = document.getElementById("camera");
const reader = document.getElementById("reader");
const form = document.getElementById("read-form");

async function scan() {
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  reader.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  reader.hidden = false;
  camera.hidden = true;
  await reader.play();
  const look = async () => {
    const [found] = await detector.detect(reader);
    if (!found) return setTimeout(look, 250);
    reader.srcObject.getTracks().forEach((track) => track.stop());
    form.elements.code.value = found.rawValue;
    return form.submit();
  };
  look();
}

if ("BarcodeDetector" in window && navigator.mediaDevices) {
  camera.hidden = false;
  camera.addEventListener("click", () => scan().catch(() => { camera.hidden = true; reader.hidden = true; }));
}
