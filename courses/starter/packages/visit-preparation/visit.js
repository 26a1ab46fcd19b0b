/* Six pages, seven questions. Speaks SCORM 1.2 with whoever opened it; works without anybody to speak to, too. */
(function () {
  "use strict";

  // ---- the run time ----

  function find(from) {
    for (var steps = 0; from && steps < 10; steps += 1) {
      try {
        if (from.API) return from.API;
      } catch (foreign) {
        return null;
      }
      if (from.parent === from) return null;
      from = from.parent;
    }
    return null;
  }

  var api = find(window);
  var began = Date.now();
  var finished = false;

  function get(name) {
    return api ? String(api.LMSGetValue(name) || "") : "";
  }

  function set(name, value) {
    if (api && !finished) api.LMSSetValue(name, String(value));
  }

  function commit() {
    if (api && !finished) api.LMSCommit("");
  }

  function time() {
    var seconds = Math.round((Date.now() - began) / 1000);
    function two(number) {
      return (number < 10 ? "0" : "") + number;
    }
    return two(Math.floor(seconds / 3600)) + ":" + two(Math.floor(seconds / 60) % 60) + ":" + two(seconds % 60);
  }

  if (api) api.LMSInitialize("");
  if (["", "not attempted", "unknown"].indexOf(get("cmi.core.lesson_status")) >= 0) set("cmi.core.lesson_status", "incomplete");

  // ---- the pages ----

  var POINTS = 14; // a question; the bag has the rest of the hundred
  var PASS = 70;
  var pages = Array.prototype.slice.call(document.querySelectorAll("[data-page]"));
  var questions = Array.prototype.slice.call(document.querySelectorAll("[data-question]"));
  var back = document.getElementById("back");
  var next = document.getElementById("next");
  var hint = document.getElementById("hint");
  var at = 0;
  var LAST = pages.length - 1;

  pages.forEach(function (page, number) {
    var step = document.createElement("li");
    step.textContent = page.querySelector("h2").textContent;
    document.getElementById("steps").appendChild(step);
    page.querySelector("h2").tabIndex = -1;
    page.hidden = number > 0;
  });

  function chosen(question) {
    return Array.prototype.slice.call(question.querySelectorAll("input:checked"));
  }

  function marks(question) {
    if (!question.hasAttribute("data-bag")) {
      var one = chosen(question)[0];
      return one && one.value === question.getAttribute("data-right") ? POINTS : 0;
    }
    var whole = 100 - POINTS * (questions.length - 1);
    var boxes = Array.prototype.slice.call(question.querySelectorAll("input"));
    var good = boxes.filter(function (box) {
      return box.checked === box.hasAttribute("data-right");
    }).length;
    return Math.round((whole * Math.max(0, good * 2 - boxes.length)) / boxes.length);
  }

  function full(question) {
    return question.hasAttribute("data-bag") ? 100 - POINTS * (questions.length - 1) : POINTS;
  }

  function right(question) {
    if (!question.hasAttribute("data-bag")) return question.getAttribute("data-right");
    return Array.prototype.map
      .call(question.querySelectorAll("input[data-right]"), function (box) {
        return box.value;
      })
      .join(",");
  }

  function open(question) {
    return chosen(question).length === 0;
  }

  // ---- telling ----

  function tell(question) {
    question.classList.add("told");
    question.classList.toggle("fine", marks(question) === full(question));
    question.classList.toggle("less", marks(question) !== full(question));
  }

  function report(question) {
    var count = Number(get("cmi.interactions._count") || 0);
    var name = "cmi.interactions." + count + ".";
    set(name + "id", question.getAttribute("data-question"));
    set(name + "type", "choice");
    set(name + "time", new Date().toTimeString().slice(0, 8));
    set(name + "correct_responses.0.pattern", right(question));
    set(
      name + "student_response",
      chosen(question)
        .map(function (box) {
          return box.value;
        })
        .join(",")
    );
    set(name + "result", marks(question) === full(question) ? "correct" : "wrong");
  }

  function check(page) {
    questions.forEach(function (question) {
      if (!page.contains(question) || question.classList.contains("told")) return;
      tell(question);
      report(question);
    });
  }

  function answers() {
    return questions.map(function (question) {
      return [
        question.classList.contains("told") ? 1 : 0,
        chosen(question).map(function (box) {
          return box.value;
        })
      ];
    });
  }

  function keep() {
    set("cmi.core.lesson_location", at);
    set("cmi.suspend_data", JSON.stringify(answers()));
    set("cmi.core.session_time", time());
    commit();
  }

  function outcome() {
    var sum = questions.reduce(function (all, question) {
      return all + marks(question);
    }, 0);
    document.getElementById("score").textContent = sum;
    document.getElementById("verdict").textContent =
      sum >= PASS ? "准备得很扎实，可以出门了。" : "还差一点。看看下面几处，再做一遍，70 分算通过。";
    var list = document.getElementById("again");
    list.textContent = "";
    questions.forEach(function (question) {
      if (marks(question) === full(question)) return;
      var line = document.createElement("li");
      line.textContent = question.querySelector("legend").textContent;
      list.appendChild(line);
    });
    set("cmi.core.score.min", 0);
    set("cmi.core.score.max", 100);
    set("cmi.core.score.raw", sum);
    set("cmi.core.lesson_status", sum >= PASS ? "passed" : "failed");
  }

  // ---- going on ----

  function ready() {
    return questions.every(function (question) {
      return !pages[at].contains(question) || !open(question);
    });
  }

  function told() {
    return questions.every(function (question) {
      return !pages[at].contains(question) || question.classList.contains("told");
    });
  }

  function paint() {
    back.disabled = at === 0;
    next.hidden = at === LAST;
    next.disabled = !ready();
    next.textContent = told() ? "下一页" : "看看对不对";
    hint.textContent = ready() ? at + 1 + " / " + pages.length : "选好才能往下走";
    Array.prototype.forEach.call(document.querySelectorAll(".steps li"), function (step, number) {
      step.className = number <= at ? "on" : "";
    });
  }

  function go(number, quietly) {
    pages[at].hidden = true;
    at = Math.min(LAST, Math.max(0, number));
    pages[at].hidden = false;
    if (at === LAST) outcome();
    paint();
    if (!quietly) {
      document.querySelector("main").scrollTop = 0;
      pages[at].querySelector("h2").focus();
      keep();
    }
  }

  next.addEventListener("click", function () {
    if (!told()) {
      check(pages[at]);
      paint();
      keep();
    } else {
      go(at + 1);
    }
  });

  back.addEventListener("click", function () {
    go(at - 1);
  });

  document.addEventListener("change", function (event) {
    var question = event.target.closest("[data-question]");
    if (question) question.classList.remove("told", "fine", "less");
    paint();
  });

  document.getElementById("redo").addEventListener("click", function () {
    questions.forEach(function (question) {
      question.classList.remove("told", "fine", "less");
      chosen(question).forEach(function (box) {
        box.checked = false;
      });
    });
    go(0);
  });

  // ---- coming back, and leaving ----

  function restore() {
    var kept;
    try {
      kept = JSON.parse(get("cmi.suspend_data") || "[]");
    } catch (damaged) {
      return;
    }
    kept.forEach(function (answer, number) {
      var question = questions[number];
      if (!question) return;
      Array.prototype.forEach.call(question.querySelectorAll("input"), function (box) {
        box.checked = answer[1].indexOf(box.value) >= 0;
      });
      if (answer[0]) tell(question);
    });
    go(Number(get("cmi.core.lesson_location")) || 0, true);
  }

  function leave() {
    if (finished) return;
    set("cmi.core.session_time", time());
    set("cmi.core.exit", at === LAST ? "" : "suspend");
    if (api) api.LMSFinish("");
    finished = true;
  }

  window.addEventListener("pagehide", leave);
  restore();
  paint();
})();
