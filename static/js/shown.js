/* Reports which parts of a text have been shown, and how long the page was looked at: [data-shown-url] holds parts
   [data-unit], or none where only the time counts. A part counts when most of it (or most of the screen) has been in view
   for a second while the tab is in front. The server accepts no more than can have been read by its clock; what it does not
   accept yet is reported again. Its answer goes out as the event "shown". reports.js keeps what finds no network. */
(function () {
  "use strict";

  var container = document.querySelector("[data-shown-url]");
  if (!container || !window.IntersectionObserver || !window.Reports) return;

  var EVERY = 5000;
  var IDLE = 180000;
  var LONE = 30000; // with nothing new, study time alone is reported this rarely
  var url = container.getAttribute("data-shown-url");
  var units = Array.prototype.slice.call(container.querySelectorAll("[data-unit]"));
  var inView = {};
  var seen = []; // keys in the order shown
  var accepted = {};
  var place = "";
  var sentPlace = "";
  var sent = {}; // on their way, or waiting for a network
  var visible = 0; // milliseconds looked at since the last report
  var active = Date.now();
  var ticked = Date.now();
  var tries = 0;

  function key(unit) {
    return unit.getAttribute("data-unit");
  }

  function inFront() {
    return document.visibilityState === "visible";
  }

  /* What happens inside a frame is not heard of here; that it has the focus is. */
  function inFrame() {
    return document.activeElement && document.activeElement.tagName === "IFRAME";
  }

  // ---- what is in view ----

  var steps = [];
  for (var step = 0; step <= 20; step += 1) steps.push(step / 20);

  var observer = new IntersectionObserver(
    function (entries) {
      entries.forEach(function (entry) {
        var screen = entry.rootBounds ? entry.rootBounds.height : window.innerHeight;
        var most = entry.intersectionRatio >= 0.6 || entry.intersectionRect.height >= 0.6 * screen;
        var name = key(entry.target);
        if (!entry.isIntersecting || !most) delete inView[name];
        else if (!inView[name]) inView[name] = Date.now();
      });
    },
    { threshold: steps }
  );
  units.forEach(function (unit) {
    observer.observe(unit);
  });

  function atTop() {
    for (var at = 0; at < units.length; at += 1) {
      if (units[at].getBoundingClientRect().bottom > 80) return key(units[at]);
    }
    return units.length ? key(units[units.length - 1]) : "";
  }

  // ---- counting ----

  ["scroll", "keydown", "pointerdown", "touchstart"].forEach(function (name) {
    window.addEventListener(
      name,
      function () {
        active = Date.now();
      },
      { passive: true }
    );
  });

  function tick() {
    var moment = Date.now();
    if (inFront()) {
      if (moment - active < IDLE || inFrame()) visible += Math.min(2000, moment - ticked);
      Object.keys(inView).forEach(function (name) {
        if (moment - inView[name] >= 1000 && seen.indexOf(name) < 0) seen.push(name);
      });
      place = atTop();
    } else {
      Object.keys(inView).forEach(function (name) {
        inView[name] = moment;
      });
    }
    ticked = moment;
  }

  function pending() {
    return seen.filter(function (name) {
      return !accepted[name] && !sent[name];
    });
  }

  // ---- reporting ----

  var reports = window.Reports.open(url);
  var lesson = window.lesson;

  function report(leaving) {
    var claimed = pending().slice(0, 500);
    if (!claimed.length && place === sentPlace && visible < (leaving ? 3000 : LONE)) return;
    claimed.forEach(function (name) {
      sent[name] = true;
    });
    reports.send({ shown: claimed, position: place, visible: Math.round(visible) });
    visible = 0;
    sentPlace = place;
  }

  reports.on("answer", function (state) {
    (state.shown || []).forEach(function (name) {
      accepted[name] = true;
    });
    if (!reports.waiting()) sent = {}; // what was not accepted is reported again
    show(state);
    document.dispatchEvent(new CustomEvent("shown", { detail: state }));
  });

  function say(text) {
    if (lesson) lesson.say(text);
  }

  reports.on("offline", function () {
    if (lesson) lesson.say(lesson.words("offline"));
  });
  reports.on("online", function () {
    say("");
  });
  reports.on("said", function (detail) {
    say(detail.text);
  });
  reports.on("signed_out", function () {
    if (lesson) lesson.say(lesson.words("signed-out"));
  });
  reports.on("refused", function (state) {
    say(state.error);
  });
  reports.on("reopen", function (state) {
    tries += 1;
    sent = {};
    if (lesson && tries < 3) begin(lesson.reopen());
    else say(state.error);
  });

  function show(state) {
    if (lesson) return; // learn.js shows it
    document.querySelectorAll("[data-progress-bar]").forEach(function (bar) {
      bar.value = state.percent;
    });
    document.querySelectorAll("[data-progress-text]").forEach(function (text) {
      text.textContent = state.percent + "%";
    });
  }

  /* The reader of textbooks has the ticket in its page, lessons get it when they are opened. */
  function begin(opened) {
    Promise.resolve(opened).then(function (ticket) {
      reports.begin(ticket, lesson ? lesson.state.person : Number(container.getAttribute("data-person")));
    });
  }

  var own = container.getAttribute("data-session");
  if (own) {
    if (lesson) {
      lesson.opened.then(function () {
        begin(own);
      });
    } else begin(own);
  } else if (lesson) begin(lesson.opened);

  place = sentPlace = atTop();
  window.setInterval(tick, 500);
  window.setInterval(report, EVERY, false);

  function leave() {
    tick();
    report(true);
    reports.flush(true);
  }

  window.addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", function () {
    if (!inFront()) leave();
    ticked = Date.now();
  });
})();
