/* Adds up the levels that are chosen while somebody marks. The server adds up by itself. */
(function () {
  "use strict";

  function show(hundredths) {
    return String(hundredths / 100);
  }

  document.addEventListener("DOMContentLoaded", function () {
    var form = document.querySelector("[data-marking]");
    var sum = form && form.querySelector("[data-mark-sum]");
    if (!sum) return;

    function add() {
      var points = 0;
      form.querySelectorAll("[data-points]:checked").forEach(function (level) {
        points += Number(level.getAttribute("data-points"));
      });
      sum.textContent = sum.getAttribute("data-pattern").replace("{points}", show(points)).replace("{of}", show(Number(sum.getAttribute("data-of"))));
    }

    form.addEventListener("change", add);
    add();
  });
})();
