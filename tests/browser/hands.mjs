// Two ways of using a page. Both name what they use by the words on it; what they do is what a person's hands do.
import { must } from "./check.mjs";
import { PATIENCE } from "./chromium.mjs";
import { find } from "./find.mjs";

// How often a file is asked for.
const CHOOSES = 8;

class Hands {
  constructor(visit) {
    this.visit = visit;
    this.page = visit.page;
  }

  // Does something that leads to another page, and looks at that one.
  async to(act) {
    const arrives = this.page.waitForNavigation({ waitUntil: "load", timeout: PATIENCE });
    await Promise.all([arrives, act()]);
    await this.visit.arrived();
  }

  async follow(words, under) {
    await this.to(async () => this.use(await find(this.page, "link", words, under), "Enter"));
  }

  async press(words) {
    await this.to(async () => this.use(await find(this.page, "button", words), "Space"));
  }

  // A button or a link that leads nowhere else: a file comes.
  async take(words) {
    return this.visit.downloaded(async () => this.use(await find(this.page, "link", words), "Enter"));
  }

  // Has the browser ask for a file; where a busy one did not hear it, once more.
  async chooses(path, act) {
    for (let tries = 0; tries < CHOOSES; tries += 1) {
      const asked = this.page.waitForFileChooser({ timeout: PATIENCE / CHOOSES }).catch(() => null);
      await act();
      const chooser = await asked;
      if (chooser) return chooser.accept([path]);
    }
    must("the browser asks for a file", false, this.page.url());
  }

  async unfold(words) {
    await this.use(await find(this.page, "summary", words), "Space");
  }

  async tick(words) {
    await this.use(await find(this.page, "field", words), "Space");
  }

  async fill(words, typed) {
    const field = await find(this.page, "field", words);
    await this.goTo(field);
    await this.page.keyboard.down("Control");
    await this.page.keyboard.press("KeyA");
    await this.page.keyboard.up("Control");
    await this.page.keyboard.type(typed);
    const value = await field.evaluate((element) => element.value);
    must(`« ${words} » holds what was typed`, value === typed, value);
  }

  // The option whose words begin so.
  async choose(words, option) {
    const field = await find(this.page, "field", words);
    await this.goTo(field);
    const shown = () => field.evaluate((element) => element.selectedOptions[0].textContent.trim());
    const count = await field.evaluate((element) => element.options.length);
    await this.page.keyboard.press("Home");
    for (let tries = 0; tries < count && !(await shown()).startsWith(option); tries += 1) {
      await this.page.keyboard.press("ArrowDown");
    }
    must(`« ${words} » offers « ${option} »`, (await shown()).startsWith(option), await shown());
  }
}

// A pointer, and what lies under it.
export class Mouse extends Hands {
  async use(element) {
    await this.page.mouse.click(...(await this.over(element)));
  }

  async goTo(element) {
    await element.focus();
  }

  // Documents are dropped where the page says so; without a script they are chosen.
  async attach(words, path) {
    const field = await find(this.page, "field", words);
    if (this.visit.hasScript && (await field.evaluate((element) => Boolean(element.closest("[data-drop]"))))) {
      const [x, y] = await this.over(await field.evaluateHandle((element) => element.closest("[data-drop]")));
      const data = { items: [], files: [path], dragOperationsMask: 1 };
      for (const type of ["dragEnter", "dragOver", "drop"]) {
        await this.visit.devtools.send("Input.dispatchDragEvent", { type, x, y, data });
      }
    } else {
      await this.chooses(path, () => this.use(field));
    }
    must("the document is chosen", (await field.evaluate((element) => element.files.length)) > 0);
  }

  // The middle of it, which must be what is seen there.
  async over(element) {
    const [x, y, seen] = await element.evaluate((element) => {
      element.scrollIntoView({ block: "center" });
      const { left, top, width, height } = element.getClientRects()[0];
      const [x, y] = [left + width / 2, top + height / 2];
      const there = document.elementFromPoint(x, y);
      return [x, y, element.contains(there) ? "" : there?.outerHTML.slice(0, 80) ?? "nothing"];
    });
    must("nothing lies over what is clicked", seen === "", seen);
    return [x, y];
  }
}

// Tab, Enter, Space, the arrows; and where one is can be seen at every stop.
export class Keyboard extends Hands {
  async use(element, key) {
    await this.goTo(element);
    await this.page.keyboard.press(key);
  }

  async goTo(element) {
    const stops = await this.page.evaluate(() => document.querySelectorAll("a, button, input, select, textarea, summary, [tabindex]").length);
    // Once around the page, and around the browser's own controls.
    for (let tries = 0; tries < 2 * stops + 4; tries += 1) {
      const stop = await this.page.evaluate((element) => {
        const now = document.activeElement;
        if (now === document.body) return { there: false, seen: true };
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(now);
        const seen = (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none";
        const { bottom, right } = now.getBoundingClientRect();
        return { there: now === element, seen: seen && bottom > 0 && right > 0, is: now.outerHTML.slice(0, 120) };
      }, element);
      // Where a page sets the focus by itself, a pointer may have brought it here.
      if (tries > 0 || stop.there) must("where the keyboard is can be seen", stop.seen, stop.is);
      if (stop.there) return;
      await this.page.keyboard.press("Tab");
    }
    const words = await element.evaluate((element) => element.outerHTML.slice(0, 120));
    must("the keyboard gets there", false, words);
  }

  async attach(words, path) {
    const field = await find(this.page, "field", words);
    await this.goTo(field);
    await this.chooses(path, () => this.page.keyboard.press("Space"));
    must("the document is chosen", (await field.evaluate((element) => element.files.length)) > 0);
  }
}
