/* Questions inside a recording, and the first viewing in order. The player asks `window.gates`:
     gates.next(ms)      the question at or before this place that is not answered, or null
     gates.open(stop)    show it; the film waits
     gates.furthest(covered, ms)   how far one may go: nowhere beyond what was watched, where the author says so
     gates.release()     the lesson is done: nothing holds one back any more
   and is told by `onanswer` (go on), `onback` (look back a little). What counts is decided by the server. */
(function () {
  "use strict";

  var main = document.querySelector("main[data-stops]");
  var dialog = document.getElementById("gate");
  if (!main || !dialog) return;

  var TOLERANCE = 3000; // as the server's SEEK_TOLERANCE_MS
  var place = dialog.querySelector("[data-gate]");
  var stops = JSON.parse(main.getAttribute("data-stops") || "[]");
  var inOrder = main.hasAttribute("data-in-order");
  var current = null;
  var busy = false;
  var gates = { next: next, open: open, furthest: furthest, release: release, onanswer: null, onback: null };

  function words(name) {
    return main.getAttribute("data-text-" + name) || "";
  }

  /* The earliest question not answered at or before a place. */
  function next(milliseconds) {
    var found = null;
    stops.forEach(function (stop) {
      if (stop.at <= milliseconds && (!found || stop.at < found.at)) found = stop;
    });
    return found;
  }

  /* Where contiguous watching has come to; the same rule as the server's `frontier`. */
  function furthest(covered, milliseconds) {
    if (!inOrder) return milliseconds;
    var reached = 0;
    covered
      .slice()
      .sort(function (one, other) {
        return one[0] - other[0];
      })
      .forEach(function (pair) {
        if (pair[0] <= reached + TOLERANCE) reached = Math.max(reached, pair[1]);
      });
    return milliseconds > reached + TOLERANCE ? reached : milliseconds;
  }

  function release() {
    stops = [];
    inOrder = false;
  }

  function ask(url, options) {
    options.credentials = "same-origin";
    options.headers = Object.assign({ Accept: "application/json" }, options.headers || {});
    return fetch(url, options).then(
      function (response) {
        return response.json().then(
          function (state) {
            return { status: response.status, state: state };
          },
          function () {
            return { status: response.redirected ? 401 : response.status, state: {} };
          }
        );
      },
      function () {
        return { status: 0, state: {} };
      }
    );
  }

  // ---- showing ----

  function open(stop) {
    if (dialog.open || busy) return;
    if (current === stop && place.firstElementChild) {
      show();
      return;
    }
    busy = true;
    ask(stop.url, {}).then(function (answer) {
      busy = false;
      if (answer.status !== 200) {
        window.lesson.say(
          answer.status === 401 ? words("signed-out") : answer.state.error || words("question-failed")
        );
        return;
      }
      current = stop;
      fill(answer.state.html);
      show();
    });
  }

  function fill(html) {
    place.innerHTML = html; // the page's own template, from the page's own server
  }

  function show() {
    window.lesson.say(words("question"));
    dialog.showModal();
    var first = place.querySelector("input:not([type=hidden]), select, textarea, button");
    if (first) first.focus();
  }

  // ---- answering ----

  place.addEventListener("submit", function (event) {
    event.preventDefault();
    event.stopPropagation();
    if (busy || !current) return;
    busy = true;
    var form = event.target;
    var token = document.querySelector("meta[name=csrf-token]");
    ask(form.action, {
      method: "POST",
      headers: { "X-CSRFToken": token ? token.content : "" },
      body: new URLSearchParams(new FormData(form))
    }).then(function (answer) {
      busy = false;
      if (answer.status !== 200) {
        blame(form, answer.status === 401 ? words("signed-out") : answer.state.error || words("answer-failed"));
        return;
      }
      answered(answer.state);
    });
  });

  function blame(form, text) {
    var line = form.querySelector("[data-gate-error]");
    line.textContent = text;
    line.hidden = false;
  }

  function answered(state) {
    fill(state.html);
    var verdict = place.querySelector("[data-gate-verdict]");
    if (verdict) verdict.focus();
    if (!state.passed) return;
    stops = stops.filter(function (stop) {
      return stop.key !== current.key;
    });
    window.lesson.say("");
    document.dispatchEvent(new CustomEvent("watched", { detail: state.state }));
  }

  place.addEventListener("click", function (event) {
    var button = event.target.closest("button");
    if (!button) return;
    if (button.hasAttribute("data-gate-again")) {
      var stop = current;
      current = null;
      dialog.close();
      open(stop);
    } else if (button.hasAttribute("data-gate-go")) {
      finish(gates.onanswer);
    } else if (button.hasAttribute("data-gate-back")) {
      var back = current;
      finish(function () {
        gates.onback(back.at);
      });
    }
  });

  function finish(then) {
    current = null;
    place.textContent = "";
    dialog.close();
    window.lesson.say("");
    if (then) then();
  }

  // answered, and closed by Escape or the cross: go on all the same
  dialog.addEventListener("close", function () {
    if (place.querySelector("[data-gate-go]")) {
      current = null;
      place.textContent = "";
    }
  });

  window.gates = gates;
})();
