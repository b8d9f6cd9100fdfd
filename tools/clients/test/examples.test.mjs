// The examples, the rendered contract and EventSource, in a real browser and in Node.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { launch } from "../browser.mjs";

const { DEBATE_URL, DEBATE_KEY, PAGE_PORT } = process.env;
const examples = new URL("../../../examples/", import.meta.url);
let browser, pages;

before(async () => {
  browser = await launch();
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

test("an EventSource hears what happens to debates, and goes on where it was", async () => {
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${PAGE_PORT}/?server=${DEBATE_URL}`);
  const heard = await page.evaluate(async (server) => {
    const kinds = ["reload", "debate_begun", "turn_begun", "turn_ended", "debate_renamed", "debate_deleted"];
    const listen = (after, last) => new Promise((resolve) => {
      const heard = [], source = new EventSource(`${server}/events?after=${after}`);
      for (const kind of kinds) source.addEventListener(kind, ({ lastEventId }) => {
        if (heard.push(kind) && kind === last) resolve({ heard, lastEventId }) ?? source.close();
      });
      source.addEventListener("reload", () => after === "" && post("/chat", { message: "Cats are better than dogs." }));
    });
    let conversationId = "";
    const post = async (path, body) => {
      const answer = await (await fetch(server + path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) })).json();
      conversationId ||= answer.conversation_id;
    };
    const first = await listen("", "turn_ended");
    while (conversationId === "") await new Promise((wait) => setTimeout(wait, 20));
    await post("/debate.v1.DebateService/UpdateConversation", { conversationId, title: "Cats" });
    await post("/debate.v1.DebateService/DeleteConversation", { conversationId });
    const second = await listen(first.lastEventId, "debate_deleted");
    return [first.heard, second.heard];
  }, DEBATE_URL);
  // Of a debate that is gone, the new title is still told.
  assert.deepEqual(heard, [["reload", "debate_begun", "turn_begun", "turn_ended"], ["debate_renamed", "debate_deleted"]]);
  await page.close();
});

test("/docs shows every route from its own origin", async () => {
  const page = await browser.newPage();
  const faults = [], asked = [];
  page.on("console", (m) => m.type() === "error" && faults.push(m.text()));
  page.on("pageerror", (e) => faults.push(e.message));
  page.on("request", (r) => r.url().startsWith("data:") || asked.push(new URL(r.url()).origin));
  await page.goto(`${DEBATE_URL}/docs`);
  for (const path of ["/chat", "/v1/chat/completions", "/mcp", "/turns/{id}/events", "/events", "/debate.v1.DebateService/ChatStream"]) {
    await page.waitForSelector(`[data-path="${path}"]`);
  }
  assert.deepEqual([...new Set(asked)], [DEBATE_URL]);
  assert.deepEqual(faults, []);
  await page.close();
});

test("/docs is dark where the reader's screen is, and no wider than a phone", async () => {
  const page = await browser.newPage({ viewport: { width: 360, height: 740 } });
  await page.goto(`${DEBATE_URL}/docs`);
  await page.waitForSelector(".opblock-summary-control");
  await page.evaluate(() => document.querySelector(".opblock-summary-control").click());
  await page.waitForSelector(".responses-table");
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "it is wider than the screen");
  const light = async () => page.evaluate(() => Math.max(...getComputedStyle(document.documentElement).backgroundColor.match(/[\d.]+/g).slice(0, 3)) > 128 || getComputedStyle(document.documentElement).backgroundColor === "rgba(0, 0, 0, 0)");
  assert.equal(await light(), true);
  await page.emulateMedia({ colorScheme: "dark" }); // while it is open
  await page.waitForFunction(() => document.documentElement.classList.contains("dark-mode"));
  assert.equal(await light(), false);
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
