// What the tests of the page stand on: the real service with the offline
// opponent, a line to it that can be cut, and a real browser.
import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer as createHTTPServer } from "node:http";
import { type AddressInfo, type Socket, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type Browser, type BrowserContextOptions, type Page, chromium } from "playwright-core";

// patience bounds what never comes, in milliseconds: a machine may have more to do than this.
const patience = 180_000;

// until waits for what comes by a way of its own: nothing else says that it has come.
export async function until(what: string, came: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + patience; !(await came()); await sleep(20)) assert.ok(Date.now() < end, `it never came: ${what}`);
}

// build compiles the service; the Go cache makes it cheap.
export function build(): void {
  execFileSync(process.env["GO"] ?? "go", ["build", "-o", ".cache/debate", "../cmd/debate"], { stdio: "inherit" });
}

// Service is a service of the tests' own, on a fresh database.
export class Service {
  private process: ChildProcess | undefined;
  readonly folder = mkdtempSync(join(tmpdir(), "debate-page-"));

  private constructor(readonly port: number, private readonly environment: Record<string, string>) {}

  static async start(t: TestContext, environment: Record<string, string> = {}): Promise<Service> {
    const service = new Service(await freePort(), environment);
    t.after(async () => {
      await service.kill();
      rmSync(service.folder, { recursive: true, force: true });
    });
    await service.run();
    return service;
  }

  // run starts it, on the database that it had before.
  async run(): Promise<void> {
    const running = spawn(".cache/debate", ["serve"], {
      env: { PATH: process.env["PATH"] ?? "", PORT: String(this.port), DATA_DIR: this.folder, LOG_LEVEL: "error", PACE: "2", DRAIN_DELAY: "0s", ...this.environment },
      stdio: ["ignore", "ignore", "inherit"],
    });
    this.process = running;
    for (;;) {
      const answer = await fetch(`${this.url}/ready`).catch(() => undefined);
      if (answer?.ok) return;
      assert.ok(running.exitCode === null && running.signalCode === null, "the service did not start");
      await sleep(25);
    }
  }

