// Every page, at the size of an office's screen and of a telephone, for docs/pages. A new page is a new line of PAGES.
import fs from "node:fs";
import path from "node:path";
import { NARROW, WIDE } from "./chromium.mjs";
import { Mouse } from "./hands.mjs";
import { withPalette } from "./palette.mjs";
import { Visit } from "./visit.mjs";

// What one still looks at in a picture, in pixels.
const HIGH_MAX = 1800;

// Its name, whose it is, and how one gets there from the first page.
const PAGES = [
  ["a-traiter", "csp", []],
  ["pli-enveloppe", "csp", [["follow", "Note confidentielle"]]],
  ["pli-ouvert", "csp", [["follow", "Note confidentielle"], ["press", "Ouvrir"]]],
  ["pli-documents", "csp", [["follow", "Note confidentielle"], ["press", "Ouvrir"], ["unfold", "Enregistrer les documents"], ["fill", "Phrase de passe", "PASSPHRASE"], ["press", "Enregistrer les documents"]]],
  ["pli-imprimer", "csp", [["follow", "Note confidentielle"], ["press", "Ouvrir"], ["unfold", "Imprimer"], ["press", "Imprimer"]]],
  ["a-traiter-vide", "pref", []],
  ["ecrire", "coord", [["follow", "Écrire"]]],
  ["ecrire-note", "coord", [["follow", "Écrire"], ["follow", "Note confidentielle"]]],
  ["ecrire-formulaire", "csp", [["follow", "Écrire"], ["follow", "Information administrative"]]],
  ["ecrire-fautes", "csp", [["follow", "Écrire"], ["follow", "Information administrative"], ["press", "Vérifier et continuer"]]],
  ["ecrire-phrase", "coord", [["follow", "Écrire"], ["follow", "Note confidentielle"], ["tick", "Bastien Orsini"], ["fill", "Objet", "Hall 3"], ["fill", "Texte", "Le hall est occupé chaque soir."], ["press", "Vérifier et continuer"]]],
  ["envoyes", "coord", [["follow", "Envoyés"]]],
  ["envoyes-suivi", "coord", [["follow", "Envoyés"], ["follow", "Note confidentielle"]]],
  ["a-valider", "proc", [["follow", "À valider"]]],
  ["a-valider-pli", "proc", [["follow", "À valider"], ["follow", "Information administrative"], ["press", "Ouvrir"]]],
  ["a-valider-accord", "proc", [["follow", "À valider"], ["follow", "Information administrative"], ["press", "Ouvrir"], ["press", "Donner l'accord"]]],
  ["a-valider-vide", "coord", [["follow", "À valider"]]],
  ["echeances", "csp", [["follow", "Échéances"]]],
  ["echeances-mois", "csp", [["follow", "Échéances"], ["first", "?mois="]]],
  ["annuaire", "coord", [["follow", "Annuaire"]]],
  ["groupes", "coord", [["follow", "Groupes"]]],
  ["groupe", "coord", [["follow", "Groupes"], ["follow", "Bailleurs de Clairval"]]],
  ["charte", "coord", [["follow", "Groupes"], ["follow", "Bailleurs de Clairval"], ["first", "/charte"]]],
  ["charte-a-signer", "preft", [["follow", "Groupes"], ["follow", "Bailleurs de Clairval"], ["first", "/charte"]]],
  ["groupes-valider", "coord", [["follow", "Groupes"], ["press", "Examiner et valider"]]],
  ["absence", "coord", [["at", "/absence"]]],
  ["vos-acces", "csp", [["follow", "Vos accès"]]],
  ["postes", "csp", [["at", "/postes"]]],
  ["journal", "aud", [["follow", "Journal"]]],
  ["journal-actes", "aud", [["follow", "Journal"], ["press", "Voir les actes"]]],
  ["journal-points", "aud", [["follow", "Journal"], ["press", "Points à éclaircir"]]],
  ["journal-frise", "aud", [["follow", "Journal"], ["press", "Frise et horaires"]]],
  ["journal-entier", "aud", [["follow", "Journal"], ["press", "Vérifier la suite"]]],
  ["journal-rapport", "aud", [["follow", "Journal"], ["unfold", "Préparer un rapport"], ["fill", "Demandé par", "Parquet de Clairval"], ["fill", "Fondement", "Contrôle annuel"], ["fill", "Phrase de passe", "PASSPHRASE"], ["press", "Établir le rapport"]]],
  ["journal-ferme", "coord", [["follow", "Journal"]]],
  ["verifier", "aud", [["follow", "Vérifier une pièce"]]],
  ["verifier-prouvee", "aud", [["follow", "Vérifier une pièce"], ["attach", "Pièce à vérifier", "BUNDLE"], ["press", "Vérifier"]]],
  ["verifier-refusee", "aud", [["follow", "Vérifier une pièce"], ["attach", "Pièce à vérifier", "FLIPPED"], ["press", "Vérifier"]]],
  ["en-retard", "csp", [["follow", "En retard"]]],
  ["patrouille", "preft", [["follow", "Écrire"], ["follow", "Résultats des patrouilles"]]],
  ["patrouille-apercu", "preft", [["follow", "Écrire"], ["follow", "Résultats des patrouilles"], ["attach", "Tableau des résultats", "PATROLS"], ["press", "Vérifier et continuer"]]],
  ["patrimoine", "csp", [["follow", "Patrimoine"]]],
  ["patrimoine-evolution", "csp", [["follow", "Patrimoine"], ["follow", "Évolution"]]],
  ["patrimoine-carte", "csp", [["follow", "Patrimoine"], ["follow", "Carte"]]],
  ["patrimoine-deposer", "bref", [["follow", "Patrimoine"], ["follow", "Déposer vos lignes"]]],
  ["patrimoine-transmettre", "sec", [["follow", "Patrimoine"], ["follow", "Transmettre le tableau"]]],
  ["envoyes-gestes", "coord", [["follow", "Envoyés"], ["follow", "Note confidentielle"], ["unfold", "Il est parti à la mauvaise personne"]]],
  ["membres", "coord", [["follow", "Groupes"], ["follow", "Bailleurs de Clairval"], ["follow", "Changer les membres"]]],
  ["relire", "coord", [["at", "/relire"]]],
  ["premiere-ouverture", "nouveau", []],
  ["premiere-ouverture-phrase", "nouveau", [["attach", "Fichier d'invitation", "INVITATION"], ["press", "Lire l'invitation"]]],
  ["premiere-ouverture-mots", "nouveau", [["fill", "Phrase de passe", "PASSPHRASE"], ["fill", "La même", "PASSPHRASE"], ["press", "C'est bien pour moi"]]],
  ["introuvable", "coord", [["at", "/nulle-part"]]],
];

