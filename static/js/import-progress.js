// Moves the bar of an import without loading the page anew; without this file the page reloads itself.
(() => {
  "use strict";
  const part = () => document.querySelector("[data-import-progress]");
  const ask = async () => {
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("[data-import-progress]");
      if (answer.redirected || !fresh) {
        location.reload();
        return;
      }
      part().replaceChildren(...fresh.childNodes);
    } catch {
      // the line is down: ask again later
    }
    setTimeout(ask, 1500);
  };
  setTimeout(ask, 1000);
})();
