// The list at the keyboard. Without it everything works with links and buttons.

import { keysDialog, mover, onKeys } from "/console/static/keys.js";

const rows = () =>
  [...document.querySelectorAll("#list tbody tr")].map((row) => ({ row, focus: row.querySelector("[data-open]") }));
const move = mover(rows);
const press = (key) => {
  const button = document.activeElement?.closest("#list tbody tr")?.querySelector(`[data-key="${key}"]`);
  button?.click();
  return button !== null && button !== undefined;
};

onKeys({
  j: () => move(1),
  k: () => move(-1),
  s: () => press("s"),
  r: () => press("r"),
  m: () => press("m"),
  "/": () => document.getElementById("q").focus(),
  "?": keysDialog(),
});

// A line that changes is another element: what had the focus in it shall have it again.
let focused = null;
document.addEventListener("htmx:beforeSwap", (event) => {
  const row = event.detail.target.closest?.("#list tbody tr");
  const active = document.activeElement;
  // Other parts of the page may be swapped before this one is settled: they change nothing here.
  if (event.detail.shouldSwap && row?.contains(active)) focused = { id: row.dataset.id, key: active.dataset.key };
});
// Once this line itself is settled, whatever else is: before that its buttons would load the whole page.
document.addEventListener("htmx:afterSettle", (event) => {
  if (!focused || event.target.closest?.("#list tr")?.dataset.id !== focused.id) return;
  const row = document.querySelector(`#list tr[data-id="${CSS.escape(focused.id)}"]`);
  row?.querySelector(focused.key ? `[data-key="${focused.key}"]` : "[data-open]")?.focus();
  focused = null;
});