export async function pictures(browser, stage) {
  const given = {
    PASSPHRASE: stage.passphrase,
    BUNDLE: stage.bundle,
    FLIPPED: stage.flipped,
    PATROLS: stage.patrols,
    INVITATION: stage.invitation,
  };
  const visits = new Map();
  const wrong = [];
  for (const [name, person, way] of PAGES.filter(([name]) => !stage.only || name.startsWith(stage.only))) {
    try {
      if (!visits.has(person)) visits.set(person, await come(browser, stage, person));
      const visit = visits.get(person);
      const hands = new Mouse(visit);
      await visit.page.goto(`${visit.origin}/`);
      for (const [step, ...words] of way) await go(visit, hands, step, words.map((word) => given[word] ?? word));
      await picture(visit, stage, name);
    } catch (error) {
      wrong.push(`${name}: ${error.message}`);
    }
  }
  if (wrong.length > 0) throw new Error(wrong.join("\n\n"));
}

async function go(visit, hands, step, words) {
  if (step === "at") {
    await visit.page.goto(visit.origin + words[0]);
    await visit.arrived();
  } else if (step === "first") {
    // The first that leads there, whatever it is called.
    const path = await visit.page.$$eval("main a", (links, part) => links.map((link) => link.getAttribute("href")).find((href) => href.includes(part)), words[0]);
    await go(visit, hands, "at", [path ?? words[0]]);
  } else {
    await hands[step](...words);
  }
}

// Comes in; the door is a page, too.
async function come(browser, stage, person) {
  const visit = await Visit.begin(browser, stage.people[person], stage);
  if (person === "csp") {
    await visit.page.goto(`${visit.origin}/`);
    await picture(visit, stage, "entrer");
  }
  // Who has no device yet is asked for their invitation.
  if (person === "nouveau") {
    await visit.comesIn(new Mouse(visit), "/premiere-ouverture");
    return visit;
  }
  await visit.enter(new Mouse(visit), async () => person === "csp" && picture(visit, stage, "deverrouiller"));
  return visit;
}

async function picture(visit, stage, name) {
  const { page } = visit;
  fs.mkdirSync(stage.pictures, { recursive: true });
  for (const [size, viewport] of [["wide", WIDE], ["narrow", NARROW]]) {
    await page.setViewport(viewport);
    await visit.arrived();
    // As high as the page is, so that what stands at its side does, too; of a long one, its beginning.
    const high = await page.evaluate(() => document.documentElement.scrollHeight);
    await page.setViewport({ ...viewport, height: Math.min(Math.max(high, viewport.height), HIGH_MAX) });
    await page.evaluate(() => scrollTo(0, 0));
    const png = Buffer.from(await page.screenshot());
    fs.writeFileSync(path.join(stage.pictures, `${name}-${size}.png`), withPalette(png));
  }
  await page.setViewport(WIDE);
}
