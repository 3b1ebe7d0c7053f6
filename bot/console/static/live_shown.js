// How things are written on the page of conversations in progress. Texts are only ever text.

export const STANDINGS = {
  bot: () => "avec l'assistant",
  waiting: () => "attend une personne",
  taking: (each) => `${each.agent} prend l'appel`,
  agent: (each) => `avec ${each.agent}`,
  transferring: () => "transfert vers un service",
};

export const SPEAKERS = { caller: "Habitant", bot: "Assistant", agent: "Agent" };

export const PROBLEMS = {
  busy: "Votre poste est occupé : l'appel est revenu à l'assistant.",
  refused: "L'appel a été refusé à votre poste : il est revenu à l'assistant.",
  no_answer: "Votre poste n'a pas répondu : l'appel est revenu à l'assistant.",
  failed: "Votre poste n'a pas pu être appelé : l'appel est revenu à l'assistant.",
};

export function element(name, className = "", text = "") {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

export function show(where, text) {
  if (where.textContent !== text) where.textContent = text;
}

export function clock(moment) {
  return new Date(moment).toLocaleTimeString("fr-FR", { hour: "2-digit", minute: "2-digit" });
}

// The text of somebody: its own direction, and none of the page's.
export function words(text) {
  const made = element("bdi", "", text);
  made.dir = "auto";
  return made;
}

// A name for what is sent, so that it is kept once even if it is sent twice.
export function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
