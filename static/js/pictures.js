/* Series of pictures: on phones a row to swipe through, with buttons and arrow keys. Without this script they are a list. */
(function () {
  "use strict";

  function setUp(box) {
    var list = box.querySelector("[data-pictures-list]");
    var items = Array.prototype.slice.call(list.children);
    var bar = box.querySelector("[data-pictures-bar]");
    var place = box.querySelector("[data-pictures-place]");
    if (items.length < 2) return;
    box.classList.add("swipe");
    bar.hidden = false;
    list.tabIndex = 0;
    list.setAttribute("role", "list");

    function now() {
      var left = list.scrollLeft + list.clientWidth / 2;
      var found = 0;
      items.forEach(function (item, number) {
        if (item.offsetLeft - list.offsetLeft <= left) found = number;
      });
      return found;
    }

    function say() {
      var text = place.getAttribute("data-text").replace("{n}", now() + 1).replace("{total}", items.length);
      if (place.textContent !== text) place.textContent = text;
      bar.querySelector("[data-pictures-step='-1']").disabled = now() === 0;
      bar.querySelector("[data-pictures-step='1']").disabled = now() === items.length - 1;
    }

    function go(step) {
      var to = items[Math.min(items.length - 1, Math.max(0, now() + step))];
      var calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
      if (list.scrollWidth > list.clientWidth + 1) {
        list.scrollTo({ left: to.offsetLeft - items[0].offsetLeft, behavior: calm ? "auto" : "smooth" });
      } else {
        to.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "center" });
      }
    }

    bar.addEventListener("click", function (event) {
      var button = event.target.closest("[data-pictures-step]");
      if (button) go(Number(button.getAttribute("data-pictures-step")));
    });
    list.addEventListener("keydown", function (event) {
      if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
      if (list.scrollWidth <= list.clientWidth + 1) return;
      event.preventDefault();
      go(event.key === "ArrowRight" ? 1 : -1);
    });

    var waiting = null;
    list.addEventListener("scroll", function () {
      window.clearTimeout(waiting);
      waiting = window.setTimeout(say, 80);
    });
    window.addEventListener("resize", say);
    say();
  }

  document.querySelectorAll("[data-pictures]").forEach(setUp);
})();
