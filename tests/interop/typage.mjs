// Seals or opens one file with the age implementation in TypeScript.
//
//   node typage.mjs seal|open KEY-FILE INPUT OUTPUT
//
// The key file holds one identity, recipient or "passphrase: …". Sealing to an identity means
// sealing to its recipient.

import { readFileSync, writeFileSync } from "node:fs";
import { Decrypter, Encrypter, identityToRecipient } from "age-encryption";

const PASSPHRASE = "passphrase: ";

const [, , what, keyFile, input, output] = process.argv;
const key = readFileSync(keyFile, "utf8");
const bytes = readFileSync(input);

if (what === "seal") {
  const encrypter = new Encrypter();
  if (key.startsWith(PASSPHRASE)) {
    encrypter.setScryptWorkFactor(10);
    encrypter.setPassphrase(key.slice(PASSPHRASE.length));
  } else {
    const secret = key.startsWith("AGE-SECRET-KEY-");
    encrypter.addRecipient(secret ? await identityToRecipient(key) : key);
  }
  writeFileSync(output, await encrypter.encrypt(bytes));
} else if (what === "open") {
  const decrypter = new Decrypter();
  if (key.startsWith(PASSPHRASE)) {
    decrypter.addPassphrase(key.slice(PASSPHRASE.length));
  } else {
    decrypter.addIdentity(key);
  }
  writeFileSync(output, await decrypter.decrypt(bytes));
} else {
  throw new Error(`neither seal nor open: ${what}`);
}
