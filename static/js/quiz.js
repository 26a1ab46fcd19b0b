/* Sitting a quiz. Every answer is sent the moment it is given, and kept in this browser until the server has
   acknowledged it: a reload, a crash, a second tab or a lost network lose nothing. Without this script every button of the
   page saves by sending the form.

   Kept in localStorage: "attempt:<token>" -> { last, queue: { position: { body, sequence } } }.
   A sequence is the moment of the answer in milliseconds of the server's clock, so that the server can tell which of two
   answers is the later one, in whatever order they arrive. */
(function () {
  "use strict";

  var finished = document.querySelector("[data-finished]");
  var form = document.querySelector("[data-sitting]");
  var page = form || document.querySelector("[data-checking]");
  if (!page && !finished) return;

  // ---- what is not acknowledged yet ----

  function Store(token) {
    this.key = "attempt:" + token;
    this.memory = { last: 0, queue: {} };
    this.works = true;
  }

  Store.prototype.read = function () {
    try {
      var text = window.localStorage.getItem(this.key);
      if (text) this.memory = JSON.parse(text);
      else if (this.works) this.memory = { last: this.memory.last, queue: {} };
    } catch (error) {
      this.works = false;
    }
    return this.memory;
  };

  Store.prototype.write = function (state) {
    this.memory = state;
    try {
      if (Object.keys(state.queue).length || state.last) window.localStorage.setItem(this.key, JSON.stringify(state));
      else window.localStorage.removeItem(this.key);
      this.works = true;
    } catch (error) {
      this.works = false;
    }
  };

  Store.prototype.put = function (position, body, sequence) {
    var state = this.read();
    state.last = Math.max(state.last, sequence);
    state.queue[position] = { body: body, sequence: sequence };
    this.write(state);
  };

  Store.prototype.done = function (position, sequence) {
    var state = this.read();
    var entry = state.queue[position];
    if (entry && entry.sequence <= sequence) delete state.queue[position];
    this.write(state);
  };

  Store.prototype.first = function () {
    var queue = this.read().queue;
    var positions = Object.keys(queue);
    return positions.length ? { position: positions[0], entry: queue[positions[0]] } : null;
  };

  Store.prototype.clear = function () {
    this.memory = { last: 0, queue: {} };
    try {
      window.localStorage.removeItem(this.key);
    } catch (error) {
      this.works = false;
    }
  };

  var store = new Store((page || finished).getAttribute("data-token"));

  // ---- the result page: say honestly what never arrived ----

  if (finished) {
    var lost = store.first();
    if (lost) document.getElementById("unsent").hidden = false;
    store.clear();
    return;
  }

  // ---- time ----

  var loadedAt = performance.now();
  var serverMs = Number(page.getAttribute("data-server-ms"));

  function nowMs() {
    return Math.round(serverMs + performance.now() - loadedAt);
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
      anchor.textContent = link.text;
      stateText.append(" ", anchor);
    }
  }

  // ---- sending: one after the other, again and again until it is acknowledged ----

  var sending = null;
  var retryAfter = 2000;
  var retryTimer = 0;
  var stopped = false;

  function token() {
    return page.querySelector("input[name='csrf_token']").value;
  }

  function address(position) {
    return page.getAttribute("data-save").replace(/\/0$/, "/" + position);
  }

  function post(position, entry) {
    var body = new URLSearchParams(entry.body);
    body.set("sequence", entry.sequence);
    return fetch(address(position), {
      method: "POST",
      credentials: "same-origin",
      keepalive: true,
      headers: { Accept: "application/json", "X-CSRFToken": token() },
      body: body
    });
  }

  /* Send everything that waits. Resolves to true when nothing waits any more. */
  function flush() {
    if (sending) return sending;
    window.clearTimeout(retryTimer);
    sending = next().then(
      function (empty) {
        sending = null;
        return empty;
      },
      function () {
        sending = null;
        return false;
      }
    );
    return sending;
  }

  function next() {
    var waiting = store.first();
    if (!waiting || stopped) return Promise.resolve(!waiting);
    if (store.works) say("saving");
    return post(waiting.position, waiting.entry).then(
      function (answer) {
        return answered(answer, waiting);
      },
      function () {
        say(store.works ? "offline" : "full");
        return later();
      }
    );
  }

  function answered(answer, waiting) {
    if (answer.ok) {
      return answer.json().then(function (saved) {
        retryAfter = 2000;
        store.done(waiting.position, waiting.entry.sequence);
        if (saved.remaining !== null) setRemaining(saved.remaining);
        if (saved.superseded) {
          say("superseded");
          outdated(waiting.position);
        }
        else say("saved", { time: saved.saved_at });
        return next();
      });
    }
    if (answer.status === 401) return renew();
    if (answer.status === 409) {
      stopped = true;
      say("late", {}, { href: page.getAttribute("data-result"), text: stateLine.getAttribute("data-result") });
      return false;
    }
    if (answer.status === 404 || answer.status === 413) {
      // Nothing that the server will ever take.
      store.done(waiting.position, waiting.entry.sequence);
      return next();
    }
    say("failed");
    return later();
  }

  /* The session is another one: perhaps somebody has signed in again in another tab, then a fresh token helps. */
  function renew() {
    return fetch(page.getAttribute("data-page"), { credentials: "same-origin" })
      .then(function (answer) {
        return answer.text();
      })
      .then(function (html) {
        var fresh = new DOMParser().parseFromString(html, "text/html").querySelector("[data-sitting] input[name='csrf_token']");
        if (!fresh || fresh.value === token()) throw new Error("still signed out");
        page.querySelector("input[name='csrf_token']").value = fresh.value;
        return next();
      })
      .catch(function () {
        say("expired", {}, { href: window.location.href, text: stateLine.getAttribute("data-sign-in") });
        return later();
      });
  }

  /* The server holds a later answer than ours: show that one. */
  function outdated(position) {
    if (!form || !cardAt(position)) return;
    cardAt(position).setAttribute("data-sequence", 0);
    loadCards();
  }

  function later() {
    window.clearTimeout(retryTimer);
    retryTimer = window.setTimeout(flush, retryAfter);
    retryAfter = Math.min(retryAfter * 2, 30000);
    return false;
  }

  window.addEventListener("online", function () {
    retryAfter = 2000;
    flush();
  });
  window.addEventListener("pagehide", flush);

  // ---- the clock ----

  var timer = document.getElementById("timer");
  var endsAt = 0;
  var said = {};

  function setRemaining(seconds) {
    endsAt = performance.now() + seconds * 1000;
  }

  function clock(seconds) {
    var hours = Math.floor(seconds / 3600);
    var parts = [Math.floor(seconds / 60) % 60, seconds % 60];
    if (hours) parts.unshift(hours);
    return parts
      .map(function (part, index) {
        return index || part > 9 ? String(part).padStart(2, "0") : String(part);
      })
      .join(":");
  }

  function tick() {
    var left = Math.max(0, Math.ceil((endsAt - performance.now()) / 1000));
    timer.querySelector("[data-timer-value]").textContent = clock(left);
    timer.classList.toggle("low", left <= 300);
    [300, 60].forEach(function (mark) {
      if (left > mark || said[mark]) return;
      said[mark] = true;
      if (mark - left > 5) return;
      document.getElementById("timer-news").textContent = timer.getAttribute("data-warn").replace("{minutes}", mark / 60);
    });
    if (left > 0) return;
    window.clearInterval(timer.ticking);
    document.getElementById("timer-news").textContent = timer.getAttribute("data-over");
    capture();
    // The server ends the attempt by its own clock; the result page of an attempt that it still holds open leads back.
    flush().then(function () {
      window.setTimeout(function () {
        leave(page.getAttribute("data-result"));
      }, 6000);
    });
  }

  function startClock() {
    if (!timer) return;
    var hide = timer.querySelector("[data-timer-hide]");
    var value = timer.querySelector("[data-timer-value]");
    var words = [hide.textContent, hide.getAttribute("data-show")];
    setRemaining(Number(timer.getAttribute("data-remaining")));
    timer.querySelector("[data-timer-label]").textContent = timer.getAttribute("data-label");
    timer.classList.add("ticking");
    hide.hidden = false;
    hide.addEventListener("click", function () {
      value.hidden = !value.hidden;
      hide.textContent = words[value.hidden ? 1 : 0];
    });
    timer.ticking = window.setInterval(tick, 1000);
    tick();
  }

  function leave(url) {
    window.location.assign(url);
  }

  // ---- the check page: what waits must go first ----

  if (!form) {
    startClock();
    say("ready");
    var warning = document.getElementById("unsent");
    var hadWaiting = Boolean(store.first());
    var sendNow = function () {
      return flush().then(function (empty) {
        warning.hidden = empty || stopped;
        if (empty && hadWaiting) window.location.reload();
        return empty;
      });
    };
    if (hadWaiting) sendNow();
    window.addEventListener("online", sendNow);
    page.addEventListener("submit", function (event) {
      if (!store.first() || stopped) return;
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

  function card() {
    return holder.querySelector("[data-card]");
  }

  function inputs(of) {
    return of.querySelectorAll("[name='answer'], [name='flagged']");
  }

  /* What a card says: the answer and the flag, as a form would send them. */
  function bodyOf(of) {
    var data = new URLSearchParams();
    inputs(of).forEach(function (input) {
      if ((input.type !== "radio" && input.type !== "checkbox") || input.checked) data.append(input.name, input.value);
    });
    return data.toString();
  }

  function restore(of, text) {
    var data = new URLSearchParams(text);
    var answers = data.getAll("answer");
    var field = 0;
    inputs(of).forEach(function (input) {
      if (input.name === "flagged") input.checked = data.has("flagged");
      else if (input.type === "radio" || input.type === "checkbox") input.checked = answers.indexOf(input.value) >= 0;
      else input.value = answers[field++] || "";
    });
  }

  /* Put the question at hand into the queue if it says something new. */
  function capture() {
    var here = card();
    var text = bodyOf(here);
    if (stopped || here.said === text) return;
    here.said = text;
    var sequence = Math.max(nowMs(), store.read().last + 1, sequenceOf(here) + 1);
    here.setAttribute("data-sequence", sequence);
    store.put(here.getAttribute("data-position"), text, sequence);
    paint(here);
  }

  /* Show the state of a question on the answer sheet. */
  function paint(here) {
    var given = 0;
    var fields = 0;
    inputs(here).forEach(function (input) {
      if (input.name === "flagged") return;
      if (input.type === "radio" || input.type === "checkbox") given += input.checked ? 1 : 0;
      else {
        fields += 1;
        given += input.value.trim() ? 1 : 0;
      }
    });
    var answered = fields ? given === fields : given > 0;
    var flagged = here.querySelector("input[name='flagged']").checked;
    document.querySelectorAll("[data-sheet='" + here.getAttribute("data-position") + "']").forEach(function (item) {
      item.classList.toggle("a", answered);
      item.classList.toggle("f", flagged);
      var button = item.querySelector("button");
      button.setAttribute("aria-label", label(button.textContent, answered, flagged));
    });
    var sheet = document.querySelector(".sheet ol");
    var counts = { answered: sheet.querySelectorAll(".a").length, flagged: sheet.querySelectorAll(".f").length };
    counts.open = total - counts.answered;
    Object.keys(counts).forEach(function (name) {
      document.querySelectorAll("[data-count='" + name + "']").forEach(function (figure) {
        figure.textContent = counts[name];
      });
    });
  }

  function label(number, answered, flagged) {
    var key = "data-label-" + (answered ? "done" : "open") + (flagged ? "-flagged" : "");
    return form.getAttribute(key).replace("{n}", number);
  }

  var typing = 0;

  form.addEventListener("change", function (event) {
    if (!event.target.name) return;
    capture();
    flush();
  });

  form.addEventListener("input", function (event) {
    if (event.target.type === "radio" || event.target.type === "checkbox") return;
    window.clearTimeout(typing);
    typing = window.setTimeout(function () {
      capture();
      flush();
    }, 600);
  });

  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState !== "hidden") return;
    capture();
    flush();
  });

  // ---- turning pages without the network; what another tab or another device answered ----

  var loadedCardsAt = 0;

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
    var kept = store.read().queue[each.getAttribute("data-position")];
    if (kept && kept.sequence > sequenceOf(each)) adopt(each, kept.body, kept.sequence);
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
    var waits = store.read().queue[fresh.getAttribute("data-position")];
    if (!waits && known.said === bodyOf(known) && sequenceOf(fresh) > sequenceOf(known)) {
      adopt(known, bodyOf(fresh), sequenceOf(fresh));
    }
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
  });

  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "visible" && performance.now() - loadedCardsAt > 10000) loadCards();
  });

  function show(number, push) {
    var target = cards[number];
    if (!target) return false;
    capture();
    flush();
    holder.replaceChild(target, card());
    target.said = bodyOf(target);
    form.action = address(target.getAttribute("data-position"));
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
    var go = button ? button.value : "next";
    var here = Number(card().getAttribute("data-number"));
    var number = go === "next" ? here + 1 : go === "prev" ? here - 1 : Number(go);
    var dialog = document.getElementById("sheet");
    if (dialog && dialog.open) dialog.close();
    if (go !== "check" && show(number, true)) return;
    capture();
    flush().then(function (empty) {
      if (!empty && !stopped && navigator.onLine === false) {
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
  if (store.first()) flush();
  loadCards();
})();
