/* The lesson page: tells the server that the lesson is open, and shows where one stands as the server answers it.
   player.js and shown.js report; they wait for `window.lesson.opened`, and their answers arrive here as events. */
(function () {
  "use strict";

  var main = document.querySelector("main[data-open-url]");
  if (!main || !window.Reports) return;

  function each(selector, act) {
    document.querySelectorAll(selector).forEach(act);
  }

  function words(name) {
    return main.getAttribute("data-text-" + name) || "";
  }

  var post = window.Reports.post;

  // ---- opening ----

  var RETRY = 5000;

  /* This tab's ticket outlives a reload, so that the page after it goes on as the same player. */
  var KEPT = "ticket " + main.getAttribute("data-open-url");

  function keep(ticket) {
    try {
      window.sessionStorage.setItem(KEPT, ticket);
    } catch (error) {
      // then a reload is another player, for half a minute
    }
  }

  function kept() {
    try {
      return window.sessionStorage.getItem(KEPT) || "";
    } catch (error) {
      return "";
    }
  }

  function open(resolve, replaces) {
    post(main.getAttribute("data-open-url"), replaces ? { replaces: replaces } : {}).then(function (answer) {
      if (answer.status === 200) {
        say("");
        show(answer.state);
        window.lesson.state = answer.state;
        keep(answer.state.session);
        resolve(answer.state.session);
      } else if (answer.status === 0 || answer.status >= 500) {
        say(words("offline"));
        window.setTimeout(open, RETRY, resolve, replaces);
      } else {
        say(answer.status === 401 ? words("signed-out") : answer.state.error);
      }
    });
  }

  /* Open the lesson anew; `replaces` is the ticket under which this page has been reporting. */
  function reopen(replaces) {
    window.lesson.opened = new Promise(function (resolve) {
      open(resolve, replaces);
    });
    return window.lesson.opened;
  }

  // ---- showing ----

  function say(text) {
    each("[data-trouble]", function (place) {
      place.textContent = text || "";
      place.hidden = !text;
    });
  }

  function tell(sentences, course) {
    each("[data-reached]", function (place) {
      sentences.forEach(function (sentence) {
        var line = document.createElement("p");
        line.textContent = sentence;
        place.querySelector(".grow").appendChild(line);
      });
      if (course.completed && !place.querySelector("a")) {
        var link = document.createElement("a");
        link.href = course.url;
        link.textContent = words("record");
        place.querySelector(".grow").appendChild(link);
      }
      place.hidden = false;
    });
  }

  function markInContents(done) {
    var name = done ? "done" : "half";
    each(".lesson.now .st", function (icon) {
      if (icon.classList.contains("done")) return;
      icon.setAttribute("class", "i st " + name);
      var use = icon.querySelector("use");
      use.setAttribute("href", use.getAttribute("href").replace(/#.*/, "#i-" + name));
    });
    each(".lesson.now .t .vh", function (text) {
      text.textContent = words(done ? "state-done" : "state-half");
    });
  }

  /* One lesson more in the chapter that is open: the first number of "3/5", and of the sentence for those who listen. */
  function countInChapter() {
    each(".lesson.now", function (row) {
      row.closest(".chap").querySelectorAll("summary .n > span").forEach(function (text) {
        text.textContent = text.textContent.replace(/\d+/, function (number) {
          return Number(number) + 1;
        });
      });
    });
  }

  var counted = null; // how many lessons of the course were

  var done = main.hasAttribute("data-done");

  function show(state) {
    if (state.course) {
      if (counted !== null && state.course.done > counted && state.done && !done) countInChapter();
      counted = state.course.done;
    }
    each("[data-progress-bar]", function (bar) {
      bar.value = state.percent;
    });
    each("[data-progress-text]", function (place) {
      place.textContent = state.text || state.percent + "%";
    });
    each("[data-progress-message]", function (place) {
      if (place.textContent !== state.message) place.textContent = state.message;
    });
    each("[data-until-done]", function (part) {
      part.hidden = state.done;
    });
    each("[data-when-done]", function (part) {
      part.hidden = !state.done;
    });
    markInContents(state.done);
    if (state.course) {
      each("[data-course-bar]", function (bar) {
        bar.value = state.course.done;
      });
      each("[data-course-text]", function (place) {
        place.textContent = words("course").replace("{done}", state.course.done).replace("{total}", state.course.total);
      });
    }
    var reached = state.reached || [];
    // done by what another page, or the reader, has reported
    if (state.done && !done && !reached.length) reached = [state.message];
    done = state.done;
    if (reached.length) tell(reached, state.course || {});
  }

  /* Chapters of textbooks answer for the chapter; when that is enough for the lesson, the lesson is asked for. */
  var goal = Number(main.getAttribute("data-goal")) || 0;
  var enough = false;

  function showChapter(answer) {
    if (typeof answer.percent !== "number") return;
    each("[data-progress-bar]", function (bar) {
      bar.value = Math.max(bar.value, answer.percent);
    });
    each("[data-progress-text]", function (place) {
      place.textContent = words("learned").replace("{percent}", answer.percent + "%");
    });
    if (enough || answer.percent < goal) return;
    enough = true;
    post(main.getAttribute("data-open-url"), {}).then(function (reply) {
      if (reply.status === 200) show(reply.state);
      else enough = false;
    });
  }

  document.addEventListener("shown", function (event) {
    if (event.detail && event.detail.course) show(event.detail);
    else showChapter(event.detail || {});
  });

  document.addEventListener("watched", function (event) {
    show(event.detail);
  });

  window.lesson = { opened: null, state: {}, post: post, reopen: reopen, say: say, words: words };
  reopen(kept());

  // ---- where one stopped reading ----

  var container = document.querySelector("[data-resume-at]");
  var unit = container && container.querySelector('[data-unit="' + container.getAttribute("data-resume-at") + '"]');
  if (unit && !location.hash) {
    if ("scrollRestoration" in history) history.scrollRestoration = "manual";
    unit.scrollIntoView();
  }
})();
