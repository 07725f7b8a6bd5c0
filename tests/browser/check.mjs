// A fact, said in one line; what does not hold ends the run.

// What ends a run, told apart from what breaks.
export class Unexpected extends Error {}

export function must(fact, holds, seen = "") {
  if (!holds) throw new Unexpected(`${fact}${seen === "" ? "" : `: ${seen}`}`);
}
