// The list at the keyboard. Without it everything works with links and buttons.

import { keysDialog, mover, onKeys } from "/console/static/keys.js";

const rows = () =>
  [...document.querySelectorAll("#list tbody tr")].map((row) => ({ row, focus: row.querySelector("[data-open]") }));
const move = mover(rows);
const press = (key) => {
  const row = document.activeElement?.closest("#list tbody tr");
  const button = row?.querySelector(`[data-key="${key}"]`);
  if (!button) return false;
  // The row will be another one: what had the focus shall have it again.
  focused = { id: row.dataset.id, key: document.activeElement.dataset.key };
  button.click();
  return true;
};
let focused = null;

onKeys({
  j: () => move(1),
  k: () => move(-1),
  s: () => press("s"),
  r: () => press("r"),
  m: () => press("m"),
  "/": () => document.getElementById("q").focus(),
  "?": keysDialog(),
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-key]");
  if (button && event.detail > 0) focused = { id: button.closest("tr").dataset.id, key: button.dataset.key };
});
document.addEventListener("htmx:afterSwap", () => {
  if (!focused) return;
  const row = document.querySelector(`#list tr[data-id="${CSS.escape(focused.id)}"]`);
  row?.querySelector(focused.key ? `[data-key="${focused.key}"]` : "[data-open]")?.focus();
  focused = null;
});
