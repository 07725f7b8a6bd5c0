// `node main.mjs WHAT STAGE`: does WHAT with the pages that STAGE describes, a file that client/tests/browser.rs writes.
import fs from "node:fs";
import path from "node:path";
import { Unexpected } from "./check.mjs";
import { begin } from "./chromium.mjs";
import { says } from "./find.mjs";
import { Keyboard, Mouse } from "./hands.mjs";
import { JOURNEYS } from "./journeys.mjs";
import * as locking from "./locking.mjs";
import { pictures } from "./pictures.mjs";
import { Visit } from "./visit.mjs";

const [what, file] = process.argv.slice(2);
const stage = JSON.parse(fs.readFileSync(file, "utf8"));
stage.documentName = path.basename(stage.document);
stage.documentBytes = fs.readFileSync(stage.document);

// Each person's day, one after the other: what one sends, the next reads. Whoever comes a second time is there already,
// and has locked.
async function journeys(browser, Hands, hasScript) {
  const visits = new Map();
  for (const [person, journey, where] of JOURNEYS.filter(([, journey]) => !stage.only || journey.name === stage.only)) {
    await told(`${person} ${journey.name}`, async () => {
      const known = visits.get(person);
      const visit = known ?? (await Visit.begin(browser, stage.people[person], { ...stage, hasScript }));
      visits.set(person, visit);
      const hands = new Hands(visit);
      if (known) await visit.unlocks(hands);
      else if (where) await visit.comesIn(hands, where);
      else await visit.enter(hands);
      await journey({ visit, hands, stage, isKeyboard: Hands === Keyboard });
      await hands.press("Verrouiller");
      await says(visit.page, "Rien n'a été perdu");
    });
  }
  for (const visit of visits.values()) await visit.end();
}

async function locked(browser) {
  const acts = [
    ["coord", locking.windows, true],
    ["csp", locking.back, true],
    ["bref", locking.back, false],
    ["maire", locking.idle, true],
  ];
  for (const [person, act, hasScript] of acts) {
    await told(`${person} ${act.name}`, async () => {
      const visit = await Visit.begin(browser, stage.people[person], { ...stage, hasScript });
      const hands = new Mouse(visit);
      await visit.enter(hands);
      await act({ visit, hands, Hands: Mouse, stage });
      await visit.end();
    });
  }
}

async function told(name, act) {
  const since = performance.now();
  await act();
  console.log(`${name}: ${Math.round(performance.now() - since)} ms`);
}

const DOING = {
  mouse: (browser) => journeys(browser, Mouse, true),
  keyboard: (browser) => journeys(browser, Keyboard, true),
  "no-script": (browser) => journeys(browser, Mouse, false),
  locking: locked,
  pictures: (browser) => pictures(browser, stage),
};

const browser = await begin();
try {
  await DOING[what](browser);
} catch (error) {
  console.error(error instanceof Unexpected ? `${error.message}\n${error.stack.split("\n").filter((line) => line.includes("journeys.mjs") || line.includes("locking.mjs")).join("\n")}` : error);
  process.exitCode = 1;
} finally {
  await browser.close();
}
