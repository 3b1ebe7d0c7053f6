// Tells of dangers and of people who wait: aloud for screen readers, and by a sound that can be switched off.

import { show } from "./live_shown.js";

const KEPT = "callbot console sound";
const AGAIN_MS = 12_000;
const URGENT_HZ = [880, 660, 880, 660];
const GENTLE_HZ = [520];
const BEEP_S = 0.18;

export class Alarm {
  constructor(button, note, announcement) {
    this.button = button;
    this.note = note;
    this.announcement = announcement;
    this.ringing = new Map();
    this.isOn = localStorage.getItem(KEPT) !== "off";
    this.context = new AudioContext();
    // Browsers let a page be heard only after somebody has done something in it.
    for (const name of ["pointerdown", "keydown"]) document.addEventListener(name, () => void this.unlock(), { capture: true });
    this.context.addEventListener("statechange", () => this.draw());
    button.addEventListener("click", () => void this.toggle());
    this.draw();
  }

  async unlock() {
    if (this.isOn && this.context.state === "suspended") await this.context.resume();
    this.draw();
  }

  async toggle() {
    this.isOn = !this.isOn;
    localStorage.setItem(KEPT, this.isOn ? "on" : "off");
    if (this.isOn) {
      await this.context.resume();
      this.beep(GENTLE_HZ);
    }
    this.draw();
  }

  draw() {
    show(this.button, `${this.isOn ? "Couper" : "Activer"} le son des urgences`);
    const isBlocked = this.isOn && this.context.state === "suspended";
    show(this.note, isBlocked ? "Le son attend un premier clic dans cette page." : "");
  }

  // former: the same conversation as it was, undefined for a new one.
  heard(former, now) {
    if (now.danger && !former?.danger) {
      this.say(`Urgence, ${now.danger} : ${now.kind === "call" ? "un appel" : "un chat"}.`);
      this.beep(URGENT_HZ);
      this.ringing.set(now.id, setInterval(() => this.beep(URGENT_HZ), AGAIN_MS));
    } else if (now.standing === "waiting" && former?.standing !== "waiting") {
      this.say("Un habitant attend une personne dans le chat.");
      this.beep(GENTLE_HZ);
    }
    // Once somebody has it in hand, nobody needs to be called any more.
    if (now.standing === "agent" || now.standing === "taking") this.seen(now.id);
  }

  seen(id) {
    clearInterval(this.ringing.get(id));
    this.ringing.delete(id);
  }

  over(id) {
    this.seen(id);
  }

  say(text) {
    // The same words twice in a row are not read again.
    this.announcement.textContent = "";
    requestAnimationFrame(() => (this.announcement.textContent = text));
  }

  beep(pitches) {
    if (!this.isOn || this.context.state !== "running") return;
    pitches.forEach((pitch, n) => {
      const start = this.context.currentTime + n * BEEP_S;
      const volume = new GainNode(this.context, { gain: 0 });
      volume.gain.setTargetAtTime(0.25, start, 0.01);
      volume.gain.setTargetAtTime(0, start + BEEP_S * 0.7, 0.02);
      const tone = new OscillatorNode(this.context, { frequency: pitch });
      tone.connect(volume).connect(this.context.destination);
      tone.start(start);
      tone.stop(start + BEEP_S);
    });
  }
}
