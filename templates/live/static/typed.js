"use strict";
// Search as you type: the page of the search is asked again behind the words, and its hits are taken over.
(function () {
  const field = document.getElementById("kg-words");
  const form = document.getElementById("kg-form");
  if (!field || !form) return;
  let waiting = 0, last = field.value, number = 0;
  const ask = async () => {
    const words = field.value.trim();
    if (words === last.trim()) return;
    last = words;
    const mine = ++number;
    const address = form.getAttribute("action") + "?" + new URLSearchParams(new FormData(form));
    try {
      const answer = await fetch(address, { headers: { Accept: "text/html" } });
      const made = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("kg-answer");
      if (mine !== number || !made) return;
      document.getElementById("kg-answer").replaceWith(document.adoptNode(made));
      history.replaceState(null, "", address);
    } catch (error) {
      document.getElementById("kg-told").textContent = "The server does not answer; press Search to try again.";
    }
  };
  field.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(ask, 200); });
  if (!field.value) field.focus();
})();
