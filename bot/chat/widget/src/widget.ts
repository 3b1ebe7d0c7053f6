// The web component: the button that opens it, the panel, and what joins them with the bot.

import { Composer } from "./composer";
import { Connection, newId, type State } from "./connection";
import { h, icon } from "./dom";
import { Conversation } from "./conversation";
import { Memory } from "./memory";
import { openDataSheet, openEraseSheet, openOptionsSheet } from "./options";
import { openPhotoSheet } from "./photo";
import { PlaceSheet } from "./place";
import type { FromServer, Kept, Mode, Welcome } from "./protocol";
import { strings } from "./strings";
import css from "./styles.css?inline";
import { VoiceCall, type VoiceEnd } from "./voice";

const script = document.currentScript as HTMLScriptElement | null;
const FULL_SCREEN = "(max-width: 520px)";

export class CallbotWidget extends HTMLElement {
  private readonly root = this.attachShadow({ mode: "open" });
  private readonly server: string;
  private readonly memory: Memory;
  private readonly connection: Connection;
  private readonly conversation: Conversation;
  private readonly composer: Composer;
  private readonly launcher: HTMLButtonElement;
  private readonly panel: HTMLElement;
  private readonly heading = h("h2", { id: "title", tabindex: "-1" }, strings.title);
  private readonly banner = h("div", { class: "banner", role: "status" });
  /** What the city tells everybody in an emergency. */
  private readonly cityAlert = h("div", { class: "city-alert", role: "alert" });
  private readonly optionsButton: HTMLButtonElement;
  private welcome: Welcome | null = null;
  private mode: Mode = "bot";
  private agent = "";
  private state: State = "closed";
  private isReady = false;
  private wantsErasing = false;
  private placeSheet: PlaceSheet | null = null;
  private call: VoiceCall | null = null;

  constructor() {
    super();
    this.server = (this.getAttribute("server") ?? (script ? new URL(script.src).origin : location.origin)).replace(/\/$/, "");
    this.memory = new Memory(this.server);
    this.connection = new Connection(this.server, this.memory, {
      received: (event) => this.receive(event),
      changed: (state) => this.changed(state),
    });
    this.conversation = new Conversation(this.server, (seq, button, title) => this.keep({ event: "choose", id: newId(), seq, button }, title));
    this.composer = new Composer({
      write: (text) => this.keep({ event: "say", id: newId(), text }, text),
      photo: (opener) => this.openPhoto(opener),
      place: (opener) => this.openPlace(opener),
      voice: () => void this.startVoice(),
      stopVoice: () => this.call?.stop(),
    });
    this.launcher = h(
      "button",
      { type: "button", class: "launcher", "aria-haspopup": "dialog", "aria-expanded": "false", onclick: () => this.open() },
      icon("chat"),
      h("span", { "aria-hidden": "true" }, strings.launcher),
      h("span", { class: "spoken" }, `${strings.launcher} ${strings.launcherLong}`),
    );
    this.optionsButton = h("button", { type: "button", class: "round", "aria-label": strings.options, onclick: () => this.openOptions() }, icon("menu"));
    this.panel = this.buildPanel();
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    this.root.adoptedStyleSheets = [sheet];
    this.root.append(h("aside", { "aria-label": strings.machine }, this.launcher, this.panel));
  }

  connectedCallback(): void {
    if (this.memory.isOpen || this.hasAttribute("open")) this.open(false);
  }

  disconnectedCallback(): void {
    this.call?.stop();
    this.connection.close();
  }

  /** Show the panel and come back to the chat, or begin one. */
  open(takesFocus = true): void {
    this.memory.isOpen = true;
    this.panel.hidden = false;
    this.launcher.hidden = true;
    this.launcher.setAttribute("aria-expanded", "true");
    if (this.state === "closed") {
      this.conversation.clear();
      this.connection.open();
    }
    // On a touch screen the keyboard would hide what the assistant says first.
    if (takesFocus && matchMedia("(pointer: coarse)").matches) this.heading.focus();
    else if (takesFocus) this.composer.focus();
  }

  /** Hide the panel; the chat waits. */
  close(): void {
    this.memory.isOpen = false;
    this.call?.stop();
    this.connection.close();
    this.panel.hidden = true;
    this.launcher.hidden = false;
    this.launcher.setAttribute("aria-expanded", "false");
    this.launcher.focus();
  }

