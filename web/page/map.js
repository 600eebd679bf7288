import { Map as Chart, Marker, NavigationControl, ScaleControl, setWorkerUrl } from "/map/maplibre-gl-6.17.0/maplibre-gl.mjs";
import { field, line } from "/address.js";
import { ask, headers, resume, signIn, signOut } from "/session.js";

setWorkerUrl("/map/maplibre-gl-6.17.0/maplibre-gl-worker.mjs");

const at = (id) => document.getElementById(id);
const say = (text) => { at("said").textContent = text; };
const geo = ([lon, lat]) => ({ type: "Point", coordinates: [lon, lat] });
const feature = (type, coordinates) => ({ type: "Feature", properties: {}, geometry: { type, coordinates } });
const collection = (features) => ({ type: "FeatureCollection", features });

// ends are where the way begins and where it leads: where each is, its marker, and
// where it meets the road.
const ends = { from: { colour: "#0b6b53" }, to: { colour: "#b3261e" } };
let chart = null;
let next = "from"; // which of them a click on the map sets
let asked = 0; // only the newest route is shown
let way = null; // its line

const metres = (m) => m < 950 ? Math.round(m) + " m" : (m / 1000).toFixed(1) + " km";

// minutes reads a duration such as PT1H2M58S.
function minutes(duration) {
  const [, h = 0, m = 0, s = 0] = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$/.exec(duration) ?? [];
  const all = Math.max(1, Math.round((Number(h) * 3600 + Number(m) * 60 + Number(s)) / 60));
  return all < 60 ? all + " min" : Math.floor(all / 60) + " h " + all % 60 + " min";
}

function drawSnaps() {
  const there = Object.values(ends).filter((e) => e.snap);
  chart.getSource("snap").setData(collection(there.flatMap((e) => [feature("LineString", [e.point, e.snap]), feature("Point", e.snap)])));
}

// drawWay draws the way on the road. Where a place is not on it, the line has the step
// between the two, too, which is drawn dotted.
function drawWay() {
  const off = ({ point, snap }) => snap && (snap[0] !== point[0] || snap[1] !== point[1]);
  const line = way?.slice(off(ends.from) ? 1 : 0, off(ends.to) ? -1 : undefined) ?? [];
  chart.getSource("route").setData(collection(line.length > 1 ? [feature("LineString", line)] : []));
}

async function snap(name) {
  const end = ends[name], point = end.point;
  end.snap = null;
  let text = "";
  if (point) {
    try {
      const s = await ask("POST", "/v1/map/snap", { point: geo(point), mode: at("mode").value });
      if (end.point !== point) return; // it has moved since
      end.snap = s.point.coordinates;
      text = (s.side ? metres(s.metres) + " " + s.side + " of " : "on ") + (s.street || "a road without a name");
    } catch (e) {
      text = e.message;
    }
  }
  at(name + "-snap").textContent = text;
  drawSnaps();
  drawWay();
}

async function route() {
  const mine = ++asked;
  way = null;
  drawWay();
  at("steps").replaceChildren();
  delete document.body.dataset.route;
  if (!ends.from.point || !ends.to.point) { say(""); return; }
  let r;
  try {
    r = await ask("POST", "/v1/routes", { from: geo(ends.from.point), to: geo(ends.to.point), mode: at("mode").value });
  } catch (e) {
    if (mine === asked) say(e.message);
    return;
  }
  if (mine !== asked) return;
  way = r.line.coordinates;
  drawWay();
  say(minutes(r.leg.duration) + ", " + metres(r.leg.metres));
  document.body.dataset.route = r.leg.duration;
  at("steps").append(...r.steps.map((s) => {
    const e = document.createElement("li");
    e.textContent = (s.turn === "start" ? "" : s.turn + ": ") + (s.street || "a road without a name") + " ";
    const small = document.createElement("small");
    small.textContent = metres(s.leg.metres);
    e.append(small);
    return e;
  }));
  const lons = r.line.coordinates.map((p) => p[0]), lats = r.line.coordinates.map((p) => p[1]);
  chart.fitBounds([[Math.min(...lons), Math.min(...lats)], [Math.max(...lons), Math.max(...lats)]], { padding: 60, maxZoom: 16, duration: 400 });
}

