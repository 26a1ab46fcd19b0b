/* Reports which parts of a text have been shown: [data-shown-url] holds parts [data-unit]. A part counts when most of it
   (or most of the screen) has been in view for a second while the tab is in front. The server accepts no more than can
   have been read by its clock; what it does not accept yet is reported again. Its answer goes out as the event "shown". */
(function () {
  "use strict";

  var container = document.querySelector("[data-shown-url]");
  if (!container || !window.IntersectionObserver || !window.fetch) return;

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
  var sequence = 0;
  var session = null;
  var busy = false;
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
      if (moment - active < IDLE) visible += Math.min(2000, moment - ticked);
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
      return !accepted[name];
    });
  }

  // ---- reporting ----

  function post(report) {
    if (window.lesson) return window.lesson.post(url, report);
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
      body: JSON.stringify(report)
    }).then(
      function (response) {
        return response.json().then(
          function (state) {
            return { status: response.status, state: state };
          },
          function () {
            return { status: 401, state: {} };
          }
        );
      },
      function () {
        return { status: 0, state: {} };
      }
    );
  }

  function report(leaving) {
    if (!session || (busy && !leaving)) return;
    var claimed = pending().slice(0, 500);
    if (!claimed.length && place === sentPlace && visible < (leaving ? 3000 : LONE)) return;
    var looked = Math.round(visible);
    visible = 0;
    sentPlace = place;
    busy = true;
    sequence += 1;
    post({ shown: claimed, position: place, session: session, sequence: sequence, visible: looked }).then(
      function (answer) {
        busy = false;
        settle(answer, looked);
      }
    );
  }

  function settle(answer, looked) {
    if (answer.status === 200) {
      (answer.state.shown || []).forEach(function (name) {
        accepted[name] = true;
      });
      if (window.lesson) window.lesson.say("");
      show(answer.state);
      document.dispatchEvent(new CustomEvent("shown", { detail: answer.state }));
      return;
    }
    visible += looked;
    sentPlace = "";
    if (!window.lesson) return;
    if (answer.status === 409 && tries < 2) {
      tries += 1;
      begin(window.lesson.reopen());
    } else if (answer.status === 0 || answer.status >= 500) window.lesson.say(window.lesson.words("offline"));
    else window.lesson.say(answer.status === 401 ? window.lesson.words("signed-out") : answer.state.error);
  }

  function show(state) {
    if (window.lesson) return; // learn.js shows it
    document.querySelectorAll("[data-progress-bar]").forEach(function (bar) {
      bar.value = state.percent;
    });
    document.querySelectorAll("[data-progress-text]").forEach(function (text) {
      text.textContent = state.percent + "%";
    });
  }

  function begin(opened) {
    session = null;
    Promise.resolve(opened).then(function (token) {
      session = token;
      sequence = 0;
    });
  }

  begin(container.getAttribute("data-session") || (window.lesson && window.lesson.opened));
  place = sentPlace = atTop();
  window.setInterval(tick, 500);
  window.setInterval(report, EVERY, false);

  function leave() {
    tick();
    report(true);
  }

  window.addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", function () {
    if (!inFront()) leave();
    ticked = Date.now();
  });
})();
