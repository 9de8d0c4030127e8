// The studio through the real server, as people use it: `VITRINE_BIN=… npm run e2e`. Screenshots land in test-results/.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { open } from "./browser.mjs";
import editing from "./scenarios/editing.mjs";
import pages from "./scenarios/pages.mjs";
import pictures from "./scenarios/pictures.mjs";
import publish from "./scenarios/publish.mjs";
import { start } from "./server.mjs";

const world = { gzip: (body) => gzipSync(body).length };

/** One of each thing that pages are about, asked for over the API. */
world.known = async () => {
  const page = await world.person("admin");
  const { csrf } = await (await page.request.get("/v1/session")).json();
  const headers = { "x-csrf-token": csrf };
  const json = async (answer) => {
    const known = await answer;
    if (!known.ok()) throw new Error(`${known.url()}: ${await known.text()}`);
    return known.json();
  };
  const rule = "vitrine.background-busy";
  const draft = await json(page.request.post("/v1/drafts", { headers, data: { title: "Calmer backgrounds" } }));
  const edits = [{ rule, field: "params.good_uniformity.value", was: 0.5, value: 0.8 }];
  await json(page.request.post(`/v1/drafts/${draft.id}/edits`, { headers, data: { edits } }));
  const { releases } = await json(page.request.get("/v1/releases"));
  const today = new Date().toISOString().slice(0, 10);
  const { items } = await json(page.request.get("/v1/queue"));
  const held = await json(page.request.get(`/v1/history?product=${encodeURIComponent(world.server.selections[0].product.id)}&date=${today}`));
  await page.context().close();
  return { draft: draft.id, rule, release: releases[0].number, decision: items[0]?.decision ?? held.decisions[0].id };
};

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
  world.server?.stop();
});

publish(test, assert, world);
editing(test, assert, world);
pictures(test, assert, world);
pages(test, assert, world);

test("no page met a fault of its own", () => assert.deepEqual(world.faults, []));
