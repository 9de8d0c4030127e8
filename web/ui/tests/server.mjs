// The real server over a fresh database and a drawn catalogue: started, filled, asked as a shop asks, and stopped, whatever happens.

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const RESULTS = new URL("../test-results/", import.meta.url).pathname;
const PRODUCTS = 10;
/** Each picture is measured once and sold as several products, so that a canary has products to judge. */
const TWINS = 6;
/** A server that has not ended by then is killed. */
const LATE_MS = 8000;
/** Products that examples are taken from. */
const EXAMPLES_FROM = 4;

/** What was filled in: one entry a product, with a selection that the server can answer from its hashes. */
export async function start() {
  const program = process.env.VITRINE_BIN;
  if (!program || !existsSync(program)) throw new Error("set VITRINE_BIN to the built `vitrine`");
  if (!existsSync(new URL("../dist/index.html", import.meta.url))) throw new Error("build the pages first: npm run build");
  const drawn = await catalogue(program);
  const folder = mkdtempSync(join(tmpdir(), "vitrine-e2e-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  // Small steps, so that a run sees all of them.
  writeFileSync(join(folder, "vitrine.yaml"), "rollout:\n  stages: [0.25, 0.5]\n");
  const child = spawn(program, ["serve", "--config", "vitrine.yaml"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
    env: {
      // Settings of whoever runs this hold for their server, not for this one; where models are found is the machine's.
      ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("VITRINE_") || name.startsWith("VITRINE_MODELS__"))),
      VITRINE_STORE__URL: `sqlite:${join(folder, "vitrine.db")}`,
      VITRINE_SERVER__BIND: `127.0.0.1:${port}`,
      VITRINE_STUDIO__DEMO: "true",
      VITRINE_STUDIO__UI: new URL("../dist", import.meta.url).pathname,
      VITRINE_ROLLOUT__STAGE_MS: "1000",
      VITRINE_ROLLOUT__PRODUCTS_MIN: "3",
      VITRINE_LOG__LEVEL: "warn",
    },
  });
  let said = "";
  child.stderr.on("data", (text) => (said = (said + text).slice(-1500)));
  /** Ends the server and takes its folder away. */
  const stop = async () => {
    if (child.exitCode === null) {
      const late = setTimeout(() => child.kill("SIGKILL"), LATE_MS);
      child.kill("SIGTERM");
      await once(child, "exit");
      clearTimeout(late);
    }
    rmSync(folder, { recursive: true, force: true });
  };
  // A run that is broken off leaves nothing behind either.
  process.once("exit", () => {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });
  try {
    await ready(url, child, () => said);
    const selections = await fill(url, drawn.products);
    return { url, selections, examples: drawn.examples, said: () => said, shop: () => shop(url, selections), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Drawn once and kept: the same seed draws the same pictures. */
async function catalogue(program) {
  const folder = process.env.VITRINE_E2E_CATALOGUE ?? join(RESULTS, "catalogue");
  const list = join(folder, "requests.jsonl");
  if (!existsSync(list)) {
    mkdirSync(folder, { recursive: true });
    console.log("drawing a catalogue (once)");
    const drawing = spawn(program, ["sample", folder, "--products", String(PRODUCTS), "--size", "640"], { stdio: ["ignore", "ignore", "inherit"] });
    const code = await new Promise((done) => drawing.once("exit", done));
    if (code !== 0) throw new Error(`\`vitrine sample\` ended with ${code}`);
  }
  const requests = readFileSync(list, "utf8").trim().split("\n").map((line) => JSON.parse(line)).slice(0, PRODUCTS);
  // Paths of a list are relative to where it was drawn from, or whole.
  const file = (path) => [path, join(folder, path), join(folder, "images", path.split("/").at(-1))].find((place) => existsSync(place));
  const products = requests.map((request) => ({ ...request, candidates: request.candidates.map(({ id, path }) => ({ id, bytes: readFileSync(file(path)) })) }));
  const drawn = readFileSync(join(folder, "manifest.jsonl"), "utf8").trim().split("\n").map((line) => JSON.parse(line));
  return { products, examples: examples(products, drawn) };
}

/** Sharp and blurred pictures of a few products, for a rule to be found from. */
function examples(products, drawn) {
  const names = products.map(({ product }) => product.id);
  const of = (wanted) =>
    names
      .map((product) => ({ product, pictures: drawn.filter((one) => one.product_id === product && wanted(one)).map((one) => one.id) }))
      .filter(({ pictures }) => pictures.length)
      .slice(0, EXAMPLES_FROM);
  return { good: of((one) => !one.defect && one.view !== "scene"), bad: of((one) => ["blur", "motion_blur", "upscaled"].includes(one.defect)) };
}

async function ready(url, child, said) {
  for (let turn = 0; turn < 300; turn += 1) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}: ${said()}`);
    const answer = await fetch(`${url}/readyz`).catch(() => null);
    if (answer?.ok) return;
    await wait(100);
  }
  throw new Error("the server is not ready after 30 s");
}

async function fill(url, products) {
  const measured = new Map();
  const files = products.flatMap((product) => product.candidates);
  for (let at = 0; at < files.length; at += 2) {
    await Promise.all(
      files.slice(at, at + 2).map(async ({ id, bytes }) => {
        const answer = await fetch(`${url}/v1/images?name=${encodeURIComponent(id)}.jpg`, { method: "POST", body: bytes });
        if (!answer.ok) throw new Error(`picture ${id}: ${await answer.text()}`);
        measured.set(id, createHash("sha256").update(bytes).digest("hex"));
      }),
    );
  }
  const selections = [];
  for (let twin = 0; twin < TWINS; twin += 1)
    for (const { product, candidates } of products) {
      const hashed = candidates.map(({ id }) => ({ id, hash: measured.get(id) }));
      const seller = ["nordlicht", "casa-bella", "oak-and-co"][(selections.length * 7) % 3];
      selections.push({ product: { ...product, id: twin ? `${product.id}-${twin}` : product.id, seller }, candidates: hashed });
    }
  for (const selection of selections) await select(url, selection);
  for (const selection of selections.slice(0, products.length)) await select(url, { ...selection, marketplace: "amazon", region: "US" });
  return selections;
}

async function select(url, selection) {
  const answer = await fetch(`${url}/v1/select`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(selection) });
  if (!answer.ok) throw new Error(`selection of ${selection.product.id}: ${await answer.text()}`);
  return answer.json();
}

/** Asks for all products over and over, as a shop does; the returned function ends it. */
function shop(url, selections) {
  let open = true;
  const run = (async () => {
    while (open) {
      for (const selection of selections) {
        if (!open) return;
        await select(url, selection).catch(() => {});
      }
      await wait(100);
    }
  })();
  return async () => {
    open = false;
    await run;
  };
}

const wait = (ms) => new Promise((done) => setTimeout(done, ms));

function freePort() {
  return new Promise((done, failed) => {
    const probe = createServer();
    probe.once("error", failed);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}