  async kill(): Promise<void> {
    const running = this.process;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const ended = new Promise((resolve) => running.once("exit", resolve));
    running.kill("SIGKILL");
    await ended;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  // call makes a unary call as any client would, beside the page.
  async call<T>(method: string, request: object): Promise<T> {
    const answer = await fetch(`${this.url}/debate.v1.DebateService/${method}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...(this.environment["API_KEY"] === undefined ? {} : { "X-API-Key": this.environment["API_KEY"] }) },
      body: JSON.stringify(request),
    });
    const text = await answer.text();
    assert.ok(answer.ok, `${method}: ${answer.status} ${text}`);
    return JSON.parse(text) as T;
  }

  async conversations(): Promise<{ id: string; title?: string; turnCount?: number }[]> {
    return (await this.call<{ conversations?: [] }>("ListConversations", { pageSize: 100 })).conversations ?? [];
  }

  async turns(conversationId: string): Promise<{ state: string; message: string; reply?: string; attempt: number }[]> {
    return (await this.call<{ turns?: [] }>("ListTurns", { conversationId, pageSize: 200 })).turns ?? [];
  }
}

// freePort is a port that nothing listens on, below those that the system gives to
// outgoing connections: the browser's could take it while the service restarts. None is
// given twice, for the same reason, and those of the Go tests are below (internal/freeport).
let port = 26_000 + Math.floor(Math.random() * 6_000);
async function freePort(): Promise<number> {
  for (;;) {
    port = port < 31_999 ? port + 1 : 26_000;
    const given = port;
    const server = createServer().listen(given, "127.0.0.1");
    const listens = await new Promise<boolean>((resolve) => server.once("listening", () => resolve(true)).once("error", () => resolve(false)));
    if (!listens) continue;
    await new Promise((resolve) => server.close(resolve));
    return given;
  }
}

// Model is a stand-in for a language model's server.
export class Model {
  // text is the reply, of which a piece goes out every few milliseconds.
  text = "A reply that takes the other side, in a few words.\n\nIt has *two* paragraphs.";
  pieces = 20;
  pause = 20;
  // upTo is the share of a reply that it sends, until it is told to send more of it.
  upTo = 1;
  // fails is the status that replies are refused with, if not 0.
  fails = 0;
  // check is what a second look at a reply says, and it comes with every answer.
  check: object = { holds: true, figures: [] };
  // thinks is what each such answer waits for.
  thinks: Promise<unknown> = Promise.resolve();
  private constructor(readonly environment: Record<string, string>) {}

  static async start(t: TestContext): Promise<Model> {
    const server = createHTTPServer((request, response) => {
      let body = "";
      request.on("data", (data) => (body += String(data)));
      request.on("end", () => void model.answer(request.url ?? "", body, response));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    t.after(() => server.closeAllConnections());
    t.after(() => server.close());
    const model = new Model({
      OPENAI_API_KEY: "sk-test", OPENAI_MODEL: "stand-in", FIRST_TOKEN_TIMEOUT: "10m", REPLY_TIMEOUT: "30m",
      OPENAI_BASE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    });
    return model;
  }

  private async answer(url: string, body: string, response: import("node:http").ServerResponse): Promise<void> {
    const asked = body === "" ? {} : JSON.parse(body) as { stream?: boolean; messages?: { content: string }[] };
    if (url.endsWith("/moderations")) {
      response.setHeader("Content-Type", "application/json").end(JSON.stringify({ results: [{ flagged: false }] }));
    } else if (asked.stream && this.fails !== 0) {
      response.writeHead(this.fails).end("{}");
    } else if (asked.stream) {
      response.setHeader("Content-Type", "text/event-stream");
      const choice = (delta: object, finish: string | null) => response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`);
      const size = Math.ceil(this.text.length / this.pieces);
      for (let at = 0; at < this.text.length && !response.destroyed; at += size) {
        for (let held = 0; at >= this.text.length * this.upTo && !response.destroyed; held++) {
          if (held % 100 === 0) response.write(": it is thinking\n\n"); // which is a sign of life
          await sleep(10);
        }
        choice({ content: this.text.slice(at, at + size) }, null);
        if (this.pause > 0) await sleep(this.pause);
      }
      choice({}, "stop");
      response.end("data: [DONE]\n\n");
    } else {
      await this.thinks;
      const content = JSON.stringify({ claim: true, topic: "Golf is boring", side: "CON", language: "en", title: "Golf", winner: "undecided", clashes: [], ...this.check });
      response.setHeader("Content-Type", "application/json").end(JSON.stringify({
        choices: [{ message: { role: "assistant", content }, finish_reason: "stop" }], usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
      }));
    }
  }
}

// keysOf is the environment of a service whose keys are in a secret of AWS, which a
// stand-in keeps: it has no other way to have more than one.
export async function keysOf(t: TestContext, ...keys: string[]): Promise<Record<string, string>> {
  const secret = JSON.stringify({ keys: keys.map((key, i) => ({ name: `key-${i}`, key })) });
  const server = createHTTPServer((request, response) => {
    request.resume().on("end", () => response.setHeader("Content-Type", "application/x-amz-json-1.1")
      .end(JSON.stringify({ Name: "keys", VersionId: "1".repeat(32), VersionStages: ["AWSCURRENT"], SecretString: secret })));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.closeAllConnections());
  t.after(() => server.close());
  return {
    API_KEY_SECRET_NAME: "keys", AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "stand-in", AWS_SECRET_ACCESS_KEY: "stand-in",
    AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  };
}

// Cable is a TCP line to a service.
export class Cable {
  private readonly sockets = new Set<Socket>();
  private readonly dead = new Set<Socket>();
  // broken refuses whoever comes.
  broken = false;
  // deaf lets requests through and no answer back.
  deaf = false;

  private constructor(readonly url: string) {}

  static async to(t: TestContext, service: Service): Promise<Cable> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const cable = new Cable(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on("connection", (near) => {
      if (cable.broken) {
        near.destroy();
        return;
      }
      const far = connect(service.port, "127.0.0.1");
      for (const [one, other] of [[near, far], [far, near]] as const) {
        cable.sockets.add(one);
        one.on("error", () => other.destroy());
        one.on("close", () => {
          cable.sockets.delete(one);
          other.destroy();
        });
      }
      near.on("data", (data) => far.write(data));
      far.on("data", (data) => (cable.dead.has(near) ? undefined : cable.deaf ? near.destroy() : near.write(data)));
    });
    t.after(() => {
      cable.cut();
      server.close();
    });
    return cable;
  }

  // deaden lets nothing through any more of what is under way, and says nothing of it either.
  deaden(): void {
    for (const socket of this.sockets) this.dead.add(socket);
  }

  // cut ends what is under way.
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }
}

