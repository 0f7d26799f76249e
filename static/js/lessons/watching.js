// Counts the seconds in which a lesson is in sight (and its film plays), and tells the server every fifteen of them.
// The server has its own clock and takes no more than passed: this page can only say less.
(() => {
  const box = document.querySelector("[data-watch]");
  if (!box) return;
  const EVERY = 15000;
  const film = document.querySelector("[data-watch-film]");
  const said = box.querySelector("[data-watch-said]");
  const bar = box.querySelector("[data-watch-bar]");
  const csrf = document.querySelector("input[name=csrf_token]");
  let shown = 0;
  let last = performance.now();
  let stopped = false;

  const fresh = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  };
  const inSight = () => !document.hidden && (!film || (!film.paused && !film.ended));
  const count = () => {
    const now = performance.now();
    if (counting) shown += Math.min(now - last, EVERY * 2);
    last = now;
    counting = inSight();
  };
  let counting = inSight();

  if (film) {
    const start = Number(box.dataset.at);
    film.addEventListener("loadedmetadata", () => { if (start < film.duration) film.currentTime = start; });
    film.addEventListener("ratechange", () => { if (film.playbackRate > 1) film.playbackRate = 1; });
    ["play", "pause", "ended"].forEach((event) => film.addEventListener(event, count));
  }
  document.addEventListener("visibilitychange", count);

  const tell = async (kept) => {
    count();
    const whole = kept ? kept.told : Math.floor(shown / 1000);
    if (stopped || whole < 1) return;
    const body = new FormData();
    const beat = kept || { key: fresh(), told: whole };
    body.set("csrf_token", csrf ? csrf.value : "");
    body.set("token", box.dataset.token);
    body.set("key", beat.key);
    body.set("told", String(beat.told));
    if (!kept) shown -= whole * 1000;
    let answer;
    try {
      answer = await fetch(box.dataset.watch, { method: "POST", body, credentials: "same-origin" });
    } catch {
      setTimeout(() => tell(beat), 5000); // the same key: sent twice it counts once
      return;
    }
    const news = await answer.json().catch(() => ({}));
    if (!answer.ok) {
      stopped = true;
      if (film) film.pause();
      said.textContent = news.message || "";
      return;
    }
    bar.value = news.reached;
    if (news.capped && !news.done && !news.question) {
      stopped = true;
      if (film) film.pause();
      said.textContent = news.message;
      return;
    }
    said.textContent = said.textContent.replace(/\d+/, String(Math.floor(news.reached / 60)));
    if (news.question || news.done) location.assign(box.dataset.again);
  };
  setInterval(() => tell(null), EVERY);
})();
