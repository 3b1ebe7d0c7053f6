// Ticks all corrections that are new, or none.

const all = document.querySelector("[data-all]");

all?.addEventListener("change", () => {
  for (const box of document.querySelectorAll('input[name="review"]')) {
    box.checked = all.checked && box.dataset.verdict === "new";
  }
});
