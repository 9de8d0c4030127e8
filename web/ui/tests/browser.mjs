// One browser for the run; people in it, each with their own cookies.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { RESULTS } from "./server.mjs";

const WAIT_MS = 15_000;

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
