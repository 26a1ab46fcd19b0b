/* A form marked data-guard asks before the page is left with something typed and not saved. */
(function () {
  "use strict";

  document.addEventListener("DOMContentLoaded", function () {
    var form = document.querySelector("form[data-guard]");
    if (!form) return;
    var touched = Boolean(document.querySelector(".errsum, #conflict-title"));

    form.addEventListener("input", function () {
      touched = true;
    });
    form.addEventListener("submit", function () {
      touched = false;
    });
    window.addEventListener("beforeunload", function (event) {
      if (!touched) return;
      event.preventDefault();
      event.returnValue = "";
    });
  });
})();
