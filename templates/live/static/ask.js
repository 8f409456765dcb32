"use strict";
// The field for SPARQL becomes an editor where it can; without, it is a field that works. What the editor completes is
// asked of the server once.
(function () {
  const area = document.getElementById("kg-query");
  const form = document.getElementById("kg-ask");
  const submit = () => form.requestSubmit();
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); submit(); }
  });
  if (!window.kgEditor) return;
  const words = fetch("vocabulary", { headers: { Accept: "application/json" } }).then((answer) => answer.json());
  window.kgEditor(area, { submit, words });
})();
