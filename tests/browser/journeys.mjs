// The three people's days, each told once for every way of using the page.
import { must } from "./check.mjs";
import { says } from "./find.mjs";

const GROUP = "ailleurs de Clairval";
const SUBJECT = "Hall 3, résidence des Peupliers";
const TEXT = "Le hall est occupé chaque soir vers 21 h. Le gardien demande un passage jeudi.";

// Somebody of the town hall writes a note with a document to two members.
export async function writes({ visit, hands, stage }) {
  const { page } = visit;
  await hands.follow("Écrire");
  await hands.follow("Note confidentielle", GROUP);
  await says(page, "Destinataires", "convention, art. 5");
  await hands.tick("Bastien Orsini");
  await hands.tick("Chloé Vasseur");
  await hands.fill("Objet", SUBJECT);
  await hands.fill("Texte", TEXT);
  await hands.attach("Documents", stage.document);
  await hands.press("Vérifier et continuer");
  await says(page, "Ce pli sera lisible par 2 personnes", "Bastien Orsini", "Chloé Vasseur", "chaque ouverture figurera au journal");
  await hands.press("Modifier");
  await says(page, stage.documentName);
  await hands.press("Vérifier et continuer");
  await hands.press("Envoyer");
  await says(page, "est déposé");
  await hands.follow("Envoyés");
  await says(page, "Note confidentielle", "Bastien Orsini");
  await hands.follow("Note confidentielle");
  await says(page, "Bastien Orsini");
  await hands.press("Verrouiller");
  await says(page, "Rien n'a été perdu");
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
  await hands.press("Verrouiller");
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
  await hands.press("Verrouiller");
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
  await hands.press("Verrouiller");
}

export const JOURNEYS = [
  ["coord", writes],
  ["csp", reads],
  ["proc", approves],
  ["aud", reviews],
];
