/* The countdown of a quiz. It only shows: the server judges by its own clock, and every acknowledged answer brings the
   remaining seconds again. Without this script the page says when the time ends. */
(function () {
  "use strict";

  var LOW_S = 300;
  var MARKS_S = [300, 60];

  function figures(seconds) {
    var hours = Math.floor(seconds / 3600);
    var parts = [Math.floor(seconds / 60) % 60, seconds % 60];
    if (hours) parts.unshift(hours);
    return parts
      .map(function (part, index) {
        return index ? String(part).padStart(2, "0") : String(part);
      })
      .join(":");
  }

  /* timer: the element; over: called once when the time has run out. */
  function Clock(timer, over) {
    var self = this;
    var hide = timer.querySelector("[data-timer-hide]");
    var words = [hide.textContent, hide.getAttribute("data-show")];
    self.timer = timer;
    self.value = timer.querySelector("[data-timer-value]");
    self.news = document.getElementById("timer-news");
    self.over = over;
    self.set(Number(timer.getAttribute("data-remaining")));
    self.said = MARKS_S.filter(function (mark) {
      return mark >= self.left();
    });
    timer.querySelector("[data-timer-label]").textContent = timer.getAttribute("data-label");
    timer.classList.add("ticking");
    hide.hidden = false;
    hide.addEventListener("click", function () {
      self.value.hidden = !self.value.hidden;
      hide.textContent = words[self.value.hidden ? 1 : 0];
    });
    self.ticking = window.setInterval(function () {
      self.tick();
    }, 1000);
    self.tick();
  }

  Clock.prototype.set = function (seconds) {
    this.endsAt = performance.now() + seconds * 1000;
  };

  Clock.prototype.left = function () {
    return Math.max(0, Math.ceil((this.endsAt - performance.now()) / 1000));
  };

  Clock.prototype.tick = function () {
    var self = this;
    var left = self.left();
    self.value.textContent = figures(left);
    self.timer.classList.toggle("low", left <= LOW_S);
    MARKS_S.forEach(function (mark) {
      if (left > mark || self.said.indexOf(mark) >= 0) return;
      self.said.push(mark);
      self.news.textContent = self.timer.getAttribute("data-warn").replace("{minutes}", mark / 60);
    });
    if (left > 0) return;
    window.clearInterval(self.ticking);
    self.news.textContent = self.timer.getAttribute("data-over");
    self.over();
  };

  window.academyQuiz.Clock = Clock;
})();
