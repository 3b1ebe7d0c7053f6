// Keys without a field in between, and the dialog that lists them.

const FIELDS = "input, textarea, select, [contenteditable]";

/** Calls what a key is for; keys typed into fields, held with others, or in front of a dialog stay what they are. */
export function onKeys(actions) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.(FIELDS)) return;
    if (document.querySelector("dialog[open]")) return;
    const action = actions[event.key];
    if (action && action() !== false) event.preventDefault();
  });
}

/** Shows the list of keys; returns what `?` does. */
export function keysDialog() {
  const dialog = document.getElementById("keys");
  const show = () => dialog.showModal();
  document.getElementById("keys-button")?.addEventListener("click", show);
  return show;
}

/** Moves the focus by so many places among elements of a kind, from the one that holds it or was last. */
export function mover(list) {
  let last = -1;
  return (step) => {
    const all = list();
    const here = all.findIndex((each) => each.row.contains(document.activeElement));
    const from = here >= 0 ? here : Math.min(last, all.length - 1);
    const next = Math.max(0, Math.min(all.length - 1, from + step));
    if (!all[next]) return false;
    last = next;
    all[next].focus.focus();
    all[next].row.scrollIntoView({ block: "nearest" });
    return true;
  };
}
