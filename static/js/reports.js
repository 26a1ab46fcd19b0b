/* Brings reports of studying to the server, in whatever state the network is. Each is kept in this browser until the
   server has answered for it: a lost network, a reload or a crash lose nothing, and what arrives twice counts once.

   var reports = Reports.open(url);      one for each address that reports go to
   reports.begin(ticket, person);        after each opening of the lesson: `session` and `person` of its answer. Reports
                                         made before wait; those that an earlier page of this person left go first.
   reports.send({segments: …});          keep a report and send it. `session`, `sequence` and `age` are added here.
   reports.flush(true);                  the page may be gone in a moment: send all that waits now.
   reports.waiting();                    how many reports the server has not answered for.
   reports.on(name, function (detail) {  });  and `reports.off(name, function)`. The events:
     "answer"        the state that the server returns: {percent, done, message, covered, …}
     "said"          a sentence about what became of reports that had been held back: {text}
     "offline"       no network, or a server in trouble: they are kept and sent later: {waiting}
     "online"        everything has arrived again after that
     "other_player"  another player of this person plays: {title, since, error}. The report's time counts up to then.
                     To keep this one: reports.takeOver(takeOverUrl).then(function (answer) {…}), answer.status 200.
     "reopen"        the ticket no longer holds (signed in again, new version): {error}. Open the lesson, then `begin`.
     "signed_out"    nobody is signed in: {error}. Reports are kept for when this person is again.
     "refused"       a report that will never count: {code, error}
   Reports.post(url, payload) -> Promise of {status, state}; status 0 is no network, 401 an ended sign-in.

   Kept in localStorage: "reports:<person>:<url>" -> [{report, made}], the newest KEPT of them, for KEPT_MS. */