  private buildPanel(): HTMLElement {
    const header = h(
      "header",
      { class: "top" },
      h("span", { class: "crest" }, icon("chat")),
      h("div", { class: "titles" }, this.heading, h("p", {}, strings.machine)),
      this.optionsButton,
      h("button", { type: "button", class: "round", "aria-label": strings.close, onclick: () => this.close() }, icon("close")),
    );
    const panel = h("div", { class: "panel", role: "dialog", "aria-labelledby": "title", hidden: true }, header, this.cityAlert, this.banner, this.conversation.element, this.composer.element);
    panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
      if (event.key === "Tab" && matchMedia(FULL_SCREEN).matches) this.keepFocus(event);
    });
    return panel;
  }

  private keep(message: Kept, text: string): void {
    this.conversation.pending(message.id, text);
    this.connection.keep(message);
  }

  private receive(event: FromServer): void {
    switch (event.event) {
      case "welcome":
        this.greet(event);
        break;
      case "message":
        this.conversation.add(event);
        if (event.author !== "visitor") this.composer.expect(event.expect);
        break;
      case "places":
        this.placeSheet?.near(event);
        break;
      case "typing":
        this.conversation.typing(event.on);
        break;
      case "mode":
        this.setMode(event.mode, event.agent);
        break;
      case "caption":
        this.composer.caption(event.text);
        break;
      case "refused":
        this.refused(event.code, event.id);
        break;
      case "microphone":
        this.call?.start(event.token);
        break;
      case "banner":
        this.cityAlert.textContent = event.text;
        break;
      case "erased":
        this.erased();
        break;
    }
  }

  private greet(welcome: Welcome): void {
    if (!welcome.resumed) {
      this.conversation.clear();
      this.conversation.replay(this.connection.isReturn ? welcome.last_seq : 0);
    }
    this.welcome = welcome;
    this.heading.textContent = welcome.title;
    this.cityAlert.textContent = welcome.banner;
    this.composer.hasVoice = welcome.voice && Boolean(navigator.mediaDevices) && "AudioWorkletNode" in window;
    for (const kept of this.memory.outbox) this.conversation.pending(kept.id, "text" in kept ? kept.text : "…");
    this.setMode(welcome.mode, welcome.agent);
    if (this.wantsErasing) this.erase();
    if (!this.isReady) performance.mark("callbot-ready");
    this.isReady = true;
  }

  private refused(code: string, id: string): void {
    if (!id && code === "too_fast") {
      this.placeSheet?.again();
    } else if (!id) {
      this.call?.stop();
      this.composer.note(strings.voiceBusy);
    } else if (code === "too_fast") {
      this.composer.note(strings.tooFast);
    } else {
      this.conversation.drop(id);
      this.composer.note(code === "outside" ? strings.placeOutside : strings.refused);
    }
  }

  private changed(state: State): void {
    this.state = state;
    this.panel.toggleAttribute("data-lost", state === "lost");
    if (state === "lost") this.conversation.typing(false);
    this.showBanner();
  }

  private setMode(mode: Mode, agent: string): void {
    this.mode = mode;
    this.agent = agent;
    this.showBanner();
  }

  private showBanner(): void {
    const isWithPeople = this.mode === "waiting" || this.mode === "agent";
    if (this.state === "lost") this.banner.replaceChildren(strings.lost);
    else if (this.state === "connecting") this.banner.replaceChildren(strings.connecting);
    else if (this.state === "open" && isWithPeople) {
      const text = this.mode === "waiting" ? strings.waiting : strings.withAgent(this.agent);
      this.banner.replaceChildren(
        h("span", {}, text),
        h("button", { type: "button", class: "link", onclick: () => this.connection.pass({ event: "machine" }) }, strings.backToMachine),
      );
    } else this.banner.replaceChildren();
  }

  private openPhoto(opener: HTMLElement): void {
    openPhotoSheet(this.panel, opener, {
      server: this.server,
      session: () => this.memory.session,
      sent: (photo, text) => this.keep({ event: "photo", id: newId(), photo, text }, text || strings.photo),
    });
  }

  private openPlace(opener: HTMLElement): void {
    this.placeSheet = new PlaceSheet(this.panel, this.root, {
      server: this.server,
      tiles: this.welcome?.tiles ?? { url: "", attribution: "" },
      locate: (latitude, longitude) => this.connection.pass({ event: "locate", latitude, longitude }),
      sent: (latitude, longitude, label) => this.keep({ event: "place", id: newId(), latitude, longitude, label }, label || strings.place),
    });
    this.placeSheet.open(opener);
  }

  private openOptions(): void {
    openOptionsSheet(this.panel, this.optionsButton, {
      person: () => this.keep({ event: "person", id: newId() }, strings.person),
      erase: () => openEraseSheet(this.panel, this.optionsButton, () => this.erase()),
      data: () => openDataSheet(this.panel, this.optionsButton, this.welcome?.privacy_url ?? ""),
    });
  }

  private erase(): void {
    this.wantsErasing = !this.connection.pass({ event: "erase" });
    if (this.wantsErasing) this.composer.note(strings.eraseLater);
  }

  private erased(): void {
    this.call?.stop();
    this.wantsErasing = false;
    this.composer.note("");
    this.connection.close();
    this.memory.forget();
    this.conversation.ended(strings.erased, strings.again, () => this.open());
    this.composer.isDisabled = true;
    this.conversation.onbegin = () => (this.composer.isDisabled = false);
  }

  private async startVoice(): Promise<void> {
    if (this.call) return;
    const call = new VoiceCall(this.server, {
      started: () => this.composer.voiceStarted(),
      ended: (how) => this.voiceEnded(how),
    });
    this.call = call;
    this.composer.voiceStarting();
    if ((await call.prepare()) && !this.connection.pass({ event: "microphone" })) call.stop();
  }

  private voiceEnded(how: VoiceEnd): void {
    this.call = null;
    const notes: Record<VoiceEnd, string> = {
      stopped: "",
      refused: strings.voiceRefused,
      missing: strings.voiceMissing,
      lost: strings.voiceLost,
    };
    this.composer.voiceEnded(notes[how]);
  }

  /** On a phone the panel covers the page: the focus must not wander behind it. */
  private keepFocus(event: KeyboardEvent): void {
    const all = [...this.panel.querySelectorAll<HTMLElement>("button, a[href], input, select, textarea, summary, [tabindex='0']")];
    const reachable = all.filter((each) => each.tabIndex >= 0 && !each.hasAttribute("disabled") && each.getClientRects().length && !each.closest("[inert]"));
    const [first, last] = [reachable[0], reachable[reachable.length - 1]];
    const current = this.root.activeElement;
    if (event.shiftKey ? current === first : current === last) {
      event.preventDefault();
      (event.shiftKey ? last : first)?.focus();
    }
  }
}
