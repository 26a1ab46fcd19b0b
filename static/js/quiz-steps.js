/* Questions that are answered step by step: a button takes a step, and once the server has acknowledged it the card comes anew
   with what follows. What follows is not in this browser before: without the network a step is kept and waits. */
(function () {
  "use strict";

  var RETRY_MS = 3000;
  var inputs = window.academyQuiz.inputs;

  function box(card) {
    return card.querySelector("[data-steps]");
  }

  function taken(card) {
    return Array.prototype.filter.call(inputs(card), function (input) {
      return input.name === "answer";
    });
  }

  /* Whether the card has a step that its server has not answered yet. */
  function waits(card) {
    var way = box(card);
    return Boolean(way) && taken(card).length > Number(way.getAttribute("data-steps"));
  }

  /* Make these the steps of a card; one more than it knows waits for the server. */
  function put(card, values) {
    var way = box(card);
    if (!way) return;
    taken(card).forEach(function (input) {
      input.remove();
    });
    values.forEach(function (value) {
      var input = document.createElement("input");
      input.type = "hidden";
      input.name = "answer";
      input.value = value;
      way.append(input);
    });
    if (!waits(card)) return;
    way.setAttribute("aria-busy", "true");
    way.querySelectorAll("button").forEach(function (button) {
      button.disabled = true;
      button.classList.toggle("taken", button.value === values[values.length - 1]);
    });
    say(card, "sending");
  }

  function take(card, button) {
    put(
      card,
      taken(card)
        .map(function (input) {
          return input.value;
        })
        .concat(button.value)
    );
  }

  /* Say what a step waits for: "sending" or "offline". */
  function say(card, name) {
    var line = card.querySelector("[data-step-wait]");
    if (!line || !waits(card)) return;
    line.textContent = line.getAttribute("data-text-" + name);
    line.hidden = false;
  }

  /* Say at the top of a card why a step does not count. */
  function warn(card, sentence) {
    var note = document.createElement("div");
    note.className = "note warn mb-4";
    note.setAttribute("role", "alert");
    note.textContent = sentence;
    card.prepend(note);
  }

  function focus(card) {
    var place = card.querySelector("[data-step-focus]") || card.querySelector("h2");
    var way = box(card);
    place.focus({ preventScroll: true });
    (card.querySelector("[role='alert']") || way || card).scrollIntoView({ block: "start" });
  }

  /* Get the card of a question as the server shows it now; again and again until the network is there. */
  function bring(card, address, ready) {
    function again() {
      say(card, "offline");
      window.setTimeout(function () {
        bring(card, address, ready);
      }, RETRY_MS);
    }
    fetch(address + "?n=" + card.getAttribute("data-number"), { credentials: "same-origin" })
      .then(function (answer) {
        if (!answer.ok) window.location.reload();
        return answer.ok ? answer.text() : "";
      })
      .then(function (html) {
        var fresh = new DOMParser().parseFromString(html, "text/html").querySelector("[data-card]");
        if (fresh) ready(document.importNode(fresh, true));
      }, again);
  }

  window.academyQuiz.steps = { waits: waits, put: put, take: take, say: say, warn: warn, focus: focus, bring: bring };
})();
