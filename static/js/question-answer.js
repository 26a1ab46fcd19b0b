/* Answering: moving up and down in an ordering question, areas of a picture that choose their control. Questions come and go
   with the pages of a sitting, so everything listens at the document. Without it the lists and boxes alone do the same. */
(function () {
  "use strict";

  function changed(control) {
    control.dispatchEvent(new Event("change", { bubbles: true }));
  }

  // ---- ordering ----

  function places(list) {
    return Array.prototype.slice.call(list.querySelectorAll("select"));
  }

  function setUpOrder(list) {
    list.querySelectorAll("[data-move]").forEach(function (button) {
      button.hidden = false;
    });
    list.parentNode.querySelector("[data-order-fill]").hidden = places(list).some(function (place) {
      return place.value;
    });
    places(list).forEach(function (place) {
      place.academyBefore = place.value;
    });
  }

  function said(list, place) {
    var text = place.selectedIndex > 0 ? place.options[place.selectedIndex].textContent : "";
    var words = list.getAttribute("data-said").replace("{text}", text).replace("{n}", places(list).indexOf(place) + 1);
    list.parentNode.querySelector("[data-order-status]").textContent = text ? words : "";
  }

  function move(button) {
    var list = button.closest("[data-order]");
    var all = places(list);
    var step = Number(button.getAttribute("data-move"));
    var from = all.indexOf(button.closest("li").querySelector("select"));
    var target = all[from + step];
    if (!target) return;
    var value = target.value;
    target.value = all[from].value;
    all[from].value = value;
    setUpOrder(list);
    changed(target);
    said(list, target);
    var row = target.closest("li");
    var same = row.querySelector("[data-move='" + step + "']");
    (same.disabled ? row.querySelector("[data-move='" + -step + "']") : same).focus();
  }

  /* What is chosen for one place leaves the other, which gets what stood here. */
  function exchange(place) {
    var list = place.closest("[data-order]");
    places(list).forEach(function (other) {
      if (other !== place && place.value && other.value === place.value) other.value = place.academyBefore || "";
    });
    setUpOrder(list);
  }

  function fill(button) {
    var list = button.closest("fieldset").querySelector("[data-order]");
    places(list).forEach(function (place, index) {
      place.selectedIndex = index + 1;
    });
    setUpOrder(list);
    changed(places(list)[0]);
    places(list)[0].focus();
  }

  // ---- areas of a picture ----

  function controlOf(area) {
    return document.getElementById(area.getAttribute("data-area"));
  }

  function setUpPicture(picture) {
    picture.classList.add("live");
    picture.querySelectorAll("[data-area]").forEach(function (area) {
      var control = controlOf(area);
      area.classList.toggle("on", Boolean(control && control.checked));
    });
  }

  function setUp() {
    document.querySelectorAll("[data-order]").forEach(setUpOrder);
    document.querySelectorAll("[data-picture-areas]").forEach(setUpPicture);
  }

  document.addEventListener("click", function (event) {
    var mover = event.target.closest("[data-move]");
    var filler = event.target.closest("[data-order-fill] button");
    var area = event.target.closest("[data-area]");
    if (mover) move(mover);
    if (filler) fill(filler);
    if (area && controlOf(area)) controlOf(area).click();
  });

  // before the page's own script looks at the values
  document.addEventListener(
    "change",
    function (event) {
      if (event.target.matches("[data-order] select")) exchange(event.target);
      document.querySelectorAll("[data-picture-areas]").forEach(setUpPicture);
    },
    true
  );

  document.addEventListener("restored", setUp);
  new MutationObserver(setUp).observe(document.getElementById("main") || document.body, { childList: true, subtree: true });
  setUp();
})();
