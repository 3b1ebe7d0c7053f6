// Keeps an open page usable when its session has ended: one signs in beside it, and goes on where one was.

const dialog = document.querySelector("#session");
const problem = document.querySelector("#problem");
let waiting = null;

function headers() {
  return JSON.parse(document.body.getAttribute("hx-headers") ?? "{}");
}

function take(session) {
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRF-Token": session.csrf }));
  for (const field of document.querySelectorAll('input[name="csrf"]')) field.value = session.csrf;
}

async function look() {
  const answer = await fetch("/console/session", { headers: { Accept: "application/json" } });
  return answer.ok ? answer.json() : null;
}

// Resolves once the same account is signed in again.
export function signedInAgain() {
  if (waiting) return waiting.done;
  let resolve;
  const done = new Promise((found) => (resolve = found));
  waiting = { done, resolve };
  dialog.showModal();
  return done;
}

async function goOn() {
  const session = await look();
  const said = dialog.querySelector("[role=alert]");
  if (!session) {
    said.textContent = "Vous n'êtes pas encore connecté.";
    return;
  }
  if (session.login !== document.body.dataset.login) {
    said.textContent = "C'est un autre compte : reconnectez-vous avec celui qui a ouvert cette page.";
    return;
  }
  said.textContent = "";
  take(session);
  dialog.close();
  waiting?.resolve();
  waiting = null;
}

// `fetch` for our own scripts: with the page's token, and once more after signing in again.
export async function send(address, options = {}) {
  const once = () => fetch(address, { ...options, headers: { Accept: "application/json", ...options.headers, ...headers() } });
  const answer = await once();
  if (answer.status !== 401) return answer;
  await signedInAgain();
  return once();
}

function say(text) {
  problem.textContent = text;
  problem.hidden = !text;
}

function reason(request) {
  try {
    const { detail } = JSON.parse(request.responseText);
    return typeof detail === "string" ? detail : "Vérifiez votre saisie.";
  } catch {
    return "";
  }
}

if (dialog) {
  dialog.querySelector("button").addEventListener("click", goOn);
  // What was asked for can only be asked for again by somebody who is signed in.
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  window.addEventListener("focus", () => dialog.open && goOn());
}

document.addEventListener("htmx:beforeRequest", (event) => {
  // Not when a page only looks for news.
  if (problem && event.detail.requestConfig.triggeringEvent) say("");
});
document.addEventListener("htmx:sendError", () => problem && say("Le serveur ne répond pas. Réessayez dans un instant."));
document.addEventListener("htmx:responseError", async (event) => {
  const { xhr, elt, requestConfig } = event.detail;
  if (xhr.status !== 401 || !dialog) {
    if (problem && xhr.status !== 422) say(reason(xhr) || "Cela n'a pas été fait. Rechargez la page et réessayez.");
    return;
  }
  await signedInAgain();
  // The same gesture once more, with the fields as they stand now.
  const { triggeringEvent } = requestConfig;
  if (!elt.isConnected || !triggeringEvent) return;
  if (triggeringEvent.submitter?.isConnected) elt.requestSubmit(triggeringEvent.submitter);
  else htmx.trigger(elt, triggeringEvent.type);
});
