// Shows messages: bubbles, choices, pictures, cards.

import { h, icon, spoken } from "./dom";
import type { Card, Message, ProcedureCard, ReportCard } from "./protocol";
import { strings } from "./strings";
import { emergencyCalls, outwardLink, paragraphs } from "./words";

/** One message as an element. server: where pictures of ours are. choose: called with a button's number. */
export function messageElement(
  message: Message,
  server: string,
  choose: (button: number, title: string) => void,
): HTMLElement {
  const isAlert = message.tone === "alert";
  const bubble = h(
    "div",
    { class: "bubble" },
    spoken(`${speaker(message)} : `),
    message.signature ? h("p", { class: "signature" }, message.signature) : null,
    ...pictures(message, server),
    ...(isPictureOnly(message) ? [] : paragraphs(message.text)),
    ...(isAlert ? [h("div", { class: "calls" }, ...emergencyCalls(message.text))] : []),
  );
  const element = h("div", { class: `message ${message.author} ${message.tone}`, "data-seq": String(message.seq) }, bubble);
  if (isAlert) element.setAttribute("role", "alert");
  for (const card of message.cards) element.append(cardElement(card));
  if (message.buttons.length) {
    const buttons = message.buttons.map((title, number) =>
      h("button", { type: "button", class: "choice", onclick: () => choose(number, title) }, title),
    );
    element.append(h("div", { class: "choices", role: "group", "aria-label": strings.choices }, ...buttons));
  }
  return element;
}

/** What was written and has not arrived yet. */
export function pendingElement(id: string, text: string): HTMLElement {
  const bubble = h("div", { class: "bubble" }, spoken(`${strings.you} : `), ...paragraphs(text), spoken(strings.sending));
  return h("div", { class: "message visitor pending", "data-id": id }, bubble);
}

function speaker(message: Message): string {
  if (message.author === "visitor") return strings.you;
  return message.author === "agent" ? strings.agent : strings.bot;
}

function isPictureOnly(message: Message): boolean {
  return message.images.some((image) => image.alt === message.text);
}

function pictures(message: Message, server: string): HTMLElement[] {
  return message.images.map(({ url, alt }) => {
    const isOurs = url.startsWith("/");
    const image = h("img", { src: isOurs ? server + url : url, alt, loading: "lazy", referrerpolicy: "no-referrer" });
    const caption = message.author === "visitor" ? h("figcaption", { "aria-hidden": "true" }, alt) : null;
    return h("figure", {}, image, caption);
  });
}

function cardElement(card: Card): HTMLElement {
  return card.kind === "procedure" ? procedure(card) : report(card);
}

function procedure(card: ProcedureCard): HTMLElement {
  const papers = card.documents.length ? h("ul", {}, ...card.documents.map((each) => h("li", {}, each))) : null;
  return h(
    "article",
    { class: "card", "aria-label": card.title },
    h("h3", {}, icon("document"), card.title),
    facts([
      [strings.cardDocuments, papers],
      [strings.cardPrice, card.price],
      [strings.cardDelay, card.delay],
      [strings.cardWhere, card.where],
    ]),
    outwardLink(card.link, strings.cardLink, "primary"),
  );
}

function report(card: ReportCard): HTMLElement {
  return h(
    "article",
    { class: "card report", "aria-label": strings.reportTitle },
    h("h3", {}, icon("done"), strings.reportTitle),
    facts([
      [strings.reportReference, h("strong", { class: "reference" }, card.reference)],
      [strings.reportProblem, card.problem],
      [strings.reportPlace, card.place],
      [strings.reportState, card.state ? h("span", { class: "state" }, card.state) : null],
    ]),
  );
}

function facts(rows: [string, string | HTMLElement | null][]): HTMLElement {
  const list = h("dl");
  for (const [name, value] of rows) if (value) list.append(h("div", {}, h("dt", {}, name), h("dd", {}, value)));
  return list;
}
