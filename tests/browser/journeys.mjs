// People's days, from an enrolment to a report, each told once for every way of using the page.
import { execFileSync } from "node:child_process";
import { must } from "./check.mjs";
import { says } from "./find.mjs";

const GROUP = "ailleurs de Clairval";
const SUBJECT = "Hall 3, résidence des Peupliers";
const TEXT = "Le hall est occupé chaque soir vers 21 h. Le gardien demande un passage jeudi.";

// Somebody new opens Pli for the first time, with the file that they were handed, and reads six words to the authority.
export async function arrives({ visit, hands, stage }) {
  const { page } = visit;
  await says(page, "Étape 1 sur 3");
  await hands.attach("Fichier d'invitation", stage.invitation);
  await hands.press("Lire l'invitation");
  await says(page, "Étape 2 sur 3", "Inès Aubry", "Plaine Habitat");
  await hands.fill("Phrase de passe", stage.passphrase);
  await hands.fill("La même", stage.passphrase);
  await hands.press("C'est bien pour moi");
  await says(page, "Étape 3 sur 3", "Téléphonez à l'autorité");
  const words = await page.$$eval("ol.words li", (words) => words.map((word) => word.textContent).join(" "));
  const [accept, publish] = stage.authority;
  const types = ([program, ...typed], ...more) => execFileSync(program, [...typed, ...more], { stdio: "pipe" });
  types(accept, "--words", words);
  types(publish);
  await visit.becomes("/bienvenue", () => hands.follow("Vérifier maintenant"));
  await says(page, "Ce poste est inscrit", "encore membre d'aucun groupe");
}

// Whoever coordinates a group proposes them.
export async function proposes({ visit, hands }) {
  const { page } = visit;
  await hands.follow("Groupes");
  await hands.follow(`B${GROUP}`);
  await hands.follow("Changer les membres");
  await hands.choose("Personne", "Inès Aubry");
  await hands.press("Proposer");
  await says(page, "Inès Aubry");
  await hands.fill("Phrase de passe", visit.served.phrase);
  await hands.press("Signer");
}

// The mayor signs that they belong.
export async function validates({ visit, hands }) {
  const { page } = visit;
  await hands.follow("Groupes");
  await says(page, "Attend votre signature", "Inès Aubry");
  await hands.press("Examiner et valider");
  await hands.fill("Phrase de passe", visit.served.phrase);
  await hands.press("Signer");
  await says(page, "en vigueur");
}

// They read the charter and sign it.
export async function joins({ visit, hands }) {
  const { page } = visit;
  await says(page, "attend votre signature");
  await hands.follow("Lire et signer la charte");
  await says(page, "Ce qui s'échange ici ne sort pas du groupe.");
  await hands.tick("J'ai lu la charte");
  await hands.press("Signer la charte");
  await hands.follow("Groupes");
  await says(page, `B${GROUP}`, "actif");
}

// Somebody of the town hall writes a note with a document to two members.
export async function writes({ visit, hands, stage }) {
  const { page } = visit;
  await hands.follow("Écrire");
  await hands.follow("Note confidentielle", GROUP);
  await says(page, "Destinataires", "convention, art. 5");
  await hands.tick("Bastien Orsini");
  await hands.tick("Inès Aubry");
  await hands.fill("Objet", SUBJECT);
  await hands.fill("Texte", TEXT);
  await hands.attach("Documents", stage.document);
  await hands.press("Vérifier et continuer");
  await says(page, "Ce pli sera lisible par 2 personnes", "Bastien Orsini", "Inès Aubry", "chaque ouverture figurera au journal");
  await hands.press("Modifier");
  await says(page, stage.documentName);
  await hands.press("Vérifier et continuer");
  await hands.press("Envoyer");
  await says(page, "est déposé");
  await hands.follow("Envoyés");
  await says(page, "Note confidentielle", "Bastien Orsini");
  await hands.follow("Note confidentielle");
  await says(page, "Bastien Orsini");
}

