// Keeps the page for work without a network. VERSION and FILES are written above by the server.
"use strict";
const NAME = `sidan-offline-${VERSION}`;

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(NAME)
      .then((cache) => cache.addAll(FILES.map((url) => new Request(url, { cache: "reload" }))))
      .then(() => self.skipWaiting())
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter((name) => name !== NAME).map((name) => caches.delete(name))))
      .then(() => self.clients.claim())
  );
});

self.addEventListener("fetch", (event) => {
  const request = event.request;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") {
    // Pages always come from the network; without one, any address shows the page that works offline: a teacher's
    // address the roll call, any other the officer's.
    const kept = url.pathname.startsWith("/attendance") ? FILES[1] : FILES[0];
    event.respondWith(fetch(request).catch(() => caches.match(kept)));
  } else if (FILES.includes(url.pathname + url.search)) {
    event.respondWith(caches.match(request.url).then((kept) => kept || fetch(request)));
  }
});
