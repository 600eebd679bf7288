// Who is signed in. The access token is kept here alone; what prolongs it is kept
// for as long as the tab is, so that the page can be loaded again.
const place = "prolong";
let token = "";
let prolonging = null;

const keep = (s) => {
  token = s.access_token;
  try { sessionStorage.setItem(place, s.refresh_token); } catch { /* a browser that keeps nothing: signed in until the page is left */ }
};

const forget = () => {
  token = "";
  try { sessionStorage.removeItem(place); } catch { /* nothing is kept */ }
};

// Refusal is an answer that says no; its message is the server's own.
export class Refusal extends Error {
  constructor(status, problem) {
    super(problem.detail || problem.title || "The server did not answer as it should.");
    this.status = status;
    this.code = problem.code;
  }
}

async function send(method, path, body, signal) {
  const headers = token ? { Authorization: "Bearer " + token } : {};
  if (body) headers["Content-Type"] = "application/json";
  const answer = await fetch(path, { method, headers, signal, body: body && JSON.stringify(body) });
  if (answer.ok) return answer.status === 204 ? null : answer.json();
  throw new Refusal(answer.status, await answer.json().catch(() => ({})));
}

// A token that prolongs is good once: who asks meanwhile waits for the same answer.
const prolong = () => prolonging ??= (async () => {
  let old = null;
  try { old = sessionStorage.getItem(place); } catch { /* nothing is kept */ }
  if (!old) return false;
  try {
    token = "";
    keep(await send("POST", "/v1/sessions/refresh", { refresh_token: old }));
    return true;
  } catch (e) {
    if (e instanceof Refusal && e.status < 500) forget();
    return false;
  }
})().finally(() => { prolonging = null; });

export const headers = () => ({ Authorization: "Bearer " + token });

// resume says whether somebody is signed in still.
export const resume = prolong;

export const signIn = async (login, password) => keep(await send("POST", "/v1/sessions", { login, password }));

export async function signOut() {
  await send("DELETE", "/v1/sessions/current").catch(() => {});
  forget();
}

// ask sends a request, once more when the access token had ended.
export async function ask(method, path, body, signal) {
  try {
    return await send(method, path, body, signal);
  } catch (e) {
    if (!(e instanceof Refusal) || e.status !== 401 || !await prolong()) throw e;
    return send(method, path, body, signal);
  }
}
