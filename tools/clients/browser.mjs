// Runs a module in a real browser, in a page of the service, with the environment
// that a program in Node has, until it says who won: node browser.mjs FILE.
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

export const launch = () => {
  const names = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
  const executablePath = process.env.CHROMIUM ?? names.flatMap((name) => process.env.PATH.split(delimiter).map((folder) => join(folder, name))).find((path) => existsSync(path));
  return chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ["--no-sandbox"] : [] });
};

if (process.argv[1] === import.meta.filename) {
  const { DEBATE_URL, DEBATE_KEY, DEBATE_PROTOCOL } = process.env;
  const browser = await launch();
  try {
    const page = await browser.newPage();
    await page.addInitScript((env) => (globalThis.process = { env }), { DEBATE_URL, DEBATE_KEY, DEBATE_PROTOCOL });
    const ended = new Promise((resolve, reject) => {
      page.on("pageerror", reject);
      page.on("console", (said) => {
        console.log(said.text());
        if (said.text().startsWith("WINNER_")) resolve();
      });
    });
    await page.goto(`${DEBATE_URL}/health`);
    await page.addScriptTag({ type: "module", content: readFileSync(process.argv[2], "utf8") });
    await ended;
  } finally {
    await browser.close();
  }
}
