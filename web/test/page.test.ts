import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser } from "playwright-core";
import { Cable, Service, Visit, build, launch } from "./harness.ts";

// slow is a service whose replies last through a page's reload on a busy machine.
const slow = { PACE: "0.9" };

// cutLine is what Chromium writes when a connection ends under it.
const cutLine = /net::ERR_/;

// asStored fails unless the page shows the conversation's turns just as the service has them.
async function asStored(visit: Visit, service: Service, count: number): Promise<void> {
  const turns = await service.turns(visit.id);
  assert.equal(turns.length, count);
  assert.deepEqual(await visit.page.locator(".user .text").allTextContents(), turns.map((t) => t.message));
  assert.deepEqual(await visit.page.locator(".bot .text").allTextContents(), turns.map((t) => t.reply ?? ""));
}

// grewRight fails unless all that was ever shown of the latest reply is how it begins in the end.
async function grewRight(visit: Visit): Promise<void> {
  const seen = await visit.seen();
  const whole = await visit.reply();
  assert.ok(seen.length > 0);
  for (const text of seen) assert.ok(whole.startsWith(text), `“${text}” was shown of “${whole}”`);
}

// Each test has a service and a database of its own, so that they can wait side by side.
describe("the page", { concurrency: 6, timeout: 240_000 }, () => {
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
    await visit.mid();
    assert.equal(await visit.page.inputValue("#message"), "");
    await visit.ended();
    assert.ok((await visit.seen()).length > 20, `the reply came in ${(await visit.seen()).length} pieces`);
    await grewRight(visit);
    assert.equal(await visit.page.textContent("#motion"), "Dogs are better than cats");
    assert.equal(await visit.page.textContent("#sides"), "You forBot against");
    assert.equal(await visit.page.textContent(".bot .model"), "built-in opponent");
    await asStored(visit, service, 1);
    await visit.send("But dogs are loyal.");
    await visit.mid();
    await visit.ended();
    await asStored(visit, service, 2);
    assert.equal(await visit.page.getAttribute("#debates li:first-child a", "href"), `#${visit.id}`);
    await visit.leave();
  });

  test("the terms and the motion are the person's to choose", async (t) => {
    const service = await Service.start(t);
    const visit = await Visit.to(browser, service.url);
    assert.equal(await visit.page.locator("#side").isVisible(), false); // there is no motion to be for or against
    await visit.page.selectOption("#difficulty", "hard");
    await visit.page.fill("#persona", "A grumpy old sailor");
    await visit.page.click(".topic >> text=Zoos should be closed.");
    await visit.page.selectOption("#side", "argues for the motion");
    await visit.send("Zoos should be closed, for the animals' sake.");
    await visit.ended();
    const { conversation } = await service.call<{ conversation: object }>("GetConversation", { conversationId: visit.id });
    const { topic, stance, difficulty, persona } = conversation as Record<string, string>;
    assert.deepEqual({ topic, stance, difficulty, persona },
      { topic: "Zoos should be closed.", stance: "STANCE_PRO", difficulty: "DIFFICULTY_HARD", persona: "A grumpy old sailor" });
    assert.equal(await visit.page.textContent("#sides"), "You againstA grumpy old sailor for");
    assert.equal(await visit.page.locator("#chosen").isVisible(), false); // it has become the debate's
    await visit.page.click("#history .new");
    assert.equal(await visit.page.locator("#chosen").isVisible(), false);
    await visit.page.click(".topic >> text=Exams should be abolished.");
    assert.equal(await visit.page.inputValue("#side"), "0"); // the choice was that debate's
    await visit.page.click(".topic >> text=Exams should be abolished.");
    await visit.page.press("#message", "Enter"); // with no word of one's own
    await visit.ended();
    assert.equal(await visit.page.textContent("#motion"), "Exams should be abolished.");
    assert.equal(await visit.page.textContent("#sides"), "You forA grumpy old sailor against");
    await visit.leave();
  });

  // Safari ends the composition before the keydown that took the word (ironclaw#1139);
  // others send the keydown while the composition goes on.
  test("the keys of an input method send nothing and close nothing", async (t) => {
    const service = await Service.start(t);
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
    const service = await Service.start(t);
    const visit = await Visit.to(browser, service.url);
    const direction = (selector: string) => visit.page.locator(selector).first().evaluate((e) => getComputedStyle(e).direction);
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
    assert.equal(await direction(".speech.bot .text"), "ltr"); // the built-in opponent's English
    assert.equal(await visit.page.locator("input:not([dir=auto]), textarea:not([dir=auto])").count(), 0);
    await visit.leave();
  });

  test("what is written stays where it is written, and nothing is cut off", async (t) => {
    const service = await Service.start(t);
    const visit = await Visit.to(browser, service.url);
    await visit.page.fill("#message", "For the new one");
    await visit.page.reload();
    assert.equal(await visit.page.inputValue("#message"), "For the new one");
    await visit.send("Dogs are better than cats.");
    await visit.ended();
    await visit.page.fill("#message", "For this one");
    await visit.page.click("#history .new");
    assert.equal(await visit.page.inputValue("#message"), "");
    await visit.page.click("#debates a");
    await visit.page.waitForFunction(() => (document.querySelector("#message") as HTMLTextAreaElement).value === "For this one");
    // 9,000 bytes of Arabic, which are half as many characters.
    await visit.page.fill("#message", "ق".repeat(4500));
    assert.equal(await visit.page.textContent("#excess"), "Too long by about 404 characters.");
    await visit.page.press("#message", "Enter");
    assert.equal((await visit.page.inputValue("#message")).length, 4500);
    await visit.page.fill("#message", "ق".repeat(4096));
    assert.equal(await visit.page.locator("#excess").isVisible(), false);
    await visit.page.press("#message", "Enter");
    await visit.ended();
    assert.equal((await service.turns(visit.id)).length, 2);
    assert.match(await visit.page.textContent("#example") ?? "", new RegExp(`curl ${service.url}/chat`));
    await visit.leave();
  });

  test("a reload in the middle of a reply loses nothing", async (t) => {
    const service = await Service.start(t, slow);
    const visit = await Visit.to(browser, service.url);
    await visit.send("Homework should be banned.");
    await visit.mid();
    await visit.page.reload();
    await visit.mid();
    await visit.ended();
    await grewRight(visit);
    await asStored(visit, service, 1);
    assert.equal((await service.turns(visit.id))[0]?.state, "TURN_STATE_COMPLETED");
    await visit.leave();
  });

  test("a lost connection is taken up where it was lost", async (t) => {
    const service = await Service.start(t, slow);
    const cable = await Cable.to(t, service);
    const visit = await Visit.to(browser, cable.url);
    const offsets: number[] = [];
    visit.page.on("request", (request) => {
      if (!request.url().endsWith("/WatchTurn")) return;
      offsets.push(Number(/"offset":"(\d+)"/.exec(request.postDataBuffer()?.toString("latin1") ?? "")?.[1] ?? 0));
    });
    await visit.send("Books are better than films.");
    await visit.mid();
    cable.broken = true;
    cable.cut();
    await visit.page.waitForSelector("text=The connection is lost. Trying again…");
    const before = await visit.reply();
    cable.broken = false;
    await visit.mid(before.length + 1);
    assert.ok((await visit.reply()).startsWith(before));
    assert.equal(await visit.page.locator("text=Trying again").count(), 0);
    cable.cut(); // once more, for a moment only
    await visit.ended();
    await grewRight(visit);
    await asStored(visit, service, 1);
    assert.ok(offsets.length >= 2 && offsets.every((offset) => offset > 0), `it began again at ${offsets}`);
    assert.equal(await visit.page.locator("text=Trying again").count(), 0);
    await visit.leave(cutLine);
  });

  test("a reply whose service died is shown as far as it was kept, and tried again", async (t) => {
    const service = await Service.start(t);
    const visit = await Visit.to(browser, service.url);
    await visit.send("Gun laws should be stricter.");
    await visit.mid();
    await service.kill();
    await visit.page.waitForSelector("text=The connection is lost. Trying again…");
    await service.run();
    await visit.page.waitForSelector("text=This reply was interrupted"); // when its lease has run out
    await asStored(visit, service, 1);
    await visit.page.click("text=Try again");
    await visit.mid();
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
      await visit.page.waitForSelector("text=The connection is lost. Trying again…");
      if (reload) {
        cable.deaf = false;
        await visit.page.reload();
      } else {
        while (sent < 2) await sleep(20);
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
      await visit.page.waitForSelector("text=The connection is lost. Trying again…");
      if (late) {
        // The old page still hears that the message arrived, but cannot change its address any more.
        await visit.page.route(`${cable.url}/`, async (route) => {
          await sleep(1500); // by then it has tried again
          await route.continue();
        });
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
    await visit.page.waitForSelector("text=The connection is lost. Trying again…");
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
    const service = await Service.start(t);
    const cable = await Cable.to(t, service);
    const visit = await Visit.to(browser, cable.url, {}, (page) => page.clock.install());
    await visit.send("Money buys happiness.");
    await visit.mid();
    cable.broken = true;
    cable.cut();
    while (!(await visit.page.isVisible("text=Reconnect"))) await visit.page.clock.fastForward(8000);
    assert.equal(await visit.page.locator(".note").textContent(), "The connection to the service was lost.Reconnect");
    cable.broken = false;
    await visit.page.click("text=Reconnect");
    await visit.page.waitForSelector("text=Reconnect", { state: "detached" });
    await visit.ended();
    await asStored(visit, service, 1);
    await visit.leave(cutLine);
  });

  test("a message that cannot be delivered is given back", async (t) => {
    const service = await Service.start(t);
    const visit = await Visit.to(browser, service.url);
    await visit.send("Not\u0001text.");
    assert.match(await visit.notice(), /^Message: must be 1 to 8000 characters of text/);
    assert.equal(await visit.page.inputValue("#message"), "Not\u0001text.");
    assert.equal(await visit.page.isVisible("#start"), true);
    await visit.leave();
  });

  test("a reply is stopped, and tried again", async (t) => {
    const service = await Service.start(t, slow);
    const visit = await Visit.to(browser, service.url);
    await visit.send("Voting should be compulsory.");
    await visit.mid();
    await visit.page.click("#stop");
    await visit.page.waitForSelector("text=You stopped this reply.");
    const [stopped] = await service.turns(visit.id);
    assert.equal(stopped?.state, "TURN_STATE_STOPPED");
    await asStored(visit, service, 1);
    await visit.page.click("text=Try again");
    await visit.mid();
    await visit.page.reload(); // the attempt goes on, and the old reply is not mixed into it
    await visit.mid();
    await visit.ended();
    await grewRight(visit);
    const [again] = await service.turns(visit.id);
    assert.deepEqual([again?.state, again?.attempt], ["TURN_STATE_COMPLETED", 2]);
    assert.notEqual(again?.reply, stopped?.reply);
    await asStored(visit, service, 1);
    assert.equal(await visit.page.locator("text=Try again").count(), 0);
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

    await visit.page.click("#delete");
    await visit.page.click("dialog >> text=Cancel");
    assert.equal(visit.id, id);
    await visit.page.click("#delete");
    await visit.page.click("dialog button[type=submit]");
    await visit.page.waitForSelector("#start:not([hidden])");
    assert.equal(await visit.page.locator(`#debates a[href="#${id}"]`).count(), 0);
    assert.ok(!(await service.conversations()).some((c) => c.id === id));

    await visit.page.goBack(); // to what is no more
    assert.match(await visit.notice(), /no such debate/);
    assert.equal(await visit.page.isVisible("#start"), true);

    await visit.send("Homework should be banned.");
    await visit.ended();
    const other = visit.id;
    await visit.page.click("#history .new");
    await service.call("DeleteConversation", { conversationId: other }); // by another tab
    await visit.page.click(`#debates a[href="#${other}"]`);
    assert.match(await visit.notice(), /no such debate/);
    assert.equal(await visit.page.locator(`#debates a[href="#${other}"]`).count(), 0);
    await visit.leave(/404/);
  });

  test("markup is text", async (t) => {
    const service = await Service.start(t);
    const hostile = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;
    const visit = await Visit.to(browser, service.url);
    await visit.page.fill("#persona", `<b>${hostile.slice(0, 150)}`);
    await visit.send(`I think ${hostile} is better than <i>cats</i>.`);
    await visit.ended();
    await service.call("UpdateConversation", { conversationId: visit.id, title: hostile });
    await visit.page.reload();
    await visit.page.waitForSelector(".bot .text");
    await asStored(visit, service, 1);
    assert.equal(await visit.page.locator("#debates .title").first().textContent(), hostile);
    assert.equal(await visit.page.locator("img, i, main script, #debate header b b").count(), 0);
    assert.equal(await visit.page.title(), `${hostile} – Debate`);
    await visit.leave();
  });

  test("a long debate opens at its end and shows the rest on demand", async (t) => {
    const service = await Service.start(t);
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

    await visit.send("Nothing but memory.");
    await visit.mid();
    // A word is one change of one text, however long the debate is.
    const changes = await visit.page.evaluate(() => new Promise<string[]>((resolve) => {
      const changed: string[] = [];
      new MutationObserver((records) => {
        for (const r of records) changed.push(`${r.type} of ${r.target.nodeName} in ${r.target.parentElement?.className}`);
        if (changed.length >= 10) resolve(changed);
      }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
    }));
    assert.deepEqual([...new Set(changes)], ["characterData of #text in text"]);
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
    const service = await Service.start(t, { PACE: "0.6" });
    const one = await Visit.to(browser, service.url);
    await one.send("Football is a better sport than basketball.");
    await one.ended();
    const two = await Visit.in(await one.page.context().newPage());
    await two.page.goto(one.page.url());
    await two.page.waitForSelector(".bot .text");
    await one.send("It needs nothing but a ball.");
    await one.mid();
    await two.send("Everybody can play it.");
    assert.match(await two.notice(), /still answering/);
    assert.equal(await two.page.inputValue("#message"), "Everybody can play it.");
    await two.mid();
    await two.ended();
    await grewRight(two);
    await asStored(two, service, 2);
    await one.ended();
    await two.send("Everybody can play it.");
    await two.mid();
    await two.ended();
    await one.send("And it is cheap."); // knowing nothing of the turn between
    await one.mid();
    await one.ended();
    await one.page.waitForFunction(() => document.querySelectorAll(".speech.user").length === 4);
    await one.ended();
    await asStored(one, service, 4);
    await one.leave();
    assert.deepEqual(two.faults.filter((fault) => !/409/.test(fault)), []);
  });

  test("whoever reads further up is left there", async (t) => {
    const service = await Service.start(t, slow);
    const visit = await Visit.to(browser, service.url, { viewport: { width: 900, height: 420 } });
    await visit.send("City centres should be free of cars.");
    await visit.ended();
    await visit.send("Because nobody needs them there.");
    await visit.mid(150);
    // A piece that came since the last frame may be out of sight until the next one.
    const end = () => visit.page.waitForFunction(() => {
      const s = document.getElementById("scroller") as HTMLElement;
      return s.scrollTop > 0 && s.scrollHeight - s.scrollTop - s.clientHeight < 2;
    });
    await end();
    await visit.mid(200);
    await end();
    await visit.page.evaluate(() => document.getElementById("scroller")?.scrollTo(0, 10));
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
    const service = await Service.start(t);
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
    assert.equal(await visit.page.evaluate(() => getComputedStyle(document.querySelector(".waiting .text") as Element, "::after").animationName), "none");
    await visit.ended();
    const [turn] = await service.turns(visit.id);
    assert.equal(turn?.message, "Nuclear power is\nthe best answer to climate change.");
    const told = await visit.page.evaluate(() => (window as unknown as { told: string[] }).told);
    assert.deepEqual(told.map((t) => t.trim()), ["The bot is answering.", `Bot: ${turn?.reply}`]);
    assert.equal(await visit.page.getAttribute("#log", "aria-live"), "off");
    assert.equal(await visit.page.evaluate(() => document.activeElement?.id), "message");
    await visit.leave();
  });

  test("every control has a name, and every text its contrast", async (t) => {
    const service = await Service.start(t);
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
    const service = await Service.start(t);
    const visit = await Visit.to(browser, service.url, { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true });
    const fits = async () => assert.deepEqual(await visit.page.evaluate(() => [document.documentElement, document.getElementById("scroller") as HTMLElement]
      .map((e) => e.scrollWidth - e.clientWidth).concat([...document.querySelectorAll(".text, .who, #motion")]
      .map((e) => (e.getBoundingClientRect().right > innerWidth || e.scrollWidth > e.clientWidth && e.clientWidth > 0 ? 1 : 0))).filter((n) => n > 0)), []);
    await visit.page.waitForSelector(".topic");
    await fits();
    await visit.page.fill("#persona", "A".repeat(60));
    await visit.send(`Dogs are better than cats: https://example.com/${"a".repeat(200)} ${"ß".repeat(120)}`);
    await visit.mid();
    await visit.page.click("#stop");
    await visit.page.waitForSelector("text=Try again");
    await fits();
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

  test("a service with keys is asked with one, which only this tab knows", async (t) => {
    const key = "correct-horse-battery";
    const service = await Service.start(t, { API_KEY: key, MODEL: "offline", ...slow });
    const visit = await Visit.to(browser, service.url);
    await visit.page.waitForSelector("dialog[open]");
    await visit.page.keyboard.press("Escape");
    assert.match(await visit.notice(), /needs an API key/);
    await visit.send("Dogs are better than cats."); // which asks again
    await visit.page.fill("dialog input", "wrong-horse-battery");
    await visit.page.keyboard.press("Enter");
    await visit.page.waitForSelector("dialog >> text=That key was not accepted.");
    await visit.page.fill("dialog input", key);
    await visit.page.keyboard.press("Enter");
    await visit.mid();
    await visit.page.reload(); // the key stays
    await visit.mid();
    await visit.ended();
    assert.equal((await service.turns(visit.id)).length, 1);
    assert.equal(await visit.page.evaluate(() => [location.href, document.cookie, JSON.stringify(localStorage)].join().includes("battery")), false);
    await visit.page.waitForSelector("#debates li");
    const other = await Visit.to(browser, service.url); // another person's
    await other.page.waitForSelector("dialog[open]");
    await visit.page.click("#forget");
    await visit.page.waitForSelector("dialog[open]");
    assert.equal(await visit.page.locator("#debates li").count(), 0);
    assert.equal(await visit.page.evaluate(() => JSON.stringify(sessionStorage)), "{}");
    await other.leave(/401/);
    await visit.leave(/401/);
  });

  test("who is too fast is told when to go on", async (t) => {
    const service = await Service.start(t, { RATE_LIMIT: "8", PACE: "0" });
    const visit = await Visit.to(browser, service.url);
    await visit.page.waitForSelector(".topic");
    for (let i = 0; i < 8 && !(await visit.page.isVisible("#notice")); i++) {
      await visit.send(`Dogs are better than cats for ${i} reasons.`);
      await Promise.race([visit.ended(), visit.page.waitForSelector("#notice:not([hidden])")]);
    }
    assert.match(await visit.notice(), /^That was faster than this service allows\. Try again in \d+ seconds?\.$/);
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

    await visit.page.click("#history .new");
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

  // With PICTURES set, what is seen becomes the README's pictures.
  for (const colorScheme of ["light", "dark"] as const) {
    test(`a debate is seen whole in ${colorScheme} colours`, async (t) => {
      const service = await Service.start(t, { PACE: "0" });
      const visit = await Visit.to(browser, service.url, { colorScheme, viewport: { width: 1000, height: 760 } });
      await visit.send("Zoos should be closed.");
      await visit.ended();
      await visit.send("Animals suffer in cages there.");
      await visit.ended();
      assert.equal(await visit.page.locator(".speech").count(), 4);
      const path = process.env["PICTURES"] === undefined ? undefined : `${process.env["PICTURES"]}/debate-${colorScheme}.png`;
      const picture = await visit.page.screenshot(path === undefined ? {} : { path });
      assert.ok(picture.length > 20_000, `a picture of ${picture.length} bytes shows nothing`);
      await visit.leave();
    });
  }
});
