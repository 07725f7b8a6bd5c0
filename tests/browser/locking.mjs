// What is left on the screen, and what is still done, once somebody locked: in the page's own past, in a second window, in a
// form that was open.
import { must } from "./check.mjs";
import { find, says, text } from "./find.mjs";

const SECRET = "La porte est forcée.";

async function hides(page, when) {
  const shown = await page.evaluate(() => document.documentElement.textContent);
  must(`${when}, nothing of the letter is shown`, !shown.includes(SECRET) && !shown.includes("Cave du bâtiment"), shown);
}

// The officer has read a letter and locks; whoever comes next goes back.
export async function back({ visit, hands }) {
  const { page } = visit;
  await hands.follow("Note confidentielle");
  await hands.press("Ouvrir");
  await says(page, SECRET);
  await hands.follow("Annuaire");
  await hands.follow("Envoyés");
  await hands.press("Verrouiller");
  await says(page, "Rien n'a été perdu");
  for (let steps = 1; steps <= 6; steps += 1) {
    // A page that was the answer to a form has nothing to come back with: Chromium says so itself.
    await page.goBack().catch(() => {});
    await hides(page, `${steps} steps back`);
  }
  await page.goto(`${visit.origin}/envoyes`);
  await says(page, "Rien n'a été perdu");
}

// Two windows of one browser: what is locked in one is locked in the other, and a form that was open there is not done.
export async function windows({ visit, hands, Hands, stage }) {
  const first = visit.page;
  const other = await visit.another();
  const there = new Hands(other);
  await other.page.goto(`${visit.origin}/ecrire/${stage.group}/F05a`);
  await other.arrived();
  await there.tick("Chloé Vasseur");
  await there.fill("Objet", "Trop tard");
  await there.fill("Texte", "Ce texte ne part pas.");
  await other.page.screenshot();
  await first.bringToFront();
  await hands.press("Verrouiller");

  await other.page.bringToFront();
  await there.press("Vérifier et continuer");
  await says(other.page, "elle n'a pas été faite");
  await there.fill("Phrase de passe", stage.passphrase);
  await there.to(() => other.page.keyboard.press("Enter"));
  await there.follow("Envoyés");
  must("nothing was sent", !(await text(other.page)).includes("Chloé Vasseur"), await text(other.page));

  // Unlocked in one, it is in the other.
  await first.bringToFront();
  await first.goto(`${visit.origin}/`);
  await visit.arrived();
  await find(first, "link", "Écrire");
}

// A page that nobody uses hides itself, and keeps as a draft what was being written; two minutes pass when they are told to.
export async function idle({ visit, hands }) {
  const { page } = visit;
  await page.evaluateOnNewDocument(() => {
    const wait = window.setTimeout;
    window.setTimeout = (act, delay, ...more) => (delay >= 120_000 ? ((window.passes = act), 0) : wait(act, delay, ...more));
  });
  const pass = () => page.evaluate(() => window.passes());
  await hands.follow("Envoyés");
  await pass();
  const seen = await page.evaluate(() => document.body.innerText);
  must("the page is hidden", seen.includes("Page masquée") && !seen.includes("Note confidentielle"), seen);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => !document.body.classList.contains("veiled"));

  await hands.follow("Écrire");
  await hands.follow("Note confidentielle", "ailleurs de Clairval");
  await hands.tick("Chloé Vasseur");
  await hands.fill("Objet", "Hall 3");
  await hands.fill("Texte", "Trois passages cette semaine.");
  await pass();
  await page.waitForFunction(() => document.querySelector("[data-veil]").innerText.includes("gardé comme brouillon"));
  const draft = await page.$eval("[name=brouillon]", (field) => field.value);
  await page.keyboard.press("Enter");
  await hands.fill("Texte", "Quatre passages cette semaine.");
  await pass();
  await page.waitForFunction((draft) => document.querySelector("[name=brouillon]").value !== draft, {}, draft);
  await page.keyboard.press("Enter");
  await hands.press("Verrouiller");
  await visit.unlocks(hands);
  await hands.follow("Écrire");
  await hands.follow("Note confidentielle", "Vos brouillons");
  const written = await page.$eval("textarea", (text) => text.value);
  must("the draft holds what was written last", written === "Quatre passages cette semaine.", written);
}
