// The page of conversations in progress: a list, the chosen one with its captions, news as they come.

import { Alarm } from "./live_alarm.js";
import { Chosen } from "./live_chosen.js";
import { clock, element, show, STANDINGS } from "./live_shown.js";

const RETRY_MS = 3000;
const live = document.querySelector("#live");
const list = document.querySelector("#list");
const nobody = document.querySelector("#nobody");
const connection = document.querySelector("#connection");
const title = document.title;
const conversations = new Map();
const items = new Map();
let login = "";

const chosen = new Chosen(document.querySelector("#chosen"), live.dataset.extension);
const alarm = new Alarm(document.querySelector("#sound"), document.querySelector("#sound-note"), document.querySelector("#announcement"));

function needsSomebody(each) {
  return (each.danger && each.standing === "bot") || each.standing === "waiting";
}

// Dangers nobody has in hand first, then those who wait, then what this agent has, then the rest.
function rank(each) {
  if (each.danger && each.standing !== "agent") return 0;
  if (each.standing === "waiting") return 1;
  return each.login === login && login ? 2 : 3;
}

function before(a, b) {
  const since = (each) => (each.standing === "waiting" && each.waiting_since) || each.since;
  return rank(a) - rank(b) || since(a).localeCompare(since(b));
}

function newItem(id) {
  const parts = { kind: element("strong"), since: element("span", "quiet"), danger: element("span", "badge alert"), standing: element("span", "badge"), last: element("bdi", "last") };
  parts.last.dir = "auto";
  const line = element("span", "top-line");
  line.append(parts.kind, parts.since, parts.danger, parts.standing);
  parts.button = element("button");
  parts.button.type = "button";
  parts.button.append(line, parts.last);
  parts.button.addEventListener("click", () => choose(id));
  parts.item = element("li");
  parts.item.append(parts.button);
  return parts;
}

function fillItem(parts, each) {
  show(parts.kind, each.kind === "call" ? "Appel" : "Chat");
  show(parts.since, `depuis ${clock(each.since)}${each.caller_end ? `, numéro finissant par ${each.caller_end}` : ""}`);
  show(parts.danger, each.danger ? `Urgence : ${each.danger}` : "");
  parts.danger.hidden = !each.danger;
  show(parts.standing, each.standing === "waiting" ? `attend depuis ${clock(each.waiting_since)}` : STANDINGS[each.standing](each));
  parts.standing.hidden = each.standing === "bot";
  parts.standing.classList.toggle("warn", each.standing === "waiting");
  show(parts.last, each.partial || each.lines.at(-1)?.text || "");
  parts.item.classList.toggle("danger", Boolean(each.danger));
  parts.item.classList.toggle("waiting", each.standing === "waiting");
  parts.button.setAttribute("aria-current", String(each.id === chosen.id));
}

function arrange() {
  const ordered = [...conversations.values()].sort(before).map((each) => items.get(each.id).item);
  nobody.hidden = ordered.length > 0;
  if (ordered.length === list.children.length && ordered.every((item, n) => list.children[n] === item)) return;
  const focused = list.contains(document.activeElement) ? document.activeElement : null;
  list.replaceChildren(...ordered);
  focused?.focus();
}

function countInTitle() {
  const n = [...conversations.values()].filter(needsSomebody).length;
  document.title = n ? `(${n}) ${title}` : title;
}

function choose(id) {
  const former = conversations.get(chosen.id);
  chosen.choose(conversations.get(id), login);
  alarm.seen(id);
  if (former) fillItem(items.get(former.id), former);
  fillItem(items.get(id), conversations.get(id));
}

function take(news) {
  if (news.is_over) {
    items.get(news.id)?.item.remove();
    items.delete(news.id);
    conversations.delete(news.id);
    alarm.over(news.id);
    chosen.over(news.id);
  } else {
    const former = conversations.get(news.id);
    const lines = former ? former.lines.slice(0, news.first) : [];
    const now = { ...news, lines: [...lines, ...news.lines] };
    conversations.set(news.id, now);
    if (!former) items.set(news.id, newItem(news.id));
    fillItem(items.get(news.id), now);
    alarm.heard(former, now);
    if (chosen.id === news.id) chosen.update(now, login);
  }
  arrange();
  countInTitle();
}

function listen() {
  const stream = new EventSource("/console/live/stream");
  stream.addEventListener("hello", (event) => {
    const hello = JSON.parse(event.data);
    login = hello.login;
    // Everything in progress follows anew; what ended while the connection was lost does not.
    for (const id of [...conversations.keys()].filter((id) => !hello.ids.includes(id))) take({ id, is_over: true });
    show(connection, "En direct.");
    connection.classList.remove("error");
  });
  stream.addEventListener("news", (event) => take(JSON.parse(event.data)));
  stream.addEventListener("signed_out", () => {
    stream.close();
    show(connection, "Votre session est terminée : rechargez la page pour vous connecter.");
    connection.classList.add("error");
  });
  stream.addEventListener("error", () => {
    show(connection, "Connexion perdue. Nouvel essai…");
    connection.classList.add("error");
    if (stream.readyState === EventSource.CLOSED) setTimeout(listen, RETRY_MS);
  });
}

listen();
