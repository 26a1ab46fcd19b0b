/* Tells the server when the page of an exam is left, is in front again, or is open twice: facts for the instructor, who judges.
   What happened goes with the next answer, and by itself only when the page is left or nothing is answered for a while. */
(function () {
  "use strict";

  var WITH_AN_ANSWER_MS = 15000;
  var UNDER_WAY_MS = 5000;

  function Watch(page, store, outbox) {
    var self = this;
    self.store = store;
    self.outbox = outbox;
    self.goingUntil = 0;
    self.timer = 0;

    document.addEventListener("visibilitychange", function () {
      if (document.visibilityState === "hidden") self.left();
      else self.back();
    });
    window.addEventListener("pagehide", function () {
      self.left();
    });
    window.addEventListener("pageshow", function () {
      if (document.visibilityState === "visible") self.back();
    });
    /* Going from one page of the sitting to another is not leaving it. */
    document.addEventListener("click", function (event) {
      var link = event.target.closest("a[href]");
      if (link && link.href.indexOf(page.getAttribute("data-page")) >= 0) self.going();
    });
    document.addEventListener("submit", function (event) {
      if (!event.defaultPrevented) self.going();
    });
    self.listenForOthers();
  }

  Watch.prototype.going = function () {
    this.goingUntil = performance.now() + UNDER_WAY_MS;
  };

  Watch.prototype.left = function () {
    if (performance.now() < this.goingUntil || this.store.read().away || this.outbox.stopped) return;
    this.store.happened("left", this.outbox.now());
    window.clearTimeout(this.timer);
    this.outbox.tell();
  };

  Watch.prototype.back = function () {
    var self = this;
    if (!self.store.read().away) return;
    self.store.happened("back", self.outbox.now());
    self.soon();
  };

  Watch.prototype.soon = function () {
    var self = this;
    window.clearTimeout(self.timer);
    self.timer = window.setTimeout(function () {
      self.outbox.tell();
    }, WITH_AN_ANSWER_MS);
  };

  /* Another tab of this browser with the same attempt answers a greeting. */
  Watch.prototype.listenForOthers = function () {
    var self = this;
    var met = false;
    if (!window.BroadcastChannel) return;
    var channel = new BroadcastChannel(self.store.key);
    channel.onmessage = function (event) {
      if (event.data === "hello") channel.postMessage("here");
      if (event.data !== "here" || met) return;
      met = true;
      self.store.happened("second_tab", self.outbox.now());
      self.soon();
    };
    channel.postMessage("hello");
  };

  window.academyQuiz.Watch = Watch;
})();
