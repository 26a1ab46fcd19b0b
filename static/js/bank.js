/* The list of the question bank: counts what is ticked, ticks a whole page, and keeps the bar in sight meanwhile. */
(function () {
  "use strict";

  var form = document.querySelector("form[data-bulk]");
  if (!form) return;

  var boxes = Array.prototype.slice.call(form.querySelectorAll("input[name=row]"));
  var all = form.querySelector("[data-all]");
  var bar = form.querySelector("[data-bulk-bar]");
  var which = form.querySelector("[name=which]");
  var ticked = form.querySelector("[data-ticked]");
  var said = form.querySelector("[data-bulk-said]");
  var plain = ticked.textContent;

  function show() {
    var count = boxes.filter(function (box) {
      return box.checked;
    }).length;
    ticked.textContent = count ? ticked.getAttribute("data-words").replace("%s", count) : plain;
    said.textContent = count ? ticked.textContent : "";
    bar.classList.toggle("on", count > 0);
    all.checked = count === boxes.length;
    all.indeterminate = count > 0 && count < boxes.length;
    boxes.forEach(function (box) {
      box.closest("tr").classList.toggle("sel", box.checked);
    });
  }

  form.querySelector("[data-all-label]").hidden = false;
  all.addEventListener("change", function () {
    boxes.forEach(function (box) {
      box.checked = all.checked;
    });
    show();
  });
  form.addEventListener("change", function (event) {
    if (event.target.name !== "row") return;
    which.value = "ticked";
    show();
  });
  show();
})();
