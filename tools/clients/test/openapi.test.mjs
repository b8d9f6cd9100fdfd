// The OpenAPI document: two linters, and a client that openapi-typescript makes of it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import openapiTS, { astToString } from "openapi-typescript";
import ts from "typescript";

const { DEBATE_URL } = process.env;
const source = await (await fetch(`${DEBATE_URL}/openapi.yaml`)).text();
const folder = mkdtempSync(join(tmpdir(), "openapi-"));
const bin = new URL("../node_modules/.bin/", import.meta.url).pathname;
const at = (name) => join(folder, name);
writeFileSync(at("openapi.yaml"), source);
symlinkSync(new URL("../node_modules", import.meta.url).pathname, at("node_modules"));

test("Redocly finds no error", async () => {
  const problems = await lintFromString({ source, config: await createConfig({ extends: ["recommended"] }) });
  const errors = problems.filter((p) => p.severity === "error").map((p) => `${p.ruleId}: ${p.message} ${p.location[0]?.pointer ?? ""}`);
  assert.deepEqual(errors, []);
});

test("Spectral finds no error", () => {
  writeFileSync(at("ruleset.yaml"), 'extends: ["spectral:oas"]\n');
  try {
    execFileSync(`${bin}spectral`, ["lint", "--fail-severity", "error", "--ruleset", at("ruleset.yaml"), at("openapi.yaml")], { encoding: "utf8" });
  } catch (e) {
    assert.fail(e.stdout.split("\n").filter((line) => line.includes("error")).slice(0, 20).join("\n"));
  }
});

test("a client of openapi-typescript calls every kind of route", async () => {
  writeFileSync(at("api.d.ts"), astToString(await openapiTS(source)));
  writeFileSync(at("client.ts"), readFileSync(new URL("openapi-client.ts", import.meta.url)));
  const options = { noEmit: false, strict: true, skipLibCheck: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler, types: ["node"], typeRoots: [at("node_modules/@types")] };
  const program = ts.createProgram([at("client.ts")], options);
  const wrong = ts.getPreEmitDiagnostics(program).map((d) => ts.flattenDiagnosticMessageText(d.messageText, "\n"));
  assert.deepEqual(wrong, []);
  program.emit(undefined, (_, text) => writeFileSync(at("client.mjs"), text));
  const { debate } = await import(pathToFileURL(at("client.mjs")));
  await debate();
});
