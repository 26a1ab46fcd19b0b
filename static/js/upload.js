/* Uploads in pieces (tus), with progress; they go on by themselves after the network was away, and where they stopped when
   the same file is chosen again. Without this script the file travels with the form. */
(function () {
  "use strict";

  var PIECE_BYTES = 4 * 1024 * 1024;
  var RETRY_MS = [0, 1000, 3000, 5000, 10000, 20000, 30000, 60000, 60000, 60000];
  var TRY_AGAIN = [0, 409, 423, 429, 500, 502, 503, 504];

  function token() {
    return document.querySelector("meta[name=csrf-token]").content;
  }

  /* The sentence that the server gave with an error. */
  function sentenceOf(error) {
    try {
      return JSON.parse(error.originalResponse.getBody()).error || "";
    } catch (broken) {
      return "";
    }
  }

  function setUp(box) {
    var kind = box.getAttribute("data-kind");
    var input = box.querySelector("input[type=file]");
    var identity = box.querySelector("input[type=hidden]");
    var task = box.querySelector("[data-upload-task]");
    var name = box.querySelector("[data-upload-name]");
    var bar = box.querySelector("[data-upload-bar]");
    var state = box.querySelector("[data-upload-state]");
    var mistake = box.querySelector("[data-upload-error]");
    var cancel = box.querySelector("[data-upload-cancel]");
    var remove = box.querySelector("[data-upload-remove]");
    var drop = box.querySelector(".drop");
    var pick = box.querySelector("[data-upload-pick]");
    var kept = { name: name.textContent, label: state.textContent };
    var running = null;

    function text(key) {
      return box.getAttribute("data-text-" + key);
    }

    function complain(sentence) {
      box.classList.toggle("err", Boolean(sentence));
      mistake.hidden = !sentence;
      mistake.querySelector("span").textContent = sentence;
    }

    /* Shows the file that the form holds, or none. */
    function rest() {
      running = null;
      input.value = "";
      bar.hidden = true;
      cancel.hidden = true;
      box.removeAttribute("data-busy");
      name.textContent = kept.name;
      state.textContent = kept.label;
      task.hidden = !identity.value;
      remove.hidden = remove.hasAttribute("data-never") || !identity.value;
      pick.querySelector("span").textContent = pick.getAttribute(identity.value ? "data-text-other" : "data-text-choose");
    }

    function fail(sentence) {
      rest();
      complain(sentence || text("failed"));
      mistake.setAttribute("role", "alert");
    }

    function finish(url) {
      state.textContent = text("check");
      fetch(url, { headers: { Accept: "application/json" } })
        .then(function (answer) { return answer.json(); })
        .then(function (facts) {
          if (!facts.done) return fail(facts.error);
          identity.value = facts.file.id;
          identity.dispatchEvent(new Event("input", { bubbles: true }));
          kept = { name: facts.file.name, label: facts.file.label + " · " + text("done") };
          rest();
        })
        .catch(function () { fail(); });
    }

    function start(file) {
      if (running) running.abort(true);
      complain("");
      task.hidden = false;
      name.textContent = file.name;
      bar.hidden = false;
      bar.value = 0;
      cancel.hidden = false;
      remove.hidden = true;
      box.setAttribute("data-busy", "");
      state.textContent = text("busy").replace("{percent}", "0");
      var upload = new window.tus.Upload(file, {
        endpoint: box.getAttribute("data-upload"),
        chunkSize: PIECE_BYTES,
        retryDelays: RETRY_MS,
        removeFingerprintOnSuccess: true,
        fingerprint: function (chosen) {
          return Promise.resolve(["academy", kind, chosen.name, chosen.size, chosen.lastModified].join("-"));
        },
        headers: { "X-CSRFToken": token(), Accept: "application/json" },
        metadata: { filename: file.name, kind: kind },
        onShouldRetry: function (error) {
          var status = error.originalResponse ? error.originalResponse.getStatus() : 0;
          if (!status) state.textContent = text("wait");
          return TRY_AGAIN.indexOf(status) >= 0;
        },
        onProgress: function (sent, total) {
          var percent = Math.floor((sent / total) * 100);
          bar.value = percent;
          state.textContent = percent < 100 ? text("busy").replace("{percent}", percent) : text("check");
        },
        onSuccess: function () {
          if (running === upload) finish(upload.url);
        },
        onError: function (error) {
          if (running === upload) fail(sentenceOf(error));
        }
      });
      running = upload;
      upload.findPreviousUploads().then(function (earlier) {
        if (running !== upload) return;
        if (earlier.length) upload.resumeFromPreviousUpload(earlier[0]);
        upload.start();
      });
    }

    box.querySelector("[data-upload-hint]").hidden = false;
    pick.hidden = false;
    input.classList.add("vh");
    rest();

    input.addEventListener("change", function () {
      if (input.files.length) start(input.files[0]);
    });

    cancel.addEventListener("click", function () {
      if (running) running.abort(true).catch(function () {});
      rest();
      input.focus();
    });

    remove.addEventListener("click", function () {
      identity.value = "";
      identity.dispatchEvent(new Event("input", { bubbles: true }));
      kept = { name: "", label: "" };
      rest();
      input.focus();
    });

    ["dragover", "dragleave", "drop"].forEach(function (event) {
      drop.addEventListener(event, function (happened) {
        happened.preventDefault();
        drop.classList.toggle("over", event === "dragover");
        if (event === "drop" && happened.dataTransfer.files.length) start(happened.dataTransfer.files[0]);
      });
    });

    /* The form waits for the upload: saved now, it would hold the file that was there before. */
    input.form.addEventListener("submit", function (event) {
      if (!box.hasAttribute("data-busy")) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      complain(text("first"));
      task.scrollIntoView({ block: "center" });
    }, true);
  }

  document.addEventListener("DOMContentLoaded", function () {
    if (!window.tus || !window.tus.isSupported) return;
    document.querySelectorAll("[data-upload]").forEach(setUp);
  });
})();
