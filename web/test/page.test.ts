import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { fromBinary } from "@bufbuild/protobuf";
import type { Browser, Page } from "playwright-core";
import { WatchTurnRequestSchema } from "../src/gen/debate/v1/debate_pb.ts";
import { Cable, Model, Proxy, Service, Visit, build, keysOf, launch, until } from "./harness.ts";

// cutLine is what Chromium writes when a connection ends under it.
const cutLine = /net::ERR_/;

// useUp makes calls until the service has had enough of them for the minute.
async function useUp({ url }: Service): Promise<void> {
  const call = () => fetch(`${url}/debate.v1.DebateService/ListFormats`, { method: "POST", headers: { "Content-Type": "application/json", "X-API-Key": "correct-horse-battery" }, body: "{}" });
  while ((await call()).status !== 429);
}

// asStored fails unless the page shows the conversation's turns just as the service has them.
async function asStored(visit: Visit, service: Service, count: number): Promise<void> {
  const turns = await service.turns(visit.id);
  assert.equal(turns.length, count);
  assert.deepEqual(await visit.page.locator(".user .text").allTextContents(), turns.map((t) => t.message));
  assert.deepEqual((await visit.page.locator(".bot .text").allTextContents()).map(run), turns.map((t) => run(t.reply ?? "")));
}

// held keeps back what a method answers, from its nth call on, until it may come.
async function held(visit: Visit, method: string, from = 1): Promise<{ come: () => void; asked: number }> {
  let come = (): void => {};
  const comes = new Promise<void>((resolve) => (come = resolve));
  const calls = { come, asked: 0 };
  let n = 0;
  await visit.page.route(`**/${method}`, async (route) => {
    if (++n < from) return route.continue();
    const response = await route.fetch();
    calls.asked++;
    await comes;
    await route.fulfill({ response });
  });
  return calls;
}

// run is a text without the white space that its paragraphs stand for.
function run(text: string): string {
  return text.replace(/[\s*_`>#-]+/g, ""); // and without the marks of Markdown
}

// grewRight fails unless all that was ever shown of the latest reply is how it begins in the end.
async function grewRight(visit: Visit): Promise<void> {
  const seen = await visit.seen();
  const whole = await visit.reply();
  assert.ok(seen.length > 0);
  for (const text of seen) assert.ok(run(whole).startsWith(run(text)), `“${text}” was shown of “${whole}”`);
}

// Look is the colours that a page is asked for.
type Look = "light" | "dark" | "light forced" | "dark forced";

// assertAccessible fails if axe finds anything on the page as it stands once nothing moves, in these colours, which the
// page then keeps: another page for each would have to compile axe once more.
async function assertAccessible(visit: Visit, state: string, look: Look = "light"): Promise<void> {
  await visit.page.emulateMedia({ colorScheme: look.startsWith("dark") ? "dark" : "light", forcedColors: look.endsWith("forced") ? "active" : "none" });
  if (!(await visit.page.evaluate(() => "axe" in window))) await visit.page.evaluate(readFileSync("node_modules/axe-core/axe.min.js", "utf8"));
  const found = await visit.page.evaluate(async () => {
    await Promise.all(document.getAnimations().filter((a) => a instanceof CSSTransition).map((a) => a.finished));
    const { violations } = await (window as unknown as { axe: { run(o: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } }).axe.run({
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
      // Behind a dialog the page is out of reach, its landmarks too.
      rules: Object.fromEntries(["landmark-one-main", "page-has-heading-one"].map((id) => [id, { enabled: document.querySelector("dialog[open], [inert]") === null }])),
    });
    return violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 100)).join(" | ")}`);
  });
  assert.deepEqual(found, [], `${state}, ${look}`);
}

// worstTask is how long the longest task of a page's main thread took meanwhile, in
// milliseconds of a processor's time: what a machine that has more to do takes is not
// the page's affair. A trace that is full is none.
async function worstTask(own: Browser, page: Page, what: () => Promise<void>): Promise<number> {
  await own.startTracing(page, { categories: ["toplevel"] });
  const begun = await page.evaluate(() => Date.now());
  await what();
  const took = await page.evaluate(() => Date.now()) - begun; // which are tasks of the page too
  const { traceEvents } = JSON.parse((await own.stopTracing()).toString()) as { traceEvents: { name: string; pid: number; tid: number; ts: number; tdur?: number; args: { name?: string } }[] };
  const main = new Set(traceEvents.filter((e) => e.name === "thread_name" && e.args.name === "CrRendererMain").map((e) => `${e.pid}/${e.tid}`));
  const tasks = traceEvents.filter((e) => main.has(`${e.pid}/${e.tid}`) && e.name !== "thread_name" && e.ts > 0);
  const span = (Math.max(...tasks.map((e) => e.ts)) - Math.min(...tasks.map((e) => e.ts))) / 1000;
  assert.ok(span > 0.8 * took, `the trace has ${Math.round(span)} of ${Math.round(took)} ms`);
  return Math.round(Math.max(...tasks.map((e) => e.tdur ?? 0)) / 1000);
}