// Proxy is a service's front, which can change its page.
export class Proxy {
  // change gives a file of the page another text; it is told index.html's, too.
  change = (_path: string, text: string, _index: string): string => text;

  // outside are the paths that were asked for and are not below its own.
  readonly outside: string[] = [];

  private constructor(readonly url: string) {}

  // to serves it below a path, if one is given, and nothing elsewhere.
  static async to(t: TestContext, service: Service, below = ""): Promise<Proxy> {
    const server = createHTTPServer((request, response) => void (async () => {
      const body: Buffer[] = [];
      for await (const piece of request) body.push(piece as Buffer);
      if (request.url?.startsWith(`${below}/`) !== true) {
        proxy.outside.push(request.url ?? "");
        response.writeHead(404).end();
        return;
      }
      const path = request.url.slice(below.length);
      const asked = { method: request.method ?? "GET", headers: { "Content-Type": request.headers["content-type"] ?? "" } };
      const answer = await fetch(service.url + path, { ...asked, ...(body.length === 0 ? {} : { body: Buffer.concat(body) }) });
      const headers = Object.fromEntries([...answer.headers].filter(([name]) => !["etag", "content-encoding", "content-length"].includes(name)));
      response.writeHead(answer.status, headers);
      if (path === "/" || path === "/worker.js") response.end(proxy.change(path, await answer.text(), await (await fetch(`${service.url}/`)).text()));
      else for await (const piece of answer.body ?? []) response.write(piece);
      response.end();
    })().catch(() => response.destroy()));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    t.after(() => server.closeAllConnections());
    t.after(() => server.close());
    const proxy = new Proxy(`http://127.0.0.1:${(server.address() as AddressInfo).port}${below}`);
    return proxy;
  }
}

// launch prefers the Chromium that has no window: the same engine, which makes a context for a third of the processor's time.
export async function launch(...settings: string[]): Promise<Browser> {
  const names = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
  const found = process.env["CHROMIUM"] ??
    names.flatMap((name) => (process.env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, name))).find((path) => existsSync(path));
  assert.ok(found, "there is no Chromium: `make needs` installs it, or CHROMIUM says where it is");
  // Chromium's own sandbox refuses root, as whom containers run.
  return chromium.launch({ executablePath: found, args: [...(process.getuid?.() === 0 ? ["--no-sandbox"] : []), ...settings] });
}

// droppedLine is what the whole browser says when it drops its connections because the
// machine's network is another than before, or looks for a newer worker while there is
// no service, whatever the page does.
const droppedLine = /net::ERR_(NETWORK_CHANGED|SOCKET_NOT_CONNECTED)|^An unknown error occurred when fetching the script/;

// Visit is a person's browser tab, and what they see in it.
export class Visit {
  // faults is what the browser complained of: errors, and violations of the policy.
  readonly faults: string[] = [];

  private constructor(readonly page: Page) {}

  // hide puts the page away, as a phone or another tab does, or shows it again.
  hide(hidden: boolean): Promise<void> {
    return this.page.evaluate((hidden) => {
      Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }, hidden);
  }

  static async to(browser: Browser, url: string, options: BrowserContextOptions = {}, prepare?: (page: Page) => Promise<void>): Promise<Visit> {
    const context = await browser.newContext(options);
    const visit = await Visit.in(await context.newPage());
    await prepare?.(visit.page);
    await visit.page.goto(url).catch((error) => {
      if (!droppedLine.test(String(error))) throw error;
      return visit.page.goto(url);
    });
    if (await visit.page.locator("#composer").count() > 0) await visit.ready();
    return visit;
  }

  // ready waits until the page works: what is typed before that is kept, but not sent.
  async ready(): Promise<void> {
    await this.page.waitForSelector(":root[data-words]", { state: "attached" });
  }

