// Printing: tables and definitions are printed in full, and closed again as they were.

const button = document.querySelector("#print");
button.hidden = false;
button.addEventListener("click", () => print());

let opened = [];
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("main details:not([open])")];
  for (const each of opened) each.open = true;
});
addEventListener("afterprint", () => {
  for (const each of opened) each.open = false;
});
