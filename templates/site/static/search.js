"use strict";
// Search: the words that begin with what was typed, all of them in one document; titles first. Files of the index are
// loaded when they are needed, as scripts, so that it works from a disk too.
window.kgSite = window.kgSite || {};
(function () {
  const unparted = /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u312f\u3130-\u318f\u31a0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff]+/g;
  const most = 50;
  const got = { index: null, terms: new Map(), documents: new Map() };
  kgSite.index = (head) => { got.index = head; };
  kgSite.terms = (number, rows) => { got.terms.set(number, rows); };
  kgSite.documents = (number, rows) => { got.documents.set(number, rows); };

  const loading = new Map();
  const load = (file) => {
    if (!loading.has(file)) {
      loading.set(file, new Promise((done, failed) => {
        const script = document.createElement("script");
        script.src = file;
        script.onload = done;
        script.onerror = () => failed(new Error(file));
        document.head.append(script);
      }));
    }
    return loading.get(file);
  };

  const words = (text) => {
    const folded = text.normalize("NFKD").replace(/\p{M}/gu, "").normalize("NFC").toLowerCase();
    const found = [];
    for (const run of folded.match(/[\p{L}\p{N}]+/gu) || []) {
      let done = 0;
      for (const part of run.matchAll(unparted)) {
        if (part.index > done) found.push(run.slice(done, part.index));
        const letters = part[0];
        if (letters.length === 1) found.push(letters);
        for (let at = 0; at < letters.length - 1; at++) found.push(letters.slice(at, at + 2));
        done = part.index + letters.length;
      }
      if (done < run.length) found.push(run.slice(done));
    }
    return [...new Set(found)].slice(0, 12).map((word) => word.slice(0, 40));
  };

  const documentsWith = async (word) => {
    const number = got.index.shards.findIndex((firsts) => firsts.includes(String.fromCodePoint(word.codePointAt(0))));
    const found = new Map();
    if (number < 0) return found;
    await load("data/search/terms-" + number + ".js");
    for (const [term, packed] of got.terms.get(number)) {
      if (!term.startsWith(word)) continue;
      let value = 0;
      for (const step of packed.split(",")) {
        value += parseInt(step, 36);
        const weight = (value % 2 ? 10 : 1) * (term === word ? 2 : 1);
        found.set(value >> 1, Math.max(found.get(value >> 1) || 0, weight));
      }
    }
    return found;
  };

  const ranked = async (text) => {
    await load("data/search/index.js");
    let all = null;
    for (const word of words(text)) {
      const some = await documentsWith(word);
      if (all === null) all = some;
      else for (const [number, weight] of [...all]) {
        if (some.has(number)) all.set(number, weight + some.get(number));
        else all.delete(number);
      }
    }
    return [...(all || new Map())].sort((one, other) => other[1] - one[1] || one[0] - other[0]);
  };

  const told = document.getElementById("kg-told");
  const hits = document.getElementById("kg-hits");
  const field = document.getElementById("kg-words");
  let turn = 0;
  const show = async (text) => {
    const mine = ++turn;
    if (!words(text).length) { told.textContent = "Type one or more words."; hits.replaceChildren(); return; }
    try {
      const found = await ranked(text);
      const shown = found.slice(0, most);
      await Promise.all([...new Set(shown.map(([number]) => Math.floor(number / got.index.chunk)))].map((chunk) => load("data/search/documents-" + chunk + ".js")));
      if (mine !== turn) return;
      hits.replaceChildren(...shown.map(([number]) => {
        const [address, kind, title] = got.documents.get(Math.floor(number / got.index.chunk))[number % got.index.chunk];
        const item = document.createElement("li");
        const link = document.createElement("a");
        const beside = document.createElement("span");
        link.href = address; link.textContent = title || address; link.dir = "auto";
        beside.className = "beside"; beside.textContent = " " + kind;
        item.append(link, beside);
        return item;
      }));
      const count = found.length;
      told.textContent = count === 0 ? "Nothing has all of these words." : count > most ? "The first " + most + " of " + count + " hits." : count + (count === 1 ? " hit." : " hits.");
    } catch (error) {
      told.textContent = "The index of this site cannot be read: " + error.message;
    }
  };

  const asked = new URLSearchParams(location.search).get("q") || "";
  field.value = asked;
  show(asked);
  let waiting = 0;
  field.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(() => show(field.value), 150); });
  document.getElementById("kg-form").addEventListener("submit", (event) => { event.preventDefault(); show(field.value); });
  if (!asked) field.focus();
})();
