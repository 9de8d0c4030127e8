// Two views of one draft, two people in one draft, hostile text, a lost connection: nothing that was typed is lost.

import { settled, visit } from "../browser.mjs";

const RULE = "vitrine.noisy";
const INPUT = ".edit-field[data-field^='params.'] input.num";

export default function editing(test, assert, world) {
  /** A fresh draft, opened at a rule. */
  async function at(page, title, rule = RULE) {
    await visit(page, "/drafts");
    await page.getByRole("button", { name: "New draft" }).first().click();
    await page.getByRole("dialog").getByRole("textbox").fill(title);
    await page.getByRole("dialog").getByRole("button", { name: "Start" }).click();
    await page.waitForURL(/\/drafts\/[^/]+$/);
    const draft = /\/drafts\/([^/]+)$/.exec(page.url())[1];
    await visit(page, `/drafts/${draft}/rules/${rule}`);
    return draft;
  }

  const saved = (page) => page.locator("[data-state='saved']").waitFor();

  async function write(page, text) {
    const code = page.locator(".cm-content");
    await code.waitFor();
    await code.click();
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.insertText(text);
  }

  test("form and expression are two views of the same edits", async () => {
    const page = await world.person("editor");
    const draft = await at(page, "Both views");
    await page.locator(INPUT).first().fill("0.31");
    await saved(page);
    await page.getByRole("tab", { name: "Expression" }).click();
    await write(page, "noise <= good_noise && sharpness >= 0.1");
    await saved(page);
    assert.equal(await page.locator(INPUT).first().inputValue(), "0.31", "the setting from the form is here, too");
    await page.getByRole("tab", { name: "Form" }).click();
    assert.equal(await page.locator(INPUT).first().inputValue(), "0.31");
    await page.getByText(/sharpness/).first().waitFor();
    // The rule is here before the draft is: the page waits for what it is to show.
    await page.route(new RegExp(`/v1/drafts/${draft}$`), async (route) => {
      await new Promise((passed) => setTimeout(passed, 1000));
      await route.continue();
    });
    await page.reload();
    await settled(page);
    assert.equal(await page.locator(INPUT).first().inputValue(), "0.31", "the server has it");
    await page.unrouteAll({ behavior: "ignoreErrors" });
    await page.getByRole("tab", { name: "Expression" }).click();
    await page.locator(".cm-content", { hasText: "noise <= good_noise && sharpness >= 0.1" }).waitFor();
    await page.context().close();
  });

  test("hostile expressions are found as one types, and stop nothing but themselves", async () => {
    const page = await world.person("editor");
    const draft = await at(page, "Hostile");
    await page.getByRole("tab", { name: "Expression" }).click();
    for (const text of ["while true { }", 'eval("sharpness")', "sharpness >= 0.1 && <script>alert(1)</script>", `${"(".repeat(400)}1`]) {
      await write(page, text);
      await page.locator("[data-field='condition'] .error").first().waitFor();
      const words = await page.locator("[data-field='condition'] .error").first().innerText();
      assert.ok(words.length > 10 && !/panicked|undefined|\[object/.test(words), words);
    }
    await write(page, "sharpnes >= 0.1");
    await page.locator(".cm-lintRange-error").first().waitFor();
    assert.match(await page.locator("[data-field='condition'] .error").first().innerText(), /sharpness/, "it says what was meant");
    await visit(page, `/drafts/${draft}`);
    const submit = page.getByRole("button", { name: "Submit for review" });
    if (await submit.count()) assert.ok(await submit.isDisabled(), "a draft with faults cannot be handed in");
    await visit(page, "/rules");
    await page.getByText("Acting").first().waitFor();
    await page.context().close();
  });

  test("a whole new rule is written from an empty form, and edited on like any other", async () => {
    const page = await world.person("editor");
    const draft = await at(page, "A rule of our own");
    await visit(page, `/drafts/${draft}`);
    await page.getByRole("link", { name: "New rule" }).click();
    await page.getByRole("heading", { name: "New rule" }).waitFor();
    const add = page.getByRole("button", { name: "Add to the draft" });
    await page.getByText(/still missing or wrong/).waitFor();
    assert.ok(await add.isDisabled(), "an empty rule cannot be added");
    await page.getByLabel("What it demands, in a few words").fill("Bright enough for the shop window");
    await page.getByLabel("What is measured").selectOption("brightness");
    await page.getByText(/brightness must be at least/).first().waitFor();
    await page.getByRole("radio", { name: /Loses points/ }).click();
    await page.getByLabel("Source", { exact: true }).fill("Agreed with the photo team");
    await page.getByText(/Nothing is wrong with this rule|Worth a look/).waitFor();
    await add.click();
    await page.waitForURL(/\/rules\/vitrine\.bright-enough-for-the-shop-window$/);
    await page.locator(INPUT).first().fill("0.42");
    await saved(page);
    await page.reload();
    await settled(page);
    assert.equal(await page.locator(INPUT).first().inputValue(), "0.42");
    // Taken back, it is gone with its edits.
    await visit(page, `/drafts/${draft}`);
    await page.getByRole("button", { name: "Take back", exact: true }).click();
    await page.getByText("Nothing is changed yet").waitFor();
    await page.context().close();
  });

  test("marketplaces that contradict each other are told, and what a draft does to that", async () => {
    const page = await world.person("editor");
    await visit(page, "/rules?category=apparel%2Fadult");
    await page.getByRole("link", { name: "Marketplaces that contradict each other" }).click();
    const pair = page.getByRole("region", { name: "Amazon and bol" });
    await pair.getByRole("link", { name: "Adult clothing is worn by a model" }).waitFor();
    await pair.getByRole("link", { name: "No models" }).waitFor();
    const draft = await at(page, "Models for bol", "bol.main.no-model");
    await page.getByRole("radio", { name: /Tagged/ }).click();
    await saved(page);
    await visit(page, `/drafts/${draft}`);
    await page.getByText(/^Ends \d+ contradictions? between marketplaces/).waitFor();
    await page.context().close();
  });

  test("two people in one field: both values are shown, and one chooses", async () => {
    const ada = await world.person("editor");
    const draft = await at(ada, "Both at once");
    const ben = await world.person("admin");
    await visit(ben, `/drafts/${draft}/rules/${RULE}`);
    // Ben types before Ada's value can reach him.
    await ben.context().setOffline(true);
    await ben.locator(INPUT).first().fill("0.44");
    await ben.locator("[data-state='offline']").waitFor();
    await ada.locator(INPUT).first().fill("0.33");
    await saved(ada);
    await ben.context().setOffline(false);
    const conflict = ben.getByRole("alert").filter({ hasText: "Somebody else changed the same field" });
    await conflict.waitFor();
    assert.match(await conflict.innerText(), /0\.33[\s\S]*0\.44/);
    await conflict.getByRole("button", { name: "Keep mine" }).click();
    await saved(ben);
    await ada.reload();
    await settled(ada);
    assert.equal(await ada.locator(INPUT).first().inputValue(), "0.44");
    await ada.context().close();
    await ben.context().close();
  });

  test("a lost connection keeps what was typed, and sends it when it is back", async () => {
    const page = await world.person("editor");
    await at(page, "On the train");
    await page.context().setOffline(true);
    await page.locator(INPUT).first().fill("0.27");
    await page.getByText(/Offline: 1 edit kept here/).waitFor();
    await page.context().setOffline(false);
    await saved(page);
    await page.reload();
    await settled(page);
    assert.equal(await page.locator(INPUT).first().inputValue(), "0.27");
    await page.context().close();
  });
}
