/* A package in a lesson: opens it in a frame of another origin, and shows again what the server knows when the frame says that it
   has reported. What the frame says is believed in nothing: it can only make this page ask the server. */
(function () {
  "use strict";

  var root = document.querySelector("[data-package]");
  if (!root) return;
  var stage = root.querySelector("[data-package-stage]");
  var place = root.querySelector("[data-package-place]");
  var frame = null;
  var said = root.querySelector("[data-package-said]");
  var name = root.querySelector("[data-package-name]");
  var main = document.querySelector("main[data-open-url]");
  var current = 0; // the place of the open SCO among the buttons
  var CALM = 1200;
  var due = 0;

  function say(word) {
    said.textContent = word ? root.getAttribute("data-text-" + word) : "";
  }

  function buttons() {
    return root.querySelectorAll("[data-package-run]");
  }

  function open(button) {
    current = Array.prototype.indexOf.call(buttons(), button);
    name.textContent = button.getAttribute("data-package-title");
    say("");
    stage.hidden = false;
    show(button.getAttribute("data-package-run"));
    stage.scrollIntoView({ block: "nearest" });
    frame.focus();
  }

  /* The frame may keep its own origin, which is never ours: there is no address of ours that it could be given. */
  function show(address) {
    frame = document.createElement("iframe");
    frame.setAttribute("sandbox", "allow-scripts allow-same-origin allow-forms allow-popups allow-modals");
    frame.setAttribute("allow", "autoplay; fullscreen");
    frame.setAttribute("referrerpolicy", "no-referrer");
    frame.title = place.getAttribute("data-package-place");
    frame.src = address;
    place.replaceChildren(frame);
  }

  function close() {
    if (document.fullscreenElement) document.exitFullscreen();
    place.replaceChildren();
    frame = null;
    stage.hidden = true;
    refresh();
  }

  // ---- what the server knows ----

  function refresh() {
    if (due || !main) return;
    due = window.setTimeout(function () {
      due = 0;
      window.lesson.post(main.getAttribute("data-open-url"), {}).then(function (answer) {
        if (answer.status === 200) document.dispatchEvent(new CustomEvent("shown", { detail: answer.state }));
      });
      fetch(location.pathname, { credentials: "same-origin", headers: { Accept: "text/html" } })
        .then(function (response) {
          return response.ok && !response.redirected ? response.text() : "";
        })
        .then(replace, function () {});
    }, CALM);
  }

  function replace(html) {
    var page = new DOMParser().parseFromString(html, "text/html");
    var fresh = page.querySelector("[data-package-results]");
    var stale = root.querySelector("[data-package-results]");
    if (!fresh || !stale) return;
    var focused = Array.prototype.indexOf.call(buttons(), document.activeElement);
    stale.replaceWith(document.importNode(fresh, true));
    if (focused >= 0 && buttons()[focused]) buttons()[focused].focus();
  }

  // ---- what the frame says ----

  var HEARD = {
    saved: function () {
      say("saved");
      refresh();
    },
    unsaved: function () {
      say("unsaved");
    },
    conflict: function () {
      say("conflict");
    },
    expired: function () {
      say("expired");
    },
    ended: function (data) {
      say("ended");
      var next = buttons()[current + 1];
      if (data.next === true && next) open(next);
    }
  };

  window.addEventListener("message", function (event) {
    if (event.origin !== root.getAttribute("data-package") || !frame || event.source !== frame.contentWindow) return;
    var data = event.data;
    if (!data || typeof data !== "object" || !Object.prototype.hasOwnProperty.call(HEARD, data.package)) return;
    HEARD[data.package](data);
  });

  root.addEventListener("click", function (event) {
    var button = event.target.closest("[data-package-run]");
    if (button) open(button);
  });
  root.querySelector("[data-package-close]").addEventListener("click", close);
  root.querySelector("[data-package-full]").addEventListener("click", function () {
    if (stage.requestFullscreen) stage.requestFullscreen();
  });
})();
