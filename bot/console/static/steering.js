// Lets people hear a text before callers do.

const player = document.getElementById("voice");
const state = document.getElementById("voice-state");
const headers = { "x-csrf-token": JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRF-Token"] };
let address = "";

async function listen(text) {
  state.textContent = "La voix se prépare…";
  const body = new URLSearchParams({ text });
  const answer = await fetch("/console/steering/preview", { method: "POST", headers, body });
  if (!answer.ok) {
    state.textContent = "La voix ne répond pas.";
    return;
  }
  if (address) URL.revokeObjectURL(address);
  address = URL.createObjectURL(await answer.blob());
  player.src = address;
  player.hidden = false;
  state.textContent = "";
  await player.play();
}

for (const button of document.querySelectorAll("[data-listen]")) {
  button.addEventListener("click", () => {
    const area = document.getElementById(button.dataset.listen);
    // Of several variants, the one with the cursor in it.
    const before = area.value.slice(0, area.selectionStart).split("\n").length - 1;
    const lines = area.value.split("\n");
    const text = area.name === "text" ? area.value : lines[before]?.trim() || lines[0];
    if (text.trim()) listen(text).catch(() => (state.textContent = "La voix ne répond pas."));
  });
}
