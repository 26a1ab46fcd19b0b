/* Runs one SCO of a package, on the origin for foreign content: gives it the run time of SCORM that it looks for in its parent,
   and reports what it writes. Everything here may be tampered with by the package; the server takes it as the package's claim. */
(function () {
  "use strict";

  var body = document.body.dataset;
  var old = body.version === "1.2";
  var frame = document.getElementById("content");

  var SOON = 1500; // milliseconds between reports
  var BY_ITSELF = 20000; // what is not committed is reported all the same
  var JUDGES = /status|score/; // at once, where it says how one stands
  var RETRY = 6000;
  var AGAIN = 60000; // while the least time is not reached
  var KEPT_ALIVE = 60000; // browsers send about 64 KB after a page is gone

  function tell(what, more) {
    window.parent.postMessage(Object.assign({ package: what }, more), body.home);
  }

  // ---- the run time ----

  var learner = JSON.parse(body.learner);
  var values = JSON.parse(body.values);
  values[old ? "cmi.core.student_id" : "cmi.learner_id"] = learner.id;
  values[old ? "cmi.core.student_name" : "cmi.learner_name"] = learner.name;

  var settings = { autocommit: false, lmsCommitUrl: false, logLevel: 5, mastery_override: true };
  var api = old ? new window.Scorm12API(settings) : new window.Scorm2004API(settings);
  try {
    api.loadFromFlattenedJSON(values, "");
  } catch (refused) {
    // What was written before does not suit the run time: begin anew rather than not at all.
  }
  window[old ? "API" : "API_1484_11"] = api;

  // ---- reporting ----

  var sequence = 0;
  var dirty = false;
  var ended = false;
  var sending = false;
  var timer = 0;
  var waiting = false; // for the least time
  var refused = false;
  var request = ""; // where the package wants to go when it ends

  function snapshot() {
    var all = api.getFlattenedCMI();
    var kept = {};
    Object.keys(all).forEach(function (name) {
      var value = all[name];
      if (typeof value === "object" || value === "" || value === undefined) return;
      kept[name] = String(value);
    });
    if (body.reports !== "true") kept[old ? "cmi.core.lesson_status" : "cmi.completion_status"] = "completed";
    return kept;
  }

  function answered(response) {
    sending = false;
    if (response.ok) {
      return response.json().then(function (state) {
        waiting = Boolean(state.said) && !state.done;
        tell("saved");
        if (dirty) later(SOON);
        else if (waiting) later(AGAIN);
      });
    }
    if (response.status >= 500 || response.status === 429) return failed();
    refused = true;
    tell(response.status === 409 ? "conflict" : response.status === 403 ? "expired" : "unsaved");
    return undefined;
  }

  function failed() {
    sending = false;
    dirty = true;
    tell("unsaved");
    later(RETRY);
  }

  function send() {
    window.clearTimeout(timer);
    timer = 0;
    if (!body.reportUrl || refused) return;
    dirty = false;
    sending = true;
    sequence += 1;
    var text = JSON.stringify({ sco: body.sco, sequence: sequence, cmi: snapshot(), ended: ended });
    window
      .fetch(body.reportUrl, {
        method: "POST",
        credentials: "omit",
        keepalive: text.length * 3 < KEPT_ALIVE || new Blob([text]).size < KEPT_ALIVE,
        headers: { "Content-Type": "application/json" },
        body: text
      })
      .then(answered, failed);
  }

  function later(milliseconds) {
    if (timer) window.clearTimeout(timer);
    timer = window.setTimeout(function () {
      timer = 0;
      if (sending) later(SOON);
      else if (dirty || (waiting && document.visibilityState === "visible")) send();
      else if (waiting) later(AGAIN);
    }, milliseconds);
  }

  function changed(name, value) {
    dirty = true;
    if (name === "adl.nav.request") request = String(value);
    if (JUDGES.test(String(name))) later(SOON);
    else if (!timer) later(BY_ITSELF);
  }

  function committed() {
    if (dirty) later(sending ? SOON : 200);
  }

  function finished() {
    ended = true;
    send();
    tell("ended", { next: request === "continue" });
  }

  api.on(old ? "LMSInitialize" : "Initialize", changed);
  api.on(old ? "LMSSetValue" : "SetValue", changed);
  api.on(old ? "LMSCommit" : "Commit", committed);
  api.on(old ? "LMSFinish" : "Terminate", finished);

  function leave() {
    if (dirty) send();
  }
  window.addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "hidden") leave();
  });

  if (body.reports !== "true") {
    frame.addEventListener(
      "load",
      function () {
        ended = true;
        send();
      },
      { once: true }
    );
  }
  frame.src = body.launch;
})();
