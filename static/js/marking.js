/* Adds up the levels of a rubric while they are chosen. The server adds them up by itself. */
(function () {
  "use strict";

  function add(piece) {
    var line = piece.querySelector("[data-sum]");
    if (!line) return;
    var sum = 0;
    var open = false;
    piece.querySelectorAll(".criterion").forEach(function (criterion) {
      var chosen = criterion.querySelector("input:checked");
      if (chosen) sum += Number(chosen.getAttribute("data-hundredths"));
      else open = true;
    });
    if (sum || !open) line.textContent = line.getAttribute("data-text").replace("{sum}", String(sum / 100));
  }

  document.querySelectorAll("[data-piece]").forEach(function (piece) {
    piece.addEventListener("change", function () {
      add(piece);
    });
    add(piece);
  });
})();
