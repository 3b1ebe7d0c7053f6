// The chosen conversation: all that was said, what is being said, and what an agent may do.

import { element, newId, PROBLEMS, show, SPEAKERS, STANDINGS, words } from "./live_shown.js";

const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRF-Token"];

async function send(path, body) {
  try {
    const answer = await fetch(`/console/live/${path}`, {
      method: "POST",
      headers: { "X-CSRF-Token": token, Accept: "application/json", ...(body ? { "Content-Type": "application/json" } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (answer.ok) return "";
    const told = await answer.json().catch(() => ({}));
    return typeof told.detail === "string" ? told.detail : "Cela n'a pas marché. Réessayez.";
  } catch {
    return "Le serveur ne répond pas. Réessayez.";
  }
}

export class Chosen {
  constructor(place, extension) {
    this.id = "";
    this.place = place;
    this.extension = extension;
    this.shape = "";
    this.nShown = 0;
  }

  choose(conversation, login) {
    this.id = conversation.id;
    this.shape = "";
    this.nShown = 0;
    this.heading = element("h2");
    this.standing = element("p", "quiet");
    this.log = element("div", "log");
    this.log.setAttribute("role", "log");
    this.log.setAttribute("aria-label", "Ce qui est dit");
    this.log.tabIndex = 0;
    this.partial = words("");
    this.actions = element("div");
    this.note = element("p", "problem");
    this.note.setAttribute("role", "status");
    const caption = element("p", "partial");
    caption.append(this.partial);
    this.place.replaceChildren(this.heading, this.standing, this.log, caption, this.note, this.actions);
    this.update(conversation, login);
    this.place.focus({ preventScroll: window.matchMedia("(min-width: 52rem)").matches });
  }

  update(conversation, login) {
    show(this.heading, `${conversation.kind === "call" ? "Appel" : "Chat"}${conversation.danger ? ` – urgence : ${conversation.danger}` : ""}`);
    show(this.standing, STANDINGS[conversation.standing](conversation));
    this.showLines(conversation);
    show(this.partial, conversation.partial);
    this.partial.parentElement.classList.toggle("visually-hidden", !conversation.partial);
    const shape = [conversation.standing, conversation.login, conversation.problem].join(" ");
    if (shape === this.shape) return;
    this.shape = shape;
    show(this.note, PROBLEMS[conversation.problem] ?? "");
    this.actions.replaceChildren(...this.controls(conversation, login));
  }

  over(id) {
    if (id !== this.id) return;
    this.id = "";
    this.place.replaceChildren(element("p", "quiet", "Cette conversation est finie."));
  }

  showLines(conversation) {
    if (conversation.lines.length < this.nShown) {
      // The server began anew and kept less than is shown here.
      this.log.replaceChildren();
      this.nShown = 0;
    }
    const isAtEnd = this.log.scrollTop + this.log.clientHeight >= this.log.scrollHeight - 40;
    for (const line of conversation.lines.slice(this.nShown)) {
      const said = element("p", line.author);
      said.append(element("span", "who-said", SPEAKERS[line.author]));
      for (const url of line.images) {
        const picture = element("img");
        picture.src = url;
        picture.alt = "Photo envoyée par l'habitant";
        said.append(picture);
      }
      said.append(words(line.text));
      this.log.append(said);
    }
    this.nShown = conversation.lines.length;
    if (isAtEnd) this.log.scrollTop = this.log.scrollHeight;
  }

  controls(conversation, login) {
    return conversation.kind === "call" ? this.callControls(conversation) : this.chatControls(conversation, login);
  }

  callControls({ id, standing, agent }) {
    if (standing === "taking") return [element("p", "", `On appelle le poste de ${agent} : à la réponse, tapez 1 pour prendre l'appel.`)];
    if (standing !== "bot") return [];
    if (!this.extension) return [element("p", "quiet", "Votre compte n'a pas de numéro de poste : il en faut un pour prendre un appel.")];
    return [this.row(this.button(`Prendre l'appel au poste ${this.extension}`, () => send(`calls/${encodeURIComponent(id)}/take`)))];
  }

  chatControls({ id, standing, login: holder, agent }, login) {
    const path = `chats/${encodeURIComponent(id)}`;
    if (standing !== "agent") return [this.row(this.button("Répondre à cet habitant", () => send(`${path}/take`)))];
    if (holder !== login) return [element("p", "quiet", `${agent} répond déjà.`)];
    return [this.writing(path)];
  }

  writing(path) {
    const form = element("form");
    const label = element("label", "", "Votre réponse");
    const text = element("textarea");
    text.id = label.htmlFor = "answer";
    text.maxLength = 1000;
    const submit = element("button", "", "Envoyer");
    form.append(label, text, this.row(submit, this.button("Terminer", () => send(`${path}/end`), "secondary")));
    let id = newId();
    text.addEventListener("input", () => (id = newId()));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const written = text.value.trim();
      if (!written) return;
      const refusal = await send(`${path}/messages`, { text: written, id });
      show(this.note, refusal);
      // What did not arrive stays, to be sent again under the same name.
      if (!refusal && text.value.trim() === written) text.value = "";
      if (!refusal) id = newId();
      text.focus();
    });
    text.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      form.requestSubmit();
    });
    return form;
  }

  row(...buttons) {
    const made = element("div", "actions");
    made.append(...buttons);
    return made;
  }

  button(text, act, className = "") {
    const made = element("button", className, text);
    made.type = "button";
    made.addEventListener("click", async () => {
      made.disabled = true;
      show(this.note, await act());
      made.disabled = false;
    });
    return made;
  }
}
