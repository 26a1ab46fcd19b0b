/* The sections of the question editor and its preview: a button that would send the form fetches the page instead and puts the
   one section into this one, so that nothing moves. Without it, and when the network fails, the button sends the form. */
(function () {
  "use strict";

  var form = document.getElementById("question-form");
  if (!form || !window.fetch || !window.DOMParser) return;
  var busy = false;

  function filled(button) {
    var data = new FormData(form);
    data.append(button.name, button.value);
    return data;
  }

  function take(page, id) {
    var fresh = new DOMParser().parseFromString(page, "text/html").getElementById(id);
    var old = document.getElementById(id);
    if (!fresh || !old) return false;
    var place = document.importNode(fresh, true);
    old.replaceWith(place);
    place.setAttribute("tabindex", "-1");
    (place.querySelector("[type='search']") && id !== "preview" ? place.querySelector("[type='search']") : place).focus({
      preventScroll: id !== "preview",
    });
    place.dispatchEvent(new CustomEvent("restored", { bubbles: true }));
    return true;
  }

  function send(button) {
    busy = true;
    button.setAttribute("aria-busy", "true");
    fetch(form.getAttribute("action"), { method: "POST", body: filled(button), credentials: "same-origin", headers: { Accept: "text/html" } })
      .then(function (response) {
        if (!response.ok) throw new Error("refused");
        return response.text();
      })
      .then(function (page) {
        if (!take(page, button.getAttribute("data-section"))) throw new Error("not there");
      })
      .catch(function () {
        button.removeAttribute("data-section");
        button.click();
      })
      .finally(function () {
        busy = false;
        button.removeAttribute("aria-busy");
      });
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest("button[data-section]");
    if (!button || button.form !== form) return;
    event.preventDefault();
    if (!busy) send(button);
  });

  /* Enter in the field for words searches. */
  document.addEventListener("keydown", function (event) {
    var id = event.target.getAttribute && event.target.getAttribute("data-section-enter");
    if (event.key !== "Enter" || event.isComposing || !id) return;
    event.preventDefault();
    document.getElementById(id).click();
  });
})();
