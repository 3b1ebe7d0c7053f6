// Reports as points; the list beside says the same in words. Texts of callers only ever become text nodes.

const place = document.querySelector("#map");
const view = JSON.parse(place.dataset.view);
const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
const map = L.map(place, {
  center: view.centre,
  zoom: 13,
  minZoom: 10,
  maxZoom: 19,
  preferCanvas: false,
  attributionControl: Boolean(view.tiles),
  zoomAnimation: !isStill,
  fadeAnimation: !isStill,
});
map.attributionControl?.setPrefix(false);
if (view.tiles) {
  const attribution = document.createElement("span");
  attribution.textContent = view.attribution;
  L.tileLayer(view.tiles, { attribution: attribution.innerHTML, maxZoom: 19 }).addTo(map);
}

function card(point) {
  const box = document.createElement("div");
  const link = document.createElement("a");
  link.href = `/console/reports/${encodeURIComponent(point.id)}`;
  link.textContent = point.title;
  const where = document.createElement("p");
  where.dir = "auto";
  where.textContent = `${point.place} – ${point.state}`;
  box.append(link, where);
  return box;
}

const points = view.points.map((point) =>
  L.circleMarker(point.at, { radius: 8, className: `point point-${point.kind}` }).bindPopup(card(point)).addTo(map),
);
view.points.forEach((point, index) => {
  const line = document.querySelector(`[data-report="${CSS.escape(point.id)}"]`);
  // Whoever goes through the list, by mouse or keyboard, sees where each one is.
  const show = () => points[index].setRadius(14).bringToFront();
  const hide = () => points[index].setRadius(8);
  line?.addEventListener("mouseenter", show);
  line?.addEventListener("mouseleave", hide);
  line?.addEventListener("focusin", show);
  line?.addEventListener("focusout", hide);
});
if (points.length) map.fitBounds(L.featureGroup(points).getBounds().pad(0.1), { maxZoom: 17, animate: false });
