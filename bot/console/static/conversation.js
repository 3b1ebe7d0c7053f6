// The recording in step with what was said. Nothing is loaded before somebody asks to listen.

import { keysDialog, mover, onKeys } from "/console/static/keys.js";

const TROUBLE = "L'enregistrement ne peut pas être lu : il est abîmé, ou il vient d'être effacé. La transcription reste lisible.";

const turns = [...document.querySelectorAll(".turn")].map((row) => ({
  row,
  focus: row.querySelector("[data-play]") ?? row.querySelector("summary, button") ?? focusable(row),
  startS: Number(row.dataset.startMs) / 1000,
  endS: Number(row.dataset.endMs) / 1000,
}));

function focusable(row) {
  row.tabIndex = -1;
  return row;
}

/** The player of this page, made when it is first needed. */
class Player {
  #place = document.getElementById("player");
  #opening = null;
  #wave = null;

  get isThere() {
    return this.#place !== null;
  }

  /** Loads the recording once; resolves to whether it can be heard. */
  open() {
    this.#opening ??= this.#load().catch((error) => {
      console.warn(error);
      document.getElementById("controls").hidden = true;
      const trouble = document.getElementById("trouble");
      trouble.textContent = TROUBLE;
      trouble.hidden = false;
      return false;
    });
    return this.#opening;
  }

  async playFrom(seconds) {
    if (!(await this.open())) return;
    this.#wave.setTime(Math.min(seconds, this.#wave.getDuration()));
    await this.#wave.play();
  }

  async toggle() {
    if (await this.open()) await this.#wave.playPause();
  }

  async #load() {
    const [{ default: WaveSurfer }, { default: Regions }] = await Promise.all([
      import("/console/static/wavesurfer.esm.js"),
      import("/console/static/regions.esm.js"),
    ]);
    document.getElementById("load").closest("p").hidden = true;
    document.getElementById("controls").hidden = false;
    const colours = getComputedStyle(document.documentElement);
    const colour = (name) => colours.getPropertyValue(name).trim();
    const regions = Regions.create();
    this.#wave = WaveSurfer.create({
      container: "#wave",
      cspNonce: this.#place.dataset.nonce,
      height: 56,
      normalize: true,
      waveColor: colour("--edge"),
      progressColor: colour("--main"),
      cursorColor: colour("--ink"),
      splitChannels: [{}, {}],
      plugins: [regions],
    });
    this.#follow();
    // A file that is no sound is told as an event only; `load` would wait for it for ever.
    const broken = new Promise((_, reject) => this.#wave.once("error", reject));
    await Promise.race([this.#wave.load(this.#place.dataset.audio), broken]);
    for (const turn of turns) this.#mark(regions, turn, colour("--mine"));
    document.getElementById("total").textContent = clock(this.#wave.getDuration());
    return true;
  }

  #mark(regions, turn, colour) {
    const region = regions.addRegion({
      start: turn.startS,
      end: Math.max(turn.endS, turn.startS + 0.1),
      channelIdx: turn.row.dataset.speaker === "caller" ? 0 : 1,
      color: `color-mix(in srgb, ${colour} 60%, transparent)`,
      drag: false,
      resize: false,
    });
    region.on("click", (event) => {
      event.stopPropagation();
      this.playFrom(turn.startS);
      turn.focus.focus();
    });
  }

  #follow() {
    const button = document.getElementById("play");
    const now = document.getElementById("now");
    button.addEventListener("click", () => this.toggle());
    document.getElementById("rate").addEventListener("change", (event) => {
      this.#wave.setPlaybackRate(Number(event.target.value));
    });
    this.#wave.on("play", () => (button.textContent = "Pause"));
    this.#wave.on("pause", () => (button.textContent = "Lecture"));
    this.#wave.on("timeupdate", (seconds) => {
      now.textContent = clock(seconds);
      show(turns.findLast((turn) => turn.startS <= seconds && seconds < turn.endS + 0.3));
    });
  }
}

let playing = null;

/** Marks the turn that is being heard. */
function show(turn) {
  if (turn === playing) return;
  playing?.row.classList.remove("playing");
  playing?.row.removeAttribute("aria-current");
  playing = turn ?? null;
  if (!playing) return;
  playing.row.classList.add("playing");
  playing.row.setAttribute("aria-current", "true");
  if (document.getElementById("follow").checked) playing.row.scrollIntoView({ block: "nearest" });
}

function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}

const player = new Player();
const move = mover(() => turns);
if (player.isThere) {
  document.getElementById("load").addEventListener("click", () => player.playFrom(0));
  for (const turn of turns) {
    turn.row.querySelector("[data-play]")?.addEventListener("click", () => player.playFrom(turn.startS));
  }
}
onKeys({
  j: () => move(1),
  k: () => move(-1),
  p: () => (player.isThere ? void player.toggle() : false),
  "?": keysDialog(),
});
