// The log: what was said, what is on its way, who is writing.

import { h } from "./dom";
import { messageElement, pendingElement } from "./messages";
import type { Message } from "./protocol";
import { strings } from "./strings";

export class Conversation {
  readonly element: HTMLElement;
  private readonly list = h("div", { class: "list", role: "log", "aria-live": "polite", "aria-label": strings.conversation, tabindex: "0" });
  private readonly indicator = h("p", { class: "typing", role: "status" });
  private silentUntil = 0;
  /** Called when a conversation begins anew. */
  onbegin: () => void = () => undefined;

  constructor(
    private readonly server: string,
    private readonly choose: (seq: number, button: number, title: string) => void,
  ) {
    this.element = h("div", { class: "conversation" }, this.list, this.indicator);
  }

  /** What was read before is shown again in silence, up to a number. */
  replay(lastSeq: number): void {
    this.silentUntil = lastSeq;
    this.list.setAttribute("aria-live", lastSeq ? "off" : "polite");
  }

  clear(): void {
    this.list.replaceChildren();
    this.typing(false);
    this.onbegin();
  }

  add(message: Message): void {
    if (message.id) this.drop(message.id);
    const element = messageElement(message, this.server, (button, title) => {
      this.choose(message.seq, button, title);
      this.list.focus();
    });
    // Only the last message's choices are open.
    if (message.author === "visitor" || message.buttons.length) this.closeChoices();
    const firstPending = this.list.querySelector(".pending");
    this.list.insertBefore(element, firstPending);
    if (message.author !== "visitor") this.typing(false);
    if (message.seq >= this.silentUntil) this.list.setAttribute("aria-live", "polite");
    this.scroll(element);
    // A picture has no height until it has come.
    for (const picture of element.querySelectorAll("img")) picture.addEventListener("load", () => this.scroll(this.list.lastElementChild as HTMLElement));
  }

  pending(id: string, text: string): void {
    this.drop(id);
    this.closeChoices();
    const element = pendingElement(id, text);
    this.list.append(element);
    this.scroll(element);
  }

  drop(id: string): void {
    this.list.querySelector(`[data-id="${id}"]`)?.remove();
  }

  typing(isOn: boolean): void {
    this.indicator.classList.toggle("on", isOn);
    if (isOn === Boolean(this.indicator.textContent)) return;
    const dots = h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i"));
    this.indicator.replaceChildren(...(isOn ? [dots, strings.typing] : []));
  }

  ended(text: string, again: string, begin: () => void): void {
    const button = h("button", { type: "button", class: "primary", onclick: begin }, again);
    this.list.replaceChildren(h("div", { class: "ended" }, h("p", {}, text), button));
    this.typing(false);
    button.focus();
  }

  private closeChoices(): void {
    for (const choices of this.list.querySelectorAll(".choices")) choices.remove();
  }

  private scroll(element: HTMLElement): void {
    // A long answer is read from its beginning.
    const isTall = element.offsetHeight > this.list.clientHeight;
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const top = isTall ? element.offsetTop - this.list.offsetTop - 8 : this.list.scrollHeight;
    this.list.scrollTo({ top, behavior: isStill ? "auto" : "smooth" });
  }
}
