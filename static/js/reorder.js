/* Lists whose rows can be dragged to another place. Each row has buttons for the same, so this is only a comfort.

   <ol data-reorder><li data-move-url="…"> <span data-grip hidden>…</span> …
   A row that was dropped is moved by POST to its address with `place`, its number in the list from 0. */
(function () {
  "use strict";

  var dragged = null;

  function rows(list) {
    return Array.prototype.filter.call(list.children, function (child) {
      return child.hasAttribute("data-move-url");
    });
  }

  function rowAt(list, y) {
    return rows(list).filter(function (row) {
      var box = row.getBoundingClientRect();
      return row !== dragged && y < box.top + box.height / 2;
    })[0];
  }

  function move(row) {
    var form = document.createElement("form");
    form.method = "post";
    form.action = row.getAttribute("data-move-url");
    form.hidden = true;
    var values = { csrf_token: document.querySelector("meta[name=csrf-token]").content, place: rows(row.parentNode).indexOf(row) };
    Object.keys(values).forEach(function (name) {
      var input = document.createElement("input");
      input.type = "hidden";
      input.name = name;
      input.value = values[name];
      form.appendChild(input);
    });
    document.body.appendChild(form);
    form.submit();
  }

  document.querySelectorAll("[data-reorder]").forEach(function (list) {
    rows(list).forEach(function (row) {
      var grip = row.querySelector("[data-grip]");
      if (!grip) return;
      grip.hidden = false;
      // only the grip takes hold, so that text in the row can still be selected
      grip.addEventListener("pointerdown", function () {
        row.draggable = true;
      });
      grip.addEventListener("pointerup", function () {
        row.draggable = false;
      });
      row.addEventListener("dragstart", function (event) {
        dragged = row;
        row.setAttribute("data-from", rows(list).indexOf(row));
        event.dataTransfer.effectAllowed = "move";
        event.dataTransfer.setData("text/plain", "");
        row.classList.add("dragged");
      });
      row.addEventListener("dragend", function () {
        row.classList.remove("dragged");
        row.draggable = false;
        if (dragged === row && String(rows(list).indexOf(row)) !== row.getAttribute("data-from")) move(row);
        dragged = null;
      });
    });
    list.addEventListener("dragover", function (event) {
      if (!dragged || dragged.parentNode !== list) return;
      event.preventDefault();
      var before = rowAt(list, event.clientY) || null;
      if (before !== dragged.nextElementSibling) list.insertBefore(dragged, before);
    });
    list.addEventListener("drop", function (event) {
      if (dragged) event.preventDefault();
    });
  });
})();
