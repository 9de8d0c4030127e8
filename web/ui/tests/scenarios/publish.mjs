// From a threshold in the form to a release that is live and undone again, by two people.

import { settled, visit } from "../browser.mjs";

const RULE = "vitrine.soft";

export default function publish(test, assert, world) {
  let draft = "";
  let release = "";

  test("an editor changes a threshold, sees findings, preview and backtest, and hands it in", async () => {
    const page = await world.person("editor");
    await visit(page, `/rules/${RULE}`);
    await page.getByRole("button", { name: "Change this rule" }).click();
    // Where drafts are open already, one is chosen, or a new one.
    const fresh = page.getByRole("menuitem", { name: /new draft/i });
    const opened = page.waitForURL(/\/drafts\/[^/]+\/rules\//);
    await Promise.race([opened, fresh.waitFor().then(() => fresh.click(), () => {})]);
    await opened;
    draft = /\/drafts\/([^/]+)\//.exec(page.url())[1];
    await settled(page);
    const input = page.locator(".edit-field[data-field^='params.'] input.num").first();
    await input.fill("7");
    await page.locator("[data-field^='params.'] .error").first().waitFor();
    assert.match(await page.locator("[data-field^='params.'] .error").first().innerText(), /range|between|at most|1/i);
    await input.fill("0.97");
    await page.locator("[data-state='saved']").waitFor();
    await page.locator(".sentence", { hasText: "0.97" }).first().waitFor();
    await page.locator("[data-field^='params.'] .error").waitFor({ state: "detached" });

    await visit(page, `/drafts/${draft}/preview`);
    await page.getByText(/would be judged differently/).waitFor();
    assert.ok((await page.locator("main li").count()) > 0, "pictures that flip are shown");

    await visit(page, `/drafts/${draft}/backtest`);
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page.getByText("Done", { exact: true }).waitFor({ timeout: 30_000 });

    await page.getByRole("button", { name: "Submit for review" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText(/1 edit in 1 rule/).waitFor();
    assert.ok(await dialog.getByRole("button", { name: "Submit", exact: true }).isDisabled(), "a reason is asked for");
    await dialog.getByRole("textbox").fill("Shoppers zoom in; soft pictures cost us returns.");
    await dialog.getByRole("button", { name: "Submit", exact: true }).click();
    await page.getByText("Waiting for approval").first().waitFor();
    await page.context().close();
  });

  test("its author cannot approve it, a second person can, and it rolls out by stages to all products", async () => {
    const page = await world.person("approver");
    await visit(page, "/");
    await page.getByRole("link", { name: /soft|sharp|Change/i }).first().waitFor();
    await visit(page, `/drafts/${draft}/review`);
    await page.getByText("Shoppers zoom in; soft pictures cost us returns.").waitFor();
    assert.match(await page.locator(".diff").innerText(), /0\.65[\s\S]*0\.97/, "the diff says what it was and what it becomes");
    const endShop = world.server.shop();
    try {
      await page.getByRole("button", { name: "Approve and publish" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByText(/1 rule change/).waitFor();
      await dialog.getByLabel("Reason").fill("Agreed with the photo team.");
      await dialog.getByRole("button", { name: "Approve and publish" }).click();
      await page.waitForURL(/\/releases\/\d+$/);
      release = /\/releases\/(\d+)$/.exec(page.url())[1];
      await page.getByText(/Judges 25\s?%|Judges 50\s?%/).first().waitFor();
      await page.getByText("Judges every product").first().waitFor({ timeout: 40_000 });
    } finally {
      await endShop();
    }
    await page.getByRole("main").getByText("Live", { exact: true }).waitFor();
    await page.context().close();
  });

  test("one click, with a reason, undoes it", async () => {
    const page = await world.person("approver");
    await visit(page, `/releases/${release}`);
    await page.getByRole("button", { name: "Undo" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText(/every product/).first().waitFor();
    await dialog.getByLabel("Reason").fill("The demo is over.");
    await dialog.getByRole("button", { name: "Undo the release" }).click();
    await page.getByText("Was taken back").waitFor();
    await visit(page, "/releases");
    await page.getByRole("link", { name: new RegExp(`^Release ${release}\\b.*Undone$`) }).waitFor();
    await page.getByRole("link", { name: /^Release 1\b.*Live$/ }).waitFor();
    await visit(page, "/audit");
    await page.getByText("The demo is over.").waitFor();
    await page.context().close();
  });

}
