// The place page: here, on the map, from a list, or by coordinates; then which near place to call it by.

import { h, icon } from "./dom";
import type { OpenMap } from "./map";
import type { Places } from "./protocol";
import { Sheet } from "./sheet";
import { strings } from "./strings";

const LOCATE_AFTER_MS = 300;
const ASK_AGAIN_AFTER_MS = 1_000;

export interface PlaceLine {
  server: string;
  tiles: { url: string; attribution: string };
  locate: (latitude: number, longitude: number) => void;
  sent: (latitude: number, longitude: number, label: string) => void;
}

interface KnownPlaces {
  centre: [number, number];
  places: [string, number, number][];
}

/** The page while it is open; `near` takes the server's answer to `locate`. */
export class PlaceSheet {
  private readonly sheet: Sheet;
  private readonly status = h("p", { class: "status", role: "status" });
  private readonly mapElement = h("div", { class: "map", role: "application", "aria-label": strings.placeMap, tabindex: "0" });
  private readonly known = h("select", { id: "place-known" }, h("option", { value: "" }, strings.placeKnownNone));
  private readonly latitude = coordinate("place-latitude", 90);
  private readonly longitude = coordinate("place-longitude", 180);
  private readonly names = h("fieldset", { class: "names", hidden: true });
  private readonly send = h("button", { type: "submit", class: "primary", disabled: true }, strings.placeSend);
  private map: OpenMap | null = null;
  private timer = 0;
  private position: [number, number] | null = null;

  constructor(
    panel: HTMLElement,
    private readonly root: ShadowRoot,
    private readonly line: PlaceLine,
  ) {
    this.sheet = new Sheet(panel, "place", strings.placeTitle);
    this.sheet.onclosed = () => {
      clearTimeout(this.timer);
      this.map?.remove();
      this.map = null;
    };
    this.build();
  }

  open(opener: HTMLElement): void {
    this.sheet.open(opener);
    void this.fill();
  }

  /** Propose names for the position that was asked about, unless the visitor has moved on. */
  near(answer: Places): void {
    if (!this.position || answer.latitude !== this.position[0] || answer.longitude !== this.position[1]) return;
    this.send.disabled = !answer.in_city;
    this.status.textContent = answer.in_city ? (answer.places.length ? "" : strings.placeNameless) : strings.placeOutside;
    const choices = answer.in_city ? answer.places : [];
    this.names.hidden = !choices.length;
    this.names.replaceChildren(
      h("legend", {}, strings.placeNear),
      ...choices.map(({ label, distance_m }, number) =>
        h(
          "label",
          { class: "radio" },
          h("input", { type: "radio", name: "place-name", value: label, checked: number === 0 }),
          h("span", {}, label, " "),
          h("span", { class: "distance" }, strings.metres(distance_m)),
        ),
      ),
    );
  }

  /** Ask once more what is near: the server had too much to do. */
  again(): void {
    clearTimeout(this.timer);
    if (this.position && this.send.disabled) this.timer = window.setTimeout(() => this.ask(), ASK_AGAIN_AFTER_MS);
  }

  private ask(): void {
    if (this.position) this.line.locate(...this.position);
  }

  private build(): void {
    const here = h("button", { type: "button", class: "secondary", onclick: () => this.locateMe() }, icon("place"), strings.placeHere);
    const form = h("form", { class: "place-form" }, this.names, this.status, this.send);
    form.onsubmit = (event) => {
      event.preventDefault();
      if (!this.position) return;
      const chosen = this.names.querySelector<HTMLInputElement>("input:checked");
      this.sheet.close();
      this.line.sent(this.position[0], this.position[1], chosen?.value ?? "");
    };
    this.known.onchange = () => {
      const [latitude, longitude] = this.known.value.split(" ").map(Number);
      if (latitude !== undefined && longitude !== undefined && this.known.value) this.show(latitude, longitude);
    };
    const typed = (): void => {
      const [latitude, longitude] = [this.latitude.valueAsNumber, this.longitude.valueAsNumber];
      if (Number.isFinite(latitude) && Number.isFinite(longitude)) this.show(latitude, longitude);
    };
    this.latitude.onchange = this.longitude.onchange = typed;
    this.sheet.body.append(
      here,
      h("p", { class: "hint" }, strings.placeMapHelp),
      h("div", { class: "map-frame" }, this.mapElement, h("span", { class: "crosshair", "aria-hidden": "true" }, icon("place"))),
      form,
      h("label", { for: "place-known" }, strings.placeKnown),
      this.known,
      h(
        "details",
        {},
        h("summary", {}, strings.placeCoordinates),
        h("label", { for: "place-latitude" }, strings.placeLatitude),
        this.latitude,
        h("label", { for: "place-longitude" }, strings.placeLongitude),
        this.longitude,
      ),
    );
  }

  private async fill(): Promise<void> {
    try {
      const [answer, module] = await Promise.all([
        fetch(`${this.line.server}/chat/places.json`, { credentials: "omit" }),
        import(/* @vite-ignore */ `${this.line.server}/chat/map.js`) as Promise<typeof import("./map")>,
      ]);
      const { centre, places } = (await answer.json()) as KnownPlaces;
      const byName = [...places].sort(([one], [other]) => one.localeCompare(other, "fr"));
      this.known.append(...byName.map(([label, latitude, longitude]) => h("option", { value: `${latitude} ${longitude}` }, label)));
      if (!this.mapElement.isConnected) return;
      if (!this.root.adoptedStyleSheets.includes(module.sheet)) this.root.adoptedStyleSheets.unshift(module.sheet);
      const [latitude, longitude] = this.position ?? centre;
      this.map = module.openMap(this.mapElement, {
        latitude,
        longitude,
        tilesUrl: this.line.tiles.url,
        tilesAttribution: this.line.tiles.attribution,
        landmarks: places,
        moved: (north, east) => this.moveTo(north, east),
      });
    } catch {
      this.status.textContent = strings.placeMapFailed;
    }
  }

  private locateMe(): void {
    this.status.textContent = strings.placeSearching;
    const refuse = (): void => void (this.status.textContent = strings.placeRefused);
    if (!navigator.geolocation) return refuse();
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => this.show(coords.latitude, coords.longitude),
      refuse,
      { enableHighAccuracy: true, timeout: 15_000, maximumAge: 60_000 },
    );
  }

  private show(latitude: number, longitude: number): void {
    this.moveTo(latitude, longitude);
    this.map?.show(latitude, longitude);
  }

  private moveTo(latitude: number, longitude: number): void {
    // 5 decimals are about a metre: more would tell apart the same place on the way to the server and back.
    const position: [number, number] = [round(latitude), round(longitude)];
    if (this.position && position[0] === this.position[0] && position[1] === this.position[1]) return;
    this.position = position;
    this.send.disabled = true;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.ask(), LOCATE_AFTER_MS);
  }
}

function coordinate(id: string, bound: number): HTMLInputElement {
  return h("input", { type: "number", id, min: String(-bound), max: String(bound), step: "0.00001", inputmode: "decimal" });
}

function round(degrees: number): number {
  return Math.round(degrees * 1e5) / 1e5;
}
