/* The video player: opens at the second where one stopped, reports what is played, shows which minutes are still missing.
   What counts is decided by the server; reports that find no network are kept and sent later. */
(function () {
  "use strict";

  var root = document.querySelector("[data-player]");
  var video = root && root.querySelector("video");
  var main = document.querySelector("main[data-watched-url]");
  if (!video || !main || !window.lesson) return;

  var lesson = window.lesson;
  var EVERY = 10000;
  var FASTEST = 2;
  var NEAR_END = 2000;
  var url = main.getAttribute("data-watched-url");
  var length = Number(root.getAttribute("data-duration-ms"));
  var resume = Number(root.getAttribute("data-position-ms"));
  var store = "beats " + url;

  // ---- the player ----

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
          "pip",
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

  function seek(milliseconds, play) {
    video.currentTime = milliseconds / 1000;
    if (play) video.play().catch(function () {});
  }

  function goOn() {
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

  // ---- what is played: stretches of film, and the time they took ----

  var stretches = [];
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

  // ---- reporting ----

  var session = null;
  var sequence = 0;
  var queue = recall();
  var busy = false;
  var reopened = 0;

  function recall() {
    try {
      return JSON.parse(sessionStorage.getItem(store)) || [];
    } catch (error) {
      return [];
    }
  }

  function remember() {
    try {
      if (queue.length) sessionStorage.setItem(store, JSON.stringify(queue.slice(-50)));
      else sessionStorage.removeItem(store);
    } catch (error) {
      // without storage the reports live as long as the page
    }
  }

  function beat() {
    if (!session) return;
    var playing = from !== null;
    if (playing) follow();
    end();
    if (stretches.length) {
      sequence += 1;
      queue.push({
        session: session,
        sequence: sequence,
        segments: stretches.slice(-200),
        position: Math.max(0, now()),
        played: Math.round(played)
      });
      stretches = [];
      played = 0;
    }
    if (playing) {
      from = reached; // the next stretch joins this one
      clock = performance.now();
    }
    remember();
    send();
  }

  /* The page may be gone before an answer comes: send everything now. What arrives twice counts once. */
  function leave() {
    var waiting = busy;
    beat();
    if (waiting) {
      queue.forEach(function (report) {
        lesson.post(url, report);
      });
    }
  }

  function send() {
    if (busy || !queue.length) return;
    busy = true;
    lesson.post(url, queue[0]).then(function (answer) {
      busy = false;
      if (answer.status === 200) {
        queue.shift();
        remember();
        lesson.say("");
        show(answer.state);
        document.dispatchEvent(new CustomEvent("watched", { detail: answer.state }));
        send();
      } else if (answer.status === 0 || answer.status >= 500) {
        lesson.say(lesson.words("offline"));
      } else if (answer.status === 401) {
        lesson.say(lesson.words("signed-out"));
      } else {
        refused(answer);
      }
    });
  }

  function refused(answer) {
    var late = queue.shift();
    remember();
    if (late.session !== session) {
      send(); // from an earlier page; nothing more can be done for it
    } else if (answer.status === 409 && reopened < 2) {
      reopened += 1;
      start(lesson.reopen());
    } else {
      lesson.say(answer.state.error || lesson.words("offline"));
    }
  }

  function start(opened) {
    session = null;
    opened.then(function (token) {
      session = token;
      sequence = 0;
      send();
    });
  }

  start(lesson.opened);

  video.addEventListener("playing", begin);
  video.addEventListener("timeupdate", follow);
  video.addEventListener("seeking", function () {
    end();
    beat();
  });
  video.addEventListener("waiting", end);
  ["seeked", "pause", "ended"].forEach(function (name) {
    video.addEventListener(name, function () {
      if (name !== "seeked") follow();
      if (name !== "seeked") end();
      beat();
    });
  });
  window.setInterval(beat, EVERY);
  window.addEventListener("online", send);
  window.addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "hidden") leave();
  });

  // ---- what is still missing ----

  var SVG = "http://www.w3.org/2000/svg";

  function draw(covered) {
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
    if (state.covered) draw(state.covered);
    if (state.missing) offer(state.missing);
  }

  lesson.opened.then(function () {
    offer(JSON.parse(main.getAttribute("data-missing-now") || "[]"));
  });
})();
