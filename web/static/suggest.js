// Suggestions below a search box while it is typed in: a combobox with a list, as the ARIA practices describe it.
"use strict";
for (const box of document.querySelectorAll("input[data-suggest]")) {
  const WAIT = 150;
  const list = document.createElement("ul");
  let timer, asked, chosen = -1;

  list.id = `${box.id}-suggestions`;
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  list.hidden = true;
  box.form.append(list);
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", list.id);
  box.setAttribute("aria-expanded", "false");

  const open = (is) => {
    list.hidden = !is;
    box.setAttribute("aria-expanded", String(is));
    if (!is) choose(-1);
  };
  const choose = (n) => {
    chosen = n;
    [...list.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === n)));
    if (n < 0) return box.removeAttribute("aria-activedescendant");
    box.setAttribute("aria-activedescendant", list.children[n].id);
    list.children[n].scrollIntoView({ block: "nearest" });
  };
  const option = ({ kind, name, about, address }, n) => {
    const item = document.createElement("li");
    item.id = `${list.id}-${n}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.dataset.address = address;
    const words = document.createElement("span");
    words.textContent = name;
    const note = document.createElement("small");
    note.textContent = about || kind;
    item.append(words, " ", note);
    return item;
  };
  const ask = async () => {
    const text = box.value.trim();
    asked?.abort();
    if (!text) return open(false);
    asked = new AbortController();
    try {
      const answer = await fetch(`${box.dataset.suggest}?${new URLSearchParams({ q: text })}`, { signal: asked.signal });
      if (!answer.ok) return open(false);
      const { suggestions } = await answer.json();
      list.replaceChildren(...suggestions.map(option));
      choose(-1);
      open(suggestions.length > 0 && document.activeElement === box);
    } catch {
      open(false);
    }
  };

  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  box.addEventListener("keydown", (event) => {
    const last = list.children.length - 1;
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      open(false);
    } else if (event.key === "ArrowDown" && last >= 0) {
      event.preventDefault();
      if (list.hidden) open(true);
      choose(chosen === last ? 0 : chosen + 1);
    } else if (event.key === "ArrowUp" && last >= 0) {
      event.preventDefault();
      if (list.hidden) open(true);
      choose(chosen <= 0 ? last : chosen - 1);
    } else if (event.key === "Enter" && chosen >= 0) {
      event.preventDefault();
      location.assign(list.children[chosen].dataset.address);
    }
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const item = event.target.closest("[role=option]");
    if (item) location.assign(item.dataset.address);
  });
  box.addEventListener("blur", () => open(false));
}
