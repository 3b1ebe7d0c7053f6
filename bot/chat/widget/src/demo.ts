// The demonstration page: its theme switch.

const choice = document.querySelector<HTMLSelectElement>("#theme");
choice?.addEventListener("change", () => {
  document.documentElement.dataset["theme"] = choice.value;
  document.querySelector("callbot-widget")?.setAttribute("theme", choice.value);
});
export {};
