// Keys for the queue of reviews. They work while the focus is in the list, and never while something is typed.
"use strict";
const queue = document.querySelector("[data-queue]");
if (queue) {
  const items = [...queue.querySelectorAll(".item")];
  const current = () => items.findIndex(item => item.contains(document.activeElement));
  const go = step => items[Math.min(items.length - 1, Math.max(0, current() + step))]?.focus();
  const act = {
    j: () => go(1),
    k: () => go(-1),
    x: () => items[current()]?.querySelector("[name=chosen]")?.click(),
    o: () => items[current()]?.querySelector("[data-open]")?.click(),
    w: () => queue.querySelector("[name=why]")?.focus(),
  };
  items[0].tabIndex = 0;
  queue.addEventListener("keydown", event => {
    const typing = event.target.matches("input:not([type=checkbox]), textarea, select");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(act, event.key)) return;
    event.preventDefault();
    act[event.key]();
  });
}