(function () {
  "use strict";

  var PREFIX = "reports:";
  var KEPT = 300;
  var KEPT_MS = 12 * 3600 * 1000;
  var AT_ONCE = 50;
  var AT_ONCE_BYTES = 50000;
  var FIRST_RETRY_MS = 5000;
  var LAST_RETRY_MS = 60000;

  // ---- asking the server ----

  function post(url, payload) {
    var token = document.querySelector("meta[name=csrf-token]");
    return fetch(url, {
      method: "POST",
      credentials: "same-origin",
      keepalive: true,
      headers: {
        "Content-Type": "application/json",
        Accept: "application/json",
        "X-CSRFToken": token ? token.content : ""
      },
      body: JSON.stringify(payload)
    }).then(
      function (response) {
        var json = (response.headers.get("Content-Type") || "").indexOf("application/json") === 0;
        if (!json) return { status: response.redirected || response.ok ? 401 : response.status, state: {} };
        return response.json().then(
          function (state) {
            return { status: response.status, state: state };
          },
          function () {
            return { status: 0, state: {} };
          }
        );
      },
      function () {
        return { status: 0, state: {} };
      }
    );
  }

  // ---- what waits: read afresh each time, because other tabs write there, too ----

  function Store(key) {
    this.key = key;
    this.memory = [];
    this.works = true;
  }

  Store.prototype.read = function () {
    if (!this.works) return this.memory;
    try {
      var kept = JSON.parse(window.localStorage.getItem(this.key)) || [];
      var oldest = Date.now() - KEPT_MS;
      return kept.filter(function (item) {
        return item.made >= oldest;
      });
    } catch (error) {
      this.works = false;
      return this.memory;
    }
  };

  Store.prototype.write = function (items) {
    items = items.slice(-KEPT);
    this.memory = items;
    while (this.works) {
      try {
        if (items.length) window.localStorage.setItem(this.key, JSON.stringify(items));
        else window.localStorage.removeItem(this.key);
        return;
      } catch (error) {
        if (items.length < 2) this.works = false; // not even one fits: they live as long as the page
        items = items.slice(Math.ceil(items.length / 2));
      }
    }
  };

  Store.prototype.add = function (item) {
    this.write(this.read().concat([item]));
  };

  function name(item) {
    return item.report.session + " " + item.report.sequence;
  }

  Store.prototype.settle = function (items) {
    var settled = {};
    items.forEach(function (item) {
      settled[name(item)] = true;
    });
    this.write(
      this.read().filter(function (item) {
        return !settled[name(item)];
      })
    );
  };

  /* The oldest that wait, no more than may be sent at once. */
  function some(items, most) {
    var bytes = 0;
    return items.slice(0, most).filter(function (item, at) {
      bytes += JSON.stringify(item.report).length + 30;
      return at === 0 || bytes < AT_ONCE_BYTES;
    });
  }

  function aged(item) {
    var report = Object.assign({}, item.report);
    report.age = Math.max(0, Math.min(KEPT_MS, Date.now() - item.made));
    return report;
  }

  // ---- one address ----

  function Channel(url) {
    this.url = url;
    this.store = null;
    this.early = []; // made before the first opening
    this.ticket = "";
    this.sequence = 0;
    this.busy = false;
    this.halted = false;
    this.atOnce = AT_ONCE;
    this.wasOffline = false;
    this.retryAfter = FIRST_RETRY_MS;
    this.timer = 0;
    this.heard = {};
    var self = this;
    window.addEventListener("online", function () {
      self.retryAfter = FIRST_RETRY_MS;
      self.flush();
    });
  }

  Channel.prototype.on = function (event, act) {
    (this.heard[event] = this.heard[event] || []).push(act);
    return this;
  };

  Channel.prototype.off = function (event, act) {
    this.heard[event] = (this.heard[event] || []).filter(function (each) {
      return each !== act;
    });
    return this;
  };

  Channel.prototype.tell = function (event, detail) {
    (this.heard[event] || []).slice().forEach(function (act) {
      act(detail || {});
    });
  };

  Channel.prototype.begin = function (ticket, person) {
    if (ticket !== this.ticket) this.sequence = 0;
    this.ticket = ticket;
    this.halted = false;
    this.store = this.store || new Store(PREFIX + (person || 0) + ":" + this.url);
    this.early.splice(0).forEach(function (item) {
      this.keep(item.report, item.made);
    }, this);
    this.flush();
    if (person) sendLeftovers(person, this);
    return this;
  };

  Channel.prototype.send = function (report) {
    if (!this.store || !this.ticket) {
      this.early.push({ report: report, made: Date.now() });
      this.early = this.early.slice(-KEPT);
      return;
    }
    this.keep(report, Date.now());
    this.flush();
  };

  Channel.prototype.keep = function (report, made) {
    this.sequence += 1;
    this.store.add({
      report: Object.assign({}, report, { session: this.ticket, sequence: this.sequence }),
      made: made
    });
  };

  Channel.prototype.waiting = function () {
    return (this.store ? this.store.read().length : 0) + this.early.length;
  };

  Channel.prototype.takeOver = function (url) {
    return post(url, { session: this.ticket });
  };

  /* Send what waits, one batch after the other; when `leaving`, without waiting for the one under way. */
  Channel.prototype.flush = function (leaving) {
    if (!this.store || this.halted || (this.busy && !leaving)) return;
    var items = some(this.store.read(), this.atOnce);
    if (!items.length) return;
    window.clearTimeout(this.timer);
    this.busy = true;
    var self = this;
    var payload = items.length === 1 ? aged(items[0]) : { reports: items.map(aged) };
    post(this.url, payload).then(function (answer) {
      self.busy = false;
      self.answered(answer, items);
    });
  };

  Channel.prototype.answered = function (answer, items) {
    var status = answer.status;
    if (status === 0 || status >= 500 || status === 429) return this.later();
    if (status === 401) {
      this.halted = true;
      return this.tell("signed_out", { error: answer.state.error });
    }
    if ((status === 400 || status === 413) && items.length > 1) {
      this.atOnce = 1; // one of them is at fault: find out which
      return this.flush();
    }
    this.store.settle(items);
    this.retryAfter = FIRST_RETRY_MS;
    if (this.wasOffline && !this.waiting()) {
      this.wasOffline = false;
      this.tell("online");
    }
    if (answer.state.said) this.tell("said", { text: answer.state.said });
    if (answer.state.percent !== undefined) this.tell("answer", answer.state);
    this.refused(answer, items);
    this.flush();
    return null;
  };

  Channel.prototype.refused = function (answer, items) {
    var state = answer.state;
    var current = this.ticket;
    var latest = items[items.length - 1].report;
    if (answer.status < 400 || latest.session !== current) return;
    var code = state.code || "refused";
    if (code === "reopen") this.ticket = ""; // what is sent now waits for the next opening
    this.tell(code === "reopen" || code === "other_player" ? code : "refused", state);
  };

  Channel.prototype.later = function () {
    var self = this;
    this.wasOffline = true;
    this.tell("offline", { waiting: this.waiting() });
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(function () {
      self.flush();
    }, this.retryAfter);
    this.retryAfter = Math.min(this.retryAfter * 2, LAST_RETRY_MS);
    return null;
  };

  // ---- what earlier pages of the same person have left ----

  var cleared = false;

  function sendLeftovers(person, channel) {
    if (cleared) return;
    cleared = true;
    var prefix = PREFIX + person + ":";
    var keys = [];
    try {
      for (var at = 0; at < window.localStorage.length; at += 1) keys.push(window.localStorage.key(at));
    } catch (error) {
      return;
    }
    keys.forEach(function (key) {
      if (key.indexOf(prefix) !== 0 || key === channel.store.key) return;
      var left = new Channel(key.slice(prefix.length));
      left.store = new Store(key);
      left.on("said", function (detail) {
        channel.tell("said", detail);
      });
      left.flush();
    });
  }

  var channels = {};

  function open(url) {
    channels[url] = channels[url] || new Channel(url);
    return channels[url];
  }

  window.Reports = { open: open, post: post };
})();
