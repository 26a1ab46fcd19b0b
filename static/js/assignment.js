/* Keeps what is written for an assignment: in this browser at once, on the server a moment later. A lost network, a closed page
   or an ended sign-in lose nothing.

   Kept in localStorage: "assignment:<person>:<lesson>" -> { text, revision }, until the server has it; then in sessionStorage, for
   a page that was asked for before the save and comes after it. */
(function () {
  "use strict";

  var QUIET_MS = 2500;
  var RETRY_MS = 15000;

  function read(key, place) {
    try {
      return JSON.parse(window[place || "localStorage"].getItem(key) || "null");
    } catch (error) {
      return null;
    }
  }

  function keep(key, value, place) {
    try {
      if (value) window[place || "localStorage"].setItem(key, JSON.stringify(value));
      else window[place || "localStorage"].removeItem(key);
    } catch (error) {
      // A browser without room still saves on the server.
    }
  }

  function setUp(form) {
    var key = form.getAttribute("data-draft-key");
    var text = form.querySelector("textarea[name=text]");
    var revision = form.querySelector("input[name=revision]");
    var said = form.querySelector("[data-draft-said]");
    var found = form.querySelector("[data-draft-found]");
    var timer = 0;
    var sending = false;
    var changed = false;
    var stopped = false;
    var pressed = null;
    var unsure = null; // the text that was sent last, while nobody knows whether it arrived

    function say(sentence) {
      said.textContent = sentence;
    }

    function files() {
      return Array.prototype.map.call(form.querySelectorAll("input[name^=file][name$=_id]"), function (field) {
        return Number(field.value);
      }).filter(Boolean);
    }

    function later(milliseconds) {
      window.clearTimeout(timer);
      timer = window.setTimeout(send, milliseconds);
    }

    function ended() {
      sending = false;
      if (pressed) form.requestSubmit(pressed);
    }

    function refused(answer) {
      if (answer.status === 401 || answer.redirected) {
        stopped = true;
        say(form.getAttribute("data-text-signed-out"));
        return;
      }
      if (answer.status >= 500 || answer.status === 429) return later(RETRY_MS);
      answer.json().then(function (told) {
        if (answer.status === 409 || answer.status === 403) stopped = true;
        say(told.error || "");
      }).catch(function () {});
    }

    function send() {
      if (sending || stopped || !changed) return;
      sending = true;
      changed = false;
      var sent = text ? text.value : "";
      var before = unsure;
      unsure = sent;
      say(form.getAttribute("data-text-saving"));
      fetch(form.getAttribute("data-draft-url"), {
        method: "POST",
        headers: {
          "Content-Type": "application/json",
          Accept: "application/json",
          "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content
        },
        body: JSON.stringify({ text: sent, files: files(), revision: Number(revision.value), unsure: before })
      }).then(function (answer) {
        if (!answer.ok || answer.redirected) {
          changed = true;
          unsure = before;
          refused(answer);
          return ended();
        }
        return answer.json().then(function (told) {
          revision.value = told.revision;
          unsure = null;
          keep(key, { text: sent, revision: told.revision, said: told.said }, "sessionStorage");
          if (!text || text.value === sent) keep(key, null);
          else keep(key, { text: text.value, revision: told.revision });
          say(told.said);
          ended();
          if (changed) later(QUIET_MS);
        });
      }).catch(function () {
        changed = true;
        say(form.getAttribute("data-text-offline"));
        later(RETRY_MS);
        ended();
      });
    }

    form.addEventListener("input", function (event) {
      if (event.target.type === "file") return;
      changed = true;
      if (text) keep(key, { text: text.value, revision: Number(revision.value) });
      later(event.target.type === "hidden" ? 0 : QUIET_MS);
      showSlots();
    });
    window.addEventListener("online", send);

    /* The form waits for a draft under way: sent now, it would name a revision that is no longer the last. */
    form.addEventListener("submit", function (event) {
      window.clearTimeout(timer);
      if (!sending) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      pressed = event.submitter;
    }, true);

    /* A page that was made before the last save came to the server shows what was saved. */
    function catchUp() {
      var saved = read(key, "sessionStorage");
      keep(key, null, "sessionStorage");
      if (!saved || !text || saved.revision <= Number(revision.value) || document.querySelector(".errsum")) return;
      text.value = saved.text;
      text.defaultValue = saved.text;
      revision.value = saved.revision;
      say(saved.said);
    }

    function offer() {
      var kept = read(key);
      if (!kept || !text) return;
      if (kept.text.trim() === text.value.trim()) return keep(key, null);
      function take() {
        text.value = kept.text;
        found.hidden = true;
        changed = true;
        later(0);
      }
      if (kept.revision === Number(revision.value) && !document.querySelector(".errsum")) {
        take();
        say(form.getAttribute("data-text-restored"));
        return;
      }
      found.hidden = false;
      found.querySelector("[data-draft-take]").addEventListener("click", take);
      found.querySelector("[data-draft-drop]").addEventListener("click", function () {
        keep(key, null);
        found.hidden = true;
        text.focus();
      });
    }

    /* One empty place for a file is enough at a time. */
    function showSlots() {
      var empty = 0;
      form.querySelectorAll("[data-slot]").forEach(function (slot) {
        var filled = slot.querySelector("input[type=hidden]").value || slot.querySelector(".err, [data-busy]");
        slot.hidden = !filled && empty > 0;
        if (!filled) empty += 1;
      });
    }

    if (window.tus && window.tus.isSupported) showSlots();
    catchUp();
    offer();
    if (text && text.value !== text.defaultValue) {
      // somebody was quicker than this script
      text.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  document.addEventListener("DOMContentLoaded", function () {
    var done = document.querySelector("[data-draft-done]");
    if (done) {
      keep(done.getAttribute("data-draft-done"), null);
      keep(done.getAttribute("data-draft-done"), null, "sessionStorage");
    }
    document.querySelectorAll("[data-draft-url]").forEach(setUp);
  });
})();
