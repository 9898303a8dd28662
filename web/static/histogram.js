// Dragging over a histogram asks for the days from the first bar touched to the last.
"use strict";
for (const chart of document.querySelectorAll("svg.histogram")) {
  const bars = [...chart.querySelectorAll("a[data-first]")];
  const form = document.getElementById(chart.dataset.form);
  let begun = -1, reached = -1;

  const barAt = (x) => {
    const box = chart.getBoundingClientRect();
    const place = Math.floor(((x - box.left) / box.width) * bars.length);
    return Math.min(Math.max(place, 0), bars.length - 1);
  };
  const show = () => {
    const [first, last] = [begun, reached].sort((one, other) => one - other);
    bars.forEach((bar, n) => bar.classList.toggle("within", begun >= 0 && n >= first && n <= last));
  };
  const stop = () => {
    begun = reached = -1;
    show();
  };

  chart.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    begun = reached = barAt(event.clientX);
    show();
  });
  chart.addEventListener("dragstart", (event) => event.preventDefault());
  window.addEventListener("pointermove", (event) => {
    if (begun < 0) return;
    reached = barAt(event.clientX);
    show();
  });
  window.addEventListener("pointercancel", stop);
  window.addEventListener("keydown", (event) => {
    if (event.key === "Escape") stop();
  });
  window.addEventListener("pointerup", () => {
    if (begun < 0 || begun === reached) return stop();
    const [first, last] = [begun, reached].sort((one, other) => one - other);
    form.elements.from.value = bars[first].dataset.first;
    form.elements.to.value = bars[last].dataset.last;
    form.requestSubmit();
  });
}
