// Pointing at a name or a line of the graph lets what it is not joined to fade.
"use strict";
for (const graph of document.querySelectorAll("figure.graph > svg")) {
  const lines = [...graph.querySelectorAll("a.line")];
  const nodes = [...graph.querySelectorAll("a.node")];

  const joined = (part) =>
    lines.filter((line) => line === part || ["from", "to"].some((side) =>
      part.classList.contains("node") && side in part.dataset && part.dataset[side] === line.dataset[side]));
  const show = (part) => {
    const lit = part ? joined(part) : [];
    const isEnd = (node) => lit.some((line) => ["from", "to"].some((side) =>
      side in node.dataset && node.dataset[side] === line.dataset[side]));
    lines.forEach((line) => line.classList.toggle("faint", part !== null && !lit.includes(line)));
    nodes.forEach((node) => node.classList.toggle("faint", part !== null && !isEnd(node)));
  };

  graph.addEventListener("pointerover", (event) => show(event.target.closest("a.line, a.node")));
  graph.addEventListener("pointerleave", () => show(null));
}
