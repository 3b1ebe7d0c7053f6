// Builds elements without ever parsing HTML: whatever a text holds, it stays text.

type Child = Node | string | null | undefined | false;
type Properties = Record<string, string | boolean | ((event: never) => void) | undefined>;

/** Make an element. `on…` functions are listeners; true is an attribute without value, false is none. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Properties = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value as EventListener);
    else if (value === true) element.setAttribute(name, "");
    else if (typeof value === "string") element.setAttribute(name, value);
  }
  for (const child of children) if (child) element.append(child);
  return element;
}

const PATHS = {
  chat: "M4 5h16v11H9.5L5 20v-4H4z",
  close: "M6 6l12 12M18 6L6 18",
  menu: "M5 7h14M5 12h14M5 17h14",
  send: "M4 12l16-8-5 16-3.5-6.5z",
  photo: "M4 8h4l1.5-2.5h5L16 8h4v11H4zM12 16.5a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4z",
  place: "M12 21s-6.5-6-6.5-11a6.5 6.5 0 0 1 13 0c0 5-6.5 11-6.5 11zM12 12.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4z",
  voice: "M12 15a3.2 3.2 0 0 0 3.2-3.2V7a3.2 3.2 0 0 0-6.4 0v4.8A3.2 3.2 0 0 0 12 15zM6 11.5a6 6 0 0 0 12 0M12 17.5V21",
  stop: "M7 7h10v10H7z",
  person: "M12 11.5a3.7 3.7 0 1 0 0-7.4 3.7 3.7 0 0 0 0 7.4zM5 20c.6-3.8 3.4-6 7-6s6.4 2.2 7 6",
  erase: "M5 7h14M9 7V4.5h6V7M7 7l1 13h8l1-13M10.3 10.5v6M13.7 10.5v6",
  shield: "M12 3.5l7 2.5v5.5c0 4.3-2.9 7.6-7 9-4.1-1.4-7-4.7-7-9V6z",
  back: "M14.5 5L8 12l6.5 7",
  alert: "M12 4L2.8 20h18.4zM12 10v4.5M12 17.2v.4",
  document: "M6 3.5h8l4 4V20.5H6zM14 3.5v4h4M9 12h6M9 15.5h6",
  done: "M5 12.5l4.5 4.5L19 7.5",
} as const;

export type IconName = keyof typeof PATHS;

/** A line drawing that says nothing by itself. */
export function icon(name: IconName): SVGSVGElement {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "icon");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** Text for screen readers only. */
export function spoken(text: string): HTMLSpanElement {
  return h("span", { class: "spoken" }, text);
}
