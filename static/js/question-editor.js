/* The editor of a question with options: adds rows and takes them away at once. Without it the same button sends the form,
   and a row that is left empty does not count. */
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
