/* Drills: a decision is sent without leaving the page, and the new scene's heading takes the focus. Everything is decided by
   the server; without this script the buttons send the form as usual. In the editor a mistake leads to its line. */
(function () {
  "use strict";

  var PARTS = ["#work", ".rule-card", "[data-when-done]", ".lside", ".lbar .pr"];
  var sending = false;

  function drill() {
    return document.querySelector("[data-drill]");
  }

  /* Puts the parts of the answered page in the place of those that are here. */
  function take(html) {
    var answer = new DOMParser().parseFromString(html, "text/html");
    var fresh = answer.querySelector("#work [data-drill]");
    if (!fresh) return false;
    PARTS.forEach(function (name) {
      var old = document.querySelector(name);
      var other = answer.querySelector(name);
      if (old && other) old.replaceWith(document.adoptNode(other));
    });
    var said = document.querySelector(".flashes");
    if (said) said.remove();
    said = answer.querySelector(".flashes");
    if (said) document.querySelector(".lcols").before(document.adoptNode(said));
    var warning = answer.querySelector("main .note[role=alert]");
    if (warning) drill().prepend(document.adoptNode(warning));
    return true;
  }

  function show() {
    var title = document.querySelector("[data-drill-title]");
    var last = document.querySelector("[data-drill-last]");
    if (!title) return;
    title.focus({ preventScroll: true });
    (last || title.closest(".drill-scene")).scrollIntoView({ block: "start" });
  }

  function trouble(box) {
    var line = box.querySelector("[data-drill-trouble]");
    box.removeAttribute("aria-busy");
    line.textContent = box.getAttribute("data-text-offline");
    line.hidden = false;
  }

  function send(form, button) {
    var box = drill();
    var body = new URLSearchParams(new FormData(form));
    body.set(button.name, button.value);
    sending = true;
    box.setAttribute("aria-busy", "true");
    fetch(form.action, { method: "POST", body: body, headers: { Accept: "text/html" }, credentials: "same-origin" })
      .then(function (answer) {
        return answer.text();
      })
      .then(function (html) {
        if (take(html)) show();
        else window.location.reload();
      })
      .catch(function () {
        trouble(box);
      })
      .then(function () {
        sending = false;
      });
  }

  document.addEventListener(
    "submit",
    function (event) {
      var form = event.target;
      if (!form.matches("[data-drill] form[data-step]") || !event.submitter) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (!sending) send(form, event.submitter);
    },
    true
  );

  /* The editor: the line of a mistake is selected in the text. */
  document.addEventListener("click", function (event) {
    var link = event.target.closest("a[data-line]");
    var area = link && document.getElementById(link.getAttribute("href").slice(1));
    if (!area) return;
    event.preventDefault();
    var lines = area.value.split("\n");
    var number = Number(link.getAttribute("data-line"));
    var start = lines.slice(0, number - 1).join("\n").length + (number > 1 ? 1 : 0);
    area.focus();
    area.setSelectionRange(start, start + (lines[number - 1] || "").length);
    area.scrollTop = Math.max(0, (number - 4) * (area.scrollHeight / lines.length));
  });

  if (window.location.hash === "#work" && drill()) show();
})();
