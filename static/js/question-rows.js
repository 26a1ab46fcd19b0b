/* Rows of a question's editor (templates/questions/_rows.html): added and taken away at once. Without it the same buttons send
   the form, and the page comes back with one row more or less. */
(function () {
  "use strict";

  function controls(row) {
    return row.querySelectorAll("input, select, textarea");
  }

  /* Everything in a row that says its number: labels, ids, what the button sends. */
  function number(list) {
    var kind = list.getAttribute("data-rows");
    Array.prototype.forEach.call(list.children, function (row, index) {
      var shown = row.querySelector("[data-row-number]");
      if (shown) shown.textContent = index + 1;
      controls(row).forEach(function (input) {
        var label = input.getAttribute("aria-label");
        if (label) input.setAttribute("aria-label", label.replace(/\d+/, index + 1));
        if (input.id) input.id = input.id.replace(/\d+$/, index + 1);
        if (input.type === "checkbox" || input.type === "radio") input.value = index;
      });
      var place = row.querySelector("[data-row-index]");
      if (place) place.value = index;
      var drop = row.querySelector("[data-drop-row]");
      drop.value = "drop-" + kind + "-" + index;
      drop.querySelector(".vh").textContent = drop.querySelector(".vh").textContent.replace(/\d+/, index + 1);
    });
    var adder = document.querySelector("[data-add-row='" + kind + "']");
    if (adder) adder.hidden = list.children.length >= Number(list.getAttribute("data-most"));
    list.dispatchEvent(new CustomEvent("rows", { bubbles: true }));
  }

  function clear(row) {
    row.classList.remove("err");
    row.querySelectorAll(".errmsg").forEach(function (message) {
      message.remove();
    });
    controls(row).forEach(function (input) {
      if (input.type === "checkbox" || input.type === "radio") input.checked = false;
      else if (input.tagName === "SELECT") input.selectedIndex = 0;
      else input.value = input.getAttribute("data-new") || "";
      input.removeAttribute("aria-describedby");
      input.removeAttribute("aria-invalid");
    });
  }

  function firstField(row) {
    return row.querySelector("input:not([type='hidden']), select");
  }

  function add(list) {
    var row = list.lastElementChild.cloneNode(true);
    clear(row);
    list.appendChild(row);
    number(list);
    firstField(row).focus();
    return row;
  }

  function drop(row) {
    var list = row.parentNode;
    var next = row.nextElementSibling || row.previousElementSibling;
    if (next) row.remove();
    else clear(row);
    number(list);
    firstField(next || row).focus();
  }

  document.addEventListener("click", function (event) {
    var adder = event.target.closest("[data-add-row]");
    var dropper = event.target.closest("[data-drop-row]");
    if (!adder && !dropper) return;
    event.preventDefault();
    if (adder) add(document.querySelector("[data-rows='" + adder.getAttribute("data-add-row") + "']"));
    else drop(dropper.closest("[data-rows] > li"));
  });

  window.academyRows = { add: add };
})();
