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
      // a finger holds on to what it touched first, and lets go of it when that moves
      if (grip.hasPointerCapture(event.pointerId)) grip.releasePointerCapture(event.pointerId);
      dragged = grip.closest("[data-slot]");
      startOrder = order();
      dragged.classList.add("dragging");
    });
  });

  document.addEventListener("pointermove", function (event) {
    if (!dragged) return;
    var over = document.elementFromPoint(event.clientX, event.clientY);
    var row = over && over.closest("[data-slot]");
    if (!row || row === dragged) return;
    var box = row.getBoundingClientRect();
    list.insertBefore(dragged, event.clientY < box.top + box.height / 2 ? row : row.nextSibling);
  });

  ["pointerup", "pointercancel"].forEach(function (name) {
    document.addEventListener(name, function () {
      if (!dragged) return;
      dragged.classList.remove("dragging");
      dragged = null;
      if (order() !== startOrder) form.submit();
    });
  });
})();
