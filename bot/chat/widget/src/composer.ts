// Where the visitor writes, or speaks.

import { h, icon, spoken, type IconName } from "./dom";
import { strings } from "./strings";

const MAX_TEXT = 1000;
const TALLEST_PX = 140;

export interface ComposerActions {
  write(text: string): void;
  photo(opener: HTMLElement): void;
  place(opener: HTMLElement): void;
  voice(): void;
  stopVoice(): void;
}

export class Composer {
  readonly element: HTMLElement;
  private readonly text = h("textarea", { id: "text", rows: "1", maxlength: String(MAX_TEXT), placeholder: strings.writeHere, enterkeyhint: "send", autocomplete: "off" });
  private readonly noteElement = h("p", { class: "note", role: "status" });
  private readonly captionElement = h("p", { class: "caption" });
  private readonly voiceState = h("p", { class: "voice-state", role: "status" });
  private readonly form: HTMLFormElement;
  private readonly tools: HTMLElement;
  private readonly voiceButton: HTMLButtonElement;
  private readonly placeButton: HTMLButtonElement;
  private readonly stopButton: HTMLButtonElement;
  private readonly voiceBar: HTMLElement;

  constructor(private readonly actions: ComposerActions) {
    const photo = tool("photo", strings.photo, (opener) => actions.photo(opener));
    this.placeButton = tool("place", strings.place, (opener) => actions.place(opener));
    this.voiceButton = tool("voice", strings.voice, () => actions.voice());
    this.voiceButton.hidden = true;
    this.tools = h("div", { class: "tools" }, photo, this.placeButton, this.voiceButton);
    const send = h("button", { type: "submit", class: "send" }, icon("send"), spoken(strings.send));
    this.form = h("form", { class: "write" }, h("label", { for: "text", class: "spoken" }, strings.write), this.text, send);
    this.form.onsubmit = (event) => {
      event.preventDefault();
      this.write();
    };
    this.text.onkeydown = (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.write();
      }
    };
    this.text.oninput = () => this.grow();
    this.stopButton = h("button", { type: "button", class: "primary", onclick: () => actions.stopVoice() }, icon("stop"), strings.voiceStop);
    this.voiceBar = h("div", { class: "voice-bar", hidden: true }, h("span", { class: "pulse", "aria-hidden": "true" }, icon("voice")), h("div", { class: "heard" }, this.voiceState, this.captionElement), this.stopButton);
    this.element = h("div", { class: "composer" }, this.noteElement, this.voiceBar, this.form, this.tools);
  }

  set hasVoice(hasVoice: boolean) {
    this.voiceButton.hidden = !hasVoice;
  }

  set isDisabled(isDisabled: boolean) {
    this.element.toggleAttribute("inert", isDisabled);
  }

  focus(): void {
    this.text.focus();
  }

  /** Suit the answer that is waited for. */
  expect(kind: string): void {
    this.placeButton.classList.toggle("wanted", kind === "address");
    this.text.inputMode = kind === "digits" ? "numeric" : "text";
  }

  note(text: string): void {
    this.noteElement.textContent = text;
  }

  voiceStarting(): void {
    this.note("");
    this.voiceBar.hidden = false;
    this.form.hidden = this.tools.hidden = true;
    this.voiceState.textContent = strings.voiceStarting;
    this.captionElement.textContent = "";
    this.stopButton.focus();
  }

  voiceStarted(): void {
    this.voiceState.textContent = strings.voiceOn;
  }

  caption(text: string): void {
    this.captionElement.textContent = text;
  }

  voiceEnded(note: string): void {
    this.voiceBar.hidden = true;
    this.form.hidden = this.tools.hidden = false;
    this.note(note);
    this.voiceButton.focus();
  }

  private write(): void {
    const text = this.text.value.trim();
    if (!text) return;
    if (text.length > MAX_TEXT) return this.note(strings.tooLong);
    this.note("");
    this.text.value = "";
    this.grow();
    this.actions.write(text);
  }

  private grow(): void {
    this.text.style.height = "auto";
    this.text.style.height = `${Math.min(TALLEST_PX, this.text.scrollHeight + 2)}px`;
  }
}

function tool(name: IconName, label: string, act: (opener: HTMLElement) => void): HTMLButtonElement {
  const button: HTMLButtonElement = h("button", { type: "button", class: "tool", onclick: () => act(button) }, icon(name), label);
  return button;
}
