/* The editor of a question: with options, adds rows at once; with blanks, keeps as many rows as the stem has blanks. Without
   it a button sends the form for that, and a row that is left empty does not count. */
(function () {
  "use strict";

  var rows = document.querySelector("[data-option-rows]");
  var adder = document.querySelector("[data-add-option]");
  if (!rows || !adder) return;

  var most = Number(rows.getAttribute("data-most"));

  function number() {
    Array.prototype.forEach.call(rows.children, function (row, index) {
      var letter = String.fromCharCode(65 + index);
      var pick = row.querySelector("input[name='correct']");
      var text = row.querySelector("input[name='option_text']");
      pick.value = index;
      pick.setAttribute("aria-label", pick.getAttribute("aria-label").replace(/[A-Z](?![a-z])/, letter));
      text.setAttribute("aria-label", text.getAttribute("aria-label").replace(/[A-Z](?![a-z])/, letter));
      text.id = "option-" + (index + 1);
      row.querySelector(".k").textContent = letter;
    });
    adder.hidden = rows.children.length >= most;
  }

  adder.addEventListener("click", function (event) {
    event.preventDefault();
    var row = rows.lastElementChild.cloneNode(true);
    row.classList.remove("err");
    row.querySelectorAll(".errmsg").forEach(function (message) {
      message.remove();
    });
    row.querySelectorAll("input").forEach(function (input) {
      if (input.name === "correct") {
        input.checked = false;
        input.removeAttribute("id");
      } else {
        input.value = "";
        input.removeAttribute("aria-describedby");
        input.removeAttribute("aria-invalid");
      }
    });
    rows.appendChild(row);
    number();
    row.querySelector("input[name='option_text']").focus();
  });
})();

(function () {
  "use strict";

  var rows = document.querySelector("[data-blank-rows]");
  var stem = document.getElementById("stem");
  if (!rows || !stem) return;

  var most = Number(rows.getAttribute("data-most"));

  function isEmpty(row) {
    return Array.prototype.every.call(row.querySelectorAll("input, textarea"), function (field) {
      return !field.value.trim();
    });
  }

  function addRow() {
    var number = rows.children.length + 1;
    var row = rows.lastElementChild.cloneNode(true);
    row.classList.remove("err");
    row.querySelectorAll(".errmsg").forEach(function (message) {
      message.remove();
    });
    row.querySelectorAll("select, input, textarea").forEach(function (field) {
      if (field.tagName === "SELECT") field.selectedIndex = 0;
      else field.value = "";
      field.id = field.id.replace(/^blank-\d+/, "blank-" + number);
    });
    row.querySelectorAll("label").forEach(function (label) {
      label.htmlFor = label.htmlFor.replace(/^blank-\d+/, "blank-" + number);
      if (label.hasAttribute("data-label")) label.textContent = label.getAttribute("data-label").replace("{n}", number);
    });
    rows.appendChild(row);
  }

  /* A row that was filled in stays, so that nothing typed is lost while the stem is being changed. */
  function match() {
    var wanted = Math.min(most, Math.max(1, (stem.value.match(/[_\uff3f]{2,}/g) || []).length));
    while (rows.children.length < wanted) addRow();
    while (rows.children.length > wanted && isEmpty(rows.lastElementChild)) rows.lastElementChild.remove();
  }

  document.querySelector("[data-match-blanks]").hidden = true;
  stem.addEventListener("input", match);
})();
