/* What a question's card says: reading its fields as a form would send them, and filling them in again. */
(function () {
  "use strict";

  /* It was checked, or the time of its section has passed: it takes no answer. */
  function isLocked(of) {
    return of.hasAttribute("data-locked");
  }

  /* The fields of a card: the answer, however many there are, and the flag. */
  function inputs(of) {
    return of.querySelectorAll("[name='answer'], [name^='answer-'], [name='confidence'], [name='flagged']");
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

  window.academyQuiz.isLocked = isLocked;
  window.academyQuiz.inputs = inputs;
  window.academyQuiz.bodyOf = bodyOf;
  window.academyQuiz.restore = restore;
})();
