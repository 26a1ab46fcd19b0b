/* Sitting a quiz: sends every answer the moment it is given (quiz-outbox.js), turns pages without the network, keeps the
   answer sheet and the clock (quiz-clock.js). Without scripts every button of the page saves by sending the form. */
(function () {
  "use strict";

  var finished = document.querySelector("[data-finished]");
  var form = document.querySelector("[data-sitting]");
  var page = form || document.querySelector("[data-checking]");
  if (!page && !finished) return;

  var store = new window.academyQuiz.Store((page || finished).getAttribute("data-token"));

  // ---- the result page: say honestly what never arrived ----

  if (finished) {
    var lost = store.first();
    if (lost) document.getElementById("unsent").hidden = false;
    store.clear();
    return;
  }

  // ---- the state in words ----

  var stateLine = document.getElementById("save-state");
  var stateText = stateLine.querySelector("[data-state-text]");

  function say(name, values, link) {
    var text = stateLine.getAttribute("data-" + name);
    Object.keys(values || {}).forEach(function (key) {
      text = text.replace("{" + key + "}", values[key]);
    });
    stateLine.classList.toggle("offline", name === "offline" || name === "failed" || name === "expired" || name === "full");
    stateLine.classList.toggle("bad", name === "late" || name === "superseded");
    stateText.textContent = text;
    if (link) {
      var anchor = document.createElement("a");
      anchor.href = link.href;
      anchor.textContent = stateLine.getAttribute("data-" + link.name);
      stateText.append(" ", anchor);
    }
  }

  // ---- sending, and the clock ----

  var timer = document.getElementById("timer");
  var clock = null;

  var outbox = new window.academyQuiz.Outbox(page, store, {
    say: say,
    saved: function (position, saved) {
      if (clock && saved.remaining !== null) clock.set(saved.remaining);
      if (saved.superseded && form) outdated(position);
      else if (form) follow(position);
    },
    closed: function (position) {
      if (form) outdated(position);
    },
    refused: function (position, sentence) {
      if (form) follow(position, sentence);
    }
  });

  var watch = new window.academyQuiz.Watch(page, store, outbox);

  function leave(url) {
    watch.going();
    window.location.assign(url);
  }

  /* The server ends the attempt by its own clock, a few seconds after ours: only then is there a result to show. What
     could not be sent stays on the screen; once the network is back, the answer to it leads to the result. */
  function timeIsUp() {
    if (form) capture();
    outbox.flush().then(function (empty) {
      if (!empty) return;
      window.setTimeout(function () {
        if (navigator.onLine !== false) leave(page.getAttribute("data-result"));
        else window.addEventListener("online", timeIsUp);
      }, 6000);
    });
  }

  function startClock() {
    if (timer) clock = new window.academyQuiz.Clock(timer, timeIsUp);
  }

  // ---- the check page: what waits must go first ----

  if (!form) {
    startClock();
    say("ready");
    var warning = document.getElementById("unsent");
    var hadWaiting = Boolean(store.first());
    var sendNow = function () {
      return outbox.flush().then(function (empty) {
        warning.hidden = empty || outbox.stopped;
        if (empty && hadWaiting) window.location.reload();
        return empty;
      });
    };
    if (hadWaiting) sendNow();
    window.addEventListener("online", sendNow);
    page.addEventListener("submit", function (event) {
      page.querySelector("[name='events']").value = outbox.untold();
      if (!store.first() || outbox.stopped) return;
      event.preventDefault();
      page.removeAttribute("data-sent");
      sendNow();
    });
    return;
  }

  // ---- the question at hand ----

  var holder = form.querySelector("[data-cards]");
  var total = Number(form.getAttribute("data-total"));
  var cards = {};
  var isLocked = window.academyQuiz.isLocked;
  var inputs = window.academyQuiz.inputs;
  var bodyOf = window.academyQuiz.bodyOf;
  var restore = window.academyQuiz.restore;
  var steps = window.academyQuiz.steps;

  function paint(here) {
    window.academyQuiz.paint(form, here);
  }

  function card() {
    return holder.querySelector("[data-card]");
  }

  /* Put the question at hand into the queue if it says something new. */
  function capture() {
    var here = card();
    var text = bodyOf(here);
    if (outbox.stopped || isLocked(here) || here.said === text) return;
    here.said = text;
    here.setAttribute("data-sequence", outbox.put(here.getAttribute("data-position"), text, sequenceOf(here)));
    paint(here);
  }

  var typing = 0;

  form.addEventListener("change", function (event) {
    if (!event.target.name) return;
    capture();
    outbox.flush();
  });

  form.addEventListener("input", function (event) {
    if (event.target.type === "radio" || event.target.type === "checkbox") return;
    window.clearTimeout(typing);
    typing = window.setTimeout(function () {
      capture();
      outbox.flush();
    }, 600);
  });

  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState !== "hidden") return;
    capture();
    outbox.flush();
  });

  // ---- turning pages without the network; what another tab or another device answered ----

  var loadedCardsAt = performance.now();

  /* The page may bring the other questions along. */
  function unpackCards() {
    var brought = document.querySelector("template[data-others]");
    if (!brought) return false;
    brought.content.querySelectorAll("[data-card]").forEach(function (each) {
      prepare(document.importNode(each, true));
    });
    return true;
  }

  function loadCards() {
    loadedCardsAt = performance.now();
    fetch(form.getAttribute("data-cards"), { credentials: "same-origin" })
      .then(function (answer) {
        return answer.ok ? answer.text() : "";
      })
      .then(function (html) {
        new DOMParser().parseFromString(html, "text/html").querySelectorAll("[data-card]").forEach(function (each) {
          if (cards[each.getAttribute("data-number")]) catchUp(each);
          else prepare(document.importNode(each, true));
        });
      })
      .catch(function () {
        // The next page comes from the server then.
      });
  }

  /* Bring a new card up to date with what waits here, and remember it. */
  function prepare(each) {
    var kept = store.waiting(each.getAttribute("data-position"));
    if (kept && !isLocked(each) && kept.sequence > sequenceOf(each)) adopt(each, kept.body, kept.sequence);
    each.said = bodyOf(each);
    cards[each.getAttribute("data-number")] = each;
  }

  function sequenceOf(each) {
    return Number(each.getAttribute("data-sequence"));
  }

  /* Take over a later answer to a question. */
  function adopt(each, text, sequence) {
    restore(each, text);
    each.said = text;
    each.setAttribute("data-sequence", sequence);
    paint(each);
  }

  /* `fresh` is the server's state of a card that we have. */
  function catchUp(fresh) {
    var known = cards[fresh.getAttribute("data-number")];
    var waits = store.waiting(fresh.getAttribute("data-position"));
    var walked = fresh.hasAttribute("data-stepwise") && !waits && bodyOf(fresh) !== bodyOf(known);
    if (walked || isLocked(fresh) !== isLocked(known)) {
      replaceCard(known, document.importNode(fresh, true));
      return;
    }
    if (isLocked(known)) return;
    if (!waits && known.said === bodyOf(known) && sequenceOf(fresh) > sequenceOf(known)) {
      adopt(known, bodyOf(fresh), sequenceOf(fresh));
    }
  }

  /* A question was closed elsewhere, or went on: show what the server says of it. */
  function replaceCard(known, fresh) {
    if (known.parentNode === holder) holder.replaceChild(fresh, known);
    prepare(fresh);
    if (!isLocked(fresh)) paint(fresh);
  }

  /* A step has arrived, or was refused: show what follows. */
  function follow(position, sentence) {
    var known = cardAt(position);
    if (!known || !(sentence || steps.waits(known))) return;
    steps.bring(known, form.getAttribute("data-cards"), function (fresh) {
      if (cards[known.getAttribute("data-number")] !== known) return;
      replaceCard(known, fresh);
      if (sentence) steps.warn(fresh, sentence);
      if (fresh.parentNode === holder) steps.focus(fresh);
    });
  }

  /* The server holds a later answer than ours: show that one. */
  function outdated(position) {
    var known = cardAt(position);
    if (!known) return;
    known.setAttribute("data-sequence", 0);
    loadCards();
  }

  function cardAt(position) {
    return Object.keys(cards)
      .map(function (number) {
        return cards[number];
      })
      .filter(function (each) {
        return each.getAttribute("data-position") === String(position);
      })[0];
  }

  // another tab of this browser has put an answer into the queue
  window.addEventListener("storage", function (event) {
    if (event.key !== store.key || !event.newValue) return;
    var queue = store.read().queue;
    Object.keys(queue).forEach(function (position) {
      var known = cardAt(position);
      if (known && queue[position].sequence > sequenceOf(known)) adopt(known, queue[position].body, queue[position].sequence);
    });
    Object.keys(cards).forEach(function (number) {
      var position = cards[number].getAttribute("data-position");
      if (!queue[position]) follow(position);
    });
  });

  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "visible" && performance.now() - loadedCardsAt > 10000) loadCards();
  });

  function show(number, push) {
    var target = cards[number];
    if (!target) return false;
    capture();
    outbox.flush();
    holder.replaceChild(target, card());
    target.said = bodyOf(target);
    form.action = formAddress(target);
    form.querySelector("input[name='n']").value = number;
    document.getElementById("page-news").hidden = true;
    document.querySelectorAll("[data-sheet] button").forEach(function (button) {
      if (button.value === String(number)) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    });
    turnBar(number);
    var heading = target.querySelector("h2");
    document.title = heading.textContent + document.title.slice(document.title.indexOf(" · "));
    if (push) history.pushState({ n: number }, "", form.getAttribute("data-page") + "?n=" + number);
    heading.focus();
    window.scrollTo(0, 0);
    return true;
  }

  function formAddress(of) {
    return form.getAttribute("data-form").replace(/\/0$/, "/" + of.getAttribute("data-position"));
  }

  /* Checking is the server's: the form goes there as it does without scripts, once everything is saved. */
  function checkThis() {
    capture();
    outbox.flush().then(function (empty) {
      if (!empty && !outbox.stopped) {
        document.getElementById("page-news").hidden = false;
        return;
      }
      var go = document.createElement("input");
      go.type = "hidden";
      go.name = "go";
      go.value = "try";
      form.append(go);
      form.action = formAddress(card());
      watch.going();
      HTMLFormElement.prototype.submit.call(form);
    });
  }

  function takeStep(button) {
    var here = card();
    steps.take(here, button);
    capture();
    outbox.flush().then(function (empty) {
      if (!empty) steps.say(here, "offline");
    });
  }

  function turnBar(number) {
    var last = number === total;
    document.querySelector("[data-prev]").disabled = number === 1;
    var forward = document.querySelector("[data-next]");
    forward.value = last ? "check" : "next";
    forward.textContent = forward.getAttribute(last ? "data-check-text" : "data-next-text");
    form.querySelector("button[aria-hidden]").value = forward.value;
  }

  window.addEventListener("popstate", function () {
    var number = Number(new URLSearchParams(window.location.search).get("n") || 1);
    if (!show(number, false)) window.location.reload();
  });

  // older browsers do not say which button was pressed
  var pressed = null;
  document.addEventListener("click", function (event) {
    var button = event.target.closest("button");
    if (button && button.form === form) pressed = button;
  });

  form.addEventListener("submit", function (event) {
    var button = event.submitter || pressed;
    pressed = null;
    event.preventDefault();
    form.removeAttribute("data-sent");
    if (button && button.name === "answer") {
      takeStep(button);
      return;
    }
    var go = button ? button.value : "next";
    var here = Number(card().getAttribute("data-number"));
    var number = go === "next" ? here + 1 : go === "prev" ? here - 1 : Number(go);
    var dialog = document.getElementById("sheet");
    if (dialog && dialog.open) dialog.close();
    if (go === "try") {
      checkThis();
      return;
    }
    if (go !== "check" && show(number, true)) return;
    capture();
    outbox.flush().then(function (empty) {
      if (!empty && !outbox.stopped && navigator.onLine === false) {
        document.getElementById("page-news").hidden = false;
        return;
      }
      leave(go === "check" ? form.getAttribute("data-check") : form.getAttribute("data-page") + "?n=" + number);
    });
  });

  // ---- go ----

  say("ready");
  prepare(card());
  startClock();
  if (store.first()) outbox.flush();
  if (!unpackCards() && total > 1) loadCards();
})();
