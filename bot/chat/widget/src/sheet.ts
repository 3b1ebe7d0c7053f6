// A page over the conversation: takes the focus, gives it back, closes with Escape.

import { h, icon } from "./dom";
import { strings } from "./strings";

export class Sheet {
  readonly body = h("div", { class: "sheet-body" });
  private readonly element: HTMLElement;
  private opener: HTMLElement | null = null;
  private readonly titleElement: HTMLHeadingElement;
  /** Called once when the sheet has closed. */
  onclosed: () => void = () => undefined;

  constructor(
    private readonly panel: HTMLElement,
    name: string,
    title: string,
  ) {
    this.titleElement = h("h2", { id: `sheet-${name}`, tabindex: "-1" }, title);
    this.element = h(
      "section",
      { class: `sheet ${name}`, role: "dialog", "aria-modal": "true", "aria-labelledby": `sheet-${name}` },
      h(
        "header",
        {},
        h("button", { type: "button", class: "round", "aria-label": strings.back, onclick: () => this.close() }, icon("back")),
        this.titleElement,
      ),
      this.body,
    );
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        event.stopPropagation();
        this.close();
      }
    });
  }

  open(opener: HTMLElement | null): void {
    this.opener = opener;
    for (const child of this.panel.children) child.toggleAttribute("inert", true);
    this.panel.append(this.element);
    this.titleElement.focus();
  }

  close(): void {
    if (!this.element.isConnected) return;
    this.element.remove();
    if (!this.panel.querySelector(":scope > .sheet")) {
      for (const child of this.panel.children) child.toggleAttribute("inert", false);
    }
    this.onclosed();
    this.opener?.focus();
  }
}
