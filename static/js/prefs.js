/* Text size and theme, applied at once and saved in the background. Without this script the same forms
   are sent with their button; see templates/components/prefs.html. */
(function () {
  "use strict";

  var root = document.documentElement;
  var media = { dark: "all", light: "not all", auto: "(prefers-color-scheme: dark)" };

  root.classList.add("js");

  function apply(name, value) {
    root.setAttribute("data-" + name, value);
    if (name === "theme") document.getElementById("dark").media = media[value];
    // the same choice stands in the popover and on the profile page
    document.querySelectorAll("[data-prefs] input[name='" + name + "']").forEach(function (input) {
      input.checked = input.value === value;
    });
  }

  function save(form) {
    fetch(form.action, {
      method: "POST",
      body: new FormData(form),
      credentials: "same-origin",
      redirect: "manual",
      keepalive: true
    }).catch(function () {
      // It holds on this page; the next one asks the server again.
    });
  }

  document.addEventListener("change", function (event) {
    var input = event.target;
    var form = input.form;
    if (!form || !form.hasAttribute("data-prefs")) return;
    apply(input.name, input.value);
    save(form);
  });
})();
