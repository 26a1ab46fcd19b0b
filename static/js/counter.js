/* Counts the characters of a long answer while it is typed, as teachers count them: all but white space. */
(function () {
  "use strict";

  function show(box) {
    var line = document.getElementById(box.getAttribute("data-counted"));
    var now = line && line.querySelector("[data-count-now]");
    if (!now) return;
    var count = Array.from(box.value.replace(/\s/g, "")).length;
    now.textContent = " · " + line.getAttribute("data-count-text").replace("{n}", count);
  }

  document.addEventListener("input", function (event) {
    if (event.target.matches && event.target.matches("[data-counted]")) show(event.target);
  });
  document.addEventListener("focusin", function (event) {
    if (event.target.matches && event.target.matches("[data-counted]")) show(event.target);
  });
  document.querySelectorAll("[data-counted]").forEach(show);
})();
