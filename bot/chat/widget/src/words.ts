// Turns text into paragraphs, addresses and numbers into links; everything else stays text.

import { h, icon } from "./dom";
import { strings } from "./strings";

const LINKS = /(https:\/\/[^\s<>"']+[^\s<>"'.,;:!?)»])|(\b0[1-9](?:[ .]?\d{2}){4}\b)/g;
const EMERGENCY = /\b(112|114|15|17|18|31 ?14)\b/g;

/** Paragraphs of a text. */
export function paragraphs(text: string): HTMLParagraphElement[] {
  return text
    .split(/\n+/)
    .filter((line) => line.trim())
    .map((line) => h("p", {}, ...linked(line)));
}

/** One button for each emergency number that a text names; 114 takes no calls, only text messages. */
export function emergencyCalls(text: string): HTMLElement[] {
  const numbers = new Set(Array.from(text.matchAll(EMERGENCY), (found) => found[1] ?? ""));
  return [...numbers].map((number) =>
    h("a", { class: "call", href: `${number === "114" ? "sms" : "tel"}:${number.replace(" ", "")}` }, icon("alert"), number === "114" ? "SMS au 114" : strings.call(number)),
  );
}

/** A link that leaves the page, or null for what is no https address. */
export function outwardLink(url: string, text: string, className: string): HTMLAnchorElement | null {
  if (!/^https:\/\//.test(url)) return null;
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer", class: className }, text, " ", h("span", { class: "spoken" }, strings.newWindow));
}

function* linked(line: string): Generator<Node | string> {
  let end = 0;
  for (const found of line.matchAll(LINKS)) {
    yield line.slice(end, found.index);
    const [whole, url] = found;
    const link = url ? outwardLink(url, url.replace(/^https:\/\/(www\.)?/, ""), "") : null;
    yield link ?? h("a", { href: `tel:${whole.replace(/[ .]/g, "")}` }, whole);
    end = found.index + whole.length;
  }
  yield line.slice(end);
}
