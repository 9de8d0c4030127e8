// From a question to a decision by two people, with simulated shoppers in between; and a world whose split is broken.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inBoth, picture, settled, visit } from "../browser.mjs";
import { RESULTS } from "../server.mjs";

const ID = "zoomable-main-pictures";
const LOST = "lost-visitors";
const VISITORS = 1200;
const AT_ONCE = 25;
/** Share of visitors who order, by variant. */
const ORDERS = { control: 0.25, treatment: 0.5 };
/** Share of selections that are clicked on: the picture that the rules in force lead with is better by so much that no dealing hides it. */
const CLICKS = { led: 0.6, other: 0.1 };
const HOLDOUT = "all-of-this-spring";

/** The same numbers in every run. */
function dice(seed) {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Visitors come, see a picture and order or not; of some variants not every view is reported. */
async function shoppers(world, { prefix, seen = {}, seed }) {
  const throwDice = dice(seed);
  const throwClicks = dice(seed + 1);
  const headers = { "content-type": "application/json" };
  const call = async (path, body) => {
    const answer = await fetch(`${world.server.url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
    return answer.json();
  };
  const events = [];
  const arms = {};
  for (let from = 0; from < VISITORS; from += AT_ONCE) {
    const answers = await Promise.all(
      Array.from({ length: AT_ONCE }, (_, at) => {
        const unit = `${prefix}-${from + at}`;
        const selection = world.server.selections[(from + at) % world.server.selections.length];
        const asked = { ...selection, unit_id: unit, device: at % 3 ? "phone" : "desktop", visitor: at % 2 ? "new" : "returning" };
        // Whoever says no unit takes part in nothing: that is what the rules in force lead with.
        return Promise.all([call("/v1/select", asked), call("/v1/select", selection)]).then(([shown, forced]) => ({ unit, experiment: shown.experiment, led: shown.main === forced.main }));
      }),
    );
    for (const { unit, experiment, led } of answers) {
      if (!experiment) continue;
      const at = new Date().toISOString();
      const [reported, orders] = [throwDice(), throwDice()];
      if (reported >= (seen[experiment.variant] ?? 1)) continue;
      arms[experiment.variant] = (arms[experiment.variant] ?? 0) + 1;
      events.push({ id: `view-${unit}`, type: "exposure", exposure_id: experiment.exposure_id, at });
      const explores = experiment.propensity !== undefined;
      if (explores && throwClicks() < CLICKS[led ? "led" : "other"]) events.push({ id: `click-${unit}`, type: "outcome", exposure_id: experiment.exposure_id, name: "click", at });
      if (orders < (ORDERS[experiment.variant] ?? 0.3)) events.push({ id: `order-${unit}`, type: "outcome", unit_id: unit, name: "order", value: 30, at });
    }
  }
  // Sent as shops send: in batches, one of them twice.
  for (let from = 0; from < events.length; from += 200) await call("/v1/events", { events: events.slice(from, from + 200) });
  const again = await call("/v1/events", { events: events.slice(0, 200) });
  return { arms, events: events.length, again };
}

export default function experiments(test, assert, world) {
  test("an editor plans an experiment step by step and is told at once what is wrong with it", async () => {
    const page = await world.person("editor");
    await visit(page, "/experiments");
    await page.getByRole("link", { name: /Plan (an|the first) experiment/ }).first().click();
    await settled(page);
    await page.getByLabel("Title").fill("Zoomable main pictures");
    assert.equal(await page.getByLabel("Name in addresses and events").inputValue(), ID, "the name follows the title");
    await page.getByRole("button", { name: "Keep as a draft and go on" }).click();
    await page.waitForURL(new RegExp(`/experiments/${ID}/edit`));
    await page.getByText(/no hypothesis/i).first().waitFor();
    await page.getByRole("navigation", { name: "Steps" }).getByRole("button", { name: /Question/ }).click();
    await page.getByLabel("Hypothesis").fill("Shoppers trust what they can zoom into: more of them order.");
    await page.getByText("Saved", { exact: true }).waitFor();
    await page.getByText(/no hypothesis/i).first().waitFor({ state: "detached" });

    await page.getByRole("button", { name: "Next: Variants" }).click();
    await page.getByText(/nothing can differ/).waitFor();
    await page.getByRole("combobox", { name: /^Judged by/ }).nth(1).click();
    await page.getByRole("option", { name: /^A release/ }).click();
    await page.getByText(/nothing can differ/).waitFor({ state: "detached" });
    await page.getByRole("switch", { name: "Explore in treatment" }).check();
    await page.getByText("nothing that they forbid is ever shown").first().waitFor();
    await page.getByLabel("Share of selections").fill("0");
    await page.getByText(/the budget is 0/).first().waitFor();
    await page.getByLabel("Share of selections").fill("60");
    await page.getByLabel("Of these, dealt evenly").fill("50");
    assert.equal(await page.getByLabel("Outcome it hopes for").inputValue(), "click", "a click is proposed");
    await page.getByText(/the budget is 0/).first().waitFor({ state: "detached" });
    assert.deepEqual(await inBoth(page, "experiment-planner-variants"), []);

    await page.getByRole("button", { name: "Next: Unit" }).click();
    assert.ok(await page.getByRole("radio", { name: /^Visitors/ }).isChecked(), "visitors are proposed");
    await page.getByRole("radio", { name: /^Products/ }).check();
    await page.getByRole("checkbox", { name: /^Pair alike products/ }).check();
    await page.getByText(/splitting visitors is far stronger/i).first().waitFor();
    await picture(page, "experiment-planner-products-light");
    await page.getByRole("radio", { name: /^Visitors/ }).check();

    await page.getByRole("button", { name: "Next: Metrics" }).click();
    await page.getByRole("button", { name: "Remove Returns" }).click();
    await page.getByRole("button", { name: "Next: Size" }).click();
    await page.getByLabel("Share of units").fill("25");
    await page.getByLabel(/^New visitors a day/).fill("400");
    await page.getByLabel("Smallest lift worth having").fill("30");
    await page.getByRole("radio", { name: /Look at any time/ }).waitFor();
    await page.getByText("What peeking costs.").waitFor();
    assert.ok((await page.getByRole("radio", { name: /Look once/ }).count()) === 1, "one look stands beside it");
    await picture(page, "experiment-planner-size-light");
    await page.getByRole("button", { name: /^Plan [\d,]+ visitors/ }).click();
    await page.getByText("As calculated").waitFor();
    await page.getByRole("navigation", { name: "Steps" }).getByRole("button", { name: /Unit/ }).click();
    await page.getByText("Split the visitors of every product").waitFor();
    await picture(page, "experiment-planner-unit-light");

    await page.getByRole("button", { name: /Rules and check/ }).first().click();
    await page.getByText("Saved", { exact: true }).waitFor();
    await page.getByText(/Nothing is wrong with the plan/).waitFor();
    await page.getByRole("button", { name: "Submit for review" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText(/2 variants/).waitFor();
    await dialog.getByLabel("Reason").fill("Agreed with the shoe team.");
    await dialog.getByRole("button", { name: "Submit", exact: true }).click();
    await page.getByText("Waits for a second person").first().waitFor();
    assert.equal(await page.getByRole("button", { name: "Start", exact: true }).count(), 0, "who plans does not start");
    await page.context().close();
  });

  test("a holdout is begun with few visitors held out of everything", async () => {
    const page = await world.person("editor");
    await visit(page, "/experiments/new");
    await page.getByRole("radio", { name: /a holdout/ }).check();
    await page.getByLabel("Title").fill("All of this spring");
    await page.getByRole("button", { name: "Keep as a draft and go on" }).click();
    await page.waitForURL(new RegExp(`/experiments/${HOLDOUT}/edit`));
    await page.getByText("Whatever is in force at each moment").waitFor();
    assert.deepEqual(await page.getByLabel("Weight").evaluateAll((inputs) => inputs.map(({ value }) => value)), ["5", "95"]);
    assert.equal(await page.getByRole("switch").count(), 0, "a holdout does not explore");
    await inBoth(page, "experiment-holdout-variants");
    await page.getByRole("button", { name: "Next: Unit" }).click();
    assert.ok(await page.getByRole("radio", { name: /^Products/ }).isDisabled(), "it is of visitors");
    await visit(page, `/experiments/${HOLDOUT}`);
    await page.getByText(/keep the rules of the start and take part in no other experiment/).waitFor();
    assert.deepEqual(await inBoth(page, "experiment-holdout-plan"), []);
    await page.context().close();
  });

  test("a second person finds it on the home page and starts it", async () => {
    const page = await world.person("approver");
    await visit(page, "/");
    await page.getByRole("link", { name: /Zoomable main pictures.*To start/ }).click();
    await page.getByText("Shoppers trust what they can zoom into").waitFor();
    await page.getByRole("button", { name: "Start", exact: true }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText(/100%.*take part/).waitFor();
    await dialog.getByLabel("Reason").fill("The plan is sound.");
    await dialog.getByRole("button", { name: "Start the experiment" }).click();
    await page.getByText("Running", { exact: true }).first().waitFor();
    await page.context().close();
  });

  test("the report follows the traffic, and says when it is decided", async (t) => {
    const page = await world.person("analyst");
    await visit(page, `/experiments/${ID}`);
    await page.getByText(/Not decided yet|no unit|Nobody has been exposed/i).first().waitFor();
    await page.getByRole("button", { name: "Judge by the log" }).click();
    await page.getByText(/Nothing is logged yet/).waitFor();
    const { arms, again, events } = await shoppers(world, { prefix: "visitor", seed: 7 });
    t.diagnostic(`${events} events, units by variant: ${JSON.stringify(arms)}`);
    assert.equal(again.taken, 0, "what is sent twice counts once");
    // Nobody loads the page anew.
    await page.getByText("The decision rule says: ship the treatment").waitFor({ timeout: 40_000 });
    await page.getByRole("heading", { name: "Conversion", exact: true }).waitFor();
    const total = Object.values(arms).reduce((sum, units) => sum + units, 0);
    assert.ok(total > VISITORS * 0.9, "everybody takes part");
    await page.getByRole("img", { name: /^Lift \+/ }).first().waitFor();
    await page.getByRole("button", { name: "Lift", exact: true }).first().hover();
    await page.locator(".tooltip", { hasText: "Fieller" }).first().waitFor();
    await picture(page, "experiment-report-light");
    await page.context().close();
  });

  test("other rules are judged by what the exploring variant has logged", async (t) => {
    const page = await world.person("analyst");
    await visit(page, `/experiments/${ID}`);
    const card = page.getByRole("region", { name: "What other rules would have earned" });
    await card.getByRole("button", { name: "Judge by the log" }).click();
    // Hundreds of logged decisions are judged anew.
    await card.locator(".said").waitFor({ timeout: 60_000 });
    t.diagnostic(await card.locator(".said").innerText());
    await card.getByText("These rules would have earned more.").waitFor();
    assert.ok((await card.getByRole("img", { name: /, logged \d/ }).count()) >= 2, "methods stand beside each other");
    await card.getByText(/^From \d+ logged selections/).waitFor();
    assert.deepEqual(await inBoth(page, "experiment-other-rules"), []);
    await card.getByRole("combobox", { name: /^Other rules/ }).click();
    await page.getByRole("option", { name: /^A release/ }).click();
    await card.getByText(/would have earned more/).waitFor({ state: "detached" });
    await visit(page, `/experiments/${ID}/plan`);
    await page.getByText(/Explores: in 60% of its selections/).waitFor();
    await picture(page, "experiment-explores-plan-light");
    await page.context().close();
  });

  test("a lift of which only a stretch can be ruled out is shown as what it is", async () => {
    const page = await world.person("viewer");
    await page.route(({ pathname }) => pathname === `/v1/experiments/${ID}/report`, async (route) => {
      const answer = await route.fetch();
      const report = await answer.json();
      for (const { effect } of report.comparisons.flatMap(({ metrics }) => metrics)) if (effect) effect.lift = { value: -3, low: -9, high: -5, outside: true };
      await route.fulfill({ response: answer, json: report });
    });
    await visit(page, `/experiments/${ID}`);
    await page.getByRole("img", { name: /^Lift −300%/ }).first().waitFor();
    await page.context().close();
  });

  test("it is stopped and decided, with numbers before each step, and the report goes out as a PDF", async () => {
    const page = await world.person("approver");
    await visit(page, `/experiments/${ID}`);
    await page.getByRole("button", { name: "Stop", exact: true }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText(/It has seen/).waitFor();
    assert.match(await dialog.innerText(), /\d{3} visitors/);
    await dialog.getByLabel("Reason").fill("The band has left 0.");
    await dialog.getByRole("button", { name: "Stop the experiment" }).click();
    await page.getByRole("button", { name: "Decide" }).click();
    await dialog.getByRole("radio", { name: /Ship the treatment/ }).waitFor();
    assert.ok(await dialog.getByRole("radio", { name: /Ship the treatment/ }).isChecked(), "what the rule says is proposed");
    await dialog.getByLabel("Reason").fill("As the decision rule says.");
    await dialog.getByRole("button", { name: "Shipped" }).click();
    await page.getByText("Decided", { exact: true }).first().waitFor();
    await page.getByText("As the decision rule says.").first().waitFor();

    await page.getByRole("button", { name: "Download" }).click();
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("menuitem", { name: /PDF/ }).click()]);
    mkdirSync(RESULTS, { recursive: true });
    await download.saveAs(join(RESULTS, "experiment.pdf"));
    for (const [kind, begins] of [["pdf", "%PDF"], ["html", "<!doctype html>"], ["csv", "variant"], ["parquet", "PAR1"], ["json", "{"]]) {
      const file = await page.request.get(`/v1/experiments/${ID}/report.${kind}`);
      const body = await file.body();
      assert.ok(file.ok(), `${kind}: ${file.status()}`);
      assert.ok(body.subarray(0, 400).toString("latin1").toLowerCase().includes(begins.toLowerCase()), `${kind} begins as one does`);
      writeFileSync(join(RESULTS, `experiment-report.${kind}`), body);
    }
    await visit(page, "/experiments");
    await page.getByText("Shipped", { exact: true }).first().waitFor();
    await page.context().close();
  });

  test("where the split is broken the verdict is blocked and no effect is shown", async (t) => {
    const editor = await world.caller("editor");
    const approver = await world.caller("approver");
    const { design } = await editor.send("GET", `/v1/experiments/${ID}`);
    const { revision } = await editor.send("POST", "/v1/experiments", { id: LOST, design: { ...design, title: "Calmer backgrounds" } });
    const submitted = await editor.send("POST", `/v1/experiments/${LOST}/moves`, { revision, to: "review", reason: "To be tried." });
    await approver.send("POST", `/v1/experiments/${LOST}/moves`, { revision: submitted.revision, to: "running", reason: "The plan is sound." });
    const { arms } = await shoppers(world, { prefix: "guest", seen: { treatment: 0.6 }, seed: 11 });
    t.diagnostic(`units by variant: ${JSON.stringify(arms)}`);
    await editor.close();
    await approver.close();
    const page = await world.person("viewer");
    await visit(page, `/experiments/${LOST}`);
    await page.getByText("No verdict: these data cannot be believed").waitFor();
    await page.getByText("Blocks the verdict").first().waitFor();
    await page.getByRole("heading", { name: "No effect is shown" }).waitFor();
    assert.equal(await page.getByRole("img", { name: /^Lift/ }).count(), 0, "no lift is drawn");
    for (const name of ["The effect over time", "What other rules would have earned"]) assert.equal(await page.getByRole("heading", { name }).count(), 0, `nor "${name}"`);
    await picture(page, "experiment-blocked-light");
    await visit(page, "/experiments");
    await page.getByText("No effect may be read").first().waitFor();
    await page.context().close();
  });

  test("the kept state of a day has an address of its own, and a phone is wide enough", async () => {
    const page = await world.person("viewer", { width: 390, height: 844 });
    const { days } = await (await page.request.get(`/v1/experiments/${ID}/reports`)).json();
    for (const [name, path] of [["experiments", "/experiments"], ["experiment", `/experiments/${ID}`], ["experiment-guide", "/guide/experiments"]]) {
      await visit(page, path);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} is no wider than the phone`);
      await picture(page, `${name}-phone`);
    }
    if (days.length) {
      await visit(page, `/experiments/${ID}?day=${days.at(-1).day}`);
      await page.getByText(/as it was at the end of/).waitFor();
    }
    await page.context().close();
  });
}

/** Pages that are looked at with the others. */
export const EXPERIMENT_PAGES = [
  ["experiments", "/experiments", "approver"],
  ["experiment", `/experiments/${ID}`, "approver"],
  ["experiment-plan", `/experiments/${ID}/plan`, "approver"],
  ["experiment-log", `/experiments/${ID}/log`, "approver"],
  ["experiment-blocked", `/experiments/${LOST}`, "approver"],
  ["experiment-new", "/experiments/new", "editor"],
  ["experiment-guide", "/guide/experiments", "viewer"],
];