// A police officer reads it, takes the document, prints, answers.
export async function reads({ visit, hands, stage, isKeyboard }) {
  const { page } = visit;
  await says(page, "Note confidentielle", "Awa Delmas");
  await hands.follow("Note confidentielle");
  await says(page, "Pourquoi l'ouvrez-vous ?");
  if (isKeyboard) {
    const chosen = await page.evaluate(() => document.activeElement.type === "radio" && document.activeElement.checked);
    must("a reason is chosen, and the focus is on it", chosen);
    await hands.to(() => page.keyboard.press("Enter"));
  } else {
    await hands.press("Ouvrir");
  }
  await says(page, ...(stage.dry ? [] : [TEXT, stage.documentName]), "inscrite au journal, vérifiée");
  await hands.unfold("Ouverture n°");
  await says(page, "L'inscription a été faite avant l'affichage");

  await hands.unfold("Enregistrer les documents");
  await hands.fill("Phrase de passe", stage.passphrase);
  await hands.press("Enregistrer les documents");
  await says(page, "Enregistrement inscrit au journal sous le n°");
  const taken = await hands.take(stage.documentName);
  must("the document comes as it was, under its name", taken.name === stage.documentName && stage.documentBytes.equals(taken.bytes), taken.name);

  await hands.unfold("Imprimer");
  await hands.press("Imprimer");
  await says(page, "L'impression est inscrite", TEXT);
  await page.emulateMediaType("print");
  await says(page, "Bastien Orsini");
  const paper = await page.evaluate(() => document.body.innerText);
  must("paper shows no place to go", !paper.includes("Verrouiller") && !paper.includes("Annuaire"), paper);
  await page.emulateMediaType(null);
  await hands.follow("À traiter");

  await hands.follow("Note confidentielle");
  await hands.press("Ouvrir");
  await hands.follow("Répondre");
  await hands.follow("Note confidentielle", GROUP);
  await hands.tick("Awa Delmas");
  await hands.fill("Objet", "Passage jeudi");
  await hands.fill("Texte", "Un équipage passera jeudi à 21 h.");
  await hands.press("Vérifier et continuer");
  await says(page, "Ce pli sera lisible par une personne", "Awa Delmas");
  await hands.press("Envoyer");
  await says(page, "est déposé");
}

// The patrols' results of two evenings are dropped once, and each landlord gets its own rows.
export async function patrols({ visit, hands, stage }) {
  const { page } = visit;
  await hands.follow("Écrire");
  await hands.follow("Résultats des patrouilles");
  await hands.attach("Tableau des résultats", stage.patrols);
  await hands.press("Vérifier et continuer");
  await says(page, "une ligne, lue par", "2 lignes, lues par Inès Roche", "3 lignes partiront en 2 plis");
  await hands.press("Envoyer");
  await says(page, "2 plis sont déposés");
  await hands.follow("En retard");
  await hands.follow("Échéances");
}

// A landlord reads its own, and sends its lines of the table.
export async function answers({ visit, hands, stage }) {
  const { page } = visit;
  await opens(hands, page, "Résultats des patrouilles", "1 rue des Lilas", "porte du hall dégradée");
  await hands.follow("Patrimoine");
  await hands.follow("Déposer vos lignes");
  await hands.choose("Trimestre", stage.quarter);
  await hands.attach("Tableau de vos lignes", stage.lines);
  await hands.press("Vérifier et continuer");
  await says(page, "Maud Perrin", "11 rue des Lilas");
  await hands.press("Envoyer");
  await says(page, "Pli déposé");
}

// The landlords' association merges the lines, the secretariat passes the table on, the police look at it.
export async function merges({ visit, hands }) {
  await sendsOn(hands, visit.page, "Lignes du tableau", "Réunir et envoyer le tableau", "Paul Giraud");
}

export async function passes({ visit, hands }) {
  await sendsOn(hands, visit.page, "Tableau unique", "Transmettre le tableau", "Bastien Orsini");
}

