// The map, loaded when it is opened. The place is always its centre, so that arrow keys choose it as well.

import { CircleMarker, Map, TileLayer, Tooltip } from "leaflet";
import css from "leaflet/dist/leaflet.css?inline";

export interface MapOptions {
  latitude: number;
  longitude: number;
  tilesUrl: string;
  tilesAttribution: string;
  landmarks: [string, number, number][];
  moved: (latitude: number, longitude: number) => void;
}

export interface OpenMap {
  show(latitude: number, longitude: number): void;
  remove(): void;
}

/** The style sheet that the map's element needs in its own root. */
export const sheet = new CSSStyleSheet();
sheet.replaceSync(css.replace(/url\([^)]*\)/g, "none"));

export function openMap(element: HTMLElement, options: MapOptions): OpenMap {
  const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = new Map(element, {
    center: [options.latitude, options.longitude],
    zoom: 16,
    minZoom: 12,
    maxZoom: 19,
    attributionControl: Boolean(options.tilesUrl),
    zoomAnimation: !isStill,
    fadeAnimation: !isStill,
    inertia: !isStill,
    keyboardPanDelta: 40,
  });
  map.attributionControl?.setPrefix(false);
  if (options.tilesUrl) {
    const attribution = document.createElement("span");
    attribution.textContent = options.tilesAttribution;
    new TileLayer(options.tilesUrl, { attribution: attribution.innerHTML, maxZoom: 19, referrerPolicy: "no-referrer" }).addTo(map);
  } else {
    drawLandmarks(map, options.landmarks);
  }
  map.on("moveend", () => {
    const centre = map.getCenter().wrap();
    options.moved(centre.lat, centre.lng);
  });
  return {
    show: (latitude, longitude) => void map.setView([latitude, longitude], Math.max(16, map.getZoom()), { animate: !isStill }),
    remove: () => void map.remove(),
  };
}

/** Known places as dots in place of a drawn map; as many names as there is room for. */
function drawLandmarks(map: Map, landmarks: [string, number, number][]): void {
  const named = landmarks.map(([label, latitude, longitude]) => {
    const name = document.createElement("span");
    name.textContent = label;
    const dot = new CircleMarker([latitude, longitude], { radius: 5, className: "landmark", interactive: false }).addTo(map);
    const tooltip = new Tooltip({ permanent: true, direction: "right", offset: [6, 0], className: "landmark-name" }).setContent(name);
    return { dot: dot.bindTooltip(tooltip), label };
  });
  const makeRoom = (): void => {
    const taken: { x: number; y: number; width: number }[] = [];
    for (const { dot, label } of named) {
      const { x, y } = map.latLngToLayerPoint(dot.getLatLng());
      const width = label.length * 8 + 24;
      const isFree = taken.every((other) => Math.abs(y - other.y) > 18 || x > other.x + other.width || x + width < other.x);
      if (isFree) taken.push({ x, y, width });
      if (isFree) dot.openTooltip();
      else dot.closeTooltip();
    }
  };
  map.on("zoomend", makeRoom);
  makeRoom();
}
