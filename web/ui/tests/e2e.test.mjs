// The studio through the real server, as people use it: `VITRINE_BIN=… npm run e2e`. Screenshots land in test-results/.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { open } from "./browser.mjs";
import editing from "./scenarios/editing.mjs";
import experiments from "./scenarios/experiments.mjs";
import pages from "./scenarios/pages.mjs";
import pictures from "./scenarios/pictures.mjs";
import publish from "./scenarios/publish.mjs";
import { start } from "./server.mjs";

const world = { gzip: (body) => gzipSync(body).length };

/** One of each thing that pages are about, made over the API: a draft in work, one that waits for review, a release on its way. */
world.known = async () => {
  const admin = await caller("admin");
  const approver = await caller("approver");
  const rule = "vitrine.background-busy";
  const draft = await drafted(admin, "Calmer backgrounds", { rule, field: "params.good_uniformity.value", was: 0.5, value: 0.8 });
  const review = await drafted(admin, "Sharper main pictures", { rule: "vitrine.badly-blurred", field: "params.min_sharpness.value", was: 0.3, value: 0.7 });
  const live = await drafted(admin, "Products in the middle", { rule: "vitrine.off-centre", field: "params.good_offset.value", was: 0.15, value: 0.12 });
  await admin.send("POST", `/v1/drafts/${review}/submit`, { reason: "Shoppers zoom in; blurred pictures come back as returns." });
  await admin.send("POST", `/v1/drafts/${live}/submit`, { reason: "Off-centre pictures look careless in the grid." });
  const { release } = await approver.send("POST", `/v1/drafts/${live}/approve`, { reason: "Seen with the photo team." });
  const { items } = await admin.send("GET", "/v1/queue");
  await admin.close();
  await approver.close();
  return { draft, review, rule, release, decision: items[0].decision };
};

/** Somebody who speaks to the API. */
async function caller(role) {
  const page = await world.person(role);
  const { csrf } = await (await page.request.get("/v1/session")).json();
  const send = async (method, path, data) => {
    const answer = await page.request.fetch(path, { method, headers: { "x-csrf-token": csrf }, ...(data ? { data } : {}) });
    if (!answer.ok()) throw new Error(`${path}: ${await answer.text()}`);
    return answer.json();
  };
  return { send, close: () => page.context().close() };
}

world.caller = caller;

/** A draft with one edit, backtested. */
async function drafted({ send }, title, edit) {
  const { id } = await send("POST", "/v1/drafts", { title });
  await send("POST", `/v1/drafts/${id}/edits`, { edits: [edit] });
  const run = await send("POST", `/v1/drafts/${id}/backtest`, {});
  for (let turn = 0; turn < 100; turn += 1) {
    const { state } = await send("GET", `/v1/backtests/${run.id}`);
    if (state !== "running") break;
    await new Promise((done) => setTimeout(done, 100));
  }
  return id;
}

before(async () => {
  try {
    world.server = await start();
  } catch (error) {
    // Without a server there is nothing to test: said once, not once a scenario.
    console.error(error.message);
    process.exit(1);
  }
  const { person, faults, close } = await open(world.server.url);
  Object.assign(world, { person, faults, close });
});

after(async () => {
  await world.close?.();
  await world.server?.stop();
});

publish(test, assert, world);
editing(test, assert, world);
pictures(test, assert, world);
experiments(test, assert, world);
pages(test, assert, world);

test("no page met a fault of its own", () => assert.deepEqual(world.faults, []));