async function sendsOn(hands, page, title, act, reader) {
  await opens(hands, page, title, "11 rue des Lilas");
  await hands.follow("Patrimoine");
  await hands.follow(act);
  await hands.press("Vérifier et continuer");
  await says(page, reader);
  await hands.press("Envoyer");
  await says(page, "Pli déposé");
}

export async function looks({ visit, hands, stage }) {
  const { page } = visit;
  await opens(hands, page, "Tableau unique", "11 rue des Lilas");
  await hands.follow("Patrimoine");
  await says(page, "Tableau du patrimoine", stage.quarter);
  await hands.unfold("Classement par niveau");
  await says(page, "en hausse");
  await hands.follow("Évolution");
  await hands.follow("Carte");
  await says(page, "Carte");
}

// Opens what waits under that title, for the reason that is there.
async function opens(hands, page, title, ...said) {
  await hands.follow(title);
  await hands.press("Ouvrir");
  await says(page, ...said, "inscrite au journal, vérifiée");
  await hands.follow("À traiter");
}

// A magistrate agrees to what waits for an agreement: two clicks, and the passphrase again.
export async function approves({ visit, hands, stage }) {
  const { page } = visit;
  await hands.follow("À valider");
  await hands.follow("Information administrative");
  await says(page, "attend votre accord jusqu'au");
  await hands.press("Ouvrir");
  await says(page, "Votre décision");
  await hands.press("Donner l'accord");
  await says(page, "Ce qui va se passer");
  await hands.fill("Phrase de passe", "une autre phrase que personne ne devine");
  await hands.press("Confirmer l'accord");
  await says(page, "phrase de passe", "Ce qui va se passer");
  await hands.fill("Phrase de passe", stage.passphrase);
  await hands.press("Confirmer l'accord");
  await says(page, "Chloé Vasseur");
  await hands.follow("Retour à ce qui attend votre accord");
  await hands.follow("Journal");
  await says(page, "Le journal est lu par ses contrôleurs");
}

// And, as reviewer of the log, searches, looks, verifies, takes the report, and proves an account.
export async function reviews({ visit, hands, stage }) {
  const { page } = visit;
  await hands.follow("Journal");
  await hands.choose("Acte", "remise");
  await hands.press("Voir les actes");
  await says(page, "CSP, Commissariat de Clairval", "Suivi d'une situation");
  await hands.press("Points à éclaircir");
  await says(page, "Un point à éclaircir est un fait, pas une faute");
  await hands.press("Frise et horaires");
  await says(page, "Au fil des jours", "Heures et jours");
  await hands.unfold("Les mêmes nombres en tableau");
  await hands.press("Vérifier la suite");
  await says(page, "Le journal est entier");

  await hands.unfold("Préparer un rapport");
  await hands.fill("Demandé par", "Parquet de Clairval");
  await hands.fill("Fondement", "Contrôle annuel, convention, article 5");
  await hands.fill("Phrase de passe", stage.passphrase);
  await hands.press("Établir le rapport");
  await says(page, "Le rapport est prêt");
  const report = await hands.take("rapport.zip");
  must("the report is an archive", report.bytes.subarray(0, 2).toString() === "PK" && report.name === "rapport.zip", report.name);

  await hands.follow("Vérifier une pièce");
  await hands.attach("Pièce à vérifier", stage.bundle);
  await hands.press("Vérifier");
  await says(page, "Tout ce que cette pièce contient est prouvé");
  await hands.attach("Pièce à vérifier", stage.flipped);
  await hands.press("Vérifier");
  await says(page, "Pièce refusée");
}

// Who does it, what, and which page their first one is, if it is not the inbox.
export const JOURNEYS = [
  ["nouveau", arrives, "/premiere-ouverture"],
  ["coord", proposes],
  ["maire", validates],
  ["nouveau", joins],
  ["coord", writes],
  ["csp", reads],
  ["preft", patrols],
  ["bref", answers],
  ["aorif", merges],
  ["sec", passes],
  ["csp", looks],
  ["proc", approves],
  ["aud", reviews],
];