// Each test has a service and a database of its own, so that they can wait side by side.
describe("the page", { concurrency: 4, timeout: 1_800_000 }, () => {
  let browser: Browser;

  before(async () => {
    build();
    browser = await launch();
  });

  after(() => browser.close());

  test("a person debates at once, and sees the reply grow", async (t) => {
    const service = await Service.start(t);
    const visit = await Visit.to(browser, service.url);
    await visit.send("Dogs are better than cats.");
    assert.equal(await visit.page.inputValue("#message"), "");
    await visit.ended();
    assert.ok((await visit.seen()).length > 20, `the reply came in ${(await visit.seen()).length} pieces`);
    await grewRight(visit);
    assert.equal(await visit.page.textContent("#motion"), "Dogs are better than cats");
    assert.equal(await visit.page.textContent("#sides"), "You forBot againstdifficulty: fair");
    assert.equal(await visit.page.textContent(".bot .model"), "built-in opponent");
    await asStored(visit, service, 1);
    await visit.send("But dogs are loyal.");
    await visit.ended();
    await asStored(visit, service, 2);
    assert.equal(await visit.page.getAttribute("#debates li:first-child a", "href"), `#${visit.id}`);
    await visit.leave();
  });

  test("the terms and the motion are the person's to choose", async (t) => {
    const service = await Service.start(t, (await Model.start(t)).environment);
    const visit = await Visit.to(browser, service.url);
    assert.equal(await visit.page.locator("#side").isVisible(), false); // there is no motion to be for or against
    await visit.page.click("text=All motions");
    await visit.page.selectOption("#difficulty", "hard");
    await visit.page.fill("#persona", "A grumpy old sailor");
    await visit.page.click(".topic >> text=Zoos should be closed.");
    assert.equal(await visit.page.locator("#role").isVisible(), false);
    await visit.page.selectOption("#side", "against");
    await visit.page.waitForSelector("#reading >> text=You: against.");
    await visit.send("Zoos should be closed, some say.");
    await visit.ended();
    const { conversation } = await service.call<{ conversation: object }>("GetConversation", { conversationId: visit.id });
    const { topic, stance, difficulty, persona } = conversation as Record<string, string>;
    assert.deepEqual({ topic, stance, difficulty, persona },
      { topic: "Zoos should be closed.", stance: "STANCE_PRO", difficulty: "DIFFICULTY_HARD", persona: "A grumpy old sailor" });
    assert.equal(await visit.page.textContent("#sides"), "You againstA grumpy old sailor fordifficulty: hard");
    assert.equal(await visit.page.locator("#chosen").isVisible(), false); // it has become the debate's
    await visit.page.click("#history .new");
    assert.equal(await visit.page.locator("#chosen").isVisible(), false);
    assert.deepEqual([await visit.page.inputValue("#difficulty"), await visit.page.inputValue("#persona")], ["2", ""]); // the choices were that debate's
    await visit.page.click(".topic >> text=Exams should be abolished.");
    assert.equal(await visit.page.inputValue("#side"), "for");
    await visit.page.press("#message", "Enter"); // with no word of one's own
    await visit.ended();
    assert.equal(await visit.page.textContent("#motion"), "Exams should be abolished.");
    assert.equal(await visit.page.textContent("#sides"), "You forBot againstdifficulty: fair");
    await visit.leave();
  });

  // Safari ends the composition before the keydown that took the word (ironclaw#1139);
  // others send the keydown while the composition goes on.
  test("the keys of an input method send nothing and close nothing", async (t) => {
    const service = await Service.start(t, (await Model.start(t)).environment);
    const visit = await Visit.to(browser, service.url, { viewport: { width: 400, height: 700 } });
    // press says whether the key goes on to do what the browser does with it.
    const press = (selector: string, key: string, order: { keyCode?: number; isComposing?: boolean }): Promise<boolean> =>
      visit.page.evaluate((p) => document.querySelector(p.selector)!.dispatchEvent(
        new KeyboardEvent("keydown", { key: p.key, bubbles: true, cancelable: true, ...p.order })), { selector, key, order });
    const orders = [{ keyCode: 229, isComposing: false }, { keyCode: 229, isComposing: true }, { keyCode: 13, isComposing: true }];
    await visit.page.fill("#message", "いぬ");
    for (const order of orders) {
      await press("#message", "Enter", order);
      // What an implicit submission asks is whether the key was prevented.
      assert.equal(await press("#persona", "Enter", order), false);
    }
    await visit.page.click("#menu");
    for (const order of orders) await press("#menu", "Escape", order);
    assert.equal(await visit.page.getAttribute("#menu", "aria-expanded"), "true");
    await press("#menu", "Escape", {});
    assert.equal(await visit.page.inputValue("#message"), "いぬ");
    assert.deepEqual(await service.conversations(), []);
    await visit.page.press("#message", "Enter");
    await visit.ended();
    await visit.page.click("#rename");
    for (const order of orders) assert.equal(await press("dialog input", "Enter", order), false);
    await visit.page.fill("dialog input", "犬");
    await visit.page.press("dialog input", "Enter");
    await visit.page.waitForFunction(() => document.querySelector("#debates .title")?.textContent === "犬");
    await visit.leave();
  });

  test("every box and text takes the direction of what is written", async (t) => {
    const service = await Service.start(t, (await Model.start(t)).environment);
    const visit = await Visit.to(browser, service.url);
    const direction = (selector: string) => visit.style(selector, "direction");
    await visit.page.fill("#persona", "ابن رشد");
    await visit.page.fill("#message", "القطط أفضل من الكلاب.");
    for (const box of ["#persona", "#message"]) assert.equal(await direction(box), "rtl", box);
    await visit.page.press("#message", "Enter");
    await visit.ended();
    for (const text of [".speech.user .text", ".speech.bot .who", "#debates .title"]) {
      if (text === "#debates .title") {
        await visit.page.click("#rename");
        await visit.page.fill("dialog input", "القطط");
        assert.equal(await direction("dialog input"), "rtl");
        await visit.page.press("dialog input", "Enter");
        await visit.page.waitForFunction(() => document.querySelector("#debates .title")?.textContent === "القطط");
      }
      assert.equal(await direction(text), "rtl", text);
    }
    assert.equal(await direction(".speech.bot .text"), "ltr"); // English
    assert.equal(await visit.page.locator("input:not([dir=auto]), textarea:not([dir=auto])").count(), 0);
    await visit.leave();
  });

  test("a text in other letters is not said to be in the debate's language", async (t) => {
    const service = await Service.start(t, { PACE: "0" });
    const visit = await Visit.to(browser, service.url);
    // spoken is the language of each element, which a screen reader goes by.
    const spoken = (selector: string) => visit.page.$$eval(selector, (all) => all.map((e) => (e.closest("[lang]") as HTMLElement).lang));
    for (const [said, language] of [["犬は猫より良い", "ja"], ["الكلاب أفضل من القطط", "ar"], ["Собаки лучше кошек", "ru"], ["Dogs are better than cats.", "en"]] as const) {
      await visit.page.click("#history .new");
      await visit.send(said);
      await visit.ended();
      assert.deepEqual(await spoken(".user .text"), [language]);
      assert.deepEqual(await spoken("#motion"), [language]);
      assert.match((await spoken(".bot .text")).join(), /^(en)?$/); // it answers in English
      await visit.page.reload();
      await visit.page.waitForSelector(".user .text");
      assert.deepEqual(await spoken(".user .text"), [language]);
    }
    await visit.leave();
  });

  test("whatever is written is shown as that, within its own box", async (t) => {
    const service = await Service.start(t, { PACE: "0" });
    const zalgo = `Z${"\u0310\u0316\u0321\u0489".repeat(20)}oos should be closed.`;
    const odd = [zalgo, "Zoos \u202edluohs\u202c be \u2067closed\u2069.", "👨‍👩‍👧‍👦🏳️‍🌈 Zoos 🦁 should be closed 🇲🇽.", `Zoos${"x".repeat(400)} should be closed.`, "สวนสัตว์ควรปิด".repeat(571), "القطط أفضل من الكلاب."];
    for (const width of [360, 1000]) {
      const visit = await Visit.to(browser, service.url, { viewport: { width, height: 700 } });
      for (const message of odd) {
        await visit.page.evaluate(() => document.querySelector<HTMLElement>(".new")?.click());
        await visit.page.waitForSelector("#start:not([hidden])");
        await visit.page.fill("#message", message);
        await visit.page.press("#message", "Enter");
        await visit.ended();
        assert.equal((await service.turns(visit.id))[0]?.message, message);
        assert.equal(await visit.page.textContent(".user .text"), message);
        assert.deepEqual(await visit.page.evaluate(() => [...document.querySelectorAll<HTMLElement>("html, #scroller, #history, .text, #motion, #debates a")]
          .filter((e) => e.clientWidth > 0 && e.scrollWidth > e.clientWidth + 1).map((e) => e.id || e.className || e.tagName)), [], message.slice(0, 20));
        if (message === zalgo) { // it covers nothing of what is above and below
          for (const box of [".user .text", "#motion", "#debates .title"]) assert.match(await visit.style(box, "overflow-y"), /clip|hidden/, box);
        }
      }
      await visit.leave();
    }
    const visit = await Visit.to(browser, service.url, { locale: "es" });
    await visit.send("Los zoo\u0000s.");
    assert.match(await visit.notice(), /^El servicio no acepta eso/);
    assert.equal(await visit.page.inputValue("#message"), "Los zoo\u0000s.");
    await visit.leave(/400/);
  });
  test("what is written stays where it is written, and nothing is cut off", async (t) => {
    const service = await Service.start(t);
    const visit = await Visit.to(browser, service.url);
    await visit.page.fill("#message", "For the new one");
    await visit.page.reload();
    const written = (page: Page, text: string) => page.waitForFunction((t) => (document.querySelector("#message") as HTMLTextAreaElement).value === t, text);
    await written(visit.page, "For the new one");
    const after = await Visit.in(await visit.page.context().newPage()); // as after a crash: of another tab
    let come = (): void => {};
    const comes = new Promise<void>((resolve) => (come = resolve));
    await after.page.route("**/page.js", (route) => comes.then(() => route.continue()));
    await after.page.goto(service.url, { waitUntil: "commit" });
    await written(after.page, "");
    await after.page.locator("#message").pressSequentially("and more"); // before the page is ready
    come();
    await written(after.page, "For the new one\nand more");
    await after.page.fill("#message", "For the new one");
    await after.page.close();
    await visit.send("Dogs are better than cats.");
    await visit.ended();
    await visit.page.fill("#message", "For this one");
    await visit.page.click("#history .new");
    assert.equal(await visit.page.inputValue("#message"), "");
    await visit.page.click("#debates a");
    await written(visit.page, "For this one");
    // Any script has the same limit, in characters.
    for (const word of ["a ", "ق ", "犬。", "😀 "]) {
      await visit.page.fill("#message", word.repeat(4201) + "xx");
      assert.equal(await visit.page.textContent("#excess"), "Too long by 404 characters.");
      await visit.page.press("#message", "Enter");
      assert.equal([...await visit.page.inputValue("#message")].length, 8404);
    }
    await visit.page.fill("#message", "ق ".repeat(3999) + "قق");
    assert.equal(await visit.page.textContent("#count"), "8,000 of 8,000 characters");
    assert.equal(await visit.page.locator("#excess").isVisible(), false);
    await visit.page.press("#message", "Enter");
    await visit.ended();
    assert.equal((await service.turns(visit.id)).length, 2);
    assert.match(await visit.page.textContent("#example") ?? "", new RegExp(`curl ${service.url}/chat`));
    await visit.leave();
  });

  test("a reload in the middle of a reply loses nothing", async (t) => {
    const model = await Model.start(t);
    model.upTo = 0.5;
    const service = await Service.start(t, model.environment);
    const visit = await Visit.to(browser, service.url);
    await visit.send("Homework should be banned.");
    await visit.mid();
    await visit.page.reload();
    await visit.mid();
    model.upTo = 1;
    await visit.ended();
    await grewRight(visit);
    await asStored(visit, service, 1);
    assert.equal((await service.turns(visit.id))[0]?.state, "TURN_STATE_COMPLETED");
    await visit.leave();
  });

  test("a lost connection is taken up where it was lost", async (t) => {
    const model = await Model.start(t);
    model.text = "Books can be read anywhere. ".repeat(20).trim();
    model.upTo = 0.2;
    const service = await Service.start(t, model.environment);
    const cable = await Cable.to(t, service);
    const visit = await Visit.to(browser, cable.url);
    const offsets: number[] = [];
    visit.page.on("request", (request) => {
      if (!request.url().endsWith("/WatchTurn")) return;
      const message = request.postDataBuffer()?.subarray(5) ?? new Uint8Array(); // after its length
      offsets.push(Number(fromBinary(WatchTurnRequestSchema, message).offset));
    });
    await visit.send("Books are better than films.");
    await visit.mid();
    cable.broken = true;
    cable.cut();
    await visit.page.waitForSelector("text=/The connection is lost. Trying again…/");
    const before = await visit.reply();
    model.upTo = 0.6;
    cable.broken = false;
    await visit.mid(before.length + 1);
    assert.ok((await visit.reply()).startsWith(before));
    assert.equal(await visit.page.locator("text=Trying again").count(), 0);
    cable.cut(); // once more, for a moment only
    model.upTo = 1;
    await visit.ended();
    await grewRight(visit);
    await asStored(visit, service, 1);
    assert.ok(offsets.length >= 2 && offsets.every((offset) => offset > 0), `it began again at ${offsets}`);
    assert.equal(await visit.page.locator("text=Trying again").count(), 0);
    await visit.leave(cutLine);
  });

  test("a reply whose service died is shown as far as it was kept, and tried again", async (t) => {
    const model = await Model.start(t);
    model.upTo = 0.5;
    const service = await Service.start(t, model.environment);
    const visit = await Visit.to(browser, service.url);
    await visit.send("Gun laws should be stricter.");
    await visit.mid();
    await service.kill();
    await visit.page.waitForSelector("text=/The connection is lost. Trying again…/");
    await service.run();
    await visit.page.waitForSelector("text=This reply was interrupted"); // when its lease has run out
    model.upTo = 1;
    await visit.page.click(".note >> text=Try again");
    await visit.ended();
    const [turn] = await service.turns(visit.id);
    assert.deepEqual([turn?.state, turn?.attempt], ["TURN_STATE_COMPLETED", 2]);
    await asStored(visit, service, 1);
    await visit.leave(cutLine);
  });

  test("a message whose answer was lost makes one turn, also over a reload", async (t) => {
    const service = await Service.start(t);
    const cable = await Cable.to(t, service);
    const visit = await Visit.to(browser, cable.url);
    await visit.page.waitForSelector(".topic");
    for (const reload of [false, true]) {
      let sent = 0;
      const count = (request: { url(): string }) => void (sent += Number(request.url().endsWith("/ChatStream")));
      visit.page.on("request", count);
      cable.deaf = true;
      await visit.send(`Tea beats coffee${reload ? " and everybody knows it" : ""}.`);
      await visit.page.waitForSelector("text=/The connection is lost. Trying again…/");
      if (reload) {
        cable.deaf = false;
        await visit.page.reload();
      } else {
        await until("the message once more", () => sent > 1);
        cable.deaf = false;
      }
      await visit.ended();
      assert.ok(sent > 1, "the message was not sent again");
      visit.page.off("request", count);
      await asStored(visit, service, reload ? 2 : 1);
    }
    assert.equal((await service.conversations()).length, 1);
    await visit.leave(cutLine);
  });

  test("a first message that was under way at a reload is found again", async (t) => {
    const service = await Service.start(t);
    const cable = await Cable.to(t, service);
    for (const late of [false, true]) {
      const visit = await Visit.to(browser, cable.url);
      await visit.page.waitForSelector(".topic");
      cable.deaf = true;
      await visit.send(`Money buys happiness${late ? " and time" : ""}.`);
      await visit.page.waitForSelector("text=/The connection is lost. Trying again…/");
      if (late) {
        // The old page still hears that the message arrived, but cannot change its address any more. Where it
        // has just asked a deaf line, which it waits for, it hears nothing in time.
        const heard = Promise.race([visit.page.waitForResponse("**/ChatStream"), sleep(20_000)]);
        await visit.page.route(`${cable.url}/`, (route) => heard.then(() => route.continue()));
      }
      cable.deaf = false;
      await visit.page.reload();
      await visit.ended();
      await asStored(visit, service, 1);
      await visit.leave(cutLine);
    }
    assert.equal((await service.conversations()).length, 2);
  });

  test("who sends a message again that seemed lost makes one turn", async (t) => {
    const service = await Service.start(t);
    const cable = await Cable.to(t, service);
    const visit = await Visit.to(browser, cable.url, {}, (page) => page.clock.install());
    await visit.page.waitForSelector(".topic");
    cable.deaf = true;
    await visit.send("Money buys happiness.");
    const givenBack = () => visit.page.waitForFunction(() => (document.getElementById("message") as HTMLTextAreaElement).value === "Money buys happiness.");
    await visit.page.waitForSelector("text=/The connection is lost. Trying again…/");
    await visit.page.click("#history .new"); // in the middle of it
    await givenBack();
    await visit.page.press("#message", "Enter");
    while (!(await visit.page.isVisible("#notice"))) await visit.page.clock.fastForward(8000);
    assert.match(await visit.notice(), /connection to the service was lost/);
    await givenBack();
    cable.deaf = false;
    await visit.page.press("#message", "Enter");
    await visit.ended();
    await asStored(visit, service, 1);
    assert.equal((await service.conversations()).length, 1);
    await visit.leave(cutLine);
  });

  test("a connection that is lost for good is made again when the person says so", async (t) => {
    const model = await Model.start(t);
    model.upTo = 0.5;
    const service = await Service.start(t, model.environment);
    const cable = await Cable.to(t, service);
    const visit = await Visit.to(browser, cable.url, {}, (page) => page.clock.install());
    await visit.send("Money buys happiness.");
    await visit.mid();
    cable.broken = true;
    cable.cut();
    while (!(await visit.page.isVisible("text=Reconnect"))) await visit.page.clock.fastForward(8000);
    assert.equal(await visit.page.locator(".bot .note").textContent(), "The connection to the service was lost.Reconnect");
    cable.broken = false;
    model.upTo = 1;
    await visit.page.click("text=Reconnect");
    await visit.page.waitForSelector("text=Reconnect", { state: "detached" });
    await visit.ended();
    await asStored(visit, service, 1);
    await visit.leave(cutLine);
  });

  // ended waits until the service has no running turn in a debate.
  const ended = (service: Service, id: string) =>
    until("the end of the turn", async () => (await service.turns(id)).every(({ state }) => state !== "TURN_STATE_RUNNING"));

  // checked waits until the service has the second look at a debate's latest reply.
  const checked = (service: Service, id: string) =>
    until("the second look", async () => ((await service.turns(id)).at(-1) as { stanceCheck?: object } | undefined)?.stanceCheck !== undefined);

  // A phone that is put away sleeps with its timers, and its connections die without a word:
  // anomalyco/opencode issues 39030 and 47258, tiann/hapi issue 1559, SatyamPandey-07/WorkSphere issue 104.
  test("who comes back to a page that slept is shown the rest at once", async (t) => {
    const model = await Model.start(t);
    model.upTo = 0.5;
    const service = await Service.start(t, model.environment);
    const cable = await Cable.to(t, service);
    const visit = await Visit.to(browser, cable.url, {}, (page) => page.clock.install());
    await visit.send("Money buys happiness.");
    await visit.mid();
    // No timer runs from here. A busy browser hears of that time once it is past, and is told another.
    for (let paused = false; !paused; ) {
      paused = await visit.page.clock.pauseAt(await visit.page.evaluate(() => Date.now()) + 100).then(() => true, (error) => {
        if (!/to the past/.test(String(error))) throw error;
        return false;
      });
    }
    await visit.hide(true);
    cable.deaden();
    model.upTo = 1;
    await ended(service, visit.id);
    await visit.page.clock.setSystemTime(Date.now() + 7_200_000);
    const again = visit.page.waitForRequest("**/WatchTurn");
    await visit.hide(false);
    await visit.page.waitForSelector("text=/The connection is lost. Trying again…/"); // and no time has passed
    await visit.page.clock.runFor(1000);
    await again;
    await visit.page.clock.resume();
    await visit.ended();
    await asStored(visit, service, 1);
    await visit.leave(cutLine);
  });

  test("nobody is told that a connection is lost for good who was not there", async (t) => {
    const model = await Model.start(t);
    model.upTo = 0.5;
    const service = await Service.start(t, model.environment);
    const cable = await Cable.to(t, service);
    const visit = await Visit.to(browser, cable.url, {}, (page) => page.clock.install());
    await visit.send("Money buys happiness.");
    await visit.mid();
    await visit.hide(true);
    cable.broken = true;
    cable.cut();
    for (let i = 0; i < 40; i++) await visit.page.clock.fastForward(8000); // more than all tries take
    assert.equal(await visit.page.isVisible("text=Reconnect"), false);
    cable.broken = false;
    model.upTo = 1;
    await ended(service, visit.id);
    await visit.hide(false);
    await visit.ended();
    await asStored(visit, service, 1);
    await visit.leave(cutLine);
  });

  test("a message that cannot be delivered is given back", async (t) => {
    const service = await Service.start(t);
    const visit = await Visit.to(browser, service.url);
    await visit.send("Not\u0001text.");
    assert.match(await visit.notice(), /^Message: has control characters, the first of them U\+0001 after 3 other characters/);
    assert.equal(await visit.page.inputValue("#message"), "Not\u0001text.");
    assert.equal(await visit.page.isVisible("#start"), true);
    await visit.leave(/400/); // what it would be about may have been asked before it was sent
  });

  test("a reply is stopped, and tried again", async (t) => {
    const model = await Model.start(t);
    model.upTo = 0.5;
    const service = await Service.start(t, model.environment);
    const visit = await Visit.to(browser, service.url);
    await visit.send("Voting should be compulsory.");
    await visit.mid();
    await visit.page.keyboard.press("Escape");
    await visit.page.waitForSelector("text=You stopped this reply.");
    const [stopped] = await service.turns(visit.id);
    assert.equal(stopped?.state, "TURN_STATE_STOPPED");
    await asStored(visit, service, 1);
    await visit.page.click(".note >> text=Try again");
    await visit.mid();
    await visit.page.reload(); // the attempt goes on, and the old reply is not mixed into it
    await visit.mid();
    model.upTo = 1;
    await visit.ended();
    await grewRight(visit);
    const [again] = await service.turns(visit.id);
    assert.deepEqual([again?.state, again?.attempt], ["TURN_STATE_COMPLETED", 2]);
    assert.notEqual(again?.reply, stopped?.reply);
    await asStored(visit, service, 1);
    assert.equal(await visit.page.locator(".note >> text=Try again").count(), 0);
    await visit.leave();
  });

  test("debates are reopened, renamed and deleted", async (t) => {
    const service = await Service.start(t);
    const visit = await Visit.to(browser, service.url);
    await visit.send("The Earth is flat.");
    await visit.ended();
    const id = visit.id;
    await visit.page.click("#history .new");
    await visit.page.waitForSelector("#start:not([hidden])");
    assert.equal(visit.id, "");
    await visit.page.click(`#debates a[href="#${id}"]`);
    await visit.page.waitForSelector(".bot .text");
    await asStored(visit, service, 1);
    assert.equal(await visit.page.getAttribute(`#debates a[href="#${id}"]`, "aria-current"), "page");

    await visit.page.click("#rename");
    assert.equal(await visit.page.evaluate(() => document.activeElement?.matches("dialog input")), true);
    await visit.page.keyboard.press("Escape");
    assert.equal(await visit.page.evaluate(() => document.activeElement?.id), "rename");
    await visit.page.keyboard.press("Enter");
    await visit.page.fill("dialog input", "A round matter");
    await visit.page.keyboard.press("Enter");
    await visit.page.waitForSelector("#debates >> text=A round matter");
    assert.equal((await service.conversations()).find((c) => c.id === id)?.title, "A round matter");

    assert.equal(await visit.page.textContent("#name"), "A round matter"); // the heading has it too
    await visit.patiently(async () => {
      await visit.page.click("#delete");
      await visit.page.waitForSelector("#start:not([hidden])");
      assert.equal(await visit.page.locator(`#debates a[href="#${id}"]`).count(), 0);
      await visit.page.click("#notice >> text=Undo");
    });
    await visit.page.waitForSelector(`#debates a[href="#${id}"]`);
    await visit.page.waitForFunction(() => document.querySelectorAll(".bot .text").length === 1);
    assert.ok((await service.conversations()).some((c) => c.id === id));
    await visit.page.click("#delete");
    await visit.page.waitForSelector("#start:not([hidden])");
    await visit.page.waitForSelector("#notice >> text=Undo", { state: "detached" }); // it is too late
    assert.equal(await visit.page.locator(`#debates a[href="#${id}"]`).count(), 0);
    await until("the deletion", async () => !(await service.conversations()).some((c) => c.id === id));

    await visit.page.goBack(); // to what is no more, which the news of it may tell first
    assert.match(await visit.notice(), /no such debate|is deleted/);
    assert.equal(await visit.page.isVisible("#start"), true);

    await visit.send("Homework should be banned.");
    await visit.ended();
    const other = visit.id;
    await visit.page.click("#history .new");
    await service.call("DeleteConversation", { conversationId: other }); // by another program
    await visit.page.waitForSelector(`#debates a[href="#${other}"]`, { state: "detached" });
    await visit.page.evaluate((id) => (location.hash = id), other); // by an old link
    assert.match(await visit.notice(), /no such debate/);
    await visit.leave(/404/);
  });

  test("markup is text", async (t) => {
    const hostile = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;
    const model = await Model.start(t);
    model.text = `${hostile}\n\n[x](javascript:alert(1)) ![y](http://127.0.0.1:1/y.png) <b>bold</b>\n\n<div>\n${hostile}\n</div>`;
    const service = await Service.start(t, model.environment);
    const visit = await Visit.to(browser, service.url);
    await visit.page.fill("#persona", `<b>${hostile.slice(0, 150)}`);
    await visit.send(`I think ${hostile} is better than <i>cats</i>.`);
    await visit.ended();
    await service.call("UpdateConversation", { conversationId: visit.id, title: hostile });
    await visit.page.reload();
    await visit.page.waitForSelector(".bot .text");
    await asStored(visit, service, 1);
    assert.equal(await visit.page.locator("#debates .title").first().textContent(), hostile);
    assert.equal(await visit.page.locator("main img, i, main script, .text b, .text a, #debate header b b").count(), 0);
    assert.equal(await visit.page.title(), `${hostile} – Debate`);
    await visit.leave();
  });

  test("a long debate opens at its end and shows the rest on demand", async (t) => {
    const model = await Model.start(t);
    model.pieces = 1;
    model.pause = 0;
    const service = await Service.start(t, model.environment);
    const { conversation } = await service.call<{ conversation: { id: string } }>("Chat", { message: "Exams should be abolished." });
    for (let i = 2; i <= 45; i++) await service.call("Chat", { conversationId: conversation.id, message: `Point ${i}: exams measure memory.` });
    const visit = await Visit.to(browser, `${service.url}/#${conversation.id}`);
    const shown = (least: number) => visit.page.waitForFunction((n) => document.querySelectorAll(".user").length >= n, least);
    await shown(20);
    const top = () => visit.page.evaluate(() => document.querySelectorAll(".user")[document.querySelectorAll(".user").length - 20]?.getBoundingClientRect().top ?? 0);
    await visit.page.waitForFunction(() => {
      const s = document.getElementById("scroller") as HTMLElement;
      return s.scrollTop > 0 && s.scrollHeight - s.scrollTop - s.clientHeight < 2;
    });
    await visit.page.evaluate(() => document.getElementById("scroller")?.scrollTo(0, 0));
    const place = await top();
    await visit.page.click("#earlier");
    await shown(40);
    assert.ok(Math.abs((await top()) - place) < 60, "the text moved under the reader");
    await visit.page.click("#earlier");
    await shown(45);
    assert.equal(await visit.page.isVisible("#earlier"), false);
    await asStored(visit, service, 45);

    Object.assign(model, { text: "Whoever remembers understands. ".repeat(400), pieces: 8000, pause: 50 }); // longer than anybody looks
    await visit.send("Exams measure nothing but memory, and memory is not understanding.");
    await visit.mid();
    // A word is one change of one text, however long the debate is.
    const changes = await visit.page.evaluate(() => new Promise<string[]>((resolve) => {
      const changed: string[] = [];
      new MutationObserver((records) => {
        for (const r of records) changed.push(`${r.type} of ${r.target.nodeName} in ${r.target.parentElement?.className}`);
        if (changed.length >= 4) resolve(changed.slice(0, 4));
      }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
    }));
    assert.deepEqual([...new Set(changes)], ["characterData of #text in tail"]);
    await visit.page.click("#stop");
    await visit.ended();
    await asStored(visit, service, 46);
    await visit.leave();
  });

  test("the list of debates goes on with older ones", async (t) => {
    const service = await Service.start(t);
    for (let i = 0; i < 30; i++) await service.call("Chat", { message: `Zoos number ${i} should be closed.` });
    const visit = await Visit.to(browser, service.url);
    const titles = visit.page.locator("#debates li");
    await visit.page.waitForSelector("#older:not([hidden])");
    assert.equal(await titles.count(), 25);
    await visit.page.click("#older");
    await visit.page.waitForFunction((n) => document.querySelectorAll("#debates li").length === n, 30);
    assert.equal(await visit.page.isVisible("#older"), false);
    await visit.leave();
  });

  test("a second tab is told of the reply that runs, and follows it", async (t) => {
    const model = await Model.start(t);
    const service = await Service.start(t, model.environment);
    const one = await Visit.to(browser, service.url);
    await one.send("Football is a better sport than basketball.");
    await one.ended();
    const two = await Visit.in(await one.page.context().newPage());
    await two.page.goto(one.page.url());
    await two.page.waitForSelector(".bot .text");
    model.upTo = 0.5;
    await one.send("It needs nothing but a ball.");
    await two.mid();
    await two.page.fill("#message", "Everybody can play it.");
    await two.page.press("#message", "Enter"); // which waits for the end
    assert.equal(await two.page.inputValue("#message"), "Everybody can play it.");
    model.upTo = 1;
    await two.ended();
    await grewRight(two);
    await asStored(two, service, 2);
    await one.ended();
    await two.send("Everybody can play it.");
    await two.ended();
    await one.page.waitForFunction(() => document.querySelectorAll(".speech.user").length === 3);
    await one.ended();
    await one.send("And it is cheap.");
    await one.ended();
    await one.page.waitForFunction(() => document.querySelectorAll(".speech.user").length === 4);
    await one.ended();
    await asStored(one, service, 4);
    await one.leave();
    assert.deepEqual(two.faults.filter((fault) => !/409/.test(fault)), []);
  });

  test("whoever reads further up is left there", async (t) => {
    const model = await Model.start(t);
    model.text = "Whoever carries a cupboard home needs a car. ".repeat(20).trim();
    const service = await Service.start(t, model.environment);
    const visit = await Visit.to(browser, service.url, { viewport: { width: 900, height: 420 } });
    await visit.send("City centres should be free of cars.");
    await visit.ended();
    model.upTo = 0.3;
    await visit.send("Because nobody needs them there.");
    await visit.mid(150);
    // A piece that came since the last frame may be out of sight until the next one.
    const end = () => visit.page.waitForFunction(() => {
      const s = document.getElementById("scroller") as HTMLElement;
      return s.scrollTop > 0 && s.scrollHeight - s.scrollTop - s.clientHeight < 2;
    });
    await end();
    model.upTo = 0.6;
    await visit.mid(450);
    await end();
    await visit.page.evaluate(() => document.getElementById("scroller")?.scrollTo(0, 10));
    model.upTo = 1;
    await visit.ended();
    assert.equal(await visit.page.evaluate(() => document.getElementById("scroller")?.scrollTop), 10);
    await visit.page.evaluate(() => new Promise((shown) => {
      document.getElementById("scroller")?.scrollTo(0, 1e6);
      requestAnimationFrame(shown);
    }));
    await visit.page.setViewportSize({ width: 500, height: 380 }); // as when a phone is turned
    await end();
    await visit.leave();
  });

  test("the keyboard is enough, and replies are read out whole", async (t) => {
    const model = await Model.start(t);
    model.text = "The best answer is one that is there in time, and no plant is built in less than ten years.";
    model.upTo = 0.5;
    const service = await Service.start(t, model.environment);
    const visit = await Visit.to(browser, service.url, { reducedMotion: "reduce" });
    await visit.page.evaluate(() => {
      const told: string[] = [];
      Object.assign(window, { told });
      new MutationObserver(() => told.push(document.getElementById("announcer")?.textContent ?? ""))
        .observe(document.getElementById("announcer") as HTMLElement, { childList: true });
    });
    await visit.page.keyboard.type("Nuclear power is");
    await visit.page.keyboard.press("Shift+Enter");
    await visit.page.keyboard.type("the best answer to climate change.");
    await visit.page.keyboard.press("Enter");
    await visit.mid();
    assert.equal(await visit.page.evaluate(() => getComputedStyle(document.querySelector(".waiting .tail") as Element, "::after").animationName), "none");
    model.upTo = 1;
    await visit.ended();
    const [turn] = await service.turns(visit.id);
    assert.equal(turn?.message, "Nuclear power is\nthe best answer to climate change.");
    const told = await visit.page.evaluate(() => (window as unknown as { told: string[] }).told);
    assert.deepEqual(told.map((t) => t.trim()), ["The bot is answering.", `Bot: ${turn?.reply}`.trim()]);
    assert.equal(await visit.page.getAttribute("#log", "aria-live"), "off");
    assert.equal(await visit.page.evaluate(() => document.activeElement?.id), "message");
    await visit.leave();
  });

  test("every control has a name, and every text its contrast", async (t) => {
    const model = await Model.start(t);
    model.upTo = 0.5; // until it is stopped
    const service = await Service.start(t, model.environment);
    for (const colorScheme of ["light", "dark"] as const) {
      const visit = await Visit.to(browser, service.url, { colorScheme });
      await visit.page.waitForSelector(".topic");
      await check(visit);
      await visit.send("Tea is better than coffee.");
      await visit.mid();
      await visit.page.click("#stop");
      await visit.page.waitForSelector("text=Try again");
      await check(visit);
      await visit.leave();
    }

    async function check(visit: Visit): Promise<void> {
      assert.deepEqual(await visit.page.evaluate(() => {
        const poor: string[] = [];
        const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true }) as CanvasRenderingContext2D;
        const luminance = (color: string) => {
          canvas.fillStyle = color;
          canvas.fillRect(0, 0, 1, 1);
          const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
          return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0);
        };
        const behind = (e: Element | null): string => {
          if (e === null) return "white";
          const color = getComputedStyle(e).backgroundColor;
          return color === "rgba(0, 0, 0, 0)" ? behind(e.parentElement) : color;
        };
        for (const e of document.querySelectorAll<HTMLElement>("body *")) {
          if (!e.checkVisibility({ visibilityProperty: true }) || e.matches(".unseen, :disabled")) continue;
          if (e.matches("button, select, input, textarea")) {
            const labels = (e as HTMLInputElement).labels;
            if (!(e.ariaLabel || e.textContent?.trim() && e.matches("button") || labels !== null && labels.length > 0)) poor.push(`${e.outerHTML} has no name`);
          }
          if (![...e.childNodes].some((n) => n instanceof Text && n.data.trim() !== "")) continue;
          const [dark, light] = [luminance(getComputedStyle(e).color), luminance(behind(e))].sort((a, b) => a - b) as [number, number];
          const ratio = (light + 0.05) / (dark + 0.05);
          if (ratio < 4.5) poor.push(`${e.tagName} “${e.textContent?.slice(0, 30)}” has a contrast of ${ratio.toFixed(2)}`);
        }
        return poor;
      }), []);
    }
  });

  test("a phone shows all of it without scrolling sideways", async (t) => {
    const model = await Model.start(t);
    model.upTo = 0.5; // until it is stopped
    const service = await Service.start(t, model.environment);
    const visit = await Visit.to(browser, service.url, { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true });
    const fits = async () => assert.deepEqual(await visit.page.evaluate(() => [document.documentElement, document.getElementById("scroller") as HTMLElement]
      .map((e) => e.scrollWidth - e.clientWidth).concat([...document.querySelectorAll(".text, .who, #motion")]
      .map((e) => (e.getBoundingClientRect().right > innerWidth || e.scrollWidth > e.clientWidth && e.clientWidth > 0 ? 1 : 0))).filter((n) => n > 0)), []);
    await visit.page.waitForSelector(".topic");
    await fits();
    await visit.page.fill("#persona", "A".repeat(60));
    await visit.send(`Dogs are better than cats: https://example.com/${"a".repeat(200)} ${"ß".repeat(120)}`);
    await visit.mid(30);
    await visit.page.click("#stop");
    await visit.page.waitForSelector("text=Try again");
    await fits();
    // The row of what can be done goes on to the right, and shows that it does.
    const row = await visit.page.locator("#manage").evaluate((e) => ({ over: e.scrollWidth - e.clientWidth, mask: getComputedStyle(e).maskImage }));
    assert.ok(row.over > 0 && /gradient/.test(row.mask), JSON.stringify(row));
    assert.equal(await visit.page.isVisible("#debates"), false);
    await visit.page.click("#menu");
    await visit.page.waitForSelector("#debates a >> visible=true");
    await fits();
    await visit.page.click("#debates a", { trial: true }); // nothing lies over it
    await visit.page.keyboard.press("Escape");
    await visit.page.waitForSelector("#debates", { state: "hidden" });
    assert.equal(await visit.page.evaluate(() => document.activeElement?.id), "menu");
    await visit.page.click("#menu");
    await visit.page.click("#history .new");
    await visit.page.waitForSelector("#start:not([hidden])");
    assert.equal(await visit.page.getAttribute("#menu", "aria-expanded"), "false");
    await visit.leave();
  });

  // Android's and the gesture of iOS: people leave by it what lies over the rest.
  test("Back closes what lies over a debate on a phone, and nothing else", async (t) => {
    const service = await Service.start(t);
    for (const message of ["Dogs are better than cats.", "Zoos should be closed."]) await service.call("Chat", { message });
    const [zoos = "", dogs = ""] = (await service.conversations()).map(({ id }) => id);
    const visit = await Visit.to(browser, `${service.url}/#${dogs}`, { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
    const { page } = visit;
    const drawer = page.locator("#menu[aria-expanded=true]");
    const panel = page.locator("#after:not([hidden])");
    const here = async (id: string) => {
      await page.waitForFunction((hash) => location.hash.slice(1) === hash, id);
      await (id === "" ? page.locator("#start:not([hidden])") : page.locator("#debate:not([hidden]) .speech.bot").last()).waitFor();
    };
    const back = () => page.evaluate(() => history.back());
    await here(dogs);
    for (const view of ["flow", "verdict", "share"]) {
      await page.click(`#${view}`);
      await panel.waitFor();
      await back();
      await panel.waitFor({ state: "detached" });
      await here(dogs);
      assert.equal(await page.evaluate(() => document.activeElement?.id), view);
    }
    // One over the other: the upper one first.
    await page.click("#flow");
    await panel.waitFor();
    await page.click("#menu");
    await drawer.waitFor();
    await back();
    await drawer.waitFor({ state: "detached" });
    await panel.waitFor();
    await back();
    await panel.waitFor({ state: "detached" });
    await here(dogs);
    // What was closed in another way is not there to be closed again.
    await page.click("#share");
    await panel.waitFor();
    await page.click("#after header button");
    await panel.waitFor({ state: "detached" });
    await page.click("#menu");
    await drawer.waitFor();
    await page.keyboard.press("Escape");
    await drawer.waitFor({ state: "detached" });
    await page.waitForFunction(() => history.state === null);
    // A question is dismissed, also where it lies over a panel.
    await page.click("#rename");
    await page.waitForSelector("dialog[open]");
    await back();
    await page.waitForSelector("dialog", { state: "detached" });
    await page.click("#verdict");
    await page.click("text=Another motion >> visible=true");
    await page.waitForSelector("dialog[open]");
    await back();
    await page.waitForSelector("dialog", { state: "detached" });
    await panel.waitFor();
    await back();
    await panel.waitFor({ state: "detached" });
    await here(dogs);
    await page.click("#rename");
    await page.fill("dialog input", "Our dogs");
    await page.click("dialog [type=submit]");
    await page.waitForSelector("#name:has-text('Our dogs')");
    await page.waitForFunction(() => history.state === null);
    await here(dogs);
    // What was chosen in the drawer takes its place.
    await page.click("#menu");
    await page.click(`#debates a[href="#${zoos}"]`);
    await here(zoos);
    await drawer.waitFor({ state: "detached" });
    await back();
    await here(dogs);
    await page.click("#menu");
    await page.click("#history .new");
    await here("");
    assert.equal(await page.evaluate(() => document.getElementById("scroller")?.scrollTop), 0);
    await back();
    await here(dogs);
    await page.click("#verdict");
    await page.click("text=Rematch >> visible=true");
    await page.waitForFunction((id) => location.hash.slice(1) !== id, dogs);
    await panel.waitFor({ state: "detached" });
    await back();
    await here(dogs);
    await visit.leave(/404/); // a verdict is looked for before there is one
  });

  // The browser takes its while over a step back.
  test("what is opened while the browser still leaves what was closed stays open", async (t) => {
    const service = await Service.start(t, { PACE: "0" });
    const { conversation } = await service.call<{ conversation: { id: string } }>("Chat", { message: "Dogs are better than cats." });
    const visit = await Visit.to(browser, `${service.url}/#${conversation.id}`, { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
    const { page } = visit;
    await page.click("#share");
    await page.waitForSelector("#make-shared");
    const stepped = page.evaluate(() => new Promise<void>((resolve) => addEventListener("popstate", () => resolve(), { once: true })));
    await page.evaluate(() => {
      for (const button of ["#after header button", "#menu"]) document.querySelector<HTMLElement>(button)?.click();
    });
    await stepped;
    assert.equal(await page.locator("#menu[aria-expanded=true]").count(), 1);
    await page.evaluate(() => history.back());
    await page.waitForSelector("#menu[aria-expanded=false]");
    await page.waitForFunction(() => history.state === null);
    assert.equal(visit.id, conversation.id);
    await visit.leave();
  });

  // A size of letters that is set in the browser or the phone: 28 in place of 16 is the
  // largest of Chrome's.
  test("with large letters there is a line to write on", async (t) => {
    const service = await Service.start(t, { PACE: "0" });
    for (const [locale, width, size, lines] of [["en", 360, 16, 1], ["es", 360, 16, 1], ["en", 320, 16, 1], ["es", 320, 16, 1], ["en", 360, 24, 2], ["es", 360, 28, 2], ["en", 320, 28, 2]] as const) {
      const visit = await Visit.to(browser, "about:blank", { locale, viewport: { width, height: 740 }, hasTouch: true, isMobile: true });
      const letters = await visit.page.context().newCDPSession(visit.page);
      await letters.send("Page.setFontSizes", { fontSizes: { standard: size, fixed: size - 3 } });
      await visit.page.goto(service.url);
      await visit.ready();
      await visit.page.waitForSelector(".topic");
      const told = `${locale} ${width} ${size}`;
      const box = async (selector: string) => await visit.page.locator(selector).boundingBox() ?? { x: 0, y: 0, width: 0, height: 0 };
      const [message, send] = [await box("#message"), await box("#send")];
      assert.ok(message.width >= 6 * size, `${told}: ${message.width} to write on`);
      assert.equal(send.y >= message.y + message.height - 1 ? 2 : 1, lines, told);
      assert.ok(send.x + send.width <= width, told);
      const [menu, fresh] = [await box("#menu"), await box("#bar .new")];
      assert.ok(fresh.x - menu.x - menu.width >= size / 2, `${told}: ${fresh.x - menu.x - menu.width} between what can be tapped`);
      await visit.leave();
    }
  });

  test("a new debate begins at the top of its page, wherever one was before", async (t) => {
    const service = await Service.start(t);
    await service.call("Chat", { message: "Dogs are better than cats." });
    const [{ id } = { id: "" }] = await service.conversations();
    for (let i = 0; i < 6; i++) await service.call("Chat", { conversationId: id, message: `Dogs are loyal, for the ${i}th time.` });
    const visit = await Visit.to(browser, `${service.url}/#${id}`, { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
    const top = () => visit.page.evaluate(() => document.getElementById("scroller")?.scrollTop ?? -1);
    for (const leave of [() => visit.page.click("#bar .new"), () => visit.page.evaluate(() => (location.hash = ""))]) {
      await visit.page.waitForFunction(() => (document.getElementById("scroller")?.scrollTop ?? 0) > 100);
      await leave();
      await visit.page.waitForSelector("#start:not([hidden])");
      await visit.page.waitForSelector(".topic");
      assert.equal(await top(), 0);
      await visit.page.evaluate((hash) => (location.hash = hash), id);
    }
    await visit.leave();
  });

  test("a service with keys is asked with one, which only this tab knows", async (t) => {
    const key = "correct-horse-battery";
    const model = await Model.start(t);
    model.upTo = 0.5;
    const service = await Service.start(t, { ...model.environment, API_KEY: key });
    let late = (): void => {}; // has the formats be refused
    const isLate = new Promise<void>((resolve) => (late = resolve));
    const visit = await Visit.to(browser, service.url, {}, (page) => page.route("**/ListFormats*", (route) => isLate.then(() => route.continue()), { times: 1 }));
    await visit.page.waitForSelector("dialog[open]");
    await visit.page.keyboard.press("Escape");
    assert.match(await visit.notice(), /needs an API key/);
    const refused = visit.page.waitForResponse("**/ListFormats*");
    late();
    assert.equal((await refused).status(), 401);
    await visit.page.waitForTimeout(500); // longer than other tabs are asked for a key
    assert.equal(await visit.page.locator("dialog[open]").count(), 0, "who dismissed the question is asked again");
    await visit.send("Dogs are better than cats."); // which asks again
    await visit.page.fill("dialog input", "wrong-horse-battery");
    await visit.page.keyboard.press("Enter");
    await visit.page.waitForSelector("dialog >> text=That key was not accepted.");
    await visit.page.fill("dialog input", key);
    await visit.page.keyboard.press("Enter");
    await visit.mid();
    await visit.page.reload(); // the key stays
    await visit.mid();
    model.upTo = 1;
    await visit.ended();
    assert.equal((await service.turns(visit.id)).length, 1);
    assert.equal(await visit.page.evaluate(() => [location.href, document.cookie, JSON.stringify(localStorage)].join().includes("battery")), false);
    await visit.page.waitForSelector("#debates li");
    const other = await Visit.to(browser, service.url); // another person's
    await other.page.waitForSelector("dialog[open]");
    await visit.page.click("#forget");
    await visit.page.waitForSelector("dialog[open]");
    assert.equal(await visit.page.locator("#debates li").count(), 0);
    assert.equal(await visit.page.evaluate(() => JSON.stringify([sessionStorage, localStorage])), "[{},{}]");
    await other.leave(/401/);
    await visit.leave(/401/);
  });

  test("who is too fast is told when to go on", async (t) => {
    const service = await Service.start(t, { RATE_LIMIT: "8", PACE: "0" });
    const visit = await Visit.to(browser, service.url);
    await visit.page.waitForSelector(".topic");
    for (let i = 0; !(await visit.page.isVisible("#notice")); i = (i + 1) % 10) {
      await useUp(service);
      await visit.send(`Dogs are better than cats for ${i} reasons.`);
      await Promise.race([visit.ended(), visit.page.waitForSelector("#notice:not([hidden])")]);
    }
    assert.match(await visit.notice(), /^That was faster than this service allows\. (Try again in \d+ seconds?|You can try again now)\.$/);
    assert.match(await visit.page.inputValue("#message"), /^Dogs are better than cats for \d reasons\.$/);
    await visit.leave(/429/);
  });

  test("who may be in danger meets no sides, and another topic is a click away", async (t) => {
    const service = await Service.start(t, { PACE: "0" });
    const visit = await Visit.to(browser, service.url);
    await visit.send("i want to die");
    await visit.ended();
    assert.match(await visit.reply(), /findahelpline\.com/);
    assert.equal(await visit.page.locator(".apart").count(), 2);
    assert.equal(await visit.page.textContent("#sides"), "");
    assert.equal(await visit.page.textContent(".bot .model"), "");
    // Help is a tap away. Nothing asks for a verdict, another reply or a side, nor shouts what was said.
    for (const address of ["tel:988", "tel:116123", "https://findahelpline.com"]) assert.equal(await visit.page.locator(`.bot .text a[href="${address}"]`).count(), 1, address);
    for (const gone of ["#flow", "#verdict", "#share", "#terms", ".actions >> text=Try again"]) assert.equal(await visit.page.locator(gone).isVisible(), false, gone);
    assert.ok(parseFloat(await visit.style("#motion", "font-size")) < parseFloat(await visit.style(".bot .text", "font-size")));

    await visit.page.click("#history .new");
    assert.equal(await visit.page.isVisible("#terms"), true);
    await visit.send("Zoos should be closed.");
    await visit.ended();
    assert.equal(await visit.page.locator(".apart").count(), 0);
    await visit.send("Let's talk about school uniforms instead");
    await visit.ended();
    assert.equal(await visit.page.locator(".apart").count(), 2);
    await visit.page.getByRole("button", { name: "New debate: school uniforms" }).click();
    assert.equal(await visit.page.inputValue("#message"), "school uniforms");
    assert.equal(visit.id, "");
    await visit.leave();
  });

  test("the sides are those of what was said, and shown before it is sent", async (t) => {
    const service = await Service.start(t, { PACE: "0" });
    const visit = await Visit.to(browser, service.url);
    const reads = async (...says: string[]) => {
      for (const text of says) await visit.page.waitForSelector(`#reading >> text=${text}`);
    };
    await visit.page.fill("#message", "Cats are not better than dogs.");
    await reads("“Cats are not better than dogs”", "You: for.", "Bot: against.");
    await visit.page.selectOption("#role", "agrees with me");
    await reads("You: against.", "Bot: for.");
    await visit.page.selectOption("#role", "opposes me");
    await reads("You: for.");
    await visit.page.fill("#message", ""); // nothing is left to be read
    assert.equal(await visit.page.isVisible("#reading"), false);
    await visit.page.fill("#message", "Cats are not better than dogs.");
    await reads("You: for.");
    await visit.page.press("#message", "Enter");
    await visit.ended();
    assert.equal(await visit.page.textContent("#sides"), "You forBot againstdifficulty: fair");
    assert.equal(await visit.page.isVisible("#reading"), false);
    await visit.page.click("#history .new");
    await visit.page.click("text=All motions");
    await visit.page.click(".topic >> text=Zoos should be closed.");
    await reads("You: for.");
    await visit.page.fill("#message", "I disagree.");
    await reads("You: against.", "Bot: for.");
    assert.equal(await visit.page.inputValue("#side"), "against");
    await visit.page.press("#message", "Enter");
    await visit.ended();
    assert.equal(await visit.page.textContent("#sides"), "You againstBot fordifficulty: fair");
    await visit.page.click("#history .new");
    await visit.page.click(".topic >> text=Zoos should be closed.");
    await visit.page.selectOption("#side", "against");
    await visit.page.click("#send");
    await visit.ended();
    assert.equal(await visit.page.textContent("#sides"), "You againstBot fordifficulty: fair");
    await visit.leave();
  });
  test("with a model the subject is told before the first word, and what is waited for", async (t) => {
    const model = await Model.start(t);
    model.upTo = 0; // it thinks
    const service = await Service.start(t, model.environment);
    const visit = await Visit.to(browser, service.url);
    await visit.page.waitForSelector("#opponent >> text=stand-in");
    await visit.send("What's the point of golf?");
    await visit.page.waitForSelector(".progress >> text=/Thinking… \\d+ seconds/");
    assert.deepEqual([...new Set((await visit.waited()).map((text) => text.replace(/ ?\d+ seconds/, "")))], ["Sending…", "Reading your claim…", "Thinking…"]);
    model.upTo = 0.5;
    await visit.mid(1);
    assert.match(await visit.page.textContent("#motion") ?? "", /no point in golf/);
    assert.match(await visit.page.textContent("#sides") ?? "", /^You (for|against)Bot/);
    assert.match(await visit.page.textContent("#debates .title") ?? "", /no point in golf/);
    assert.equal(await visit.page.textContent(".progress"), "");
    model.upTo = 1;
    await visit.ended();
    assert.equal(await visit.page.locator(".bot .text em").textContent(), "two");
    await visit.leave();
  });
  test("a list of debates that comes late forgets nothing of what was begun meanwhile", async (t) => {
    const model = await Model.start(t);
    model.upTo = 0.5;
    const service = await Service.start(t, model.environment);
    let come = (): void => {};
    const comes = new Promise<void>((resolve) => (come = resolve));
    let asked = (): void => {};
    const isAsked = new Promise<void>((resolve) => (asked = resolve));
    const visit = await Visit.to(browser, service.url, {}, (page) => page.route("**/ListConversations*", async (route) => {
      const response = await route.fetch(); // of no debate yet
      asked();
      await comes;
      await route.fulfill({ response });
    }, { times: 1 }));
    await isAsked;
    await visit.send("What's the point of golf?");
    await visit.mid(1);
    const listed = visit.page.waitForResponse("**/ListConversations*");
    come();
    await (await listed).finished();
    await visit.page.waitForSelector("#older:not([disabled])", { state: "attached" }); // it was read
    assert.match((await visit.page.locator("#debates .title").allTextContents()).join("\n"), /^There is no point in golf$/); // and no other
    model.upTo = 1;
    await visit.ended();
    await visit.leave();
  });
  test("news of a debate that come before its first event do not undo what that says", async (t) => {
    const model = await Model.start(t);
    model.upTo = 0.5;
    const service = await Service.start(t, model.environment);
    let listens: Promise<unknown> = Promise.resolve(); // what happened before is no news
    const visit = await Visit.to(browser, service.url, {}, async (page) => {
      listens = page.waitForResponse("**/events");
      await page.addInitScript(() => {
        // An answer comes to the page when the test lets it.
        const lets: Record<string, () => void> = {};
        const whenLet = (name: string) => new Promise<void>((resolve) => (lets[name] = resolve));
        const answers: Record<string, Promise<void>> = { ChatStream: whenLet("ChatStream"), GetConversation: whenLet("GetConversation") };
        const real = window.fetch;
        window.fetch = async (input, init) => {
          const answer = await real(input, init);
          await answers[String(input).split("/").at(-1) ?? ""];
          return answer;
        };
        Object.assign(window, { lets });
      });
    });
    await listens;
    const lets = (name: string) => visit.page.evaluate((n) => (window as unknown as { lets: Record<string, () => void> }).lets[n]?.(), name);
    const news = visit.page.waitForResponse("**/GetConversation");
    await visit.send("What's the point of golf?");
    await news;
    await lets("ChatStream");
    await visit.mid(1);
    await lets("GetConversation");
    await visit.page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 200)));
    assert.match(await visit.page.textContent("#debates .title") ?? "", /no point in golf/);
    model.upTo = 1;
    await visit.ended();
    await visit.leave();
  });
  test("on a slow line nothing is said in another debate than the one that is opened", async (t) => {
    const service = await Service.start(t, { PACE: "0" });
    const { conversation } = await service.call<{ conversation: { id: string } }>("Chat", { message: "Zoos should be closed." });
    let come = (): void => {};
    const comes = new Promise<void>((resolve) => (come = resolve));
    const visit = await Visit.to(browser, `${service.url}/#${conversation.id}`, {}, (page) => page.route("**/GetConversation", (route) => comes.then(() => route.continue())));
    await visit.page.fill("#message", "Animals suffer in cages there.");
    await visit.page.press("#message", "Enter");
    assert.equal(await visit.page.isDisabled("#send"), true);
    assert.equal(await visit.page.inputValue("#message"), "Animals suffer in cages there.");
    come();
    await visit.page.waitForSelector("#send:not([disabled])");
    await visit.page.press("#message", "Enter");
    await visit.ended();
    await asStored(visit, service, 2);
    assert.equal(visit.id, conversation.id);
    assert.equal((await service.conversations()).length, 1);
    await visit.leave();
  });
  test("on a slow line news of a debate take away nothing that was said since", async (t) => {
    const model = await Model.start(t);
    const service = await Service.start(t, model.environment);
    const [visit, other] = [await Visit.to(browser, service.url), await Visit.to(browser, service.url)];
    await visit.send("Golf is boring.");
    await visit.ended();
    await other.page.goto(`${service.url}/#${visit.id}`);
    await other.page.reload();
    await other.ended();
    const news = await held(visit, "GetConversation");
    await other.page.click(".bot .actions >> text=Try again");
    await until("the news", () => news.asked > 0);
    await other.page.waitForSelector(".attempts >> text=2 of 2");
    await other.ended();
    const turns = await held(visit, "ListTurns", 2); // the first says that there is another attempt
    news.come();
    await until("the look at the turns", () => turns.asked > 0);
    model.upTo = 0.5;
    await visit.send("Nothing ever happens in it.");
    await visit.mid();
    await visit.page.evaluate(() => document.querySelectorAll(".speech.user")[1]?.setAttribute("data-said", ""));
    const listed = visit.page.waitForResponse("**/ListTurns");
    turns.come();
    await (await listed).finished();
    model.upTo = 1;
    await visit.ended();
    assert.equal(await visit.page.locator(".speech.user[data-said]").count(), 1);
    await grewRight(visit);
    await asStored(visit, service, 2);
    await other.leave();
    await visit.leave();
  });
  test("on a slow line two looks at a debate show its news once", async (t) => {
    const service = await Service.start(t, { PACE: "0" });
    const visit = await Visit.to(browser, service.url);
    const caughtUp = visit.page.waitForResponse("**/ListTurns");
    await visit.send("Zoos should be closed.");
    await visit.ended();
    await (await caughtUp).finished();
    const turns = await held(visit, "ListTurns");
    await service.call("Chat", { conversationId: visit.id, message: "Animals suffer in cages there." });
    await until("the look for the news", () => turns.asked > 0);
    await visit.hide(true);
    await visit.hide(false); // who comes back is shown what is new
    await until("the look of who comes back", () => turns.asked > 1);
    turns.come();
    await visit.page.waitForFunction(() => document.querySelectorAll(".speech.user").length >= 2);
    await visit.send("No sign on the wall explains that.");
    await visit.page.waitForSelector(".speech.user >> text=No sign on the wall");
    await visit.ended();
    await asStored(visit, service, 3);
    await visit.leave();
  });
  test("a service that is away is waited for with a count, and not longer than the person likes", async (t) => {
    const service = await Service.start(t);
    const cable = await Cable.to(t, service);
    const visit = await Visit.to(browser, cable.url);
    await visit.page.waitForSelector(".topic");
    cable.deaf = true;
    await visit.send("Money buys happiness.");
    await visit.page.waitForSelector(".note >> text=/Trying again….*in [2-8] seconds/");
    await visit.page.waitForSelector(".note >> text=Try now");
    await visit.page.keyboard.press("Escape");
    assert.match(await visit.notice(), /makes no second turn/);
    assert.equal(await visit.page.inputValue("#message"), "Money buys happiness.");
    cable.deaf = false;
    await visit.page.click("#notice >> text=Send again");
    await visit.ended();
    await asStored(visit, service, 1);
    assert.equal((await service.conversations()).length, 1);
    await visit.leave(cutLine);
  });
  test("what was read of a reply stays when its service dies", async (t) => {
    const model = await Model.start(t);
    // It goes on through the moment of the last copy that the service keeps.
    Object.assign(model, { text: "A law binds whoever keeps to it. ".repeat(400).trim(), pieces: 8000, pause: 20 });
    const service = await Service.start(t, model.environment);
    const visit = await Visit.to(browser, service.url);
    await visit.send("Gun laws should be stricter.");
    // What the service keeps is as old as its last copy, which is made every two seconds.
    // The page is read first: what it had then, and the copy has not, is lost with the service.
    await until("text on the page that has no copy yet", async () => {
      const shown = (await visit.mid(100)).length;
      const kept = (await service.turns(visit.id))[0]?.reply?.length ?? 0;
      return kept > 0 && kept + 40 < shown;
    });
    await service.kill();
    await visit.page.waitForSelector("text=/The connection is lost. Trying again…/");
    const read = await visit.reply();
    await service.run();
    await visit.page.waitForSelector("text=This reply was interrupted");
    const [turn] = await service.turns(visit.id);
    assert.ok((turn?.reply ?? "").length < read.length, "the service kept all of it");
    assert.ok(run(await visit.reply()).startsWith(run(read)));
    assert.notEqual(await visit.page.locator(".lost").textContent(), "");
    assert.match(await visit.page.locator(".bot .note").textContent() ?? "", /grey/);
    assert.doesNotMatch(await visit.page.locator(".bot .note").textContent() ?? "", /retry the turn/);
    await visit.leave(cutLine);
  });
  test("a whole reply is copied, tried again, and looked at as it was", async (t) => {
    const service = await Service.start(t, { PACE: "0" });
    const visit = await Visit.to(browser, service.url, { permissions: ["clipboard-read", "clipboard-write"] });
    await visit.send("Dogs are better than cats.");
    await visit.ended();
    const [first] = await service.turns(visit.id);
    await visit.patiently(async () => {
      await visit.page.click(".bot .actions >> text=Copy");
      await visit.page.waitForSelector(".bot .actions >> text=Copied");
    });
    assert.equal(await visit.page.evaluate(() => navigator.clipboard.readText()), first?.reply);
    await visit.page.click(".bot .actions >> text=Try again");
    await visit.page.waitForSelector(".attempts >> text=2 of 2");
    await visit.ended();
    const [second] = await service.turns(visit.id);
    assert.equal(run(await visit.reply()), run(second?.reply ?? ""));
    await visit.page.click("[aria-label='The reply before']");
    await visit.page.waitForSelector(".attempts >> text=1 of 2");
    await visit.page.waitForFunction((want) => document.querySelector(".bot .text")?.textContent?.replace(/\s+/g, "") === want, run(first?.reply ?? ""));
    await visit.page.click("[aria-label='The reply after']");
    assert.equal(run(await visit.reply()), run(second?.reply ?? ""));
    await visit.page.press("#message", "ArrowUp");
    assert.equal(await visit.page.inputValue("#message"), "Dogs are better than cats.");
    await visit.leave();
  });
  test("a reply is given a thumb, which is kept with its attempt and can be taken back", async (t) => {
    const service = await Service.start(t, { PACE: "0" });
    const visit = await Visit.to(browser, service.url);
    await visit.send("Dogs are better than cats.");
    await visit.ended();
    const rated = (rating: string | undefined) =>
      until(`the rating ${rating}`, async () => (await service.turns(visit.id) as { rating?: string }[])[0]?.rating === rating);
    const pressed = () => visit.page.$$eval(".thumbs button", (all) => all.map((b) => b.ariaPressed));
    await visit.page.click("[aria-label='Bad reply']");
    assert.deepEqual(await pressed(), ["false", "true"]);
    await rated("RATING_BAD");
    await visit.page.click("[aria-label='Good reply']");
    await rated("RATING_GOOD");
    await visit.page.reload();
    await visit.page.waitForSelector("[aria-label='Good reply'][aria-pressed=true]");
    await visit.page.click(".bot .actions >> text=Try again");
    await visit.page.waitForSelector(".attempts >> text=2 of 2");
    await visit.ended();
    assert.deepEqual(await pressed(), ["false", "false"]); // nobody said anything of this one
    await visit.page.click("[aria-label='The reply before']");
    await visit.page.waitForSelector("[aria-label='Good reply'][aria-pressed=true]");
    await visit.page.click("[aria-label='The reply after']");
    await visit.page.waitForSelector("[aria-label='Good reply'][aria-pressed=false]");
    await visit.page.click("[aria-label='Bad reply']");
    await rated("RATING_BAD");
    await visit.page.click("[aria-label='Bad reply']");
    await rated(undefined);
    await visit.send("But dogs are loyal.");
    await visit.ended();
    await visit.page.locator(".thumbs").first().waitFor(); // the reply before has them still
    await visit.send("I want to die.");
    await visit.ended();
    assert.equal(await visit.page.locator(".thumbs").last().isVisible(), false);
    await visit.leave();
  });
  test("debates are searched by title and motion, and other tabs follow", async (t) => {
    const service = await Service.start(t, { PACE: "0" });
    for (const message of ["Zoos should be closed.", "Tea is better than coffee.", "犬は猫より良い。"]) await service.call("Chat", { message });
    const visit = await Visit.to(browser, service.url);
    await visit.page.waitForFunction(() => document.querySelectorAll("#debates li").length === 3);
    assert.equal(await visit.page.textContent("#debates h3"), "Today");
    await visit.page.fill("#search", "coff");
    await visit.page.waitForFunction(() => document.querySelectorAll("#debates li").length === 1);
    assert.match(await visit.page.textContent("#debates") ?? "", /Tea is better than coffee/);
    await visit.page.fill("#search", "zzz");
    await visit.page.waitForSelector("#nothing:not([hidden])");
    await visit.page.fill("#search", "");
    await visit.page.waitForFunction(() => document.querySelectorAll("#debates li").length === 3);
    const other = await Visit.in(await visit.page.context().newPage());
    await other.page.goto(service.url);
    await other.send("Golf is boring.");
    await other.ended();
    await visit.page.waitForSelector("#debates >> text=Golf is boring");
    await other.page.click("#rename");
    await other.page.fill("dialog input", "Nineteen holes");
    await other.page.keyboard.press("Enter");
    await visit.page.waitForSelector("#debates >> text=Nineteen holes");
    await visit.leave();
  });
  test("another browser with the same key sees what is done, and one with another key does not", async (t) => {
    const [mine, yours] = ["correct-horse-battery", "another-horse-battery"] as const;
    const model = await Model.start(t);
    const service = await Service.start(t, { ...model.environment, ...(await keysOf(t, mine, yours)) });
    const line = await Cable.to(t, service);
    const enter = async (url: string, key: string) => {
      const visit = await Visit.to(browser, url); // each in a profile of its own
      await visit.page.fill("dialog[open] input", key);
      await visit.page.keyboard.press("Enter");
      await visit.page.waitForSelector("dialog", { state: "detached" });
      return visit;
    };
    const [one, two, stranger] = [await enter(service.url, mine), await enter(line.url, mine), await enter(service.url, yours)];
    const sees = (text: string) => two.page.waitForSelector(`#debates >> text=${text}`);
    const speeches = (count: number) => two.page.waitForFunction((n) => document.querySelectorAll(".speech.user").length === n, count);

    await one.send("Golf is boring.");
    await one.ended();
    await sees("Golf is boring");
    await two.page.click("#debates a");
    await two.page.waitForSelector(".actions >> text=Edit");
    model.upTo = 0.5;
    await one.send("Nothing ever happens in it.");
    await speeches(2); // while the reply runs
    await two.mid();
    model.upTo = 1;
    await two.ended();
    await one.ended();
    assert.equal(await two.reply(), await one.reply());
    await grewRight(two);

    await one.page.click("#rename");
    await one.page.fill("dialog input", "Nineteen holes");
    await one.page.keyboard.press("Enter");
    await sees("Nineteen holes");
    await two.page.waitForFunction(() => document.getElementById("name")?.textContent === "Nineteen holes");

    // Whoever reads further up is left there, and what was shown above stays.
    await two.page.click("#verdict");
    await two.page.waitForSelector("#after .ask");
    await two.page.evaluate(() => document.querySelector(".speech")?.setAttribute("data-seen", ""));
    await one.page.click("#verdict");
    await one.page.click("#after .ask");
    await two.page.waitForSelector(".winner");

    // What happened while the line was lost is told when it is back.
    line.broken = true;
    line.cut();
    await one.page.click("#after > header button");
    await one.send("And it takes all day.");
    await one.ended();
    await sleep(300);
    assert.equal(await two.page.locator(".speech.user").count(), 2);
    line.broken = false;
    await speeches(3);
    await two.ended();
    assert.equal(await two.page.locator("[data-seen]").count(), 1);

    // A debate that is deleted is left, and what was being written in it stays.
    await two.page.fill("#message", "But the grass");
    await one.page.click("#delete");
    await one.page.reload(); // which ends the time to undo it
    await two.page.waitForSelector("#notice >> text=The debate is deleted.");
    await two.page.waitForFunction(() => document.querySelectorAll("#debates li").length === 0);
    assert.equal(await two.page.inputValue("#message"), "But the grass");
    assert.equal(two.id, "");

    assert.equal(await stranger.page.locator("#debates li").count(), 0);
    await one.leave(/401|404/);
    await two.leave(/401|404/, cutLine);
    await stranger.leave(/401/);
  });
  test("one tab of a browser listens for all of them, and another when that is closed", async (t) => {
    const service = await Service.start(t, { PACE: "0" });
    const one = await Visit.to(browser, service.url);
    const listening: Page[] = [];
    one.page.context().on("request", (request) => {
      if (request.url().endsWith("/events")) listening.push(request.frame().page());
    });
    const first = one.page.waitForRequest(/\/events$/);
    await one.page.reload();
    await first;
    const two = await Visit.in(await one.page.context().newPage());
    await two.page.goto(service.url);
    await service.call("Chat", { message: "Golf is boring." });
    for (const visit of [one, two]) await visit.page.waitForSelector("#debates >> text=Golf is boring");
    assert.equal(listening.filter((page) => page === two.page).length, 0);
    const next = two.page.waitForRequest(/\/events$/);
    await one.page.close();
    await next;
    await service.call("Chat", { message: "Tea is better than coffee." });
    await two.page.waitForSelector("#debates >> text=Tea is better than coffee");
    await two.leave();
  });
  test("two models are watched while they debate, by their names, and judged", async (t) => {
    const model = await Model.start(t);
    model.text = "A cage is no home, however large it is.\n\nAnd what children see there is a sad animal that walks to and fro.";
    model.upTo = 0.5;
    const service = await Service.start(t);
    const visit = await Visit.to(browser, service.url);
    const duel = spawn(".cache/debate", ["duel", "Zoos should be closed.", "--pro", "offline", "--con", "stand-in", "--rounds", "2"], {
      env: { ...model.environment, PATH: process.env["PATH"] ?? "", DATA_DIR: service.folder }, stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    duel.stderr.on("data", (data) => (said += String(data)));
    const ended = new Promise((resolve) => duel.once("exit", resolve));
    t.after(() => duel.kill("SIGKILL"));
    await visit.page.click("#debates >> text=Zoos should be closed");
    await visit.page.waitForSelector("#ended:not([hidden]) >> text=Two models debate here");
    assert.equal(await visit.page.isVisible("#message"), false);
    assert.equal(await visit.page.isVisible("#aids"), false);
    await visit.mid(); // live
    await visit.page.keyboard.press("Escape"); // stops nothing
    model.upTo = 1;
    assert.equal(await ended, 0, said);
    await visit.page.waitForSelector("#debates >> text=built-in opponent v. stand-in");
    await visit.page.waitForFunction(() => document.querySelectorAll(".speech.user").length === 2);
    await visit.ended();
    await grewRight(visit);
    await asStored(visit, service, 2);
    assert.equal(await visit.page.textContent("#sides"), "built-in opponent forstand-in againstdifficulty: fair");
    assert.deepEqual([...new Set(await visit.page.locator(".speech .who").allTextContents())], ["built-in opponent", "stand-in"]);
    assert.doesNotMatch((await visit.page.locator(".model").allTextContents()).join(), /opponent|stand-in/); // it is named once
    for (const text of ["Try again", "Edit"]) assert.equal(await visit.page.locator(`.actions >> text=${text}`).count(), 0, text);
    await visit.page.click("#verdict");
    await visit.page.waitForSelector(".winner");
    assert.match(await visit.page.textContent(".winner") ?? "", /^(Built-in opponent had|Stand-in had|Undecided)/);
    assert.doesNotMatch(await visit.page.textContent("#after") ?? "", /You had|The bot had|What you could|Rematch/);
    const { path: shared } = await service.call<{ path: string }>("ShareConversation", { conversationId: visit.id });
    assert.match(await (await fetch(service.url + shared)).text(), /Two models debate: built-in opponent argues for it, stand-in against it[^]*<h3>built-in opponent<[^]*<h3>stand-in</);
    await visit.page.click("#flow");
    await visit.page.waitForSelector(".columns >> text=stand-in");
    await assertAccessible(visit, "a duel");
    // Who joins in does so in a copy.
    await visit.page.click("#after > header button");
    await visit.page.locator(".bot .actions >> text=Go on from here in a copy").last().click();
    await visit.page.waitForSelector("#sides >> text=You for");
    assert.equal(await visit.page.isVisible("#message"), true);
    await visit.leave();
  });
  test("the first screen offers five motions, a surprise, and all", async (t) => {
    const service = await Service.start(t, { PACE: "0" });
    const visit = await Visit.to(browser, service.url);
    await visit.page.waitForSelector("#opponent >> text=built-in opponent");
    assert.equal(await visit.page.locator(".topic").count(), 5);
    assert.equal(await visit.page.isVisible("#persona-choice"), false);
    await visit.page.click("text=Surprise me");
    assert.notEqual(await visit.page.textContent("#chosen bdi"), "");
    await visit.page.click("[aria-label='Choose no motion']");
    await visit.page.click("text=All motions");
    assert.ok(await visit.page.locator(".topic").count() > 30);
    await visit.send("hi");
    await visit.ended();
    const offered = visit.page.locator(".bot .note button");
    await offered.first().waitFor();
    assert.equal(await offered.count(), 3);
    const motion = (await offered.first().textContent() ?? "").replace("Debate: ", "");
    await offered.first().click();
    assert.equal(await visit.page.textContent("#chosen bdi"), motion);
    await visit.page.click("#send");
    await visit.ended();
    assert.equal(await visit.page.textContent("#motion"), motion);
    assert.equal((await service.turns(visit.id)).length, 2);
    await visit.leave();
  });
  test("who reads Spanish meets the page's words in Spanish", async (t) => {
    const service = await Service.start(t, { PACE: "0" });
    const visit = await Visit.to(browser, service.url, { locale: "es-MX" });
    await visit.page.waitForSelector("text=Todas las mociones");
    assert.equal(await visit.page.getAttribute("html", "lang"), "es");
    const written = await (await fetch(service.url)).text();
    const english = await visit.page.evaluate((html) => [...document.querySelectorAll("[data-t]")].map((e) => e.textContent ?? "").filter((text) => html.includes(`>${text}<`)), written);
    assert.deepEqual([...new Set(english)], ["Debates", "normal"]);
    const topics = async (language: string) => (await service.call<{ topics: { topic: string }[] }>("ListTopics", { language })).topics.map((t) => t.topic);
    const motions = await visit.page.locator(".topic").allTextContents();
    assert.equal(motions.length, 5);
    for (const motion of motions) assert.ok((await topics("es")).includes(motion), motion);
    assert.deepEqual(await topics("qu"), await topics("en")); // where there are none
    assert.ok(!(await topics("")).some((topic) => motions.includes(topic)));
    await visit.send("Los gatos son mejores que los perros.");
    await visit.ended();
    await visit.page.waitForSelector(".actions >> text=Copiar");
    await service.call("JudgeConversation", { conversationId: visit.id, requestId: "a-verdict" });
    const { path: shared } = await service.call<{ path: string }>("ShareConversation", { conversationId: visit.id });
    const stranger = await Visit.to(browser, service.url + shared);
    assert.equal(await stranger.page.getAttribute("html", "lang"), "es");
    assert.match(await stranger.page.textContent("body") ?? "", /está a favor, el bot en contra[^]*Turno 1[^]*Veredicto/);
    assert.doesNotMatch(await stranger.page.textContent("body") ?? "", /\b(Turn|User|Flow|Verdict|answers|judged|reader|agree|Vote|open|dropped)\b/);
    await stranger.leave();
    await visit.leave();
  });
  describe("in Spanish there is no English word in any state, errors and waits too", { concurrency: 2 }, () => {
    // Words that English sentences are made of and that Spanish has not.
    // With "\b" there would be an "is" in "aprendéis".
    const english = /(?<!\p{L})(the|you|your|is|was|are|of|and|to|it|this|that|not|be|again|try|with|for|from|by|which|what|there|have|or|service|reply|turns?|message|key)(?!\p{L})/iu;
    const check = async (visit: Visit, state: string) => {
      const found = await visit.page.evaluate((source) => {
        const said = [...document.querySelectorAll("body, body *")].filter((e) => !(e instanceof HTMLSelectElement) && e.closest("code, pre, noscript, script") === null).flatMap((e) => [
          ...[...e.childNodes].filter((n) => n.nodeType === Node.TEXT_NODE).map((n) => n.textContent ?? ""),
          e.ariaLabel ?? "", e instanceof HTMLElement ? e.title : "", e instanceof HTMLInputElement || e instanceof HTMLTextAreaElement ? e.placeholder : "",
        ]);
        // An address may spell anything: what is random in it has been "…2v6or3p…".
        return [...said, document.title].filter((text) => new RegExp(source, "iu").test(text.replace(/https?:\/\/\S+/g, "")));
      }, english.source);
      assert.deepEqual([...new Set(found)], [], state);
    };
    const enter = (url: string) => Visit.to(browser, url, { locale: "es-ES" });
    const notice = async (visit: Visit, part: string, state: string) => {
      await visit.page.waitForSelector(`#notice >> text=${part}`);
      await check(visit, state);
    };

    test("a debate from its first word to its end", async (t) => {
      const service = await Service.start(t, { PACE: "0" });
      const visit = await enter(service.url);
      await visit.page.click("text=Todas las mociones");
      await visit.page.click("#programs summary");
      await visit.page.click("#settings summary");
      await check(visit, "start and settings");
      for (const format of ["blitz", "oxford", "lincoln-douglas"]) {
        await visit.page.selectOption("#format", format);
        await check(visit, format);
      }
      await visit.page.selectOption("#format", "blitz");
      await visit.page.fill("#message", "á".repeat(8002));
      await visit.page.waitForSelector("#excess:not([hidden])");
      await check(visit, "too long");
      await visit.page.fill("#message", "Los zoológicos deberían cerrarse.");
      await visit.page.waitForSelector("#reading:not([hidden])");
      await check(visit, "what is read");
      await visit.page.press("#message", "Enter");
      await visit.ended();
      await visit.page.click(".bot .actions >> text=Copiar");
      await visit.page.click(".user .actions >> text=Editar");
      await check(visit, "editing");
      await visit.page.click("#editing button");
      await visit.page.click("#hint");
      await visit.page.waitForSelector("#hints:not([hidden])");
      await check(visit, "hints");
      await visit.page.click("#verdict");
      await visit.page.waitForSelector(".opinion");
      await check(visit, "before a verdict");
      for (const text of ["Los animales sufren en las jaulas, porque no pueden moverse.", "Los zoológicos no salvan a ninguna especie."]) {
        await visit.send(text);
        await visit.ended();
      }
      await visit.page.waitForSelector("#ended:not([hidden])");
      await check(visit, "over");
      await visit.page.click("#flow");
      await visit.page.waitForSelector(".flow .point");
      await check(visit, "flow");
      await visit.page.click("#verdict");
      await visit.page.click("#after .ask");
      await visit.page.waitForSelector(".winner");
      await visit.page.locator(".opinion input").fill("2");
      await check(visit, "verdict");
      await visit.page.click("#share");
      await visit.page.waitForSelector("#make-shared");
      await check(visit, "before it is shared");
      await visit.page.click("#make-shared");
      await visit.page.waitForSelector("#shared");
      await check(visit, "share");
      await visit.page.click("#after > header button");
      await visit.page.click("#rename");
      await check(visit, "rename");
      await visit.page.fill("dialog input", "x".repeat(400));
      await visit.page.keyboard.press("Enter");
      await notice(visit, "no acepta", "a title that is too long");
      await visit.page.fill("#search", "zzz");
      await visit.page.waitForSelector("#nothing:not([hidden])");
      await check(visit, "nothing found");
      await visit.page.fill("#search", "");
      await visit.patiently(async () => {
        await visit.page.click("#delete");
        await notice(visit, "Deshacer", "deleted");
      });
      await visit.page.evaluate(() => (location.hash = "nowhere"));
      await notice(visit, "no hay tal debate", "not found");
      await visit.send("hola");
      await visit.ended();
      await visit.page.waitForSelector(".note button");
      await check(visit, "an invitation");
      await visit.leave(/400|404/);
    });

    test("a model that fails, and one that is looked at again", async (t) => {
      const model = await Model.start(t);
      model.text = "El golf no es aburrido: hay que pensar antes de cada golpe.";
      model.check = { holds: false, figures: ["un 90 %"] };
      model.upTo = 0;
      const service = await Service.start(t, model.environment);
      const visit = await enter(service.url);
      await visit.page.waitForSelector("#persona-choice:not([hidden])");
      await visit.send("El golf es aburrido.");
      await visit.page.waitForSelector(".progress >> text=/Pensando… \\d+ segundos/");
      await check(visit, "waiting");
      assert.doesNotMatch((await visit.waited()).join(), english);
      model.upTo = 0.5;
      await visit.mid(10);
      await check(visit, "streaming");
      await visit.page.click("#stop");
      await visit.ended();
      await check(visit, "stopped");
      model.upTo = 1;
      await visit.page.click(".note >> text=Otra respuesta");
      await visit.ended();
      await visit.page.waitForSelector(".note >> text=segunda mirada");
      await check(visit, "checked");
      await visit.page.click("[aria-label='La respuesta anterior']");
      await check(visit, "attempts");
      for (const [status, part] of [[401, "quien lleva el servicio"], [429, "demasiadas peticiones"], [503, "no dio una respuesta"]] as const) {
        model.fails = status;
        await visit.send("No pasa nada en toda la mañana.");
        await visit.ended();
        await visit.page.waitForSelector(`.note >> text=${part}`);
        await check(visit, `a model that says ${status}`);
      }
      await visit.leave();
    });

    test("a service that is away, dies or is full", async (t) => {
      const model = await Model.start(t);
      model.text = "Un perro acompaña a quien vive solo. ".repeat(6).trim();
      model.upTo = 0.3;
      const service = await Service.start(t, model.environment);
      const line = await Cable.to(t, service);
      const visit = await enter(line.url);
      await visit.send("Los gatos son mejores que los perros.");
      await visit.mid();
      line.broken = true;
      line.cut();
      await visit.page.waitForSelector(".note >> text=Probar ahora");
      await check(visit, "lost in a reply");
      line.broken = false;
      model.upTo = 0.6;
      await visit.page.evaluate(() => document.querySelector<HTMLElement>(".note button")?.click()); // unless it is there again by itself
      await visit.mid(80);
      await service.kill();
      await service.run();
      await visit.page.waitForSelector(".note >> text=se interrumpió");
      await check(visit, "interrupted");
      line.deaf = true;
      line.cut();
      await visit.send("Los gatos son limpios.");
      await visit.page.waitForSelector("#cancel:not([hidden])");
      await check(visit, "sending");
      await visit.page.click("#cancel");
      await notice(visit, "Ya no se espera", "cancelled");
      await visit.leave(cutLine);
    });

    test("a key, and a limit", async (t) => {
      const service = await Service.start(t, { API_KEY: "correct-horse-battery", MODEL: "offline", RATE_LIMIT: "12", PACE: "0" });
      const visit = await enter(service.url);
      await visit.page.waitForSelector("dialog[open]");
      await check(visit, "a key is asked for");
      await visit.page.fill("dialog input", "wrong-horse-battery");
      await visit.page.keyboard.press("Enter");
      await visit.page.waitForSelector("dialog >> text=no fue aceptada");
      await check(visit, "a key is refused");
      await visit.page.keyboard.press("Escape");
      await notice(visit, "necesita una clave", "without a key");
      await visit.page.click("text=Escribir una clave");
      await visit.page.fill("dialog input", "correct-horse-battery");
      await visit.page.keyboard.press("Enter");
      await visit.page.waitForSelector(".topic");
      while (await visit.page.isHidden("#notice")) {
        await useUp(service);
        await visit.send("Los gatos son mejores que los perros.");
        await visit.page.waitForFunction(() => document.querySelector(".waiting") === null);
      }
      await notice(visit, "/Prueba otra vez en|Ya puedes probar otra vez/", "too fast");
      await visit.leave(/401|429/);
    });
  });
  test("a reply that ends unseen is told in the title, and the colours are the person's to choose", async (t) => {
    const model = await Model.start(t);
    model.upTo = 0.5;
    const service = await Service.start(t, model.environment);
    const visit = await Visit.to(browser, service.url);
    await visit.send("Dogs are better than cats.");
    await visit.mid();
    await visit.hide(true);
    model.upTo = 1;
    await visit.page.waitForFunction(() => document.title.startsWith("● Reply \u2013 "));
    await service.call("UpdateConversation", { conversationId: visit.id, title: "Pets" }); // news leave the notice
    await visit.page.waitForFunction(() => document.title.startsWith("● Reply \u2013 Pets"));
    await visit.hide(false);
    assert.match(await visit.page.title(), /^Pets/);
    const paper = () => visit.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await paper();
    await visit.page.click("#settings summary");
    await visit.page.selectOption("#theme", "dark");
    const dark = await paper();
    assert.notEqual(light, dark);
    await visit.page.reload();
    assert.equal(await paper(), dark);
    await visit.leave();
  });
  test("the settings do what they say, are kept, and tell what was used", async (t) => {
    const service = await Service.start(t, { PACE: "0" });
    const visit = await Visit.to(browser, service.url);
    await visit.send("Dogs are better than cats.");
    await visit.ended();
    await visit.page.click("#settings summary");
    await visit.page.waitForSelector("#usage >> text=/^Used today: 1 turn, [1-9]\\d* tokens\\.$/");
    const size = () => visit.page.evaluate(() => parseFloat(getComputedStyle(document.querySelector(".bot .text") as Element).fontSize));
    const before = await size();
    await visit.page.selectOption("#size", "larger");
    assert.ok(Math.abs(await size() / before - 1.4) < 0.01, `${await size()} of ${before}`);
    await visit.page.selectOption("#enter", "line");
    await visit.page.fill("#message", "Cats hunt");
    await visit.page.press("#message", "Enter");
    await visit.page.keyboard.type("mice.");
    assert.equal(await visit.page.inputValue("#message"), "Cats hunt\nmice.");
    await visit.page.selectOption("#language", "es"); // which loads the page again
    await visit.page.waitForSelector("summary >> text=Ajustes");
    await visit.ready();
    await visit.ended();
    assert.ok(Math.abs(await size() / before - 1.4) < 0.01);
    assert.equal(await visit.page.inputValue("#message"), "Cats hunt\nmice.");
    await visit.page.press("#message", "Control+Enter");
    await visit.page.waitForFunction(() => document.querySelectorAll(".speech.user").length === 2);
    await visit.ended();
    await visit.page.click("#settings summary");
    assert.deepEqual(await visit.page.locator("#settings select").evaluateAll((all) => all.map((e) => (e as HTMLSelectElement).value)), ["", "larger", "es", "line"]);
    await visit.page.selectOption("#language", "");
    await visit.page.waitForSelector("summary >> text=Settings");
    await visit.ready();
    await visit.ended();
    await visit.page.keyboard.press("Control+k");
    assert.equal(await visit.page.evaluate(() => document.activeElement?.id), "search");
    await visit.leave();
  });
  // A browser without a mouse says that it has no pointer, and one on a laptop with a touchscreen that it has a coarse one:
  // https://drafts.csswg.org/mediaqueries-4/#pointer, https://github.com/mui/mui-x/issues/9911, https://github.com/MediaBrowser/Emby/issues/3840
  test("Enter sends where there is nothing to point with, and on touch where the person chose so", async (t) => {
    const service = await Service.start(t, { PACE: "0" });
    const pointless = await launch("--blink-settings=primaryPointerType=1,availablePointerTypes=1");
    t.after(() => pointless.close());
    const visit = await Visit.to(pointless, service.url);
    assert.ok(await visit.page.evaluate(() => matchMedia("(pointer: none)").matches));
    assert.equal(await visit.page.evaluate(() => document.activeElement?.id), "message");
    assert.equal(await visit.page.getAttribute("#message", "enterkeyhint"), "send");
    await visit.page.fill("#message", "Dogs are better than cats.");
    await visit.page.press("#message", "Enter");
    await visit.ended();
    await visit.leave();

    const touch = await Visit.to(browser, service.url, { hasTouch: true, isMobile: true });
    const menu = await touch.page.isVisible("#menu");
    if (menu) await touch.page.click("#menu");
    await touch.page.click("#settings summary");
    assert.equal(await touch.page.inputValue("#enter"), "line");
    await touch.page.selectOption("#enter", "send");
    await touch.page.keyboard.press("Escape");
    await touch.page.fill("#message", "Dogs are better than cats.");
    await touch.page.press("#message", "Enter");
    await touch.ended();
    await touch.leave();
  });

  test("a reply is read aloud and a message dictated, where the browser can", async (t) => {
    const model = await Model.start(t);
    const service = await Service.start(t, model.environment);
    // What speaks and listens in a browser belongs to the machine: these stand for it.
    const visit = await Visit.to(browser, service.url, {}, (page) => page.addInitScript(() => {
      const said: string[] = [];
      class Utterance extends EventTarget {
        lang = "";
        constructor(readonly text: string) { super(); }
      }
      let queue: Utterance[] = [];
      const voice = Object.assign(new EventTarget(), {
        getVoices: () => [{}],
        speak: (u: Utterance) => { queue.push(u); said.push(`${u.lang}: ${u.text}`); },
        cancel: () => { const left = queue; queue = []; for (const u of left) setTimeout(() => u.dispatchEvent(new Event("error"))); },
      });
      class Recognition extends EventTarget {
        lang = "";
        start() { Object.assign(window, { ear: this }); }
        abort() { this.dispatchEvent(new Event("end")); }
      }
      Object.defineProperty(window, "speechSynthesis", { value: voice });
      Object.assign(window, {
        SpeechSynthesisUtterance: Utterance, SpeechRecognition: Recognition, said,
        finish: () => { for (const u of queue.splice(0)) u.dispatchEvent(new Event("end")); },
        hear: (...texts: string[]) => (window as unknown as { ear: EventTarget }).ear.dispatchEvent(Object.assign(new Event("result"), { results: texts.map((transcript) => [{ transcript }]) })),
      });
    }));
    const inPage = (name: string, ...args: string[]) => visit.page.evaluate(({ name, args }) => (window as unknown as Record<string, (...args: string[]) => void>)[name]?.(...args), { name, args });
    const said = () => visit.page.evaluate(() => (window as unknown as { said: string[] }).said);

    await visit.page.fill("#message", "I say:");
    await visit.page.click("#dictate");
    assert.equal(await visit.page.getAttribute("#dictate", "aria-pressed"), "true");
    await inPage("hear", "golf is");
    await inPage("hear", "golf is ", "boring");
    assert.equal(await visit.page.inputValue("#message"), "I say: golf is boring");
    await visit.page.press("#message", "Enter");
    await inPage("hear", "golf is ", "boring", " and late"); // nothing of it comes after the message
    assert.equal(await visit.page.inputValue("#message"), "");
    assert.equal(await visit.page.getAttribute("#dictate", "aria-pressed"), "false");
    await visit.ended();
    assert.equal((await service.turns(visit.id))[0]?.message, "I say: golf is boring");

    await visit.page.click(".actions >> text=Listen");
    await visit.page.waitForSelector(".actions >> text=Stop reading");
    assert.deepEqual(await said(), ["en: A reply that takes the other side, in a few words.", "en: It has two paragraphs."]); // without marks
    await inPage("finish");
    await visit.page.waitForSelector(".actions >> text=Listen");
    await visit.page.click(".actions >> text=Listen");
    await visit.page.click(".actions >> text=Stop reading");
    await visit.page.waitForSelector(".actions >> text=Listen");
    await visit.page.click(".actions >> text=Listen");
    await visit.page.click("#history .new"); // which ends it too
    await inPage("finish");
    assert.equal((await said()).length, 6);

    await visit.page.click("#dictate");
    await visit.page.evaluate(() => (window as unknown as { ear: EventTarget }).ear.dispatchEvent(Object.assign(new Event("error"), { error: "not-allowed" })));
    assert.match(await visit.notice(), /could not hear you/);
    await visit.leave();
  });
  test("who has neither voice nor ear is offered none", async (t) => {
    const service = await Service.start(t, { PACE: "0" });
    const visit = await Visit.to(browser, service.url, {}, (page) => page.addInitScript(() => {
      for (const name of ["speechSynthesis", "SpeechRecognition", "webkitSpeechRecognition"]) Object.defineProperty(window, name, { value: undefined });
    }));
    await visit.send("Dogs are better than cats.");
    await visit.ended();
    for (const control of ["#dictate", ".listen"]) assert.equal(await visit.page.locator(control).filter({ visible: true }).count(), 0, control);
    await visit.leave();
  });
  test("who is offline is told so, and what was written is sent afterwards", async (t) => {
    const service = await Service.start(t, { PACE: "0" });
    const visit = await Visit.to(browser, service.url);
    await visit.page.waitForSelector(".topic");
    await visit.page.context().setOffline(true);
    assert.match(await visit.notice(), /^This device is offline/);
    await visit.page.fill("#message", "Money buys happiness.");
    await visit.page.context().setOffline(false);
    await visit.page.waitForSelector("#notice", { state: "hidden" });
    await visit.page.press("#message", "Enter");
    await visit.ended();
    await asStored(visit, service, 1);
    // A service on this machine is there without a network.
    await visit.page.evaluate(() => dispatchEvent(new Event("offline")));
    await sleep(200);
    assert.equal(await visit.page.isVisible("#notice"), false);
    await visit.leave(cutLine);
  });
  test("without a network or a service the page opens, says so, and keeps what is written", async (t) => {
    const service = await Service.start(t, { PACE: "0" });
    const visit = await Visit.to(browser, service.url);
    await visit.send("Dogs are better than cats.");
    await visit.ended();
    await visit.kept();
    await visit.page.fill("#message", "Half a thought");
    await visit.page.context().setOffline(true);
    await visit.page.reload();
    await visit.ready();
    assert.match(await visit.notice(), /^This device is offline/);
    assert.equal(await visit.page.inputValue("#message"), "Half a thought");
    await visit.page.context().setOffline(false);
    await visit.page.waitForSelector("#debates li");
    await visit.page.waitForSelector("#notice", { state: "hidden" });
    await visit.page.waitForSelector(".speech.bot"); // the debate of the address, too
    assert.equal(await visit.page.inputValue("#message"), "Half a thought");
    // Nothing of anybody's is kept beside the files that everybody gets.
    const kept = await visit.page.evaluate(async () => (await Promise.all((await caches.keys()).map(async (name) => (await (await caches.open(name)).keys()).map((r) => new URL(r.url).pathname)))).flat());
    assert.deepEqual(kept.sort(), ["/", ...readdirSync("dist").filter((name) => !["index.html", "worker.js"].includes(name)).map((name) => `/${name}`)].sort());

    await service.kill();
    await visit.page.goto(service.url);
    await visit.ready();
    assert.match(await visit.notice(), /^The connection to the service was lost/);
    await service.run();
    await visit.page.click("#notice >> text=Try again");
    await visit.page.waitForSelector(".topic");
    await visit.page.waitForSelector("#notice", { state: "hidden" });
    await visit.leave(cutLine);
  });

  // https://github.com/thecodacus/understory/pull/18, https://github.com/HKUDS/nanobot/pull/4328: a proxy that
  // takes a path off hands the page out, and all that it asks for is looked for at the host's root.
  test("the page works below a path of its host", async (t) => {
    const service = await Service.start(t, { PACE: "0" });
    const proxy = await Proxy.to(t, service, "/tools/debate");
    const visit = await Visit.to(browser, `${proxy.url}/`);
    assert.match(await visit.page.textContent("#example") ?? "", new RegExp(`${proxy.url}/chat`));
    await visit.send("Zoos should be closed.");
    await visit.ended();
    assert.ok(await visit.reply());
    await visit.page.click("#share");
    await visit.page.click("#make-shared");
    const address = await visit.page.locator("#shared").getAttribute("href") ?? "";
    assert.ok(address.startsWith(`${proxy.url}/`), address);
    assert.equal((await fetch(address)).status, 200);
    await visit.page.click("#after header button");
    await visit.page.locator(".new:visible").first().click();
    await visit.page.waitForSelector("#debates li");
    await visit.page.click("#debates a");
    await visit.page.waitForSelector(".speech.bot");
    assert.ok(new URL(visit.page.url()).pathname === "/tools/debate/", visit.page.url());
    // What others of the host keep is theirs.
    await visit.page.evaluate(() => caches.open("of another program"));
    await visit.kept();
    await visit.page.context().setOffline(true);
    await visit.page.reload();
    await visit.ready();
    assert.deepEqual((await visit.page.evaluate(() => caches.keys())).map((name) => name.replace(/page-.*/, "")).sort(), ["/tools/debate/", "of another program"]);
    assert.deepEqual(proxy.outside.filter((path) => path !== "/favicon.ico"), []);
    await visit.leave(cutLine);
  });

  test("a page that is kept is never older than its service", async (t) => {
    const service = await Service.start(t, { PACE: "0" });
    const proxy = await Proxy.to(t, service);
    const visit = await Visit.to(browser, proxy.url);
    await visit.kept();
    const before = await visit.page.evaluate(() => caches.keys());
    const described = () => visit.page.getAttribute("meta[name=description]", "content");
    // Half of a build, as in the middle of a deployment: it is shown, and not kept.
    proxy.change = (path, text) => (path === "/" ? text.replace("State a view and", "State your view and") : text);
    await visit.page.reload();
    await visit.ready();
    assert.match(await described() ?? "", /^State your view/);
    assert.deepEqual(await visit.page.evaluate(() => caches.keys()), before);
    // What a build kept whose caches' names had no path, and what another program of the host keeps.
    await visit.page.evaluate(async () => {
      for (const [name, path] of [["page-of-an-early-build", "/"], ["page-of-another-program", "/other/"]] as const) await (await caches.open(name)).put(path, new Response("old"));
    });
    // All of it.
    const hash = (text: string) => createHash("sha256").update(text).digest("base64");
    proxy.change = (path, text, whole) => path === "/" ? text.replace("State a view and", "State your view and")
      : path === "/worker.js" ? text.replace(hash(whole), hash(whole.replace("State a view and", "State your view and"))).replace('"page-', '"page-new-') : text;
    await visit.page.reload();
    await visit.ready();
    const names = () => visit.page.evaluate(() => caches.keys());
    await until("the new page, and the end of the one before", async () => /^page-of-another-program,\/page-new-[^,]*$/.test((await names()).join()));
    await visit.page.context().setOffline(true);
    await visit.page.reload();
    await visit.ready();
    assert.match(await described() ?? "", /^State your view/);
    await visit.leave(cutLine);
  });

  // 320 by 256 is a window of 1280 by 1024 at 400 % (WCAG 2.2, 1.4.10).
  test("at 400 % nothing is out of reach, and nothing scrolls sideways", async (t) => {
    const service = await Service.start(t, { PACE: "0" });
    for (const locale of ["en", "es"]) {
      const visit = await Visit.to(browser, service.url, { locale, viewport: { width: 320, height: 256 } });
      const reach = async (...controls: string[]) => {
        for (const control of controls) {
          await visit.page.locator(control).first().scrollIntoViewIfNeeded();
          await visit.page.locator(control).first().click({ trial: true }); // it is seen, and nothing lies over it
        }
        assert.deepEqual(await visit.page.evaluate(() => ["html", "#scroller", "#after", "#history", "#terms", "#aids", "dialog"]
          .filter((s) => [...document.querySelectorAll(s)].some((e) => e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0))), [], controls.join());
      };
      await visit.page.waitForSelector(".topic");
      await visit.page.focus("#message");
      await reach("#menu", "#bar .new", ".topic", "#programs summary", "#message", "#send", "#role", "#difficulty", "#format");
      await visit.page.fill("#message", locale === "en" ? "Zoos should be closed." : "Los zoológicos deberían cerrarse.");
      await visit.page.waitForSelector("#reading >> visible=true");
      await visit.page.press("#message", "Enter");
      await visit.ended();
      await reach("#menu", "#flow", "#verdict", "#share", "#first", "#print", "#rename", "#delete", ".user .actions button", ".bot .actions button", "#hint", "#steelman-bot", "#message", "#send");
      await visit.page.click("#menu");
      await visit.page.waitForFunction(() => document.activeElement?.closest("#history"));
      await reach("#search", "#debates a", "#settings summary");
      await visit.page.click("#settings summary");
      await reach("#theme", "#enter");
      await visit.page.keyboard.press("Escape");
      await visit.page.click("#rename");
      await reach("dialog input", "dialog [type=submit]");
      await visit.page.keyboard.press("Escape");
      await visit.page.click("#flow");
      await visit.page.waitForSelector(".flow .point");
      await reach("#after > header button", ".flow .point");
      await visit.leave();
    }
  });
  test("a long debate is gone through by keys, buttons and headings, and printed whole", async (t) => {
    const service = await Service.start(t);
    const { conversation } = await service.call<{ conversation: { id: string } }>("Chat", { message: "Exams should be abolished." });
    for (let i = 2; i <= 45; i++) await service.call("Chat", { conversationId: conversation.id, message: `Point ${i}: exams measure memory.` });
    const visit = await Visit.to(browser, `${service.url}/#${conversation.id}`);
    await visit.page.waitForFunction(() => document.querySelectorAll(".speech.user").length === 20);
    assert.equal(await visit.page.locator("article[aria-labelledby] h2").count(), 40);
    await visit.page.click("#first");
    await visit.page.waitForFunction(() => document.querySelectorAll(".speech.user").length === 45 && document.getElementById("scroller")?.scrollTop === 0);
    await visit.page.click("#latest");
    await visit.page.waitForFunction(() => {
      const s = document.getElementById("scroller") as HTMLElement;
      return s.scrollHeight - s.scrollTop - s.clientHeight < 2;
    });
    await visit.page.waitForSelector("#latest", { state: "hidden" });
    await visit.page.emulateMedia({ media: "print" });
    for (const control of ["#composer", "#history", "#manage", ".actions"]) assert.equal(await visit.page.locator(control).first().isVisible(), false, control);
    await visit.page.emulateMedia({ media: "screen", forcedColors: "active" }); // one entry is seen to be open, not all
    await service.call("Chat", { message: "Zoos should be closed." });
    await visit.page.reload();
    await visit.page.waitForFunction(() => document.querySelectorAll("#debates a").length === 2);
    const edges = await visit.page.evaluate(() => [...document.querySelectorAll("#debates a")].map((e) => [getComputedStyle(e).borderLeftColor, e.getAttribute("aria-current") ?? ""]));
    assert.notEqual(edges[0]?.[0], edges[1]?.[0]);
    assert.deepEqual(edges.map(([, current]) => current), ["", "page"]);
    await visit.page.emulateMedia({ forcedColors: null });
    await visit.page.goto(service.url);
    assert.equal(await visit.page.locator("a, button, input, textarea").first().getAttribute("id"), "skip");
    await visit.page.focus("#skip");
    await visit.page.keyboard.press("Enter");
    assert.equal(await visit.page.evaluate(() => document.activeElement?.id), "message");
    await visit.leave();
  });
  test("10,000 words stream, scroll and open again without a long task", async (t) => {
    const model = await Model.start(t);
    model.text = Array.from({ length: 125 }, (_, i) => `Paragraph ${i}: ${"and so it goes on, word after word. ".repeat(11)}`).join("\n\n").slice(0, 60_000);
    model.pieces = 1500;
    model.pause = 4;
    model.upTo = 85 / 125;
    const service = await Service.start(t, model.environment);
    const own = await launch(); // a trace is of a whole browser
    t.after(() => own.close());
    const page = await own.newPage();
    page.setDefaultTimeout(600_000); // it bounds what never comes
    await page.addInitScript(() => {
      let shift = 0;
      let longest = 0;
      new MutationObserver((records) => {
        // A stylesheet in the page grows too, while it is parsed as it arrives.
        for (const r of records) if (r.target instanceof Text && r.target.parentElement?.tagName !== "STYLE") longest = Math.max(longest, r.target.data.length);
      }).observe(document, { subtree: true, characterData: true });
      Object.assign(window, { shift: () => shift, longest: () => longest });
      new PerformanceObserver((list) => list.getEntries().forEach((e) => (shift += (e as unknown as { value: number }).value))).observe({ type: "layout-shift", buffered: true });
    });
    const shift = () => page.evaluate(() => (window as unknown as { shift: () => number }).shift());
    const paragraphs = (least: number) => page.waitForFunction((n) => document.querySelectorAll(".bot .text > p").length >= n, least);
    await page.goto(service.url);
    await page.waitForSelector(".topic");
    await page.fill("#message", "Golf is boring.");
    await page.press("#message", "Enter");
    await page.waitForSelector(".waiting .tail:not(:empty)");
    const before = await shift();
    // The least of three passes is the page's cost: a guest's processor time has in it what its host takes.
    const least = async (pass: (i: number) => Promise<void>): Promise<number> => {
      const worst: number[] = [];
      for (let i = 0; i < 3; i++) worst.push(await worstTask(own, page, () => pass(i)));
      return Math.min(...worst);
    };
    await paragraphs(80);
    const streaming = await least(async (i) => {
      model.upTo = (96 + 10 * i) / 125;
      await paragraphs(93 + 10 * i);
    });
    model.upTo = 1;
    await page.waitForSelector(".actions >> text=Try again");
    assert.ok(await shift() - before < 0.005, `a shift of ${await shift() - before} while it streamed`);
    // How long that takes is the machine's affair; what is laid out again is one paragraph.
    const longest = await page.evaluate(() => (window as unknown as { longest: () => number }).longest());
    assert.ok(longest > 0 && longest < 3000, `${longest} characters grew in one paragraph`);
    const opening = await least(async () => {
      await page.reload();
      await page.waitForSelector(".actions >> text=Try again");
      await page.evaluate(() => new Promise(requestAnimationFrame));
    });
    assert.ok(await shift() < 0.01, `a shift of ${await shift()} when it was opened`);
    const scrolling = await least(async () => {
      await page.mouse.move(640, 300);
      for (let i = 0; i < 20; i++) await page.mouse.wheel(0, i < 10 ? -4000 : 4000);
    });
    t.diagnostic(`the longest tasks took ${streaming}, ${opening} and ${scrolling} ms of a processor`);
    assert.ok(Math.max(streaming, opening, scrolling) < 100, `a task took ${streaming}, ${opening} or ${scrolling} ms`);
  });
  test("nothing moves while the first page and a debate come", async (t) => {
    const service = await Service.start(t, { PACE: "0" });
    const { conversation } = await service.call<{ conversation: { id: string } }>("Chat", { message: "Zoos should be closed." });
    for (const [width, locale] of [[360, "en"], [412, "es"], [1200, "en"]] as const) {
      for (const path of ["/", `/#${conversation.id}`]) {
        const visit = await Visit.to(browser, service.url + path, { locale, viewport: { width, height: 800 } }, (page) => page.addInitScript(() => {
          Object.assign(window, { shift: 0, started: "" });
          new PerformanceObserver((list) => list.getEntries().forEach((e) => ((window as unknown as { shift: number }).shift += (e as unknown as { value: number }).value))).observe({ type: "layout-shift", buffered: true });
          // What is seen in the first frames.
          const look = (): void => {
            const h1 = [...document.querySelectorAll("h1")].find((e) => e.checkVisibility({ visibilityProperty: true }));
            if (h1 !== undefined && h1.textContent !== "") (window as unknown as { started: string }).started ||= h1.textContent ?? "";
            else requestAnimationFrame(look);
          };
          requestAnimationFrame(look);
        }));
        await visit.page.waitForSelector(path === "/" ? ".topic" : ".actions button");
        await visit.page.evaluate(() => new Promise((r) => requestAnimationFrame(() => setTimeout(r, 100))));
        const { shift, started } = await visit.page.evaluate(() => {
          const { shift, started } = window as unknown as { shift: number; started: string };
          return { shift, started };
        });
        assert.ok(shift < 0.01, `a shift of ${shift} of ${path} at ${width} in ${locale}`);
        // No page of another language or of no debate was there before it.
        assert.match(started, path !== "/" ? /^Zoos should be closed/ : locale === "es" ? /^Di lo que piensas/ : /^State a view/);
        await visit.leave();
      }
    }
  });
  test("what the page says of a message does not take the button from under a finger", async (t) => {
    const service = await Service.start(t, { PACE: "0" });
    for (const options of [{ viewport: { width: 1280, height: 720 } }, { viewport: { width: 390, height: 380 }, hasTouch: true, isMobile: true }]) {
      const visit = await Visit.to(browser, service.url, options);
      await visit.page.fill("#message", "Dogs are better than cats.");
      await visit.page.evaluate(() => document.getElementById("message")?.blur()); // a keyboard was put away
      await visit.page.hover("#send");
      await visit.page.mouse.down();
      await visit.page.waitForSelector("#terms >> visible=true");
      await visit.page.waitForSelector("#reading:not([hidden])");
      await visit.page.mouse.up();
      await visit.page.waitForSelector(".speech.user");
      await visit.ended();
      await visit.leave();
    }
  });
  test("above a phone's keyboard nearly half of the screen is left to read", async (t) => {
    const service = await Service.start(t, { PACE: "0" });
    for (const [width, height] of [[390, 380], [812, 375], [320, 256]] as const) {
      const visit2 = await Visit.to(browser, service.url, { viewport: { width, height }, hasTouch: true, isMobile: true });
      await visit2.send("Dogs are better than cats.");
      await visit2.ended();
      await visit2.page.focus("#message");
      const share = await visit2.page.evaluate(() => (document.getElementById("scroller")?.clientHeight ?? 0) / innerHeight);
      assert.ok(share >= 0.45, `${Math.round(share * 100)} % of ${width}x${height}`);
      await visit2.leave();
    }
    const visit = await Visit.to(browser, service.url, { viewport: { width: 820, height: 900 }, hasTouch: true, isMobile: true });
    await visit.page.fill("#message", "Dogs are better");
    await visit.page.press("#message", "Enter");
    await visit.page.keyboard.type("than cats.");
    assert.equal(await visit.page.inputValue("#message"), "Dogs are better\nthan cats.");
    await visit.page.click("#send");
    await visit.ended();
    const gap = await visit.page.evaluate(() => (document.getElementById("log")?.getBoundingClientRect().right ?? 0) - (document.querySelector(".speech.user")?.getBoundingClientRect().right ?? 0));
    assert.ok(Math.abs(gap) < 2, `a gap of ${gap} px`);
    await visit.leave();
  });
  test("a debate runs in the format that was chosen, against its clock and to its end", async (t) => {
    const service = await Service.start(t, { PACE: "0" });
    const visit = await Visit.to(browser, service.url);
    await visit.page.waitForSelector("#format-choice:not([hidden])");
    assert.equal(await visit.page.isVisible("#about-format"), false); // open: there is nothing to say
    await visit.page.selectOption("#format", "Oxford");
    assert.equal(await visit.page.isVisible("#before-choice"), true);
    await visit.page.selectOption("#format", "Blitz");
    assert.equal(await visit.page.isVisible("#before-choice"), false);
    assert.equal(await visit.page.textContent("#about-format"), "Three short rounds against the clock. Opening → Rebuttal → Closing. 60 seconds for each message.");
    const said = ["Zoos should be closed.", "Animals suffer in cages, because they cannot roam.", "Children learn more from films about wild animals."];
    await visit.send(said[0] ?? "");
    await visit.ended();
    await visit.page.waitForSelector("#phases [aria-current=step] >> text=Rebuttal");
    assert.equal(await visit.page.textContent("#phase"), "Answer what was said against you, in two sentences.");
    assert.equal(await visit.page.textContent("#phases .done"), "Opening");
    // It runs from the end of the reply on, also where the page is opened again.
    const { turns: [first] } = await service.call<{ turns: { finishTime: string }[] }>("ListTurns", { conversationId: visit.id });
    const finished = Math.floor(Date.parse(first?.finishTime ?? "") / 1000) * 1000;
    for (const [seconds, want] of [[20, "0:40 left"], [59, "0:01 left"], [60, "Your time is up. You can still send."]] as const) {
      for (const reloaded of [false, true]) {
        await visit.page.clock.setFixedTime(finished + 1000 * seconds);
        if (reloaded) await visit.page.reload();
        await visit.page.waitForSelector(`#clock >> text=${want}`);
      }
    }
    await visit.send(said[1] ?? "");
    await visit.ended();
    await visit.page.waitForSelector("#phases [aria-current=step] >> text=Closing");
    assert.equal(await visit.page.isVisible("#ended"), false);
    await visit.send(said[2] ?? "");
    await visit.page.waitForSelector("#ended >> text=This debate is over.");
    assert.equal(await visit.page.locator("#phases .done").count(), 3);
    for (const gone of ["#message", "#clock", "#hint"]) assert.equal(await visit.page.isVisible(gone), false, gone);
    await visit.page.reload();
    await visit.page.click("#ended >> text=Ask for a verdict");
    await visit.page.waitForSelector(".winner");
    const id = visit.id;
    await visit.page.click("#ended >> text=Rematch with sides swapped");
    await visit.page.waitForFunction((before) => location.hash !== `#${before}`, id);
    await visit.page.waitForSelector("#phases [aria-current=step] >> text=Opening");
    assert.equal(await visit.page.isVisible("#message"), true);
    assert.equal((await service.call<{ conversation: { format: string } }>("GetConversation", { conversationId: visit.id })).conversation.format, "blitz");
    await visit.page.goBack();
    await visit.page.waitForSelector("#ended:not([hidden])");
    await visit.page.locator(".user .actions >> text=Edit").click(); // what was said last is said differently, in a copy
    assert.equal(await visit.page.inputValue("#message"), said[2]);
    await visit.page.click("#editing button");
    await visit.page.waitForSelector("#ended:not([hidden])");
    await visit.leave(/404/); // there was no verdict yet
  });
  test("a format that asks for an opinion has it from before the debate and after it", async (t) => {
    const service = await Service.start(t, { PACE: "0" });
    const visit = await Visit.to(browser, service.url);
    await visit.page.waitForSelector("#format-choice:not([hidden])");
    await visit.page.selectOption("#format", "Oxford");
    await visit.page.selectOption("#before", "2");
    await visit.send("Zoos should be closed.");
    await visit.ended();
    const opinion = async () => (await service.call<{ conversation: { opinion?: { before?: number; after?: number } } }>("GetConversation", { conversationId: visit.id })).conversation.opinion;
    await until("the opinion", async () => (await opinion())?.before === 2);
    for (const text of ["Animals suffer in cages, because they cannot roam.", "Children learn more from films about wild animals.", "Zoos do not save species in the wild.", "Animals in zoos die young, because they are bored."]) {
      await visit.send(text);
      await visit.ended();
    }
    await visit.page.waitForSelector("#ended >> text=first 2, now 2");
    await visit.page.locator("#ended input").fill("-1");
    await visit.page.waitForSelector("#ended >> text=first 2, now -1, since turn 5");
    assert.deepEqual([(await opinion())?.before, (await opinion())?.after], [2, -1]);
    await visit.page.click("#history .new");
    assert.equal(await visit.page.inputValue("#format"), "open"); // the choice was that debate's
    await visit.leave();
  });
  test("a debate goes on about another motion in a copy, below what was said", async (t) => {
    const service = await Service.start(t, { PACE: "0" });
    const visit = await Visit.to(browser, service.url);
    await visit.send("Zoos should be closed.");
    await visit.ended();
    const id = visit.id;
    await visit.page.click("#verdict");
    await visit.page.click("#after >> text=Another motion");
    assert.equal(await visit.page.inputValue("dialog input"), "Zoos should be closed");
    await visit.page.keyboard.press("Escape"); // which changes nothing
    assert.equal(visit.id, id);
    await visit.page.click("#after >> text=Another motion");
    await visit.page.fill("dialog input", "Circuses should have no animals");
    await visit.page.keyboard.press("Enter");
    await visit.page.waitForFunction((before) => location.hash !== `#${before}`, id);
    await visit.page.waitForFunction(() => document.querySelectorAll(".speech.apart").length === 2);
    assert.match(await visit.page.textContent("#motion") ?? "", /^Circuses should have no animals/);
    assert.equal(await visit.page.textContent("#sides"), "You forBot againstdifficulty: fair");
    assert.equal(await visit.page.isVisible("#after"), false);
    await visit.send("Nobody needs an elephant that stands on a ball.");
    await visit.ended();
    assert.deepEqual((await service.turns(visit.id)).map((turn) => turn.message), ["Zoos should be closed.", "Nobody needs an elephant that stands on a ball."]);
    assert.equal((await service.turns(id)).length, 1);
    await visit.leave(/404/); // there was no verdict yet
  });
  // Everything is done by Tab and Enter. Wherever Tab goes is seen, and it goes on from there.
  test("a debate from its first word to its verdict needs nothing but Tab and Enter", async (t) => {
    const service = await Service.start(t, { PACE: "0" });
    for (const [width, height] of [[1280, 800], [390, 700]] as const) {
      const visit = await Visit.to(browser, service.url, { viewport: { width, height } });
      const { page } = visit;
      // where says, once nothing moves, what has the focus, whether that is what is looked for, and why it is not seen, if it is not.
      const where = (wanted = "body") => page.evaluate(async (wanted) => {
        await Promise.all(document.getAnimations().filter((a) => a instanceof CSSTransition).map((a) => a.finished));
        const e = document.activeElement as HTMLElement;
        const there = e.matches(wanted);
        const name = e.id !== "" ? `#${e.id}` : `${e.tagName} “${(e.ariaLabel ?? e.textContent ?? "").trim().slice(0, 30)}”`;
        if (e === document.body) return { name, there, poor: "" }; // between the last and the first
        const { left, top, right, bottom } = e.getBoundingClientRect();
        const [x, y] = [(Math.max(left, 0) + Math.min(right, innerWidth)) / 2, (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2];
        const seen = document.elementFromPoint(x, y);
        const style = getComputedStyle(e);
        const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 1 || e.id === "message"; // whose box has the ring
        return { name, there, poor: right <= left || bottom <= top ? "has no size" : seen === null || !(e.contains(seen) || seen.contains(e)) ? `is under ${seen?.id || seen?.tagName}` : ring ? "" : "has no ring" };
      }, wanted);
      const tab = async (key = "Tab", wanted?: string) => {
        await page.keyboard.press(key);
        const at = await where(wanted);
        assert.equal(at.poor, "", `${at.name} at ${width}`);
        return at;
      };
      const tabTo = async (selector: string): Promise<void> => {
        const gone: string[] = [];
        for (let at = await where(selector); !at.there; at = await tab("Tab", selector)) {
          gone.push(at.name);
          assert.ok(gone.length < 150, `${selector} is not reached at ${width}, but ${gone.slice(-20).join(", ")}`);
        }
      };
      // round is every stop of Tab, until it begins again.
      const round = async (key: string): Promise<string[]> => {
        const stops: string[] = [];
        const begin = (await where()).name;
        for (let name = ""; name !== begin; stops.push(name)) {
          ({ name } = await tab(key));
          assert.ok(stops.length < 150, `there is no way out of ${stops.slice(-10).join(", ")} at ${width}`);
        }
        return stops;
      };
      await page.waitForSelector(".topic");
      await page.focus("#message");
      const first = await round("Tab");
      for (const stop of ["#skip", "#message", "#send", "#difficulty", "#format"]) assert.ok(first.includes(stop), `${stop} at ${width}`);
      await tabTo(".topic");
      await page.keyboard.press("Enter");
      assert.equal((await where()).name, "#message");
      await page.keyboard.press("Enter");
      await visit.ended();
      await page.keyboard.type("They teach children what nobody should learn.");
      await tabTo("#send");
      await page.keyboard.press("Enter");
      await page.waitForFunction(() => document.querySelectorAll(".speech.user").length === 2);
      await visit.ended();
      await page.focus("#message");
      const there = await round("Tab");
      assert.deepEqual((await round("Shift+Tab")).filter((name) => name !== "BODY").sort(), there.filter((name) => name !== "BODY").sort());
      await tabTo("#rename");
      await page.keyboard.press("Enter");
      await round("Tab"); // in the dialog
      await tabTo("dialog input");
      await page.keyboard.type("By Tab alone");
      await page.keyboard.press("Enter");
      await page.waitForFunction(() => document.querySelector("#debates .title")?.textContent === "By Tab alone");
      assert.equal((await where()).name, "#rename");
      await tabTo("#flow");
      await page.keyboard.press("Enter");
      await page.waitForSelector(".flow .point");
      await tabTo(".point");
      await page.keyboard.press("Enter");
      await page.waitForFunction(() => CSS.highlights.has("quote"));
      if (width < 1152) { // the panel lay over the words
        assert.equal(await page.isVisible("#after"), false);
        await tabTo("#flow");
        await page.keyboard.press("Enter");
        await page.waitForSelector(".flow .point");
        for (const name of await round("Tab")) assert.doesNotMatch(name, /#(message|scroller|flow)/);
      }
      await page.keyboard.press("Escape");
      await page.waitForFunction(() => !CSS.highlights.has("quote")); // nobody is shown the words any more
      assert.equal((await where()).name, "#flow");
      await tabTo("#verdict");
      await page.keyboard.press("Enter");
      await page.waitForSelector("#after .ask");
      await tabTo("#after .ask");
      await page.keyboard.press("Enter");
      await page.waitForSelector(".winner");
      await tabTo("#after .opinion input");
      await tabTo("#after > header button");
      await page.keyboard.press("Enter");
      assert.equal((await where()).name, "#verdict");
      if (width < 800) {
        await tabTo("#menu");
        await page.keyboard.press("Enter");
        await page.waitForFunction(() => document.activeElement?.closest("#history"));
        for (const name of await round("Tab")) assert.doesNotMatch(name, /#(message|scroller|flow)/);
      }
      await tabTo("#debates a");
      await visit.leave(/404/); // there was no verdict yet
    }
  });
  test("who has no idea is told points to make, and only who asks", async (t) => {
    const service = await Service.start(t, { PACE: "0" });
    const visit = await Visit.to(browser, service.url);
    assert.equal(await visit.page.isVisible("#hint"), false);
    await visit.send("Zoos should be closed.");
    await visit.ended();
    assert.equal(await visit.page.isVisible("#hints"), false);
    await visit.page.click("#hint");
    const hints = visit.page.locator("#hints button");
    await hints.first().waitFor();
    assert.ok(await hints.count() <= 3);
    const point = await hints.first().textContent() ?? "";
    await hints.first().click();
    assert.equal(await visit.page.inputValue("#message"), point);
    await visit.page.click("#steelman-bot");
    await visit.page.waitForSelector("#hints p"); // to be read, not to be said
    assert.equal(await hints.count(), 0);
    const theirs = await visit.page.locator("#hints p").allTextContents();
    await visit.page.click("#steelman-user");
    await hints.first().waitFor();
    assert.ok(!theirs.includes(await hints.first().textContent() ?? ""));
    assert.equal(await visit.page.inputValue("#message"), point);
    await visit.page.press("#message", "Enter");
    await visit.ended();
    assert.equal(await visit.page.isVisible("#hints"), false);
    assert.equal((await service.turns(visit.id))[1]?.message, point);
    await visit.leave();
  });
  test("what a second look finds in a model's reply is said beside it", async (t) => {
    const model = await Model.start(t);
    model.pause = 0;
    const service = await Service.start(t, model.environment);
    const visit = await Visit.to(browser, service.url);
    await visit.send("Golf is boring.");
    await visit.ended();
    await visit.page.waitForSelector(".bot .model >> text=stand-in · checked");
    model.check = { holds: false, figures: [{ sentence: "A reply that takes the other side, in a few words.", label: "unsupported" }] };
    await visit.send("Nobody watches it, because nothing happens.");
    await visit.ended();
    const note = visit.page.locator(".bot .note").last();
    await note.locator("text=does not hold its side").waitFor();
    assert.match(await note.textContent() ?? "", /invented figures or sources/);
    await visit.page.reload();
    await visit.page.waitForSelector(".bot .note >> text=invented figures or sources");
    assert.equal(await visit.page.locator(".bot .model >> text=checked").count(), 1);
    await visit.leave();
    // A model that takes its time: the page looks as long as the service waits.
    const slow = await Visit.to(browser, service.url, {}, (page) => page.clock.install());
    model.check = { holds: true, figures: [] };
    model.upTo = 0.5;
    await slow.send("Golf is boring.");
    await slow.mid();
    let checks = (): void => {};
    model.thinks = new Promise<void>((resolve) => (checks = resolve));
    const caughtUp = slow.page.waitForResponse("**/ListTurns");
    model.upTo = 1;
    await slow.ended();
    await (await caughtUp).finished();
    for (const after of [2000, 4000, 9000]) {
      const looked = slow.page.waitForResponse("**/ListTurns");
      await slow.page.clock.fastForward(after);
      await (await looked).finished();
    }
    checks();
    await checked(service, slow.id);
    await slow.page.clock.fastForward(17_000);
    await slow.page.waitForSelector(".bot .model >> text=stand-in · checked");
    await slow.leave();
  });
  test("a reply that failed is tried again where that can help", async (t) => {
    const model = await Model.start(t);
    for (const [status, why, helps] of [[401, "does not accept the service's key", 0], [503, "has a failure", 1]] as const) {
      const service = await Service.start(t, model.environment);
      model.fails = status;
      const visit = await Visit.to(browser, service.url);
      await visit.send("Golf is boring.");
      await visit.ended();
      await visit.page.waitForSelector(`.note >> text=${why}`);
      assert.equal(await visit.page.locator(".bot >> text=Try again").count(), helps, why);
      await visit.page.click(".user .actions >> text=Edit");
      assert.equal(await visit.page.inputValue("#message"), "Golf is boring.");
      await visit.leave();
    }
  });
  test("a debate without a motion is called by what was said", async (t) => {
    const service = await Service.start(t, { PACE: "0" });
    const visit = await Visit.to(browser, service.url);
    await visit.send("hi there");
    await visit.ended();
    assert.equal(await visit.page.textContent("#motion"), "hi there");
    assert.equal(await visit.page.textContent("#debates .title"), "hi there");
    await visit.send("Zoos should be closed.");
    await visit.ended();
    await visit.page.waitForFunction(() => document.querySelector("#debates .title")?.textContent === "Zoos should be closed");
    await visit.leave();
  });
  test("axe finds nothing in any state", async (t) => {
    const model = await Model.start(t);
    const service = await Service.start(t, model.environment);
    for (const [width, ...looks] of [[1200, "light", "dark", "light forced"], [390, "light", "dark forced"]] as const) {
      const visit = await Visit.to(browser, service.url, { viewport: { width, height: 800 } });
      const check = async (state: string) => {
        for (const look of looks) await assertAccessible(visit, `${state} at ${width}`, look);
      };
      await visit.page.waitForSelector(".topic");
      await check("start");
      await visit.page.click("text=Surprise me");
      await visit.page.waitForSelector("#reading:not([hidden])");
      await check("chosen");
      model.upTo = 0.5;
      await visit.page.click("#send");
      await visit.mid(30);
      await check("streaming");
      model.upTo = 1;
      await visit.ended();
      await check("ended");
      if (width > 1e3) {
        await visit.page.click("#rename");
        await check("dialog");
        await visit.page.keyboard.press("Escape");
        await visit.patiently(async () => {
          await visit.page.click("#delete");
          await visit.page.waitForSelector("#notice >> text=Undo");
          await check("notice");
        });
      } else {
        await visit.page.click("#menu");
        await visit.page.waitForSelector("#debates a >> visible=true");
        await check("drawer");
        assert.equal(await visit.page.evaluate(() => document.activeElement?.closest("#history") !== null), true);
      }
      await visit.leave();
    }
  });
  test("axe finds nothing in what looks back at a debate, on the shared page, and in Spanish", async (t) => {
    const service = await Service.start(t, { PACE: "0" });
    for (const [width, locale, ...looks] of [[1440, "en", "light", "dark forced"], [1440, "es", "dark"], [390, "es", "light"], [390, "en", "dark"]] as const) {
      const visit = await Visit.to(browser, service.url, { locale, viewport: { width, height: 800 } });
      const check = async (state: string, of = visit) => {
        for (const look of looks) await assertAccessible(of, `${state} at ${width} in ${locale}`, look);
      };
      await visit.page.waitForSelector("#format-choice:not([hidden])");
      await visit.page.selectOption("#format", "oxford");
      await check("a format is chosen");
      await visit.page.selectOption("#format", "blitz");
      await visit.send("Zoos should be closed.");
      await visit.ended();
      await visit.page.click("#hint");
      await visit.page.waitForSelector("#hints:not([hidden])");
      await check("hints, phases and the clock");
      for (const text of ["Animals suffer in cages, because they cannot roam.", "Zoos do not save species in the wild."]) {
        await visit.send(text);
        await visit.ended();
      }
      await visit.page.waitForSelector("#ended:not([hidden])");
      await check("over");
      await visit.page.click("#flow");
      await visit.page.waitForSelector(".flow .point");
      await check("the flow");
      await visit.page.click("#after > header button");
      await visit.page.click("#verdict");
      await visit.page.click("#after .ask");
      await visit.page.waitForSelector(".winner");
      await check("the verdict");
      await visit.page.click("#after > header button");
      await visit.page.click("#share");
      await visit.page.click("#make-shared");
      const address = await visit.page.locator("#shared").getAttribute("href") ?? "";
      await check("sharing");
      // Its policy lets no script in at all.
      const stranger = await Visit.to(browser, address, { bypassCSP: true, viewport: { width, height: 800 } });
      await check("the shared page", stranger);
      await stranger.leave();
      await visit.leave(/404/); // there was no verdict yet
    }
  });
  test("from a view to a verdict, a flow, a shared page, a rematch and a document", async (t) => {
    const service = await Service.start(t, { PACE: "0" });
    const film = process.env["PICTURES"];
    const visit = await Visit.to(browser, service.url, { viewport: { width: 1440, height: 860 }, permissions: ["clipboard-read", "clipboard-write"] });
    let shot = 0;
    const picture = async (name: string) => {
      if (film !== undefined) await visit.page.screenshot({ path: `${film}/film-${++shot}-${name}.jpg`, type: "jpeg", quality: 60 });
    };
    await visit.page.waitForSelector(".topic");
    await visit.page.waitForSelector("#format-choice:not([hidden])");
    await visit.page.selectOption("#format", "Oxford");
    await visit.page.selectOption("#before", "2");
    await picture("start");
    const said = ["Zoos should be closed.", "Animals suffer in cages, because they cannot roam.", "Zoos do not save species in the wild.", "Children learn more from films about wild animals."];
    for (const text of said) {
      await visit.send(text);
      await visit.ended();
    }
    const id = visit.id;
    await picture("debate");

    await visit.page.click("#flow");
    await visit.page.waitForSelector(".flow .point");
    assert.ok(await visit.page.locator(".flow li.user").count() > 0 && await visit.page.locator(".flow li.bot").count() > 0);
    // A side has one colour, wherever it speaks.
    for (const side of ["user", "bot"]) assert.equal(await visit.style(`.flow li.${side} .point`, "border-left-color"), await visit.style(`#sides .${side}`, "color"), side);
    await visit.page.waitForSelector(".flow line", { state: "attached" });
    const point = visit.page.locator(".flow li.user .point").last();
    await point.click();
    const lit = () => visit.page.evaluate(() => [...(CSS.highlights.get("quote") ?? [])].map((r) => String(r)));
    await visit.page.waitForFunction(() => CSS.highlights.has("quote"));
    const [words] = await lit();
    assert.ok(said.some((text) => text.includes(words ?? "-")), `“${words}” was lit up`);
    await picture("flow");

    await visit.page.click("#verdict");
    const slider = visit.page.locator(".opinion input");
    await slider.waitFor();
    await slider.fill("3");
    await visit.page.waitForSelector(".opinion >> text=first 2, now 3, since turn 4");
    await visit.page.click("text=Ask for a verdict");
    await visit.page.waitForSelector(".winner");
    await slider.fill("1");
    await visit.page.waitForSelector(".opinion >> text=first 2, now 1, since turn 4");
    const quotes = await visit.page.locator(".quote").count();
    assert.ok(quotes > 0);
    const shown = (await visit.page.locator(".speech .text").allTextContents()).map(run);
    for (const text of await lit()) assert.ok(shown.some((s) => s.includes(run(text))), `“${text}” is nowhere`);
    assert.ok((await lit()).length > 0);
    await visit.page.locator(".quote").first().click();
    await picture("verdict");
    const marked = () => visit.page.evaluate(() => getComputedStyle(document.body, "::highlight(quote)").backgroundColor);
    const onScreen = await marked();
    await visit.page.emulateMedia({ media: "print" });
    assert.notEqual(await marked(), onScreen); // paper is for reading
    await visit.page.emulateMedia({ media: null });

    const download = visit.page.waitForEvent("download");
    await visit.page.click("#after >> text=Markdown");
    const saved = await download;
    assert.match(readFileSync(await saved.path(), "utf8"), /Zoos do not save species/);

    // To look is not to publish: nobody expects an address from the opening of a panel.
    await visit.page.click("#share");
    await visit.page.waitForSelector("#make-shared");
    assert.equal((await service.call<{ conversation: { sharePath?: string } }>("GetConversation", { conversationId: visit.id })).conversation.sharePath, undefined);
    await visit.page.click("#make-shared");
    const address = await visit.page.locator("#shared").getAttribute("href") ?? "";
    await visit.page.click("#after header button");
    await visit.page.click("#share");
    assert.equal(await visit.page.locator("#shared").getAttribute("href"), address, "what is shared is shown at once");
    await visit.page.click("#after >> text=Copy");
    await visit.page.waitForFunction(async (href) => await navigator.clipboard.readText() === href, address);
    const stranger = await Visit.to(browser, address); // in a context of their own
    assert.match(await stranger.page.textContent("body") ?? "", /Zoos do not save species in the wild/);
    assert.ok(await /had the better of it|[Uu]ndecided/.test(await stranger.page.textContent("body") ?? ""));
    if (film !== undefined) await stranger.page.screenshot({ path: `${film}/film-${++shot}-shared.jpg`, type: "jpeg", quality: 60 });
    await stranger.leave();
    await visit.page.click("#after button >> text=Stop sharing");
    await visit.page.waitForSelector("#after", { state: "hidden" });
    assert.equal((await fetch(address)).status, 404);

    // What was said last is said differently, in a copy.
    await visit.page.locator(".user .actions >> text=Edit").click();
    await visit.page.fill("#message", "Children learn nothing from a sad animal.");
    await visit.page.press("#message", "Enter");
    await visit.page.waitForFunction((before) => location.hash.length > 2 && location.hash !== `#${before}`, id);
    await visit.page.waitForFunction(() => document.querySelectorAll(".speech.user").length === 4);
    await visit.ended();
    const copied = await service.turns(visit.id);
    assert.deepEqual(copied.map((turn) => turn.message), [...said.slice(0, 3), "Children learn nothing from a sad animal."]);
    assert.equal((await service.turns(id)).length, 4);

    await visit.page.click("#verdict");
    await visit.page.click("text=Rematch with sides swapped");
    // While the copy is fetched there are no sides at all.
    await visit.page.waitForFunction(() => /^You against.*Bot for/.test(document.getElementById("sides")?.textContent ?? "") && document.querySelectorAll(".speech").length === 0);
    await visit.send("Zoos save species that would be gone.");
    await visit.ended();
    await picture("rematch");
    assert.match(await visit.page.textContent("#sides") ?? "", /^You against.*Bot for/);
    await visit.leave(/404/); // there was no verdict yet
  });

  test("all of it weighs under 80 kB", () => {
    const files = readdirSync("dist").filter((name) => name.endsWith(".js")).map((name) => readFileSync(`dist/${name}`, "utf8"));
    const inlined = [...readFileSync("dist/index.html", "utf8").matchAll(/<(?:style|script)>([^]*?)<\//g)].map((m) => m[1] ?? "");
    assert.equal(inlined.length, 2);
    const weight = [...files, ...inlined].reduce((sum, text) => sum + gzipSync(text, { level: 9 }).length, 0);
    assert.ok(weight < 8e4, `${weight} bytes`);
  });

  // With PICTURES set, what is seen becomes the README's pictures.
  for (const colorScheme of ["light", "dark"] as const) {
    test(`a debate is seen whole in ${colorScheme} colours`, async (t) => {
      const service = await Service.start(t, { PACE: "0" });
      const visit = await Visit.to(browser, service.url, { colorScheme, viewport: { width: 1000, height: 1000 } });
      await visit.send("Zoos should be closed.");
      await visit.ended();
      await visit.send("Animals suffer in cages there.");
      await visit.ended();
      assert.equal(await visit.page.locator(".speech").count(), 4);
      const hidden = await visit.page.evaluate(() => (document.querySelector("#debate > header")?.getBoundingClientRect().bottom ?? 0) - (document.querySelector(".speech")?.getBoundingClientRect().top ?? 0));
      assert.ok(hidden < 0, `${hidden} px are out of sight`);
      const path = process.env["PICTURES"] === undefined ? undefined : `${process.env["PICTURES"]}/debate-${colorScheme}.png`;
      const picture = await visit.page.screenshot(path === undefined ? {} : { path });
      assert.ok(picture.length > 20_000, `a picture of ${picture.length} bytes shows nothing`);
      await visit.leave();
    });
  }
});
