"use strict";
// The drawing of a part of the graph: places were worked out when the site was made; here they are only drawn.
window.kgSite = window.kgSite || {};
(function () {
  const names = { SourcePage: "Source", EntityPage: "Entity", ConceptPage: "Concept", OverviewPage: "Overview", ContradictionPage: "Contradiction", SynthesisPage: "Synthesis", TimelinePage: "Timeline", TrailPage: "Trail" };
  const holder = document.getElementById("kg-drawing");
  const canvas = document.getElementById("kg-canvas");
  const pointed = document.getElementById("kg-pointed");
  const pen = canvas.getContext("2d");
  let nodes = [], links = [], near = [], scale = 1, left = 0, top = 0, under = -1, ratio = 1;

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const kindOf = (kind) => (names[kind] ? kind : "Page");
  const x = (node) => node[3] * scale + left;
  const y = (node) => node[4] * scale + top;
  const size = (node) => Math.min(3 + Math.sqrt(node[5]) * 1.4, 14);

  const draw = () => {
    const colours = {};
    for (const kind of [...Object.keys(names), "Page"]) colours[kind] = colour("--kind-" + kind.toLowerCase().replace("page", "") ) || colour("--kind-other");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, canvas.clientWidth, canvas.clientHeight);
    pen.strokeStyle = colour("--line");
    pen.lineWidth = 1;
    pen.beginPath();
    for (const [one, other] of links) { pen.moveTo(x(nodes[one]), y(nodes[one])); pen.lineTo(x(nodes[other]), y(nodes[other])); }
    pen.stroke();
    if (under >= 0) {
      pen.strokeStyle = colour("--accent");
      pen.lineWidth = 1.5;
      pen.beginPath();
      for (const other of near[under]) { pen.moveTo(x(nodes[under]), y(nodes[under])); pen.lineTo(x(nodes[other]), y(nodes[other])); }
      pen.stroke();
    }
    nodes.forEach((node, at) => {
      pen.fillStyle = colours[kindOf(node[2])];
      pen.globalAlpha = under < 0 || at === under || near[under].has(at) ? 1 : 0.35;
      pen.beginPath();
      pen.arc(x(node), y(node), size(node), 0, 7);
      pen.fill();
    });
    pen.globalAlpha = 1;
    names_(colour("--text"), colour("--paper"));
  };

  // Names where there is room, the best linked first; those of what is pointed at always.
  const names_ = (ink, paper) => {
    pen.font = "12px system-ui, sans-serif";
    pen.lineWidth = 3;
    pen.lineJoin = "round";
    const taken = [];
    const order = under < 0 ? nodes.keys() : [under, ...near[under], ...nodes.keys()];
    for (const at of order) {
      const node = nodes[at];
      const text = node[0].length > 34 ? node[0].slice(0, 33) + "…" : node[0];
      const width = pen.measureText(text).width;
      const box = [x(node) + size(node) + 3, y(node) - 8, width, 16];
      if (box[0] > canvas.clientWidth || box[1] > canvas.clientHeight || box[0] + width < 0 || box[1] < -16) continue;
      if (taken.some((one) => box[0] < one[0] + one[2] && one[0] < box[0] + box[2] && box[1] < one[1] + one[3] && one[1] < box[1] + box[3])) continue;
      taken.push(box);
      pen.strokeStyle = paper;
      pen.strokeText(text, box[0], y(node) + 4);
      pen.fillStyle = ink;
      pen.fillText(text, box[0], y(node) + 4);
    }
  };

  const fit = () => {
    ratio = window.devicePixelRatio || 1;
    canvas.width = canvas.clientWidth * ratio;
    canvas.height = canvas.clientHeight * ratio;
    const wide = Math.max(...nodes.map((node) => node[3]), 1), high = Math.max(...nodes.map((node) => node[4]), 1);
    const room = Math.min(160, canvas.clientWidth * 0.3); // for the names on the right
    scale = Math.min((canvas.clientWidth - room) / wide, (canvas.clientHeight - 50) / high);
    left = (canvas.clientWidth - room * 0.6 - wide * scale) / 2;
    top = (canvas.clientHeight - high * scale) / 2;
    draw();
  };

  const zoom = (times, atX = canvas.clientWidth / 2, atY = canvas.clientHeight / 2) => {
    const to = Math.min(Math.max(scale * times, 0.05), 20);
    left = atX - (atX - left) * to / scale;
    top = atY - (atY - top) * to / scale;
    scale = to;
    draw();
  };

  const find = (event) => {
    const box = canvas.getBoundingClientRect();
    const atX = event.clientX - box.left, atY = event.clientY - box.top;
    let best = -1, least = 196;
    nodes.forEach((node, at) => {
      const distance = (x(node) - atX) ** 2 + (y(node) - atY) ** 2;
      if (distance < least) { least = distance; best = at; }
    });
    return best;
  };

  const listen = () => {
    let from = null, moved = false;
    canvas.addEventListener("pointerdown", (event) => { from = [event.clientX, event.clientY]; moved = false; canvas.setPointerCapture(event.pointerId); });
    canvas.addEventListener("pointermove", (event) => {
      if (from) {
        const stepX = event.clientX - from[0], stepY = event.clientY - from[1];
        if (moved || Math.abs(stepX) + Math.abs(stepY) > 4) { moved = true; left += stepX; top += stepY; from = [event.clientX, event.clientY]; draw(); }
        return;
      }
      const at = find(event);
      if (at !== under) {
        under = at;
        canvas.classList.toggle("over", at >= 0);
        pointed.textContent = at < 0 ? "" : nodes[at][0] + " · " + (names[nodes[at][2]] || "Page") + " · joined with " + nodes[at][5] + (nodes[at][5] === 1 ? " page" : " pages");
        draw();
      }
    });
    canvas.addEventListener("pointerup", (event) => {
      const at = find(event);
      if (from && !moved && at >= 0 && nodes[at][1]) location.href = nodes[at][1];
      from = null;
    });
    canvas.addEventListener("pointerleave", () => { if (under >= 0) { under = -1; draw(); } });
    canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      const box = canvas.getBoundingClientRect();
      zoom(event.deltaY < 0 ? 1.2 : 1 / 1.2, event.clientX - box.left, event.clientY - box.top);
    }, { passive: false });
    for (const button of holder.querySelectorAll("button")) {
      button.addEventListener("click", () => ({ in: () => zoom(1.4), out: () => zoom(1 / 1.4), all: fit })[button.dataset.does]());
    }
    window.addEventListener("resize", fit);
    document.addEventListener("kg-theme", draw);
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  };

  kgSite.graph = (found) => {
    nodes = found.nodes;
    links = found.links;
    near = nodes.map(() => new Set());
    for (const [one, other] of links) { near[one].add(other); near[other].add(one); }
    const legend = holder.querySelector(".legend");
    const kinds = [...Object.keys(names), "Page"].filter((kind) => nodes.some((node) => kindOf(node[2]) === kind));
    legend.replaceChildren(...kinds.map((kind) => {
      const item = document.createElement("li");
      item.className = "kind-" + kind.toLowerCase().replace("page", "");
      item.textContent = names[kind] || "Other";
      return item;
    }));
    holder.hidden = false;
    fit();
    listen();
    holder.dataset.drawn = String(nodes.length);
    performance.mark("kg-drawn");
  };

  if (holder.dataset.inline) {
    kgSite.graph(JSON.parse(document.getElementById(holder.dataset.inline).textContent));
    return;
  }
  const script = document.createElement("script");
  script.src = holder.dataset.file;
  document.head.append(script);
})();
