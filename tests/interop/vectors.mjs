// Unpacks the vectors of C2SP that have a key into a folder:
//
//   node vectors.mjs FOLDER
//
// NAME.age is the sealed file, NAME.key the identities, one a line, NAME.expect the outcome that
// C2SP states, and NAME.plain, if that is success, what comes out.

import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import { armor, Decrypter } from "age-encryption";
import * as vectors from "cctv-age";

const folder = process.argv[2];

for (const [name, vector] of Object.entries(vectors)) {
  const text = Buffer.from(vector);
  const end = text.indexOf("\n\n");
  const fields = text.subarray(0, end).toString("utf8").split("\n").map((line) => {
    const colon = line.indexOf(": ");
    return [line.slice(0, colon), line.slice(colon + 2)];
  });
  const one = (field) => fields.find(([key]) => key === field)?.[1];
  const identities = fields.filter(([key]) => key === "identity").map(([, value]) => value);
  if (identities.length === 0) continue;

  const stored = text.subarray(end + 2);
  const sealed = one("compressed") === "zlib" ? inflateSync(stored) : stored;
  const put = (kind, content) => writeFileSync(join(folder, `${name}.${kind}`), content);
  put("age", sealed);
  put("key", identities.join("\n"));
  put("expect", one("expect"));
  if (one("expect") !== "success") continue;

  const decrypter = new Decrypter();
  for (const identity of identities) decrypter.addIdentity(identity);
  const binary = one("armored") === "yes" ? armor.decode(sealed.toString("latin1")) : sealed;
  const plain = await decrypter.decrypt(binary);
  if (createHash("sha256").update(plain).digest("hex") !== one("payload")) {
    throw new Error(`${name} does not hold what it says`);
  }
  put("plain", plain);
}
