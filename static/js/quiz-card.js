/* What a question's card says: reading its fields as a form would send them, filling them in again, and
   its place on the answer sheet. */
(function () {
  "use strict";

  /* It was checked, or the time of its section has passed: it takes no answer. */
  function isLocked(of) {
    return of.hasAttribute("data-locked");
  }

  /* The fields of a card: the answer, however many there are, and the flag. */
  function inputs(of) {
    return of.querySelectorAll("[name='answer']:not(button), [name^='answer-'], [name='confidence'], [name='flagged']");
  }

  /* What a card says: the answer and the flag, as a form would send them. */
  function bodyOf(of) {
    var data = new URLSearchParams();
    inputs(of).forEach(function (input) {
      if ((input.type !== "radio" && input.type !== "checkbox") || input.checked) data.append(input.name, input.value);
    });
    return data.toString();
  }

  /* Make a card say what `text` says. */
  function restore(of, text) {
    var data = new URLSearchParams(text);
    var field = {};
    if (of.hasAttribute("data-stepwise")) window.academyQuiz.steps.put(of, data.getAll("answer"));
    inputs(of).forEach(function (input) {
      var answers = data.getAll(input.name);
      if (input.name === "flagged") input.checked = data.has("flagged");
      else if (input.type === "radio" || input.type === "checkbox") input.checked = answers.indexOf(input.value) >= 0;
      else if (input.name !== "answer-parts") {
        field[input.name] = field[input.name] || 0;
        input.value = answers[field[input.name]++] || "";
      }
    });
    of.dispatchEvent(new Event("restored", { bubbles: true }));
  }

  /* Show the state of a question on the answer sheet. */
  function paint(form, here) {
    var given = 0;
    var fields = 0;
    inputs(here).forEach(function (input) {
      if (input.name === "flagged" || input.name === "answer-parts") return;
      if (input.type === "radio" || input.type === "checkbox") given += input.checked ? 1 : 0;
      else {
        fields += 1;
        given += input.value.trim() ? 1 : 0;
      }
    });
    var answered = fields ? given === fields : given > 0;
    if (here.hasAttribute("data-stepwise")) answered = here.hasAttribute("data-answered");
    var flagged = here.querySelector("input[name='flagged']").checked;
    document.querySelectorAll("[data-sheet='" + here.getAttribute("data-position") + "']").forEach(function (item) {
      item.classList.toggle("a", answered);
      item.classList.toggle("f", flagged);
      var button = item.querySelector("button");
      button.setAttribute("aria-label", label(form, button.textContent, answered, flagged));
    });
    var sheet = document.querySelector(".sheet ol");
    var counts = { answered: sheet.querySelectorAll(".a").length, flagged: sheet.querySelectorAll(".f").length };
    counts.open = Number(form.getAttribute("data-total")) - counts.answered;
    Object.keys(counts).forEach(function (name) {
      document.querySelectorAll("[data-count='" + name + "']").forEach(function (figure) {
        figure.textContent = counts[name];
      });
    });
  }

  function label(form, number, answered, flagged) {
    var key = "data-label-" + (answered ? "done" : "open") + (flagged ? "-flagged" : "");
    return form.getAttribute(key).replace("{n}", number);
  }

  window.academyQuiz.paint = paint;
  window.academyQuiz.isLocked = isLocked;
  window.academyQuiz.inputs = inputs;
  window.academyQuiz.bodyOf = bodyOf;
  window.academyQuiz.restore = restore;
})();
