/* The editor of completion rules works by plain buttons. This saves the way there and back: the answer's form takes the place of
   the one on the page, and what trainees will read is kept up to date while one types. */
(function () {
  "use strict";

  var form = document.querySelector("form[data-rules]");
  if (!form || !window.fetch || !window.DOMParser) return;
  var waiting = 0;
  var acts = 0; // how many buttons have been pressed; what was asked for before the last one is out of date

  function ask(command) {
    var data = new FormData(form);
    var number = acts;
    data.set("act", command);
    return fetch(form.action, { method: "POST", body: data, credentials: "same-origin" })
      .then(function (answer) {
        if (!answer.ok || answer.redirected) throw new Error("not this page");
        return answer.text();
      })
      .then(function (text) {
        if (number !== acts) return null;
        return new DOMParser().parseFromString(text, "text/html").querySelector("form[data-rules]");
      });
  }

  function take(fresh, selector) {
    var old = form.querySelector(selector);
    var part = fresh && fresh.querySelector(selector);
    if (old && part) old.replaceWith(document.importNode(part, true));
  }

  form.addEventListener("click", function (event) {
    var button = event.target.closest("button[name=act]");
    if (!button || button.value === "save") return;
    event.preventDefault();
    window.clearTimeout(waiting);
    acts += 1;
    form.inert = true; // nothing is pressed or typed into what is about to be replaced
    ask(button.value).then(
      function (fresh) {
        form.inert = false;
        if (button.value !== "check") take(fresh, "[data-rules-body]");
        take(fresh, "[data-rules-preview]");
        var next = form.querySelector("[autofocus]");
        if (next) next.focus();
        form.dispatchEvent(new Event("input", { bubbles: true }));
      },
      function () {
        var plain = document.createElement("input");
        plain.type = "hidden";
        plain.name = "act";
        plain.value = button.value;
        form.appendChild(plain);
        form.requestSubmit();
      }
    );
  });

  form.addEventListener("change", function () {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(function () {
      ask("check").then(
        function (fresh) {
          take(fresh, "[data-rules-preview]");
        },
        function () {}
      );
    }, 400);
  });
})();
