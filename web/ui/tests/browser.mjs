// One browser for the run; people in it, each with their own cookies.

import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { RESULTS } from "./server.mjs";

const WAIT_MS = 15_000;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** What a page is held to, and what light or dark changes of it. */
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const COLOURS = ["color-contrast"];

export async function open(url) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
  });
  const faults = [];

  /** A page of somebody who signed in to the demo as `role`, or of nobody. */
  async function person(role, { theme = "light", width = 1280, height = 860 } = {}) {
    const context = await browser.newContext({ baseURL: url, viewport: { width, height }, colorScheme: theme, locale: "en-GB", timezoneId: "UTC" });
    context.setDefaultTimeout(WAIT_MS);
    if (role) {
      const answer = await context.request.post("/v1/session/demo", { data: { role } });
      if (!answer.ok()) throw new Error(`signing in as ${role}: ${await answer.text()}`);
    }
    const page = await context.newPage();
    page.on("pageerror", (error) => faults.push(`${page.url()}: ${error.message}`));
    page.on("console", (message) => {
      if (message.type() === "error" && /violates|Content Security/i.test(message.text())) faults.push(`${page.url()}: ${message.text()}`);
    });
    return page;
  }

  return { browser, person, faults, close: () => browser.close() };
}

/** Goes to a page of the studio and waits until it has settled: what it shows first is there. */
export async function visit(page, path) {
  await page.goto(`/studio${path}`);
  await settled(page);
}

export async function settled(page) {
  await page.locator("#page h1, main h1").first().waitFor();
  await page.waitForFunction(() => !document.querySelector(".skeleton, [aria-busy='true'].alone"));
}

/** What axe finds serious or critical on a page as it is now. */
export async function barriers(page, { colours = false } = {}) {
  await page.evaluate(axe);
  const found = await page.evaluate((runOnly) => window.axe.run(document, { resultTypes: ["violations"], runOnly }), colours ? COLOURS : RULES);
  return found.violations
    .filter(({ impact }) => ["serious", "critical"].includes(impact))
    .map(({ id, nodes }) => `${id} at ${nodes.slice(0, 3).map((node) => node.target.join(" ")).join(", ")}`);
}

/** A page as it is now, light and dark: pictures of it, and what axe finds. */
export async function inBoth(page, name) {
  const found = [];
  for (const theme of ["light", "dark"]) {
    // Without motion, and painted: colours that still change between the two are neither.
    await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
    await page.evaluate(() => new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted))));
    for (const barrier of await barriers(page, { colours: theme === "dark" })) found.push(`${theme}: ${barrier}`);
    await picture(page, `${name}-${theme}`);
  }
  await page.emulateMedia({ colorScheme: "light", reducedMotion: null });
  return found;
}

export async function picture(page, name) {
  const folder = join(RESULTS, "screenshots");
  mkdirSync(folder, { recursive: true });
  // Pictures below the fold would come only when somebody scrolls to them.
  await page.evaluate(() => {
    for (const image of document.images) image.loading = "eager";
    return Promise.race([Promise.all([...document.images].map((image) => image.decode().catch(() => {}))), new Promise((done) => setTimeout(done, 3000))]);
  });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true, animations: "disabled" });
}
