// `node paint.mjs`: how soon the inbox of PLI_ORIGIN is painted for whoever holds PLI_COOKIE, in milliseconds, a line for each look.
import { begin } from "./chromium.mjs";

const LOOKS = 20;
const { PLI_ORIGIN: origin, PLI_COOKIE: cookie } = process.env;

// Since the browser began to ask for the page.
const painted = () =>
  new Promise((done) => {
    const look = (list) => list.getEntriesByName("first-contentful-paint").forEach((paint) => done(paint.startTime));
    new PerformanceObserver(look).observe({ type: "paint", buffered: true });
  });

const browser = await begin();
try {
  const context = await browser.createBrowserContext();
  const [name, value] = cookie.split("=");
  await context.setCookie({ name, value, domain: "127.0.0.1", path: "/", httpOnly: true, sameSite: "Strict", secure: false });
  const page = await context.newPage();
  for (let looks = 0; looks < LOOKS; looks += 1) {
    await page.goto(`${origin}/`);
    console.log(await page.evaluate(painted));
  }
} finally {
  await browser.close();
}
