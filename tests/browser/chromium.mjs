// The browser: Debian's Chromium, without a window.
import puppeteer from "puppeteer-core";

// Nothing here waits longer, in milliseconds.
export const PATIENCE = 120_000;

export const WIDE = { width: 1366, height: 768 };
export const NARROW = { width: 390, height: 844 };

export function begin() {
  // As root, in a container, Chromium has no sandbox of its own.
  const unboxed = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  return puppeteer.launch({
    executablePath: process.env.PLI_CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    args: ["--lang=fr", "--disable-gpu", ...unboxed],
    // A locale that every system has; without one, names of files with accents are lost.
    env: { ...process.env, LC_ALL: "C.UTF-8", LANGUAGE: "fr" },
  });
}
