/* The player of films and sound: opens at the second where one stopped, reports what is played (reports.js), stops at questions and
   keeps the first viewing in order (gates.js), shows which minutes are still missing. What counts is decided by the server. */
(function () {
  "use strict";

  var root = document.querySelector("[data-player]");
  var video = root && root.querySelector("video, audio");
  var main = document.querySelector("main[data-watched-url]");
  if (!video || !main || !window.lesson || !window.gates || !window.Reports) return;

  var lesson = window.lesson;
  var gates = window.gates;
  var EVERY = 10000;
  var FASTEST = 2;
  var NEAR_END = 2000;
  var AT_A_STOP = 60; // milliseconds that a place may be off
  var BEFORE_A_STOP = 3000;
  var BACK = 30000;
  var length = Number(root.getAttribute("data-duration-ms"));
  var asked = new URLSearchParams(window.location.search).get("t");
  var resume = asked === null || asked === "" ? Number(root.getAttribute("data-position-ms")) : Number(asked) || 0;
  var done = main.hasAttribute("data-done");
  var covered = JSON.parse(main.getAttribute("data-covered") || "[]");
  var notice = document.querySelector("[data-film-notice]");

  // ---- the player ----

  video.disablePictureInPicture = true; // a film that runs on beside another page is not watched
  var player = window.Plyr
    ? new window.Plyr(video, {
        controls: [
          "play-large",
          "play",
          "progress",
          "current-time",
          "duration",
          "mute",
          "volume",
          "captions",
          "settings",
          "fullscreen"
        ],
        settings: ["captions", "speed"],
        speed: { selected: 1, options: [0.75, 1, 1.25, 1.5, FASTEST] },
        captions: { active: true, language: document.documentElement.lang.slice(0, 2), update: false },
        iconUrl: root.getAttribute("data-icons"),
        blankVideo: "",
        invertTime: false,
        toggleInvert: false,
        i18n: JSON.parse(main.getAttribute("data-player-words") || "{}")
      })
    : null;

  function now() {
    return Math.round(video.currentTime * 1000);
  }

  function play() {
    video.play().catch(function () {});
  }

  function seek(milliseconds, on) {
    video.currentTime = milliseconds / 1000;
    if (on) play();
  }

  /* Where to begin: not behind a question, nor beyond what has been watched where that is held back. */
  function goOn() {
    var stop = gates.next(resume);
    if (stop) resume = Math.max(0, stop.at - BEFORE_A_STOP);
    resume = gates.furthest(covered, resume);
    if (resume > 0 && resume < length - NEAR_END) seek(resume, false);
  }

  if (video.readyState >= 1) goOn();
  else video.addEventListener("loadedmetadata", goOn, { once: true });

  video.addEventListener("ratechange", function () {
    if (video.playbackRate > FASTEST) video.playbackRate = FASTEST;
  });
  video.addEventListener("error", function () {
    lesson.say(lesson.words("video-error"));
  });

  /* What the viewer is told about the film itself, right below it. */
  function tell(text) {
    if (!notice) return;
    notice.querySelector(".grow").textContent = text || "";
    notice.hidden = !text;
  }

  function leaveFullscreen() {
    if (player && player.fullscreen && player.fullscreen.active) player.fullscreen.exit();
    else if (document.fullscreenElement) document.exitFullscreen();
    if (video.webkitDisplayingFullscreen) video.webkitExitFullscreen();
  }

  // ---- what is played: stretches of film, and the time they took ----

  var stretches = []; // since the last report
  var sent = []; // reported, and not answered yet
  var from = null;
  var reached = 0;
  var played = 0;
  var clock = null;

  function begin() {
    if (from !== null || video.paused || video.seeking) return;
    from = reached = now();
    clock = performance.now();
  }

  function follow() {
    if (from === null) begin();
    if (from === null || video.seeking) return;
    var moment = performance.now();
    played += moment - clock;
    clock = moment;
    reached = Math.max(reached, now());
  }

  function end() {
    if (from !== null && reached > from) stretches.push([from, reached]);
    from = null;
    clock = null;
  }

  function watched() {
    return covered.concat(sent, stretches, from === null ? [] : [[from, reached]]);
  }

  // ---- questions on the way, and nothing beyond what has been watched ----

  function stopAt(stop) {
    video.pause();
    if (now() > stop.at) seek(stop.at, false);
    leaveFullscreen();
    gates.open(stop);
  }

  function watchOut() {
    var stop = gates.next(now() + AT_A_STOP);
    if (stop) stopAt(stop);
    return Boolean(stop);
  }

  function holdBack() {
    var furthest = gates.furthest(watched(), now());
    if (furthest >= now()) return;
    seek(furthest, false);
    tell(lesson.words("held"));
  }

  gates.onanswer = play;
  gates.onback = function (at) {
    seek(Math.max(0, at - BACK), true);
  };

  // ---- reporting ----

  var reports = window.Reports.open(main.getAttribute("data-watched-url"));
  var ticket = "";
  var reopened = 0;
  var said = false; // whether the server has been told that the film runs

  function beat() {
    var running = from !== null;
    if (running) follow();
    end();
    if (stretches.length || running !== said) {
      said = running;
      reports.send({
        segments: stretches.slice(-200),
        position: Math.max(0, now()),
        played: Math.round(played),
        playing: running
      });
      sent = sent.concat(stretches).slice(-400);
      stretches = [];
      played = 0;
    }
    if (running) {
      from = reached; // the next stretch joins this one
      clock = performance.now();
    }
  }

  function start(opened) {
    opened.then(function (token) {
      ticket = token;
      show(lesson.state);
      reports.begin(token, lesson.state.person);
    });
  }

  reports.on("answer", function (state) {
    sent = [];
    show(state);
    document.dispatchEvent(new CustomEvent("watched", { detail: state }));
  });
  reports.on("offline", function () {
    lesson.say(lesson.words("offline"));
  });
  reports.on("online", function () {
    lesson.say("");
  });
  reports.on("said", function (detail) {
    lesson.say(detail.text);
  });
  reports.on("signed_out", function () {
    lesson.say(lesson.words("signed-out"));
  });
  reports.on("refused", function (state) {
    lesson.say(state.error || lesson.words("offline"));
  });
  reports.on("reopen", function (state) {
    reopened += 1;
    if (reopened > 2) lesson.say(state.error || lesson.words("signed-out"));
    else start(lesson.reopen(ticket));
  });

  // ---- one player at a time ----

  var other = document.getElementById("other");
  var yielded = false;

  reports.on("other_player", function (state) {
    video.pause();
    if (yielded || !other || other.open) return;
    yielded = true;
    leaveFullscreen();
    var text = other.querySelector("[data-other-text]");
    text.textContent = text.getAttribute("data-pattern").replace("{title}", state.title || "");
    tell(text.textContent);
    other.showModal();
  });

  if (other) {
    other.querySelector("[data-other-leave]").addEventListener("click", function () {
      other.close();
    });
    other.querySelector("[data-other-take]").addEventListener("click", function () {
      reports.takeOver(main.getAttribute("data-take-over-url")).then(function (answer) {
        other.close();
        if (answer.status === 200) play();
        else lesson.say(answer.state.error || lesson.words("offline"));
      });
    });
  }

  // ---- what the film does ----

  video.addEventListener("play", function () {
    if (watchOut()) return;
    yielded = false;
    tell("");
  });
  video.addEventListener("playing", function () {
    begin();
    if (!said) beat(); // so that another player is noticed at once
  });
  video.addEventListener("timeupdate", function () {
    follow();
    watchOut();
  });
  video.addEventListener("seeking", function () {
    end();
    holdBack();
    watchOut();
    beat();
  });
  video.addEventListener("waiting", end);
  ["seeked", "pause", "ended"].forEach(function (name) {
    video.addEventListener(name, function () {
      if (name !== "seeked") {
        follow();
        end();
      }
      beat();
    });
  });
  window.setInterval(function () {
    if (from !== null || stretches.length) beat();
  }, EVERY);
  window.addEventListener("pagehide", function () {
    beat();
    reports.flush(true);
  });

  /* Who looks elsewhere does not watch: the film waits. Nothing is lost by it, and a lesson that is done may run on, as
     may sound, which one hears. */
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState !== "hidden") return;
    if (video.nodeName === "VIDEO" && !video.paused && !done) {
      video.pause();
      follow();
      end();
      tell(lesson.words("away"));
    }
    beat();
    reports.flush(true);
  });

  // ---- what is still missing ----

  var SVG = "http://www.w3.org/2000/svg";

  function draw() {
    document.querySelectorAll("[data-seen] .seen").forEach(function (map) {
      map.textContent = "";
      covered.forEach(function (pair) {
        var part = document.createElementNS(SVG, "rect");
        part.setAttribute("x", (pair[0] * 100) / length + "%");
        part.setAttribute("width", ((pair[1] - pair[0]) * 100) / length + "%");
        part.setAttribute("height", "100%");
        map.appendChild(part);
      });
    });
  }

  document.querySelectorAll("[data-seen] .seen").forEach(function (map) {
    map.addEventListener("click", function (event) {
      var box = map.getBoundingClientRect();
      seek((length * (event.clientX - box.left)) / box.width, true);
    });
  });

  function offer(gaps) {
    document.querySelectorAll("[data-missing]").forEach(function (list) {
      var focused = list.contains(document.activeElement);
      if (focused) return; // not under somebody's finger; the next answer will do
      list.textContent = "";
      gaps.slice(0, 12).forEach(function (gap) {
        var item = document.createElement("li");
        var button = document.createElement("button");
        button.type = "button";
        button.className = "chip";
        button.textContent = gap.text;
        button.setAttribute("aria-label", lesson.words("seek").replace("{stretch}", gap.text));
        button.addEventListener("click", function () {
          seek(gap.from, true);
          (player ? root.querySelector(".plyr") || video : video).focus();
        });
        item.appendChild(button);
        list.appendChild(item);
      });
      list.hidden = !gaps.length;
    });
  }

  function show(state) {
    if (state.covered) {
      covered = state.covered;
      draw();
    }
    if (state.missing) offer(state.missing);
    if (state.done) {
      done = true;
      gates.release();
    }
  }

  lesson.opened.then(function () {
    offer(JSON.parse(main.getAttribute("data-missing-now") || "[]"));
  });
  start(lesson.opened);
})();
