/* Uploads in pieces (tus), with progress; they go on by themselves after the network was away. Without this script the file
   travels with the form. */
(function () {
  "use strict";

  var PIECE_BYTES = 4 * 1024 * 1024;
  var RETRY_MS = [0, 1000, 3000, 5000, 10000, 20000, 30000];

  function token() {
    return document.querySelector("meta[name=csrf-token]").content;
  }

  function setUp(box) {
    var input = box.querySelector("input[type=file]");
    var identity = box.querySelector("input[type=hidden]");
    var task = box.querySelector("[data-upload-task]");
    var name = box.querySelector("[data-upload-name]");
    var bar = box.querySelector("[data-upload-bar]");
    var state = box.querySelector("[data-upload-state]");
    var cancel = box.querySelector("[data-upload-cancel]");
    var remove = box.querySelector("[data-upload-remove]");
    var drop = box.querySelector(".drop");
    var running = null;

    box.querySelector("[data-upload-hint]").hidden = false;
    remove.hidden = remove.hasAttribute("data-never") || !identity.value;

    function say(key, percent) {
      state.textContent = box.getAttribute("data-text-" + key).replace("{percent}", percent);
    }

    function rest(done) {
      running = null;
      bar.hidden = true;
      cancel.hidden = true;
      box.removeAttribute("data-busy");
      remove.hidden = remove.hasAttribute("data-never") || !done;
    }

    function fail(sentence) {
      rest(false);
      if (sentence) state.textContent = sentence;
      else say("failed");
    }

    function describe(url) {
      say("check");
      fetch(url, { headers: { Accept: "application/json" } })
        .then(function (answer) { return answer.json(); })
        .then(function (facts) {
          if (!facts.done) return fail();
          identity.value = facts.file.id;
          input.value = "";
          say("done");
          state.textContent = facts.file.label + " · " + state.textContent;
          rest(true);
        })
        .catch(function () { fail(); });
    }

    function sentenceOf(error) {
      try {
        return JSON.parse(error.originalResponse.getBody()).error;
      } catch (broken) {
        return "";
      }
    }

    function start(file) {
      if (running) running.abort(true);
      task.hidden = false;
      name.textContent = file.name;
      bar.hidden = false;
      bar.value = 0;
      cancel.hidden = false;
      box.setAttribute("data-busy", "");
      say("busy", 0);
      running = new window.tus.Upload(file, {
        endpoint: box.getAttribute("data-upload"),
        chunkSize: PIECE_BYTES,
        retryDelays: RETRY_MS,
        removeFingerprintOnSuccess: true,
        headers: { "X-CSRFToken": token(), Accept: "application/json" },
        metadata: { filename: file.name, kind: box.getAttribute("data-kind") },
        onShouldRetry: function (error) {
          var status = error.originalResponse ? error.originalResponse.getStatus() : 0;
          if (!status) say("wait");
          return status === 0 || status === 409 || status === 423 || status === 502 || status === 503;
        },
        onProgress: function (sent, total) {
          var percent = Math.floor((sent / total) * 100);
          bar.value = percent;
          say("busy", percent);
        },
        onSuccess: function () { describe(running.url); },
        onError: function (error) { fail(sentenceOf(error)); }
      });
      running.findPreviousUploads().then(function (earlier) {
        if (earlier.length) running.resumeFromPreviousUpload(earlier[0]);
        running.start();
      });
    }

    input.addEventListener("change", function () {
      if (input.files.length) start(input.files[0]);
    });

    cancel.addEventListener("click", function () {
      if (running) running.abort(true);
      rest(Boolean(identity.value));
      input.value = "";
      task.hidden = !identity.value;
      input.focus();
    });

    remove.addEventListener("click", function () {
      identity.value = "";
      task.hidden = true;
      input.focus();
    });

    ["dragover", "dragleave", "drop"].forEach(function (kind) {
      drop.addEventListener(kind, function (event) {
        event.preventDefault();
        drop.classList.toggle("over", kind === "dragover");
        if (kind === "drop" && event.dataTransfer.files.length) start(event.dataTransfer.files[0]);
      });
    });

    /* While pieces travel the file must not travel a second time with the form. */
    input.form.addEventListener("submit", function (event) {
      if (box.hasAttribute("data-busy")) {
        event.preventDefault();
        event.stopImmediatePropagation();
        task.scrollIntoView({ block: "center" });
      }
    }, true);
  }

  document.addEventListener("DOMContentLoaded", function () {
    if (!window.tus || !window.tus.isSupported) return;
    document.querySelectorAll("[data-upload]").forEach(setUp);
  });
})();
