// Writes src/api/schema.ts from the server's committed description, or with --check says whether it is stale.

import { readFileSync, writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";

const target = new URL("../src/api/schema.ts", import.meta.url);
const description = JSON.parse(readFileSync(new URL("../../openapi.json", import.meta.url), "utf8"));

// Operations are used by their paths here; their names need not be unique.
for (const methods of Object.values(description.paths)) for (const operation of Object.values(methods)) delete operation.operationId;

const text = `/** The server's shapes, written by \`npm run generate\` from \`web/openapi.json\`; never edited. */\n\n${astToString(await openapiTS(description))}`;

if (process.argv.includes("--check")) {
  if (readFileSync(target, "utf8") !== text) {
    console.error("src/api/schema.ts is stale: run `npm run generate`");
    process.exit(1);
  }
} else {
  writeFileSync(target, text);
}
