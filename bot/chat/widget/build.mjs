// Builds what the bot serves under /chat/ into ../built, the same bytes from the same sources.
import { copyFileSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "built");
// `format` iife for classic scripts; the map is a module that the widget imports when it is opened.
const entries = [
  { name: "widget", source: "main.ts", format: "iife" },
  { name: "map", source: "map.ts", format: "es" },
  { name: "voice-worklet", source: "voice-worklet.ts", format: "iife" },
  { name: "demo", source: "demo.ts", format: "iife" },
];

const licences = {
  map: "/*! Leaflet 1.9.4, BSD-2-Clause, (c) 2010-2023 Volodymyr Agafonkin, (c) 2010-2011 CloudMade. */",
};

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
for (const { name, source, format } of entries) {
  await build({
    root: here,
    configFile: false,
    logLevel: "warn",
    build: {
      outDir: out,
      emptyOutDir: false,
      target: "es2022",
      rollupOptions: { output: { banner: licences[name] ?? "" } },
      lib: { entry: join(here, "src", source), formats: [format], name: `callbot_${name.replace("-", "_")}`, fileName: () => `${name}.js` },
    },
  });
}
for (const page of ["index.html", "demo.css"]) {
  copyFileSync(join(here, "pages", page), join(out, page));
}
