// The pages behind the menu: a person, erasing, what becomes of data.

import { h, icon, type IconName } from "./dom";
import { Sheet } from "./sheet";
import { strings } from "./strings";
import { outwardLink } from "./words";

export interface OptionActions {
  person(): void;
  erase(): void;
  data(): void;
}

export function openOptionsSheet(panel: HTMLElement, opener: HTMLElement, actions: OptionActions): void {
  const sheet = new Sheet(panel, "options", strings.optionsTitle);
  const option = (name: IconName, label: string, act: () => void): HTMLElement =>
    h("button", { type: "button", class: "option", onclick: () => (sheet.close(), act()) }, icon(name), label);
  sheet.body.append(
    option("person", strings.person, () => actions.person()),
    option("erase", strings.erase, () => actions.erase()),
    option("shield", strings.data, () => actions.data()),
  );
  sheet.open(opener);
}

export function openEraseSheet(panel: HTMLElement, opener: HTMLElement, erase: () => void): void {
  const sheet = new Sheet(panel, "erase", strings.eraseTitle);
  sheet.body.append(
    h("p", { class: "large" }, strings.eraseAsk),
    h("p", {}, strings.eraseWhat),
    h("p", {}, strings.eraseReport),
    h("button", { type: "button", class: "danger", onclick: () => (sheet.close(), erase()) }, icon("erase"), strings.eraseYes),
    h("button", { type: "button", class: "secondary", onclick: () => sheet.close() }, strings.eraseNo),
  );
  sheet.open(opener);
}

export function openDataSheet(panel: HTMLElement, opener: HTMLElement, privacyUrl: string): void {
  const sheet = new Sheet(panel, "data", strings.dataTitle);
  sheet.body.append(h("ul", { class: "plain" }, ...strings.dataText.map((line) => h("li", {}, line))));
  const link = outwardLink(privacyUrl, strings.dataLink, "secondary");
  if (link) sheet.body.append(link);
  sheet.open(opener);
}
