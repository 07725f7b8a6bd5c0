// What a page can do without, done more comfortably: it hides itself, shows how far something is, and takes what is
// dropped. It makes no markup, keeps nothing in the browser and asks nobody but the page's own address.
"use strict";

(() => {
  const HIDE_AFTER = 120_000;
  const veil = document.querySelector("[data-veil]");
  let idle = 0;

  const show = () => {
    if (veil) veil.hidden = true;
    document.body.classList.remove("veiled");
    clearTimeout(idle);
    if (!document.body.classList.contains("outside")) idle = setTimeout(hide, HIDE_AFTER);
  };
  const hide = () => {
    if (!veil) return;
    document.body.classList.add("veiled");
    veil.hidden = false;
    veil.querySelector("button").focus();
  };
  for (const kind of ["pointermove", "keydown", "scroll"]) {
    addEventListener(kind, () => document.body.classList.contains("veiled") || show(), { passive: true });
  }
  veil?.querySelector("button").addEventListener("click", show);
  show();

  // A sheet for the printer, once its print is recorded.
  const printing = document.querySelector("[data-print]");
  if (printing) {
    printing.hidden = false;
    printing.addEventListener("click", () => print());
  }

  // A page that comes back from the browser's memory is asked for again: it may be locked by now.
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
})();