async function name(which) {
  const end = ends[which], point = end.point;
  const { items } = await ask("POST", "/v1/addresses/reverse", { point: geo(point) }).catch(() => ({ items: [] }));
  if (end.point === point) at(which).value = items.length ? line(items[0]) : point.map((v) => v.toFixed(5)).join(", ");
}

// put sets an end to a point, or takes it away.
function put(which, point) {
  const end = ends[which];
  end.point = point;
  if (!point) {
    end.marker?.remove();
    end.marker = null;
    at(which).value = "";
  } else if (end.marker) {
    end.marker.setLngLat(point);
  } else {
    end.marker = new Marker({ color: end.colour, draggable: true }).setLngLat(point).addTo(chart);
    end.marker.on("dragend", () => { put(which, end.marker.getLngLat().toArray()); name(which); });
  }
  snap(which);
  route();
}

async function open() {
  const style = await ask("GET", "/v1/map/style");
  for (const source of Object.values(style.sources)) source.tiles = source.tiles.map((t) => location.origin + t);
  at("door").hidden = true;
  at("way").hidden = false;
  at("leave").hidden = false;
  style.sources.route = { type: "geojson", data: collection([]) };
  style.sources.snap = { type: "geojson", data: collection([]) };
  const round = { "line-cap": "round", "line-join": "round" };
  style.layers.push(
    { id: "route-edge", type: "line", source: "route", layout: round, paint: { "line-color": "#ffffff", "line-width": 9 } },
    { id: "route", type: "line", source: "route", layout: round, paint: { "line-color": "#2563c9", "line-width": 5.5 } },
    { id: "snap-line", type: "line", source: "snap", filter: ["==", ["geometry-type"], "LineString"], paint: { "line-color": "#1d2733", "line-width": 2, "line-dasharray": [1, 1.5] } },
    { id: "snap-point", type: "circle", source: "snap", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-radius": 5, "circle-color": "#ffffff", "circle-stroke-color": "#1d2733", "circle-stroke-width": 2.5 } },
  );
  chart = new Chart({
    container: "map", style, bounds: style.sources.map.bounds, fitBoundsOptions: { padding: 20 }, attributionControl: { compact: false },
    transformRequest: (url) => url.startsWith(location.origin + "/v1/") ? { url, headers: headers() } : { url },
  });
  chart.addControl(new NavigationControl({ showCompass: false }), "top-right");
  chart.addControl(new ScaleControl());
  chart.on("error", ({ error }) => { if (error?.status === 401) resume(); else say("The map can't be drawn: " + error?.message); });
  chart.on("movestart", () => { delete document.body.dataset.drawn; });
  chart.on("idle", () => { document.body.dataset.drawn = String(chart.queryRenderedFeatures().length); });
  chart.on("click", (event) => {
    const which = next;
    next = "to";
    put(which, event.lngLat.toArray());
    name(which);
  });
  for (const which of ["from", "to"]) {
    at(which).addEventListener("focus", () => { next = which; });
    field(at(which), at(which + "-found"), () => geo(chart.getCenter().wrap().toArray()), (a) => {
      if (which === "from") next = "to";
      put(which, a.point.coordinates);
      if (!ends[which === "from" ? "to" : "from"].point) chart.flyTo({ center: a.point.coordinates, zoom: Math.max(15, chart.getZoom()), duration: 600 });
    });
  }
}

at("way").addEventListener("submit", (event) => event.preventDefault());
at("clear").addEventListener("click", () => { put("from", null); put("to", null); next = "from"; });
at("mode").addEventListener("change", () => { snap("from"); snap("to"); route(); });
at("turn").addEventListener("click", () => {
  const [a, b, from, to] = [ends.from.point, ends.to.point, at("from").value, at("to").value];
  put("from", b);
  put("to", a);
  [at("from").value, at("to").value] = [to, from];
});
at("leave").addEventListener("click", async () => { await signOut(); location.reload(); });
at("door").addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    await signIn(at("login").value, at("password").value);
    at("password").value = "";
    say("");
    await open();
  } catch (e) {
    say(e.message);
  }
});

if (await resume()) await open().catch((e) => say(e.message));
