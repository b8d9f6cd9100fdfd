// Builds dist/, which the service embeds. The same sources give the same bytes.
// With --check nothing is written: it fails if dist/ is not what the sources say.
import { build, transform } from "esbuild";
import { createHash } from "node:crypto";
import { basename } from "node:path";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";

const dist = new URL("dist/", import.meta.url);
const at = (path) => new URL(path, import.meta.url);

// marked sets up its functions at its end, which keeps all of it in a bundle; the page
// uses its lexer alone.
const lexerOnly = {
  name: "lexer-only",
  setup(builds) {
    builds.onLoad({ filter: /marked\.esm\.js$/ }, async ({ path }) => {
      const whole = await readFile(path, "utf8");
      const contents = whole.replace(/^([^]*)var (\w+)=new \w+;function \w+\(\w+,\w+\)\{return \2\.parse[^]*?(\w+) as Lexer[^]*$/, "$1export{$3 as Lexer};");
      if (contents === whole) throw new Error("marked ends in another way than it did: see build.mjs");
      return { contents };
    });
  },
};

// The contract is in the generated code as base64, which hides from gzip what is in it
// twice: it goes over the wire as the bytes that it stands for.
const plainContract = {
  name: "plain-contract",
  setup(builds) {
    builds.onLoad({ filter: /gen\/.*_pb\.ts$/ }, async ({ path }) => ({
      loader: "ts",
      contents: (await readFile(path, "utf8")).replace(/fileDesc\("([^"]+)"/, (_, base64) =>
        `fileDesc(btoa(${JSON.stringify(Buffer.from(base64, "base64").toString("latin1"))})`),
    }));
  },
};

// The library's enums are made by functions that are called at once, which keeps those
// in a bundle that nothing asks for.
const usedEnums = {
  name: "used-enums",
  setup(builds) {
    builds.onLoad({ filter: /@bufbuild\/protobuf\/.*_pb\.js$/ }, async ({ path }) => ({
      contents: (await readFile(path, "utf8"))
        .replace(/export var (\w+);\s*\(function \(\1\) \{([^]*?)\n\}\)\(\1 \|\| \(\1 = \{\}\)\);/g,
          "export const $1 = /* @__PURE__ */ (function ($1) {$2\nreturn $1; })({});"),
    }));
  },
};

// Messages go over the wire as bytes; what reads and writes them as JSON is a tenth of
// the page, which the library chooses too late to be left out.
const bytesOnly = {
  name: "bytes-only",
  setup(builds) {
    builds.onLoad({ filter: /@connectrpc\/.*\/(connect-transport|protocol\/serialization)\.js$/ }, async ({ path }) => {
      const whole = await readFile(path, "utf8");
      const json = [...new Set(whole.match(/\b(?:from|to)Json(?:String)?\b/g))];
      const contents = whole.replace(/^import \{([^}]*)\} from "@bufbuild\/protobuf";/m, (_, names) =>
        `import {${names.split(",").filter((name) => !json.includes(name.trim()))}} from "@bufbuild/protobuf"; const ${json.map((name) => `${name} = undefined`)};`);
      if (json.length === 0 || contents === whole) throw new Error(`${basename(path)} reads JSON in another way than it did: see build.mjs`);
      return { contents };
    });
  },
};

const bundled = await build({
  plugins: [lexerOnly, plainContract, usedEnums, bytesOnly],
  absWorkingDir: at(".").pathname,
  entryPoints: { page: "src/main.ts", "page-style": "src/page.css" },
  bundle: true,
  splitting: true,
  chunkNames: "[name]-[hash]",
  minify: true,
  format: "esm",
  target: "es2022",
  legalComments: "none",
  outdir: "dist",
  write: false,
});
const files = new Map();
for (const name of (await readdir(at("static"))).sort()) {
  const text = await readFile(at(`static/${name}`));
  files.set(name, name.endsWith(".js") ? Buffer.from((await transform(text, { minify: true })).code) : text);
}
for (const file of bundled.outputFiles) {
  files.set(file.path.endsWith(".css") ? "page.css" : basename(file.path), Buffer.from(file.contents));
}

// What has to be there before anything is painted is in the page itself: asking for it
// would take a phone a third of a second. The service's policy names it by its hash.
let index = files.get("index.html").toString();
for (const [name, tag, asked] of [["page.css", "style", `<link rel="stylesheet" href="page.css">`], ["early.js", "script", `<script src="early.js"></script>`]]) {
  const text = files.get(name).toString().trim();
  if (!index.includes(asked) || text.includes("</")) throw new Error(`${name} cannot be put into index.html`);
  index = index.replace(asked, () => `<${tag}>${text}</${tag}>`);
  files.delete(name);
}
files.set("index.html", Buffer.from(index));

// The worker keeps all of them, and is another one for each build.
const hash = (text) => createHash("sha256").update(text).digest("base64");
const worker = files.get("worker.js").toString();
files.delete("worker.js");
const kept = Object.fromEntries([...files].map(([name, text]) => [name === "index.html" ? "./" : name, hash(text)]));
const named = worker.replace(/=\{\}/, () => `=${JSON.stringify(kept)}`).replace('"page"', JSON.stringify(`page-${hash(JSON.stringify(kept))}`));
if (!named.includes(kept["./"]) || !named.includes('"page-')) throw new Error("worker.js has no place for its files");
files.set("worker.js", Buffer.from(named));

if (process.argv.includes("--check")) {
  const found = await readdir(dist).catch(() => []);
  const stale = found.filter((name) => !files.has(name));
  for (const [name, text] of files) {
    const built = await readFile(new URL(name, dist)).catch(() => Buffer.from(""));
    if (!built.equals(text)) stale.push(name);
  }
  if (stale.length > 0) {
    console.error(`web/dist is not what the sources say (${stale.join(", ")}); run: make web`);
    process.exit(1);
  }
} else {
  await rm(dist, { recursive: true, force: true });
  await mkdir(dist);
  for (const [name, text] of files) await writeFile(new URL(name, dist), text);
}
for (const [name, text] of files) console.log(`dist/${name} ${text.length}`);
