// Marks what words of a corrected turn name. Works on every panel that htmx brings into the page.

const WORD = /[\p{L}\p{N}]/u;

/** Marks of one panel; the hidden field `marks` is what is sent. */
class Marking {
  constructor(form) {
    this.form = form;
    this.field = form.elements.marks;
    this.area = form.elements.text;
    this.names = JSON.parse(form.dataset.names);
    this.values = JSON.parse(form.dataset.values);
    this.valueNames = JSON.parse(form.dataset.valueNames);
    this.text = this.area.value;
    this.marks = read(this.field.value, this.text);
    this.area.addEventListener("input", () => this.follow());
    form.addEventListener("click", (event) => this.clicked(event));
    this.show();
  }

  clicked(event) {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.entity) this.add(button.dataset.entity);
    if (button.dataset.remove) this.remove(Number(button.dataset.remove));
    if ("close" in button.dataset) close(this.form);
  }

  add(entity) {
    const [start, end] = words(this.area.value, this.area.selectionStart, this.area.selectionEnd);
    if (start === end) {
      this.say("Sélectionnez d'abord des mots dans le texte.");
      this.area.focus();
      return;
    }
    const value = this.values[entity] ? this.values[entity][0] : "";
    this.marks = this.marks.filter((mark) => mark.end <= start || mark.start >= end);
    this.marks.push({ start, end, entity, value, role: "" });
    this.marks.sort((one, other) => one.start - other.start);
    this.show();
    this.say(`« ${this.area.value.slice(start, end)} » : ${this.names[entity] ?? entity}`);
    this.area.focus();
  }

  remove(index) {
    this.marks.splice(index, 1);
    this.show();
    this.area.focus();
  }

  /** After typing: marks before the change stay, those after it move with their words, others go. */
  follow() {
    const before = this.text;
    const now = this.area.value;
    let from = 0;
    while (from < before.length && from < now.length && before[from] === now[from]) from += 1;
    let tail = 0;
    const most = Math.min(before.length, now.length) - from;
    while (tail < most && before[before.length - 1 - tail] === now[now.length - 1 - tail]) tail += 1;
    const upTo = before.length - tail;
    const shift = now.length - before.length;
    this.marks = this.marks
      .map((mark) => {
        if (mark.end <= from) return mark;
        if (mark.start >= upTo) return { ...mark, start: mark.start + shift, end: mark.end + shift };
        // The change is within the marked words: they are still the same thing.
        if (mark.start <= from && mark.end >= upTo) return { ...mark, end: mark.end + shift };
        return null;
      })
      .filter((mark) => mark && mark.start < mark.end);
    this.text = now;
    this.show();
  }

  /** The server counts characters, the browser halves of some of them ("😀" is two). */
  write() {
    const count = (end) => [...this.area.value.slice(0, end)].length;
    const sent = this.marks.map((mark) => ({ ...mark, start: count(mark.start), end: count(mark.end) }));
    this.field.value = JSON.stringify(sent);
  }

  show() {
    this.showSentence();
    const list = this.form.querySelector("[data-list]");
    list.replaceChildren(...this.marks.map((mark, index) => this.item(mark, index)));
    this.write();
  }

  showSentence() {
    const line = this.form.querySelector("[data-marked]");
    const parts = [];
    let at = 0;
    for (const mark of this.marks) {
      parts.push(document.createTextNode(this.area.value.slice(at, mark.start)));
      const marked = document.createElement("mark");
      marked.textContent = this.area.value.slice(mark.start, mark.end);
      parts.push(marked);
      at = mark.end;
    }
    parts.push(document.createTextNode(this.area.value.slice(at)));
    line.replaceChildren(...parts);
  }

  item(mark, index) {
    const item = document.createElement("li");
    const said = this.area.value.slice(mark.start, mark.end);
    const words = document.createElement("bdi");
    words.textContent = `« ${said} »`;
    const name = document.createElement("strong");
    name.textContent = this.names[mark.entity] ?? mark.entity;
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "secondary small";
    remove.dataset.remove = String(index);
    remove.textContent = "×";
    remove.setAttribute("aria-label", `Ne plus marquer « ${said} »`);
    item.append(name, " ", words, " ", this.valueOf(mark, said), " ", remove);
    return item;
  }

  /** A closed list where there is one, else what was meant, when it differs from the words. */
  valueOf(mark, said) {
    const listed = this.values[mark.entity];
    const input = document.createElement(listed ? "select" : "input");
    input.setAttribute("aria-label", `Ce que veut dire « ${said} »`);
    if (listed) {
      for (const value of listed) input.append(new Option(this.valueNames[value] ?? value, value));
      if (!listed.includes(mark.value)) mark.value = listed[0];
    } else {
      input.placeholder = "si ce n'est pas le mot juste";
      input.maxLength = 100;
    }
    input.value = mark.value;
    input.addEventListener("input", () => {
      mark.value = input.value;
      this.write();
    });
    return input;
  }

  say(words) {
    this.form.querySelector("[data-status]").textContent = words;
  }
}

function read(raw, text) {
  const characters = [...text];
  const at = (count) => characters.slice(0, count).join("").length;
  try {
    return JSON.parse(raw).map((mark) => ({ ...mark, start: at(mark.start), end: at(mark.end) }));
  } catch {
    return [];
  }
}

/** The selection, widened to whole words and narrowed to where they begin and end. */
function words(text, start, end) {
  while (start < end && !WORD.test(text[start])) start += 1;
  while (end > start && !WORD.test(text[end - 1])) end -= 1;
  if (start === end) return [start, end];
  while (start > 0 && WORD.test(text[start - 1])) start -= 1;
  while (end < text.length && WORD.test(text[end])) end += 1;
  return [start, end];
}

function close(form) {
  const place = form.closest("[data-correction]");
  form.remove();
  place?.querySelector("[data-open]")?.focus();
}

document.body.addEventListener("htmx:load", (event) => {
  const form = event.target.matches("form.correct") ? event.target : event.target.querySelector("form.correct");
  if (form && !form.dataset.isMarking) {
    form.dataset.isMarking = "1";
    new Marking(form);
    form.querySelector("[role=alert], [role=status] .badge")?.scrollIntoView({ block: "nearest" });
  }
});
