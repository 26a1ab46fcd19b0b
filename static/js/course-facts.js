/* The cover of a course changes while its words and its colour are chosen. */
(function () {
  "use strict";

  document.addEventListener("DOMContentLoaded", function () {
    var box = document.querySelector("[data-cover] .cover");
    var words = document.getElementById("cover_text");
    var hues = document.querySelectorAll("input[name=cover_hue]");
    if (!box || !words) return;

    function show() {
      box.querySelector("b").textContent = words.value.trim();
      hues.forEach(function (hue) {
        box.classList.toggle(hue.value, hue.checked);
      });
    }

    words.addEventListener("input", show);
    hues.forEach(function (hue) {
      hue.addEventListener("change", show);
    });
    show();
  });
})();
