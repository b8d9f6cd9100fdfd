// The examples, the rendered contract and EventSource, in a real browser and in Node.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { delimiter, join } from "node:path";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";

const { DEBATE_URL, DEBATE_KEY, PAGE_PORT } = process.env;
const examples = new URL("../../../examples/", import.meta.url);
let browser, pages;

before(async () => {
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
  const executablePath = process.env.CHROMIUM ?? names.flatMap((name) => process.env.PATH.split(delimiter).map((folder) => join(folder, name))).find((path) => existsSync(path));
  browser = await chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ["--no-sandbox"] : [] });
  pages = createServer((_, response) => response.setHeader("Content-Type", "text/html").end(readFileSync(new URL("page.html", examples)))).listen(Number(PAGE_PORT), "127.0.0.1");
});
after(async () => {
  await browser?.close();
  pages?.close();
});

test("the page of another origin debates by EventSource", async () => {
  const page = await browser.newPage();
  const asked = [];
  page.on("request", (r) => asked.push(r.url()));
  await page.goto(`http://127.0.0.1:${PAGE_PORT}/?server=${DEBATE_URL}`);
  for (const [n, text] of ["Tea is better than coffee.", "It has less caffeine."].entries()) {
    await page.fill("input", text);
    await page.click("button");
    await page.waitForFunction((n) => document.querySelectorAll(".bot").length === n && document.querySelector("form").message.value === "", n + 1);
    await page.waitForFunction(() => document.querySelector("#topic").textContent !== "");
    await page.waitForFunction(() => [...document.querySelectorAll(".bot")].at(-1).textContent.length > 20);
  }
  assert.equal(asked.filter((url) => url.includes("/turns/")).length, 2);
  await page.close();
});

test("an EventSource that is left open is told that there is no more", async () => {
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${PAGE_PORT}/?server=${DEBATE_URL}`);
  const closed = await page.evaluate(async (server) => {
    const answer = await fetch(`${server}/chat`, { method: "POST", headers: { "Content-Type": "application/json", Accept: "text/event-stream" }, body: JSON.stringify({ message: "Cats are better than dogs." }) });
    const { turn_id } = JSON.parse((await answer.text()).match(/^data: (.*)$/m)[1]);
    const turn = new EventSource(`${server}/turns/${turn_id}/events`);
    return new Promise((resolve) => (turn.onerror = () => turn.readyState === EventSource.CLOSED && resolve(true)));
  }, DEBATE_URL);
  assert.ok(closed);
  await page.close();
});

test("/docs shows every route from its own origin", async () => {
  const page = await browser.newPage();
  const faults = [], asked = [];
  page.on("console", (m) => m.type() === "error" && faults.push(m.text()));
  page.on("pageerror", (e) => faults.push(e.message));
  page.on("request", (r) => r.url().startsWith("data:") || asked.push(new URL(r.url()).origin));
  await page.goto(`${DEBATE_URL}/docs`);
  for (const path of ["/chat", "/v1/chat/completions", "/mcp", "/turns/{id}/events", "/debate.v1.DebateService/ChatStream"]) {
    await page.waitForSelector(`[data-path="${path}"]`);
  }
  assert.deepEqual([...new Set(asked)], [DEBATE_URL]);
  assert.deepEqual(faults, []);
  await page.close();
});

test("the bot answers in its thread", async () => {
  const bot = spawn("node", [new URL("bot.mjs", examples).pathname], { env: { ...process.env, DEBATE_URL, DEBATE_KEY, PORT: "0" } });
  try {
    const port = await new Promise((resolve) => bot.stdout.on("data", (text) => resolve(/\d+/.exec(text)[0])));
    const post = async (event, text) => (await fetch(`http://127.0.0.1:${port}/`, { method: "POST", body: JSON.stringify({ thread: "T1", event, user: "ana", text }) })).json();
    const first = await post("E1", "Tea is better than coffee.");
    assert.ok(first.text.length > 20 && first.thread === "T1");
    assert.deepEqual(await post("E2", "It has less caffeine."), await post("E2", "It has less caffeine."));
    assert.match((await post("E3", " ")).text, /cannot answer/);
  } finally {
    bot.kill();
  }
});
