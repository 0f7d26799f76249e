// Sends the place along where the phone gives one; without it, or without this file, the button signs all the same.
"use strict";
const form = document.querySelector("[data-sign]");
const PATIENCE = 6000;

function send(place) {
  if (place) {
    form.elements.latitude.value = place.coords.latitude;
    form.elements.longitude.value = place.coords.longitude;
    form.elements.accuracy.value = place.coords.accuracy;
  }
  form.submit();
}

if (form) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    button.textContent = button.dataset.waiting;
    if (!navigator.geolocation) return send(null);
    const options = { enableHighAccuracy: true, timeout: PATIENCE, maximumAge: 60000 };
    return navigator.geolocation.getCurrentPosition(send, () => send(null), options);
  });
}
