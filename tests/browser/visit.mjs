// One person at the page, in a browser of their own; and what is watched all the while: where requests go, what is
// transferred, what the browser complains about, what it keeps.
import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";
import { must } from "./check.mjs";
import { PATIENCE, WIDE } from "./chromium.mjs";

const AXE = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

// What is said to whoever sits at a terminal.
const TYPED = /(^|[\s(])--[a-z]{2,}|\bpli (approve|bundle|charter|deadlines|delegate|device|directory|extend|flow|form|group|groups|hold|inbox|log|open|recall|regrant|reject|report|reread|retire|reveal|rights|screen|send|sent|status|unlock)(?!\p{L})/u;

// A page with everything that it brings.
const PAGE_BYTES_MAX = 100_000;

// What stands in an address: places, ids, numbers, days, quarters.
const PIECE = /^([a-z]*(-[a-z]+)*(\.[a-z]+)?|[0-9a-f]{6,64}|F\d\d[a-z]?|\d{4}-T\d|[\d-]+)$/;

function isPlain(address) {
  const { pathname, searchParams } = new URL(address, "http://127.0.0.1");
  return [...pathname.split("/"), ...[...searchParams].flat()].every((piece) => PIECE.test(piece));
}

export class Visit {
  // `served` is what `pli ui --json` said, with the passphrase; `names` stand in no address.
  static async begin(browser, served, { names, folder, hasScript = true, looks = true }) {
    const visit = new Visit();
    Object.assign(visit, { served, names, hasScript, looks, origin: served.address, faults: [], loaded: new Map() });
    visit.context = await browser.createBrowserContext();
    visit.page = await visit.context.newPage();
    visit.folder = fs.mkdtempSync(path.join(folder, "taken-"));
    await visit.watch(visit.page);
    return visit;
  }

  // A second window of the same browser.
  async another() {
    const other = Object.assign(new Visit(), this, { faults: [], loaded: new Map(), page: await this.context.newPage() });
    await other.watch(other.page);
    return other;
  }

  async watch(page) {
    page.setDefaultTimeout(PATIENCE);
    await page.setViewport(WIDE);
    await page.setJavaScriptEnabled(this.hasScript);
    const devtools = await page.createCDPSession();
    this.devtools = devtools;
    await devtools.send("Network.enable");
    await devtools.send("Audits.enable");
    // From the beginning: a chooser that opened before it was asked for would be the desktop's.
    await devtools.send("Page.setInterceptFileChooserDialog", { enabled: true });
    // As the window that its user looks at, whatever other windows there are.
    await devtools.send("Emulation.setFocusEmulationEnabled", { enabled: true });
    // What the browser finds wrong with a page, breaches of its policy among it; a script is not needed for that.
    devtools.on("Audits.issueAdded", ({ issue }) => {
      if (issue.code === "ContentSecurityPolicyIssue") this.faults.push(`a breach of the policy: ${JSON.stringify(issue)}`);
    });
    page.on("console", (message) => {
      const isStatus = message.text().startsWith("Failed to load resource: the server responded with a status of");
      const isPage = message.location().url?.split("#")[0] === page.url().split("#")[0];
      if (message.type() === "error" && !(isStatus && isPage)) this.faults.push(`the console says: ${message.text()}`);
    });
    page.on("pageerror", (error) => this.faults.push(`the script fails: ${error.message}`));
    devtools.on("Network.requestWillBeSent", ({ request, loaderId, requestId }) => this.requested(request.url, loaderId, requestId));
    devtools.on("Network.responseReceived", ({ requestId, response }) => {
      const isFile = Object.keys(response.headers).some((name) => name.toLowerCase() === "content-disposition");
      if (isFile) this.loaded.delete(requestId);
    });
    devtools.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
      const known = this.loaded.get(requestId);
      if (known) known.bytes = encodedDataLength;
    });
    const browser = await page.browser().target().createCDPSession();
    const behavior = { behavior: "allowAndName", downloadPath: this.folder, eventsEnabled: true };
    await browser.send("Browser.setDownloadBehavior", { ...behavior, browserContextId: this.context.id });
    this.downloads = browser;
  }

  requested(url, loader, request) {
    if (!url.startsWith(`${this.origin}/`)) {
      if (!url.startsWith("blob:") && !url.startsWith("data:")) this.faults.push(`a request goes to ${url}`);
      return;
    }
    const address = decodeURIComponent(url.slice(this.origin.length));
    const named = this.names.find((name) => address.toLowerCase().includes(name.toLowerCase()));
    if (named || !isPlain(address)) this.faults.push(`an address says something: ${address}`);
    this.loaded.set(request, { loader, bytes: 0 });
  }

  // Comes in by the code of the terminal, and unlocks.
  async enter(hands, before = async () => {}) {
    await this.comesIn(hands, "/deverrouiller");
    await before();
    await this.unlocks(hands);
  }

  async unlocks(hands) {
    await hands.fill("Phrase de passe", this.served.phrase);
    await hands.to(() => this.page.keyboard.press("Enter"));
  }

  // By the code of the terminal, as far as the page that then asks for something.
  async comesIn(hands, where) {
    await this.page.goto(`${this.origin}/`);
    await this.arrived();
    await hands.fill("Code à huit caractères", this.served.code);
    // The page that welcomes goes on by itself.
    await this.leaves(() => this.page.keyboard.press("Enter"), where);
  }

  // Comes to that page, by itself; without a script, by asking again and again.
  async becomes(where, asks) {
    if (this.hasScript) return this.leaves(async () => {}, where);
    const since = performance.now();
    while (new URL(this.page.url()).pathname !== where) {
      must(`the page goes on to ${where}`, performance.now() - since < PATIENCE, this.page.url());
      await asks();
    }
  }

  // Does something after which the browser stands elsewhere, by itself.
  async leaves(act, where) {
    await act();
    const stands = (where) => location.pathname === where && document.readyState === "complete";
    const since = performance.now();
    // Between two pages there is nothing to ask.
    while (!(await this.page.evaluate(stands, where).catch(() => false))) {
      must(`the browser goes on to ${where}`, performance.now() - since < PATIENCE, this.page.url());
    }
    await this.arrived();
  }

  // Looks at the page that is there now.
  async arrived() {
    const address = this.page.url().slice(this.origin.length);
    const { isWide, isLabelled } = await this.page.evaluate(() => ({
      isWide: document.documentElement.scrollWidth > document.documentElement.clientWidth,
      isLabelled: document.title.length > 0 && document.documentElement.lang.length > 0,
    }));
    if (!isLabelled) this.faults.push(`${address} has no title or no language`);
    if (isWide) this.faults.push(`${address} is wider than the window`);
    const typed = await this.page.evaluate(() => document.body.innerText);
    if (TYPED.test(typed)) this.faults.push(`${address} speaks of a terminal: ${typed.match(TYPED)[0]}`);
    if (this.looks) await this.judged(address);
    await this.kept(address);
    this.weighed(address);
    must(`the page ${address} is as it should be`, this.faults.length === 0, this.faults.join("\n"));
  }

  // By the rules for people who see, hear or move otherwise.
  async judged(address) {
    if (!this.hasScript) return;
    await this.page.evaluate(AXE);
    const { violations } = await this.page.evaluate((values) => axe.run(document, { runOnly: { type: "tag", values } }), RULES);
    for (const { id, help, nodes } of violations) {
      this.faults.push(`${address}: ${id}, ${help}: ${nodes.map((node) => node.html.slice(0, 200)).join(" | ")}`);
    }
  }

  // The browser keeps one cookie, which no script reads.
  async kept(address) {
    const cookies = await this.context.cookies();
    for (const { name, httpOnly, sameSite, session, domain } of cookies) {
      if (!httpOnly || sameSite !== "Strict" || !session || domain !== "127.0.0.1") this.faults.push(`a cookie ${name} of another kind`);
    }
    if (cookies.length > 1) this.faults.push(`${cookies.length} cookies`);
    if (!this.hasScript) return;
    const kept = await this.page.evaluate(async () => ({
      local: localStorage.length,
      session: sessionStorage.length,
      databases: (await indexedDB.databases()).length,
      caches: (await caches.keys()).length,
      workers: (await navigator.serviceWorker.getRegistrations()).length,
    }));
    for (const [where, count] of Object.entries(kept)) {
      if (count > 0) this.faults.push(`${address} keeps something: ${where}`);
    }
  }

  weighed(address) {
    const pages = new Map();
    for (const { loader, bytes } of this.loaded.values()) pages.set(loader, (pages.get(loader) ?? 0) + bytes);
    for (const bytes of pages.values()) {
      if (bytes > PAGE_BYTES_MAX) this.faults.push(`${address} brings ${bytes} bytes`);
    }
    this.loaded.clear();
  }

  // What a browser saves after this: its name, and its bytes.
  async downloaded(act) {
    const begins = new Promise((done) => this.downloads.once("Browser.downloadWillBegin", done));
    const ends = new Promise((done) => {
      const look = ({ state }) => state !== "inProgress" && (this.downloads.off("Browser.downloadProgress", look), done(state));
      this.downloads.on("Browser.downloadProgress", look);
    });
    await act();
    const [{ guid, suggestedFilename }, state] = await Promise.all([begins, ends]);
    must("the file is saved", state === "completed", state);
    return { name: suggestedFilename, bytes: fs.readFileSync(path.join(this.folder, guid)) };
  }

  async end() {
    must("nothing was wrong until the end", this.faults.length === 0, this.faults.join("\n"));
    await this.context.close();
  }
}
