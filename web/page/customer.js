"use strict";
// What opens the ticket stands behind "#": no server that the address passes sees
// it. It is sent in a header, and goes from the address bar at once.
(() => {
  const words = {
    en: { lang: "English", comes: "{who} comes to you", window: "{day} between {from} and {until}", eta: "expected about {at}", before: "{n} stops before you", next: "you are the next stop",
      there: "{who} is with you.", way: "{who} is on the way to you.", done: "The visit is done.", none: "No time is promised at present.", risk: "This time is at risk; we are working on it.",
      other: "Choose another time", cancel: "Nobody needs to come any more", away: "I can't be there", sure: "Are you sure?", choose: "Choose a time", noOffer: "There is no free time in these days. Please call us.",
      will: "Will you be there?", stays: "I stay", leaves: "I will leave", hands_over: "I let you in and go", arrived: "The technician is here", part: "Your part", be_there: "be there", give_access: "give access", back_up: "back up your data", return_loaner: "return the loaner",
      met: "done", not_met: "not met", excused: "excused: we were at fault", how: "How was our visit?", treatment: "How we treated you", outcome: "What came of it", comment: "Anything else?", send: "Send", thanks: "Thank you.",
      gone: "This link is not good any more. Please ask your support team for a new one.", wrong: "That did not work. Please try again, or call us.", news: "You hear from us by {at} at the latest.", saved: "Saved.", since: "No connection at the moment. This was so {at}.", first: "We had your answer already." },
    de: { lang: "Deutsch", comes: "{who} kommt zu Ihnen", window: "{day} zwischen {from} und {until} Uhr", eta: "voraussichtlich gegen {at} Uhr", before: "{n} Stopps vor Ihnen", next: "Sie sind der nächste Stopp",
      there: "{who} ist bei Ihnen.", way: "{who} ist auf dem Weg zu Ihnen.", done: "Der Besuch ist abgeschlossen.", none: "Zurzeit ist keine Zeit zugesagt.", risk: "Diese Zeit ist gefährdet; wir arbeiten daran.",
      other: "Andere Zeit wählen", cancel: "Es muss niemand mehr kommen", away: "Ich kann nicht da sein", sure: "Sind Sie sicher?", choose: "Zeit wählen", noOffer: "In diesen Tagen ist nichts frei. Bitte rufen Sie uns an.",
      will: "Werden Sie da sein?", stays: "Ich bleibe", leaves: "Ich gehe weg", hands_over: "Ich lasse Sie ein und gehe", arrived: "Der Techniker ist da", part: "Ihr Teil", be_there: "da sein", give_access: "Zugang geben", back_up: "Daten sichern", return_loaner: "Leihgerät zurückgeben",
      met: "erledigt", not_met: "nicht erfüllt", excused: "entschuldigt: es lag an uns", how: "Wie war unser Besuch?", treatment: "Wie wir mit Ihnen umgegangen sind", outcome: "Was dabei herauskam", comment: "Noch etwas?", send: "Senden", thanks: "Vielen Dank.",
      gone: "Dieser Link gilt nicht mehr. Bitte fragen Sie Ihren Support nach einem neuen.", wrong: "Das hat nicht geklappt. Bitte versuchen Sie es noch einmal oder rufen Sie uns an.", news: "Sie hören spätestens {at} von uns.", saved: "Gespeichert.", since: "Zurzeit keine Verbindung. Stand: {at} Uhr.", first: "Ihre Antwort lag uns schon vor." },
    fr: { lang: "Français", comes: "{who} passera vous voir", window: "{day} entre {from} et {until}", eta: "vers {at}", before: "{n} arrêts avant vous", next: "vous êtes le prochain arrêt",
      there: "{who} est chez vous.", way: "{who} est en route.", done: "La visite est terminée.", none: "Aucune heure n'est promise pour le moment.", risk: "Cette heure est incertaine ; nous y travaillons.",
      other: "Choisir une autre heure", cancel: "Il n'est plus nécessaire de venir", away: "Je ne peux pas être là", sure: "Êtes-vous sûr ?", choose: "Choisir une heure", noOffer: "Rien n'est libre ces jours-ci. Appelez-nous.",
      will: "Serez-vous là ?", stays: "Je reste", leaves: "Je pars", hands_over: "Je vous ouvre et je pars", arrived: "Le technicien est là", part: "De votre côté", be_there: "être là", give_access: "donner accès", back_up: "sauvegarder vos données", return_loaner: "rendre l'appareil prêté",
      met: "fait", not_met: "non tenu", excused: "excusé : c'était notre faute", how: "Comment s'est passée notre visite ?", treatment: "Comment nous vous avons traité", outcome: "Le résultat", comment: "Autre chose ?", send: "Envoyer", thanks: "Merci.",
      gone: "Ce lien n'est plus valable. Demandez-en un nouveau à votre assistance.", wrong: "Cela n'a pas marché. Réessayez ou appelez-nous.", news: "Vous aurez de nos nouvelles au plus tard {at}.", saved: "Enregistré.", since: "Pas de connexion pour l'instant. Dernière mise à jour : {at}.", first: "Nous avions déjà votre réponse." },
    es: { lang: "Español", comes: "{who} le visitará", window: "{day} entre las {from} y las {until}", eta: "hacia las {at}", before: "{n} paradas antes de usted", next: "usted es la próxima parada",
      there: "{who} está con usted.", way: "{who} va de camino.", done: "La visita ha terminado.", none: "Ahora no hay hora prometida.", risk: "Esta hora no es segura; estamos en ello.",
      other: "Elegir otra hora", cancel: "Ya no hace falta venir", away: "No puedo estar", sure: "¿Está seguro?", choose: "Elegir hora", noOffer: "No hay nada libre en estos días. Llámenos.",
      will: "¿Estará usted?", stays: "Me quedo", leaves: "Me iré", hands_over: "Les abro y me voy", arrived: "El técnico está aquí", part: "Su parte", be_there: "estar", give_access: "dar acceso", back_up: "guardar sus datos", return_loaner: "devolver el préstamo",
      met: "hecho", not_met: "no cumplido", excused: "disculpado: fue culpa nuestra", how: "¿Qué tal nuestra visita?", treatment: "Cómo le tratamos", outcome: "Qué se consiguió", comment: "¿Algo más?", send: "Enviar", thanks: "Gracias.",
      gone: "Este enlace ya no vale. Pida uno nuevo a su servicio de asistencia.", wrong: "No ha funcionado. Inténtelo de nuevo o llámenos.", news: "Sabrá de nosotros a más tardar {at}.", saved: "Guardado.", since: "Sin conexión por ahora. Última actualización: {at}.", first: "Ya teníamos su respuesta." },
  };
  let key = location.hash.slice(1);
  try {
    if (key) sessionStorage.setItem("link", key); else key = sessionStorage.getItem("link") || "";
  } catch { /* a browser that keeps nothing: the page works until it is left */ }
  history.replaceState(null, "", location.pathname);
  let w = words[(navigator.language || "en").slice(0, 2)] || words.en;
  let lang = "en", zone = "UTC";
  const every = 30000; // how often the page is read again while somebody looks at it
  let ticket = null, acted = "", heard = 0, turn = 0, reading = false, busy = false, timer;
  const at = (id) => document.getElementById(id);
  const fill = (text, parts) => text.replace(/\{(\w+)\}/g, (_, name) => parts[name] ?? "");
  const say = (text) => { at("said").textContent = text; };
  const show = (date, options) => new Intl.DateTimeFormat(lang, { timeZone: zone, ...options }).format(new Date(date));
  const wall = (time) => show(time, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const offset = (time) => new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "shortOffset" }).formatToParts(time).find((p) => p.type === "timeZoneName").value;
  // On the day on which clocks are set back a time comes twice; its offset says which.
  const clock = (date) => {
    const time = new Date(date).getTime(), text = wall(time);
    const twice = [-60, -30, 30, 60].some((minutes) => wall(time + minutes * 60000) === text);
    return twice ? text + " (" + offset(time) + ")" : text;
  };
  const day = (date) => show(date, { weekday: "long", day: "numeric", month: "long" });
  const span = (x) => fill(w.window, { day: day(x.start), from: clock(x.start), until: clock(x.end) });
  function put(tag, text, parent = at("acts")) {
    const e = document.createElement(tag);
    if (text) e.textContent = text;
    parent.append(e);
    return e;
  }
  function button(text, act) {
    const b = put("button", text);
    b.type = "button";
    b.addEventListener("click", async () => {
      b.disabled = true;
      try { await act(); } catch (e) {
        if (e.status === 401) end();
        else if ((e.status === 409 || e.status === 412) && e.code !== "key_in_flight") await load(e.code === "survey_answered" ? w.first : w.wrong); // it is otherwise by now
        else { say(w.wrong); b.disabled = false; }
      }
    });
    return b;
  }
  // What is asked for is done once, however often it is sent: it keeps its key until
  // it is answered. Anything else has another key, as has the same once something else
  // was asked for in its place: whoever goes back to a first answer means it anew.
  const sent = new Map();
  const keyOf = (path, what) => {
    if ((sent.get(path) || {}).what !== what) sent.set(path, { what, id: crypto.randomUUID ? crypto.randomUUID() : String(Math.random()) });
    return sent.get(path).id;
  };
  async function ask(method, path, body, version) {
    const headers = { Authorization: "Link " + key };
    if (body) {
      turn++;
      headers["Content-Type"] = "application/json";
      headers["Idempotency-Key"] = keyOf(path, JSON.stringify([body, version]));
    }
    if (version) headers["If-Match"] = '"' + version + '"';
    const r = await fetch("/v1/customer/" + path, { method, headers, body: body && JSON.stringify(body), cache: "no-store", referrerPolicy: "no-referrer",
      signal: body || !AbortSignal.timeout ? undefined : AbortSignal.timeout(20000) });
    const answer = await r.json().catch(() => ({}));
    if (body && r.status < 500 && r.status !== 429 && answer.code !== "key_in_flight") sent.clear();
    if (body) turn++;
    if (!r.ok) throw Object.assign(new Error(r.status), { status: r.status, code: answer.code });
    if (answer.may) {
      heard = Date.now();
      at("heard").textContent = "";
    }
    return answer;
  }
  function end() { // the link opens nothing any more
    key = "";
    clearTimeout(timer);
    at("now").replaceChildren();
    at("acts").replaceChildren();
    at("heard").textContent = "";
    say(w.gone);
  }
  // lost keeps what was last heard, and says of when it is.
  function lost(e) {
    if (!key) return; // w.gone is said
    if (e && e.status === 401) end();
    else if (!ticket) say(w.wrong);
    else at("heard").textContent = fill(w.since, { at: (day(heard) === day(Date.now()) ? "" : day(heard) + " ") + clock(heard) });
  }
  async function load(text) {
    try { draw(await ask("GET", "ticket")); } catch (e) { lost(e); }
    if (key && ticket) say(text || "");
  }
  // again reads the page once more and asks for the next time; not while nobody looks.
  // What was read before an act was answered is not so any more.
  async function again() {
    clearTimeout(timer);
    if (!key || document.hidden || reading) return;
    reading = true;
    const before = turn, first = !ticket;
    try {
      const t = await ask("GET", "ticket");
      if (before === turn) renew(t);
      if (first && ticket) say("");
    } catch (e) { lost(e); }
    reading = false;
    if (key && !document.hidden) timer = setTimeout(again, every);
  }
  async function offers() {
    const q = await ask("POST", "quotes", { days: 3 });
    draw(ticket, q.offers);
  }
  // renew shows what is otherwise, and leaves alone what somebody is choosing or writing
  // as long as they may.
  function renew(t) {
    if (JSON.stringify(t) === JSON.stringify(ticket)) return;
    const may = ["answer_survey", "reschedule", "choose_window"].some((m) => t.may.includes(m));
    if (ticket && t.language === ticket.language && (actable(t) === acted || busy && may)) state(t);
    else draw(t);
  }
  // actable is what the acts on offer hang on: all but the estimate.
  const actable = (t) => JSON.stringify([t.may, t.promise, t.survey, t.visit && { ...t.visit, eta: 0, stops_before: 0, technician_name: "" }]);
  // state shows when who comes.
  function state(t) {
    ticket = t;
    lang = words[t.language] ? t.language : "en"; w = words[lang]; zone = t.zone;
    document.documentElement.lang = lang;
    at("hello").textContent = t.person_name;
    const now = at("now"), v = t.visit, p = t.promise, who = v && v.technician_name || "";
    const line = (text) => put("p", text, now);
    now.replaceChildren();
    line(t.about + " · " + t.site_name + (t.where ? ", " + t.where : "") + " (" + t.number + ")").className = "lead";
    if (v && (v.state === "arrived" || v.state === "in_progress")) line(fill(w.there, { who })).className = "when";
    else if (v && v.state === "completed") line(w.done).className = "when";
    else if (p && p.state === "open") {
      line(v && v.state === "en_route" ? fill(w.way, { who }) : fill(w.comes, { who }));
      line(span(p.window)).className = "when";
      const more = [];
      if (v && v.eta) more.push(fill(w.eta, { at: clock(v.eta) }));
      if (v && v.stops_before !== undefined) more.push(v.stops_before ? fill(w.before, { n: v.stops_before }) : w.next);
      if (more.length) line(more.join(", "));
      if (p.at_risk) line(w.risk);
    } else {
      line(w.none).className = "when";
      line(fill(w.news, { at: day(t.next_update) + " " + clock(t.next_update) }));
    }
  }
  function draw(t, list) {
    state(t);
    acted = actable(t);
    busy = !!list;
    at("acts").replaceChildren();
    const may = new Set(t.may), v = t.visit, p = t.promise, open = p && p.state === "open";
    if (list) {
      put("h2", w.choose);
      if (!list.length) put("p", w.noOffer);
      for (const o of list) button(span(o.window), async () => {
        if (open) await ask("POST", "promises/" + p.id + "/reschedule", { outcome_id: o.outcome_id }, p.version);
        else await ask("POST", "promises", { outcome_id: o.outcome_id });
        await load(w.saved);
      });
    } else if (may.has("reschedule")) button(w.other, offers);
    else if (may.has("choose_window")) button(w.choose, offers);
    if (may.has("withdraw")) for (const [text, wish] of [[w.away, "cannot_be_there"], [w.cancel, "cancelled"]]) button(text, async () => {
      if (!confirm(text + "\n" + w.sure)) { draw(ticket); return; }
      await ask("POST", "promises/" + p.id + "/withdrawal", { wish }, p.version);
      await load(w.saved);
    });
    if (may.has("confirm_arrival") && !v.arrived_at) button(w.arrived, async () => { await ask("POST", "visits/" + v.id + "/arrival", {}); await load(w.saved); });
    if (may.has("tell_presence")) {
      put("h2", w.will);
      for (const presence of ["stays", "leaves", "hands_over"]) {
        const b = button(w[presence], async () => { draw(await ask("POST", "visits/" + v.id + "/presence", { presence })); say(w.saved); });
        b.setAttribute("aria-pressed", String(!!v.presence && v.presence.presence === presence));
        if (v.presence && v.presence.presence === presence) b.textContent = "✓ " + b.textContent;
      }
    }
    if (v && v.state !== "cancelled") {
      put("h2", w.part);
      const ul = put("ul");
      const went = new Map(v.duties.map((d) => [d.duty, d.outcome]));
      for (const d of new Set([...v.expected, ...went.keys()])) put("li", w[d] + (went.has(d) ? ": " + w[went.get(d)] : ""), ul);
    }
    if (may.has("answer_survey")) survey(v);
    else if (t.survey && t.survey.answered_at) put("p", w.thanks);
  }
  function survey(v) {
    put("h2", w.how);
    const touched = () => { busy = true; };
    for (const name of ["treatment", "outcome"]) {
      const set = put("fieldset");
      put("legend", w[name], set);
      for (let n = 1; n <= 5; n++) {
        const label = put("label", "", set), input = put("input", "", label);
        input.type = "radio"; input.name = name; input.value = n;
        input.addEventListener("change", touched);
        label.append(" " + "★".repeat(n));
        input.setAttribute("aria-label", n + " / 5");
      }
    }
    const label = put("label", w.comment), text = put("textarea", "", label);
    text.maxLength = 2000;
    text.addEventListener("input", touched);
    put("br");
    button(w.send, async () => {
      const mark = (name) => Number((document.querySelector('input[name="' + name + '"]:checked') || {}).value);
      const a = { treatment: mark("treatment"), outcome: mark("outcome") };
      if (text.value) a.comment = text.value;
      draw(await ask("POST", "visits/" + v.id + "/survey-answer", a));
      say(w.thanks);
    });
  }
  document.addEventListener("visibilitychange", () => { if (document.hidden) clearTimeout(timer); else again(); });
  addEventListener("online", again);
  addEventListener("offline", () => lost());
  addEventListener("pageshow", (e) => { if (e.persisted) again(); });
  if (key) again(); else say(w.gone);
})();
