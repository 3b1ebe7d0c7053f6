// The answer page of the people of the city: who waits, what was said, an answer. Asks for news every 2 s.

import { newId } from "./connection";
import { h } from "./dom";
import type { Message } from "./protocol";

const API = "/chat/agents/api";
const NEWS_MS = 2_000;

interface Waiting {
  id: string;
  mode: "waiting" | "agent";
  agent: string;
  waiting_since: string | null;
}

const app = document.querySelector<HTMLElement>("#app");
const list = h("ul", { class: "list" });
const log = h("div", { class: "log", role: "log", "aria-label": "Conversation", tabindex: "0" });
const status = h("p", { role: "status" });
const chat = h("section", { class: "chat", "aria-label": "Conversation choisie" });
let token = sessionStorage.getItem("callbot agent") ?? "";
let agent = sessionStorage.getItem("callbot agent name") ?? "";
let chosen = "";
let lastSeq = 0;
let shownAs = "";

async function ask(path: string, body?: object): Promise<Response> {
  const answer = await fetch(API + path, {
    method: body ? "POST" : "GET",
    headers: { Authorization: `Bearer ${token}`, ...(body ? { "Content-Type": "application/json" } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
    credentials: "omit",
  });
  if (answer.status === 401) throw new Error("401");
  return answer;
}

function showLogin(note = ""): void {
  const name = h("input", { type: "text", id: "name", autocomplete: "name", required: true, maxlength: "60", value: agent });
  const secret = h("input", { type: "password", id: "secret", autocomplete: "current-password", required: true });
  const form = h(
    "form",
    { class: "login" },
    h("h2", {}, "Vous identifier"),
    h("label", { for: "name" }, "Votre nom, que l'habitant verra"),
    name,
    h("label", { for: "secret" }, "Clé des agents"),
    secret,
    h("button", { type: "submit" }, "Entrer"),
    h("p", { role: "status" }, note),
  );
  form.onsubmit = (event) => {
    event.preventDefault();
    [agent, token] = [name.value.trim(), secret.value.trim()];
    sessionStorage.setItem("callbot agent", token);
    sessionStorage.setItem("callbot agent name", agent);
    void showDesk();
  };
  app?.replaceChildren(form);
}

async function showDesk(): Promise<void> {
  app?.replaceChildren(h("div", { class: "desk" }, h("section", { "aria-label": "En attente" }, h("h2", {}, "En attente"), list, status), chat));
  chat.replaceChildren(h("p", { class: "quiet" }, "Choisissez une conversation."));
  chosen = "";
  await news();
}

async function news(): Promise<void> {
  try {
    const waiting = (await (await ask("/chats")).json()) as Waiting[];
    status.textContent = "";
    showList(waiting);
    const current = waiting.find((each) => each.id === chosen);
    if (chosen && !current) ended();
    if (current) await showNew(current);
  } catch (error) {
    if (error instanceof Error && error.message === "401") {
      token = "";
      return showLogin("Cette clé n'est pas la bonne.");
    }
    status.textContent = "Le serveur ne répond pas. Nouvel essai…";
  }
  setTimeout(() => void news(), NEWS_MS);
}

function showList(waiting: Waiting[]): void {
  const focused = (document.activeElement as HTMLElement | null)?.dataset["chat"];
  const items = waiting.map((each) => {
    const since = each.waiting_since ? new Date(each.waiting_since).toLocaleTimeString("fr-FR", { hour: "2-digit", minute: "2-digit" }) : "";
    const state = each.mode === "waiting" ? `attend depuis ${since}` : `avec ${each.agent}`;
    const button = h("button", { type: "button", "data-chat": each.id, "aria-current": String(each.id === chosen), onclick: () => choose(each.id) }, "Habitant ", h("span", { class: "quiet" }, state));
    return h("li", {}, button);
  });
  list.replaceChildren(...(items.length ? items : [h("li", { class: "quiet" }, "Personne n'attend.")]));
  if (focused) list.querySelector<HTMLElement>(`[data-chat="${focused}"]`)?.focus();
}

function choose(id: string): void {
  [chosen, lastSeq, shownAs] = [id, 0, ""];
  log.replaceChildren();
}

async function showNew(current: Waiting): Promise<void> {
  const messages = (await (await ask(`/chats/${current.id}/messages?after=${lastSeq}`)).json()) as Message[];
  if (current.id !== chosen) return;
  for (const message of messages) {
    lastSeq = message.seq;
    log.append(line(message));
    log.scrollTop = log.scrollHeight;
  }
  const shape = `${current.id} ${current.mode} ${current.agent}`;
  if (shape !== shownAs) {
    shownAs = shape;
    chat.replaceChildren(h("h2", {}, "Conversation"), log, controls(current));
    log.scrollTop = log.scrollHeight;
  }
}

function line(message: Message): HTMLElement {
  const who = message.author === "visitor" ? "Habitant" : message.author === "agent" ? message.signature : "Assistant";
  const pictures = message.images.map(({ url, alt }) => h("img", { src: url, alt }));
  return h("p", { class: `${message.author} ${message.tone}` }, h("span", { class: "who" }, who), ...pictures, message.text);
}

function controls(current: Waiting): HTMLElement {
  const act = (path: string, body: object = {}): void => {
    ask(`/chats/${current.id}/${path}`, { agent, ...body }).catch(() => (status.textContent = "Ce message n'est pas parti."));
  };
  if (current.mode === "waiting") {
    return h("div", { class: "actions" }, h("button", { type: "button", onclick: () => act("take") }, "Répondre à cet habitant"));
  }
  if (current.agent !== agent) return h("p", { class: "quiet" }, `${current.agent} répond déjà.`);
  const text = h("textarea", { id: "answer", rows: "2", maxlength: "1000" });
  const form = h(
    "form",
    {},
    h("label", { for: "answer" }, "Votre réponse"),
    text,
    h("div", { class: "actions" }, h("button", { type: "submit" }, "Envoyer"), h("button", { type: "button", class: "secondary", onclick: () => act("end") }, "Terminer")),
  );
  form.onsubmit = (event) => {
    event.preventDefault();
    if (!text.value.trim()) return;
    act("messages", { text: text.value.trim(), id: newId() });
    text.value = "";
    text.focus();
  };
  return form;
}

function ended(): void {
  chosen = "";
  chat.replaceChildren(h("p", { class: "quiet" }, "Cette conversation est finie."));
}

if (token && agent) void showDesk();
else showLogin();
