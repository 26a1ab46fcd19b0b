/* The order of a quiz's questions by dragging their grip, with mouse or finger; dropping sends the form. The arrow buttons
   do the same without it. */
(function () {
  "use strict";

  var list = document.querySelector("[data-slots]");
  var form = document.querySelector("[data-arrange]");
  if (!list || !form || !window.PointerEvent) return;

  var dragged = null;
  var startOrder = "";

  function order() {
    return Array.prototype.map
      .call(list.querySelectorAll("input[name='slot']"), function (input) {
        return input.value;
      })
      .join();
  }

  list.querySelectorAll("[data-grip]").forEach(function (grip) {
    grip.hidden = false;
    grip.addEventListener("pointerdown", function (event) {
      event.preventDefault();
      dragged = grip.closest("[data-slot]");
      startOrder = order();
      dragged.classList.add("dragging");
      grip.setPointerCapture(event.pointerId);
    });
    grip.addEventListener("pointermove", function (event) {
      if (!dragged) return;
      var over = document.elementFromPoint(event.clientX, event.clientY);
      var row = over && over.closest("[data-slot]");
      if (!row || row === dragged || row.parentNode !== list) return;
      var box = row.getBoundingClientRect();
      list.insertBefore(dragged, event.clientY < box.top + box.height / 2 ? row : row.nextSibling);
    });
    ["pointerup", "pointercancel"].forEach(function (name) {
      grip.addEventListener(name, function () {
        if (!dragged) return;
        dragged.classList.remove("dragging");
        dragged = null;
        if (order() !== startOrder) form.submit();
      });
    });
  });
})();
