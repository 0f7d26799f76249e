// What is smaller than an elder view may have it (handbook section 10): touch areas, type, line spacing.
() => {
  const bad = [];
  const apart = ".skip, .visually-hidden, script, details:not([open]) > :not(summary)";
  const touched = "a, button, select, summary, textarea, label.choice, input:not([type=hidden]):not(.form-check-input)";
  const shown = (one) => one.getClientRects().length && !one.closest(apart);
  for (const one of document.querySelectorAll(touched)) {
    const box = (one.matches(".stretched") ? one.closest(".tile, .stat") : one).getBoundingClientRect();
    if (shown(one) && (box.width < 59.5 || box.height < 59.5)) {
      bad.push(`${one.tagName} ${one.innerText} ${box.width} x ${box.height}`);
    }
  }
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const words = walk.currentNode.data.trim();
    const around = walk.currentNode.parentElement;
    if (!words || !shown(around)) continue;
    const style = getComputedStyle(around);
    const size = parseFloat(style.fontSize);
    if (size < 18) bad.push(`${words}: ${size} px`);
    if (around.closest("main") && parseFloat(style.lineHeight) < 1.3 * size - 0.1) bad.push(`${words}: line ${style.lineHeight}`);
  }
  return bad;
}
