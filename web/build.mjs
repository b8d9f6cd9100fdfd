// Builds dist/, which the service embeds. The same sources give the same bytes.
// With --check nothing is written: it fails if dist/ is not what the sources say.
import { build, transform } from "esbuild";
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

const bundled = await build({
  plugins: [lexerOnly],
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
