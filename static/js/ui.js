/* Small comforts for every page: dialogs, popovers, focus on mistakes, no double sending. Every page works without. */
(function () {
  "use strict";

  function each(selector, act) {
    document.querySelectorAll(selector).forEach(act);
  }

  // ---- dialogs: <a data-dialog="id" href="the same as a page">, and data-close inside them ----

  document.addEventListener("click", function (event) {
    var opener = event.target.closest("[data-dialog]");
    var dialog = opener && document.getElementById(opener.getAttribute("data-dialog"));
    if (dialog && dialog.showModal) {
      event.preventDefault();
      dialog.showModal();
    }
    var closer = event.target.closest("[data-close]");
    if (closer && closer.closest("dialog")) {
      event.preventDefault();
      closer.closest("dialog").close();
    }
    // a click on the ground beside the dialog
    if (event.target.nodeName === "DIALOG") event.target.close();
  });

  // ---- popovers and the drawer: close when one turns to something else ----

  var POPOVERS = "details.pop[open], details.navtoggle[open]";

  document.addEventListener("click", function (event) {
    each(POPOVERS, function (details) {
      if (!details.contains(event.target)) details.open = false;
    });
  });

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    each(POPOVERS, function (details) {
      details.open = false;
      if (details.contains(document.activeElement)) details.querySelector("summary").focus();
    });
  });

  // ---- a filter box is open on a wide screen and closed on a phone, unless it was asked for ----

  function foldFilters() {
    each("details[data-fold]", function (details) {
      details.open = window.innerWidth > Number(details.getAttribute("data-fold"));
    });
  }

  // ---- forms ----

  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.hasAttribute("data-download")) return; // the page stays, and may be asked for the file again
    var button = event.submitter || document.activeElement;
    if (button && button.formTarget) return; // the answer opens elsewhere, and this page is sent later
    if (form.hasAttribute("data-sent")) {
      event.preventDefault();
      return;
    }
    form.setAttribute("data-sent", "");
  });

  // a page that comes back by the "back" button can send again
  window.addEventListener("pageshow", function () {
    each("form[data-sent]", function (form) {
      form.removeAttribute("data-sent");
    });
  });

  document.addEventListener("change", function (event) {
    var input = event.target;
    if (input.hasAttribute("data-submit")) {
      if (input.form.requestSubmit) input.form.requestSubmit();
      else input.form.submit();
    }
  });

  each("[data-print]", function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      window.print();
    });
  });

  // ---- on paper a table of contents is open ----

  window.addEventListener("beforeprint", function () {
    each("main .chap:not([open])", function (chapter) {
      chapter.open = true;
      chapter.setAttribute("data-printed", "");
    });
  });

  window.addEventListener("afterprint", function () {
    each("[data-printed]", function (chapter) {
      chapter.open = false;
      chapter.removeAttribute("data-printed");
    });
  });

  foldFilters();
  var summary = document.querySelector(".errsum");
  if (summary) summary.focus();
})();
