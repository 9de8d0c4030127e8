// Pictures: the review queue by keyboard, an objection, a rule from examples, trying one.

import { visit } from "../browser.mjs";

export default function pictures(test, assert, world) {
  test("the review queue is worked through by keyboard alone", async () => {
    const page = await world.person("editor");
    await visit(page, "/queue");
    const waiting = async () => Number((await page.locator(".progress").innerText()).replace(/[^\d]*(\d+)[\s\S]*/, "$1"));
    const place = () => page.getByText(/^\d+ of \d+$/).innerText();
    const begin = await waiting();
    assert.ok(begin >= 4, `${begin} pictures wait`);
    assert.match(await place(), /^1 of/);
    await page.keyboard.press("j");
    assert.match(await place(), /^2 of/);
    await page.keyboard.press("k");
    assert.match(await place(), /^1 of/);
    await page.keyboard.press("a");
    await page.getByText(/^2 of/).waitFor();
    assert.equal(await waiting(), begin - 1);
    await page.keyboard.press("o");
    await page.getByText("Overturned just now").waitFor();
    assert.equal(await waiting(), begin - 2);
    await page.getByRole("button", { name: "Make a case" }).click();
    await page.getByRole("dialog").getByText(/rule:/).waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("u");
    await page.getByText("Taken back; the picture waits again.").waitFor();
    assert.equal(await waiting(), begin - 1);
    await page.keyboard.press("w");
    await page.getByText(/Draw the right place/).waitFor();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Shift+ArrowDown");
    await page.keyboard.press("Enter");
    await page.getByText(/^3 of/).waitFor();
    assert.equal(await waiting(), begin - 2);
    await page.keyboard.press("?");
    await page.getByRole("dialog").getByText("Approve: the rule is right").waitFor();
    await page.context().close();
  });

  test("a seller reads the statement of reasons, objects, and the objection reaches the queue", async () => {
    const editor = await world.person("editor");
    await visit(editor, "/queue");
    const link = await editor.getByRole("link", { name: "Statement" }).getAttribute("href");
    const seller = await world.person(null);
    await visit(seller, `${link.replace("/studio", "")}&language=de`);
    await seller.getByRole("heading", { name: "Begründung" }).waitFor();
    await seller.getByRole("button", { name: "Dem widersprechen" }).first().click();
    await seller.getByLabel("Warum ist das falsch?").fill("Das ist nur ein Schatten, kein zweites Produkt.");
    await seller.getByRole("button", { name: "Widerspruch senden" }).click();
    await seller.getByText("Ihr Widerspruch ist angekommen.").waitFor();
    await visit(editor, "/queue");
    const words = editor.getByText("Das ist nur ein Schatten, kein zweites Produkt.");
    for (let turn = 0; turn < 200 && !(await words.isVisible()); turn += 1) await editor.keyboard.press("j");
    assert.ok(await words.isVisible(), "the seller's words stand beside the picture");
    await editor.context().close();
    await seller.context().close();
  });

  test("a rule is found from examples and put into a draft", async () => {
    const page = await world.person("editor");
    await visit(page, "/examples");
    const { good, bad } = world.server.examples;
    for (const [side, products] of [["Good pictures", good], ["Bad pictures", bad]]) {
      for (const { product, pictures } of products) {
        await page.getByRole("region", { name: side }).getByRole("button", { name: "From the catalogue" }).click();
        const dialog = page.getByRole("dialog");
        await dialog.getByLabel("Product id").fill(product);
        for (const picture of pictures) await dialog.getByRole("button", { name: `${product}, picture ${picture}`, exact: true }).click();
        await dialog.getByRole("button", { name: /^Add \d/ }).click();
      }
    }
    await page.getByRole("button", { name: "Find rules" }).click();
    const refused = page.getByRole("alert");
    await page.getByText("Fits best").or(refused).first().waitFor({ timeout: 30_000 });
    assert.equal(await refused.count(), 0, `the search was refused: ${(await refused.allInnerTexts()).join(" ")}`);
    await page.getByText("Precision").first().waitFor();
    await page.getByRole("button", { name: "Put into a draft" }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox").first().fill("Sharp enough for the shop window");
    await dialog.getByRole("button", { name: "Put into the draft" }).click();
    await page.waitForURL(/\/drafts\/[^/]+$/);
    await page.getByText("Sharp enough for the shop window").first().waitFor();
    await page.context().close();
  });

  test("anybody tries a picture, and sees several marketplaces beside each other", async () => {
    const page = await world.person(null);
    await visit(page, "/try");
    await page.getByRole("button", { name: "With a price badge" }).click();
    await page.getByText(/This picture may lead/).waitFor({ timeout: 40_000 });
    const places = page.locator(".place");
    assert.equal(await places.count(), 4);
    assert.match(await places.first().innerText(), /Amazon/);
    await page.getByText("Everything that was measured").click();
    await page.getByLabel("Find a measurement").fill("long side");
    await page.getByRole("cell", { name: /1,600/ }).waitFor();
    // A file that is no picture is refused in plain words.
    await page.getByLabel("Picture file").setInputFiles({ name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("not a picture at all") });
    const alert = page.getByRole("alert");
    await alert.waitFor();
    assert.ok(!/\{|undefined|null/.test(await alert.innerText()), await alert.innerText());
    await page.context().close();
  });
}
