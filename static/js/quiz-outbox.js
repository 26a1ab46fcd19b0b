/* Answers on their way to the server. Each is kept in this browser until the server has acknowledged it: a reload, a crash,
   a second tab or a lost network lose nothing.

   Kept in localStorage: "attempt:<token>" -> { last, queue: { position: { body, sequence } }, events: [[kind, ms]], away }.
   A sequence is the moment of the answer in milliseconds of the server's clock, so that the server can tell which of two
   answers is the later one, in whatever order they arrive. */
(function () {
  "use strict";

  var FIRST_RETRY_MS = 2000;
  var LAST_RETRY_MS = 30000;
  var MOST_EVENTS = 50;

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
      window.localStorage.setItem(this.key, JSON.stringify(state));
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

  Store.prototype.waiting = function (position) {
    return this.read().queue[position];
  };

  Store.prototype.first = function () {
    var queue = this.read().queue;
    var positions = Object.keys(queue);
    return positions.length ? { position: positions[0], entry: queue[positions[0]] } : null;
  };

  // ---- what else is to be told: that the page was left (quiz-watch.js) ----

  Store.prototype.happened = function (kind, ms) {
    var state = this.read();
    state.events = (state.events || []).concat([[kind, ms]]).slice(-MOST_EVENTS);
    if (kind !== "second_tab") state.away = kind === "left";
    this.write(state);
  };

  Store.prototype.told = function (events) {
    var state = this.read();
    var gone = events.map(String);
    state.events = (state.events || []).filter(function (each) {
      return gone.indexOf(String(each)) < 0;
    });
    this.write(state);
  };

  Store.prototype.clear = function () {
    this.memory = { last: 0, queue: {} };
    try {
      window.localStorage.removeItem(this.key);
    } catch (error) {
      this.works = false;
    }
  };

  // ---- sending: one after the other, again and again until it is acknowledged ----

  /* page: the element that carries the addresses; on: { say(name, values, link), saved(position, answer), closed(position),
     refused(position, sentence) }. */
  function Outbox(page, store, on) {
    this.page = page;
    this.store = store;
    this.on = on;
    this.stopped = false;
    this.sending = null;
    this.retryAfter = FIRST_RETRY_MS;
    this.retryTimer = 0;
    this.loadedAt = performance.now();
    this.serverMs = Number(page.getAttribute("data-server-ms"));
    var self = this;
    window.addEventListener("online", function () {
      self.retryAfter = FIRST_RETRY_MS;
      self.flush();
    });
    window.addEventListener("pagehide", function () {
      self.flush();
    });
  }

  /* The server's clock in milliseconds, as far as we know. */
  Outbox.prototype.now = function () {
    return Math.round(this.serverMs + performance.now() - this.loadedAt);
  };

  /* Keep an answer; `known` is the sequence of the answer that it follows. Returns its own. */
  Outbox.prototype.put = function (position, body, known) {
    var sequence = Math.max(this.now(), this.store.read().last + 1, known + 1);
    this.store.put(position, body, sequence);
    return sequence;
  };

  /* Send everything that waits. Resolves to true when nothing waits any more. */
  Outbox.prototype.flush = function () {
    var self = this;
    if (self.sending) return self.sending;
    window.clearTimeout(self.retryTimer);
    function settled(empty) {
      self.sending = null;
      return empty === true;
    }
    self.sending = self.next().then(settled, settled);
    return self.sending;
  };

  Outbox.prototype.next = function () {
    var self = this;
    var waiting = self.store.first();
    if (!waiting || self.stopped) return Promise.resolve(!waiting);
    if (self.store.works) self.on.say("saving");
    return self.post(waiting).then(
      function (answer) {
        return self.answered(answer, waiting);
      },
      function () {
        self.on.say(self.store.works ? "offline" : "full");
        return self.later();
      }
    );
  };

  Outbox.prototype.address = function (position) {
    return this.page.getAttribute("data-save").replace(/\/0$/, "/" + position);
  };

  Outbox.prototype.post = function (waiting) {
    var body = new URLSearchParams(waiting.entry.body);
    body.set("sequence", waiting.entry.sequence);
    return this.send(this.address(waiting.position), body);
  };

  /* Send, and with it what else is to be told: that costs no request of its own. */
  Outbox.prototype.send = function (address, body) {
    var self = this;
    var events = self.store.read().events || [];
    if (events.length) body.set("events", JSON.stringify(events));
    return fetch(address, {
      method: "POST",
      credentials: "same-origin",
      keepalive: true,
      headers: { Accept: "application/json", "X-Ticket": self.page.getAttribute("data-ticket") },
      body: body
    }).then(function (answer) {
      if (answer.ok && events.length) self.store.told(events);
      return answer;
    });
  };

  /* What is not told yet, as the server reads it. */
  Outbox.prototype.untold = function () {
    var events = this.store.read().events || [];
    return events.length ? JSON.stringify(events) : "";
  };

  /* Tell it by itself if no answer is waiting to go. */
  Outbox.prototype.tell = function () {
    if (this.stopped || this.store.first() || !this.untold()) return;
    this.send(this.page.getAttribute("data-events"), new URLSearchParams()).catch(function () {
      // It goes with the next answer.
    });
  };

  Outbox.prototype.answered = function (answer, waiting) {
    var self = this;
    if (answer.ok) {
      return answer.json().then(function (saved) {
        self.retryAfter = FIRST_RETRY_MS;
        self.store.done(waiting.position, waiting.entry.sequence);
        self.on.say(saved.superseded ? "superseded" : "saved", { time: saved.saved_at });
        self.on.saved(waiting.position, saved);
        return self.next();
      });
    }
    if (answer.status === 401) return self.renew();
    if (answer.status === 409) return answer.json().then(function (refusal) {
      return self.refused(refusal, waiting);
    });
    if (answer.status === 404 || answer.status === 413) {
      // Nothing that the server will ever take.
      self.store.done(waiting.position, waiting.entry.sequence);
      return self.next();
    }
    self.on.say("failed");
    return self.later();
  };

  /* A step that cannot be taken; or too late: for this section, then the rest goes on, or for all of it. */
  Outbox.prototype.refused = function (refusal, waiting) {
    if (refusal.step) {
      this.store.done(waiting.position, waiting.entry.sequence);
      this.on.say("ready");
      this.on.refused(waiting.position, refusal.error);
      return this.next();
    }
    if (!refusal.section) {
      this.stopped = true;
      this.on.say("late", {}, { href: this.page.getAttribute("data-result"), name: "result" });
      return false;
    }
    this.store.done(waiting.position, waiting.entry.sequence);
    this.on.closed(waiting.position);
    var self = this;
    return this.next().then(function (empty) {
      self.on.say("section");
      return empty;
    });
  };

  /* The session is another one: perhaps somebody has signed in again in another tab, then a fresh ticket helps. */
  Outbox.prototype.renew = function () {
    var self = this;
    return fetch(self.page.getAttribute("data-page"), { credentials: "same-origin" })
      .then(function (answer) {
        return answer.text();
      })
      .then(function (html) {
        var fresh = new DOMParser().parseFromString(html, "text/html").querySelector("[data-sitting]");
        var ticket = fresh && fresh.getAttribute("data-ticket");
        if (!ticket || ticket === self.page.getAttribute("data-ticket")) throw new Error("still signed out");
        self.page.setAttribute("data-ticket", ticket);
        /* Handing in is a form: its token is that of the session, too. */
        var token = fresh.querySelector("input[name='csrf_token']");
        self.page.querySelector("input[name='csrf_token']").value = token.value;
        return self.next();
      })
      .catch(function () {
        self.on.say("expired", {}, { href: window.location.href, name: "sign-in" });
        return self.later();
      });
  };

  Outbox.prototype.later = function () {
    var self = this;
    window.clearTimeout(self.retryTimer);
    self.retryTimer = window.setTimeout(function () {
      self.flush();
    }, self.retryAfter);
    self.retryAfter = Math.min(self.retryAfter * 2, LAST_RETRY_MS);
    return false;
  };

  window.academyQuiz = { Store: Store, Outbox: Outbox };
})();
