// What is on a page, by the words that people read. Nothing that cannot be seen is found.
import { must } from "./check.mjs";

const KINDS = {
  link: "a[href]",
  button: "button",
  summary: "summary",
  field: "label",
};

// `under`: what its heading says, where the same words stand twice.
export async function find(page, kind, words, under = "") {
  const found = await page.evaluateHandle(
    (selector, isField, words, under) => {
      const said = (element) => element.textContent.replace(/\s+/g, " ").trim();
      const isSeen = (element) => element.checkVisibility({ visibilityProperty: true });
      const heading = [...document.querySelectorAll("h2")].find((heading) => said(heading).includes(under));
      const place = under ? heading.nextElementSibling : document;
      const all = [...place.querySelectorAll(selector)].filter(isSeen);
      const one =
        all.find((element) => said(element) === words) ??
        all.find((element) => said(element).startsWith(words)) ??
        all.find((element) => said(element).includes(words));
      return isField ? one?.control : one;
    },
    KINDS[kind],
    kind === "field",
    words,
    under,
  );
  must(`there is a ${kind} « ${words} » at ${page.url()}`, found.asElement(), await text(page));
  return found.asElement();
}

// What one reads on the page.
export function text(page) {
  return page.evaluate(() => document.querySelector("main")?.innerText ?? document.body.innerText);
}

export async function says(page, ...words) {
  const read = (await text(page)).replace(/\s+/g, " ");
  for (const one of words) must(`the page says « ${one} »`, read.includes(one), read);
}
