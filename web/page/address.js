import { ask } from "/session.js";

// line writes an address as it stands on a letter.
export const line = (a) => [[a.number, a.street].filter(Boolean).join(" "), [a.city, a.postcode].filter(Boolean).join(" ")].filter(Boolean).join(", ");

const precision = { rooftop: "the house", interpolated: "between two houses of the street", street: "the street", place: "the town" };

// field makes an input with a list under it that finds addresses while somebody
// types. chosen is called with the address; near gives where to look first.
export function field(input, list, near, chosen) {
  let found = [], at = -1, last = null, timer = 0;

  const close = () => {
    list.hidden = true;
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const choose = (a) => {
    input.value = line(a);
    close();
    chosen(a);
  };
  const mark = (i) => {
    at = i;
    [...list.children].forEach((e, k) => e.setAttribute("aria-selected", String(k === i)));
    input.setAttribute("aria-activedescendant", list.children[i].id);
  };
  const show = (items) => {
    found = items;
    list.replaceChildren(...items.map((a, i) => {
      const e = document.createElement("li");
      e.id = list.id + "-" + i;
      e.setAttribute("role", "option");
      e.textContent = line(a);
      const small = document.createElement("small");
      small.textContent = precision[a.precision];
      e.append(small);
      e.addEventListener("pointerdown", (event) => { event.preventDefault(); choose(a); });
      return e;
    }));
    list.hidden = items.length === 0;
    input.setAttribute("aria-expanded", String(items.length > 0));
    if (items.length) mark(0); else close();
  };
  // Only the answer to what was asked last is shown.
  const look = async () => {
    last?.abort();
    const text = input.value.trim();
    if (!text) { show([]); return; }
    last = new AbortController();
    try {
      const { items } = await ask("POST", "/v1/addresses/search", { text: text.slice(0, 200), unfinished: true, limit: 6, near: near() }, last.signal);
      show(items);
    } catch (e) {
      if (e.name !== "AbortError") close();
    }
  };
  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, 120); });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const n = found.length;
    if (list.hidden || !n) return;
    switch (event.key) {
      case "ArrowDown": mark((at + 1) % n); break;
      case "ArrowUp": mark((at + n - 1) % n); break;
      case "Enter": choose(found[at]); break;
      case "Escape": close(); break;
      default: return;
    }
    event.preventDefault();
  });
}
