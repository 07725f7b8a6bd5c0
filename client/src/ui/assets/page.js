// What a page can do without, done more comfortably: it hides itself, shows how far something is, and takes what is
// dropped. It makes no markup, keeps nothing in the browser and asks nobody but the page's own address.
"use strict";

(() => {
  const HIDE_AFTER = 120_000;
  const SAY_AFTER = 60_000;
  const BY_ITSELF = { "x-pli-by-itself": "1" };
  const veil = document.querySelector("[data-veil]");
  const isOutside = document.body.classList.contains("outside");
  let idle = 0;
  let said = Date.now();

  const show = () => {
    if (veil) veil.hidden = true;
    document.body.classList.remove("veiled");
    clearTimeout(idle);
    if (!isOutside) idle = setTimeout(hide, HIDE_AFTER);
  };
  const hide = () => {
    if (!veil) return;
    document.body.classList.add("veiled");
    veil.hidden = false;
    veil.querySelector("button").focus();
    keep();
  };
  // Whoever types or points is there, though they ask for no page: nothing locks under their hands.
  const isThere = () => {
    if (document.body.classList.contains("veiled")) return;
    show();
    if (isOutside || Date.now() - said < SAY_AFTER) return;
    said = Date.now();
    fetch("/progres").catch(() => {});
  };
  for (const kind of ["pointermove", "keydown", "scroll"]) addEventListener(kind, isThere, { passive: true });

  // What is being written while nobody is there any more is kept as a draft, before the device is locked.
  const written = document.querySelector("[data-draft]");
  let isWritten = false;
  written?.addEventListener("input", () => (isWritten = true));
  const keep = async () => {
    if (!isWritten) return;
    isWritten = false;
    const body = new FormData(written);
    for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
    body.set("garder", "1");
    try {
      const answer = await fetch(location.pathname, { method: "POST", body, headers: BY_ITSELF });
      const { draft, kept } = await answer.json();
      if (draft) written.elements.namedItem("brouillon").value = draft;
      veil.querySelector("[role=status]").textContent = kept;
    } catch {
      // It was locked meanwhile, or Pli was closed.
    }
  };
  veil?.querySelector("button").addEventListener("click", show);
  show();

  // A form that was sent and takes long: what is done, and a bar; its buttons are good once.
  const busy = (form, text) => {
    const [place, what, bar] = ["p", "span", "progress"].map((kind) => document.createElement(kind));
    place.setAttribute("role", "status");
    what.textContent = text;
    place.append(what, bar);
    form.after(place);
    for (const button of form.querySelectorAll("button")) setTimeout(() => (button.disabled = true));
    return { what, bar };
  };

  // How far a letter is, while its form is on its way: its documents come, then they are sealed.
  for (const form of document.querySelectorAll("[data-progress]")) {
    form.addEventListener("submit", () => {
      const { what, bar } = busy(form, "");
      const ask = async () => {
        try {
          const answer = await fetch("/progres", { headers: BY_ITSELF });
          const { what: said, done, of } = await answer.json();
          what.textContent = said ?? "";
          if (of) [bar.max, bar.value] = [of, done];
          else bar.removeAttribute("value");
        } catch {
          // The next page says how it ended.
        }
        setTimeout(ask, 400);
      };
      setTimeout(ask, 400);
    });
  }

  // What takes seconds says so while it does.
  for (const form of document.querySelectorAll("[data-busy]")) {
    form.addEventListener("submit", () => busy(form, form.dataset.busy));
  }

  // What somebody else does shows itself: the page asks whether it is still as it says, and is asked for anew if not.
  for (const waiting of document.querySelectorAll("[data-ask]")) {
    const ask = async () => {
      try {
        const answer = await fetch(waiting.dataset.ask, { headers: BY_ITSELF });
        const { state } = await answer.json();
        if (state !== waiting.dataset.state) return location.reload();
      } catch {
        // Pli was closed, or is busy: the next look says so.
      }
      setTimeout(ask, 2_000);
    };
    setTimeout(ask, 2_000);
  }

  // What is dropped is chosen.
  for (const place of document.querySelectorAll("[data-drop]")) {
    const input = place.querySelector("input[type=file]");
    const over = (event) => {
      event.preventDefault();
      place.classList.toggle("over", event.type === "dragover");
    };
    place.addEventListener("dragover", over);
    place.addEventListener("dragleave", over);
    place.addEventListener("drop", (event) => {
      over(event);
      const all = new DataTransfer();
      const before = input.multiple ? input.files : [];
      for (const file of [...before, ...event.dataTransfer.files]) all.items.add(file);
      input.files = all.files;
    });
  }

  // A field that is asked for where another one says so. Without this it stands there, and may stay empty.
  for (const field of document.querySelectorAll("[data-when]")) {
    const others = document.getElementsByName(field.dataset.when);
    const wanted = field.dataset.is.split(" ");
    const look = () => (field.hidden = ![...others].some((other) => wanted.includes(other.value)));
    for (const other of others) other.addEventListener("change", look);
    if (others.length) look();
  }

  // A sheet for the printer, once its print is recorded.
  const printing = document.querySelector("[data-print]");
  if (printing) {
    printing.hidden = false;
    printing.addEventListener("click", () => print());
  }

  // Whoever wants to be told is, by the browser, while nobody looks at the page: that a letter came, and no more.
  if (typeof Notification === "function" && isSecureContext) {
    const place = document.querySelector("[data-notify]");
    let last = null;
    const ask = async () => {
      try {
        const answer = await fetch("/attente", { headers: BY_ITSELF });
        // Nobody came in with this browser.
        if (!answer.ok) return;
        const { came } = await answer.json();
        if (last !== null && came > last && document.hidden) {
          const how = { tag: "pli", renotify: true, icon: "/icone.svg" };
          const notice = new Notification(document.body.dataset.notice, how);
          notice.addEventListener("click", () => (focus(), notice.close()));
        }
        last = came;
      } catch {
        // Pli was closed, or is busy.
      }
      setTimeout(ask, 10_000);
    };
    const tell = () => {
      const given = Notification.permission;
      if (given === "granted") ask();
      if (!place) return;
      place.hidden = false;
      place.querySelector(".actions").hidden = given !== "default";
      place.querySelector("[data-notify-done]").hidden = given !== "granted";
      place.querySelector("[data-notify-denied]").hidden = given !== "denied";
    };
    place?.querySelector("button").addEventListener("click", async () => {
      await Notification.requestPermission();
      tell();
    });
    tell();
  }

  // A page that comes back from the browser's memory is asked for again: it may be locked by now.
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
})();