  // kept waits until the browser has all of the page for when there is no network.
  async kept(): Promise<void> {
    await this.page.evaluate(() => navigator.serviceWorker.ready);
  }

  // in takes a tab in which nothing was opened yet.
  static async in(page: Page): Promise<Visit> {
    const visit = new Visit(page);
    page.setDefaultTimeout(patience);
    await page.addInitScript(() => {
      const seen: string[] = [];
      const waited: string[] = [];
      Object.assign(window, { seen, waited });
      new MutationObserver(() => {
        for (const [part, texts] of [[".text", seen], [".progress", waited]] as const) {
          const text = [...document.querySelectorAll(`.waiting ${part}`)].at(-1)?.textContent ?? "";
          if (text !== "" && text !== texts.at(-1)) texts.push(text);
        }
      }).observe(document, { subtree: true, childList: true, characterData: true });
    });
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") visit.faults.push(message.text());
    });
    page.on("pageerror", (error) => visit.faults.push(String(error.stack)));
    return visit;
  }

  async send(text: string): Promise<void> {
    await this.ready();
    await this.page.waitForSelector("#send:not([disabled])", { state: "attached" }); // a debate that is opened has come
    await this.page.fill("#message", text);
    // On touch Enter is a new line.
    if (await this.page.evaluate(() => !matchMedia("(pointer: coarse)").matches)) await this.page.press("#message", "Enter");
    else await this.page.click("#send");
  }

  // style is a property of the first element that a selector finds. It is looked for and
  // read at once: an entry of a list may be another one a moment later.
  style(selector: string, property: string): Promise<string> {
    return this.page.evaluate(([s, p]) => getComputedStyle(document.querySelector(s) as Element).getPropertyValue(p), [selector, property] as const);
  }

  // reply is the text of the latest reply, as it stands.
  async reply(): Promise<string> {
    return (await this.page.locator(".speech.bot .text").last().textContent()) ?? "";
  }

  // seen is every text that a growing reply had, since the page was loaded.
  seen(): Promise<string[]> {
    return this.page.evaluate(() => (window as unknown as { seen: string[] }).seen);
  }

  // waited is all that was said of what is waited for, since the page was loaded.
  waited(): Promise<string[]> {
    return this.page.evaluate(() => (window as unknown as { waited: string[] }).waited);
  }

  // patiently does something while what the page shows for some seconds stays a hundred
  // times as long: until it has been looked at.
  async patiently(what: () => Promise<void>): Promise<void> {
    await this.page.evaluate(() => {
      const pace = window as unknown as { hasten?: () => void };
      const set = window.setTimeout;
      window.setTimeout = ((act: () => void, after = 0) => set(act, after > 1000 ? 100 * after : after)) as typeof window.setTimeout;
      pace.hasten = () => (window.setTimeout = set);
    });
    await what();
    await this.page.evaluate(() => (window as unknown as { hasten: () => void }).hasten());
  }

  // mid waits until a reply is on its way, and returns what there is of it. The reply
  // must be one that is held: any other may be over before it is looked at.
  async mid(length = 40): Promise<string> {
    await this.page.waitForFunction((least) => {
      const texts = document.querySelectorAll(".waiting .text");
      return (texts[texts.length - 1]?.textContent?.length ?? 0) >= least;
    }, length, { polling: 10 });
    return this.reply();
  }

  // ended waits until no reply is on its way.
  async ended(): Promise<void> {
    await this.page.locator(".speech.bot").last().waitFor();
    await this.page.waitForFunction(() => document.querySelector(".waiting") === null && !(document.getElementById("send") as HTMLButtonElement).disabled);
  }

  get id(): string {
    return new URL(this.page.url()).hash.slice(1);
  }

  async notice(): Promise<string> {
    await this.page.waitForSelector("#notice:not([hidden])");
    return [await this.page.textContent("#notice-text"), await this.page.textContent("#notice-wait")].filter((s) => s !== "").join(" ");
  }

  // leave closes the tab; the browser must have had nothing to complain of.
  async leave(...expected: RegExp[]): Promise<void> {
    await this.page.context().close();
    assert.deepEqual(this.faults.filter((fault) => ![droppedLine, ...expected].some((e) => e.test(fault))), []);
  }
}
