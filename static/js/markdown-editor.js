/* Buttons, pictures and a live preview beside a textarea of Markdown. The preview is made by the server. */
(function () {
  "use strict";

  var PAUSE_MS = 400;

  function post(url, options) {
    options.method = "POST";
    options.headers = Object.assign(
      { Accept: "application/json", "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content },
      options.headers
    );
    return fetch(url, options).then(function (answer) {
      return answer.json().then(function (facts) {
        if (!answer.ok) throw new Error(facts.error);
        return facts;
      });
    });
  }

  function setUp(box) {
    var area = box.querySelector("textarea");
    var preview = box.querySelector("[data-md-preview]");
    var state = box.querySelector("[data-md-state]");
    var timer = 0;
    var asked = 0;

    function refresh() {
      var number = ++asked;
      if (!area.value.trim()) {
        preview.textContent = box.getAttribute("data-text-empty");
        return;
      }
      post(box.getAttribute("data-preview-url"), {
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ text: area.value })
      }).then(function (facts) {
        if (number !== asked) return;
        preview.innerHTML = facts.html; // sanitised by the server, as the published page is
        preview.lang = /[\u3400-\u9fff]/.test(area.value) ? "zh-CN" : document.documentElement.lang;
      }).catch(function () {});
    }

    function later() {
      if (!wanted()) return;
      clearTimeout(timer);
      timer = setTimeout(refresh, PAUSE_MS);
    }

    /* execCommand keeps the browser's own undo; setRangeText does not. */
    function insert(text) {
      area.focus();
      if (!document.execCommand("insertText", false, text)) {
        area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
      }
      later();
    }

    function wrap(before, after) {
      var chosen = area.value.slice(area.selectionStart, area.selectionEnd);
      var lineStart = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;
      if (!after && !chosen && lineStart !== area.selectionStart) area.setSelectionRange(lineStart, lineStart);
      insert(after ? before + chosen + after : before + chosen.split("\n").join("\n" + before));
    }

    function sendPicture(file) {
      var form = new FormData();
      form.append("picture", file);
      state.textContent = box.getAttribute("data-text-busy");
      post(box.getAttribute("data-picture-url"), { body: form }).then(function (facts) {
        state.textContent = "";
        insert("\n\n" + facts.markdown + "\n\n");
      }).catch(function (error) {
        state.textContent = box.getAttribute("data-text-failed") + (error.message || "");
      });
    }

    /* Some texts are Markdown only when a choice on the page says so. */
    var choices = document.getElementsByName(box.getAttribute("data-markdown-when") || "");

    function wanted() {
      return !choices.length || Array.prototype.some.call(choices, function (choice) {
        return choice.checked && choice.value === "markdown";
      });
    }

    function show() {
      var on = wanted();
      box.querySelector(".md-bar").hidden = !on;
      box.querySelector(".md-cols").classList.toggle("two", on);
      preview.hidden = !on;
      if (on) refresh();
    }

    choices.forEach(function (choice) {
      choice.addEventListener("change", show);
    });
    box.querySelectorAll("[data-before]").forEach(function (button) {
      button.addEventListener("click", function () {
        wrap(button.getAttribute("data-before"), button.getAttribute("data-after"));
      });
    });
    box.querySelector("[data-md-picture]").addEventListener("change", function (event) {
      if (event.target.files.length) sendPicture(event.target.files[0]);
      event.target.value = "";
    });
    area.addEventListener("input", later);
    area.addEventListener("paste", function (event) {
      var file = wanted() && event.clipboardData && event.clipboardData.files[0];
      if (file && file.type.indexOf("image/") === 0) {
        event.preventDefault();
        sendPicture(file);
      }
    });
    show();
  }

  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("[data-markdown]").forEach(setUp);
  });
})();
