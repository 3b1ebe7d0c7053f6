// Copies what the console's pages use from the installed packages into ../built, byte for byte.
import { copyFileSync, mkdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "built");
const files = [
  "htmx.org/dist/htmx.min.js",
  "leaflet/dist/leaflet.css",
  "leaflet/dist/leaflet.js",
  "leaflet/dist/images/marker-icon.png",
  "leaflet/dist/images/marker-icon-2x.png",
  "leaflet/dist/images/marker-shadow.png",
  "wavesurfer.js/dist/wavesurfer.esm.js",
  "wavesurfer.js/dist/plugins/regions.esm.js",
];

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
for (const file of files) {
  copyFileSync(join(here, "node_modules", file), join(out, basename(file)));
}
