/* The textbook reader: opens at the paragraph where one stopped, marks the section one reads, changes how it looks, copies
   links to paragraphs. What was read is reported by shown.js. Every page reads without it. */
(function () {
  "use strict";

  var text = document.querySelector(".rtext");
  var paragraphs = document.querySelector(".paras");
  if (!text || !paragraphs) return;
  var units = Array.prototype.slice.call(paragraphs.querySelectorAll("[data-unit]"));
  var HEADER = 72;

  function each(selector, act) {
    document.querySelectorAll(selector).forEach(act);
  }

  function say(words) {
    var place = document.querySelector("[data-say]");
    if (place) place.textContent = words;
  }

  // ---- where one is: the first paragraph whose end is below the bar at the top ----

  function here() {
    var low = 0;
    var high = units.length - 1;
    while (low < high) {
      var middle = (low + high) >> 1;
      if (units[middle].getBoundingClientRect().bottom > HEADER + 8) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  function goTo(unit) {
    if (unit) window.scrollTo(0, window.scrollY + unit.getBoundingClientRect().top - HEADER);
  }

  var resume = paragraphs.getAttribute("data-position");
  if (resume && !location.hash) {
    // the browser would put an older place of its own back
    if ("scrollRestoration" in history) history.scrollRestoration = "manual";
    goTo(document.getElementById("p-" + resume));
  }

  // ---- the contents: which section one is in ----

  var headings = {};
  each("[data-section]", function (link) {
    headings[link.getAttribute("data-section")] = true;
  });
  var marked = null;

  function markSection(index) {
    var section = null;
    for (var at = index; at >= 0 && !section; at -= 1) {
      if (headings[units[at].getAttribute("data-unit")]) section = units[at].getAttribute("data-unit");
    }
    if (section === marked) return;
    marked = section;
    each("[data-section]", function (link) {
      if (link.getAttribute("data-section") === section) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
  }

  document.addEventListener("click", function (event) {
    var link = event.target.closest("dialog [data-section]");
    if (link) link.closest("dialog").close();
  });

  // ---- the slider: one's place in the chapter ----

  var slider = document.querySelector("[data-place]");

  function showPlace(index) {
    if (!slider) return;
    slider.value = index + 1;
    var words = slider.getAttribute("data-text").replace("{n}", index + 1).replace("{all}", units.length);
    slider.setAttribute("aria-valuetext", words);
  }

  if (slider && units.length > 1) {
    slider.hidden = false;
    document.querySelector("label[for=place]").hidden = false;
    each(".rfoot .nojs", function (bar) {
      bar.hidden = true;
    });
    slider.addEventListener("input", function () {
      goTo(units[Number(slider.value) - 1]);
    });
  }

  var waiting = false;

  function look() {
    waiting = false;
    var index = here();
    markSection(index);
    if (document.activeElement !== slider) showPlace(index);
  }

  function lookSoon() {
    if (waiting) return;
    waiting = true;
    window.requestAnimationFrame(look);
  }

  window.addEventListener("scroll", lookSoon, { passive: true });
  window.addEventListener("resize", lookSoon);
  look();

  // ---- how it looks ----

  var form = document.querySelector("[data-appearance]");

  function swap(element, prefix, value) {
    Array.prototype.slice.call(element.classList).forEach(function (name) {
      if (name.indexOf(prefix) === 0) element.classList.remove(name);
    });
    element.classList.add(prefix + value);
  }

  function apply(name, value) {
    var stay = units[here()];
    if (name === "spacing") swap(text, "lines-", value);
    if (name === "face") swap(text, "face-", value);
    if (name === "size") swap(text, "size-", value);
    if (name === "paper") {
      document.body.classList.remove("white", "warm", "green", "night");
      if (value !== "auto") document.body.classList.add(value);
    } else if (window.scrollY > 0) goTo(stay);
  }

  function keep(name, value) {
    var body = new FormData();
    body.append(name, value);
    body.append("csrf_token", form.elements.csrf_token.value);
    fetch(form.action, { method: "POST", body: body, headers: { Accept: "application/json" }, keepalive: true }).catch(
      function () {
        /* the choice holds for this page; it is only not remembered */
      }
    );
  }

  function step(by) {
    var shown = form.querySelector("[data-size]");
    var sizes = shown.getAttribute("data-sizes").split(" ");
    var size = Math.min(Math.max(Number(shown.getAttribute("data-size")) + by, 1), sizes.length);
    shown.setAttribute("data-size", size);
    shown.textContent = sizes[size - 1];
    form.querySelectorAll("[data-step]").forEach(function (button) {
      button.disabled = size === (button.getAttribute("data-step") === "1" ? sizes.length : 1);
    });
    apply("size", size);
    keep("size", size);
  }

  if (form) {
    form.querySelector(".save").hidden = true;
    form.addEventListener("change", function (event) {
      apply(event.target.name, event.target.value);
      keep(event.target.name, event.target.value);
    });
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      var button = event.submitter;
      if (button && button.hasAttribute("data-step")) step(Number(button.getAttribute("data-step")));
    });
  }

  // ---- links to paragraphs ----

  paragraphs.addEventListener("click", function (event) {
    var link = event.target.closest(".plink");
    if (link) {
      history.replaceState(null, "", link.getAttribute("href"));
      if (!navigator.clipboard) return;
      event.preventDefault();
      navigator.clipboard.writeText(link.href).then(function () {
        say(paragraphs.getAttribute("data-text-copied"));
        link.classList.add("copied");
        window.setTimeout(function () {
          link.classList.remove("copied");
        }, 2000);
      });
      return;
    }
    // on a screen without a pointer that hovers, a tap on a paragraph shows its link
    var chosen = event.target.closest("a, button") ? null : event.target.closest(".para");
    each(".para.chosen", function (other) {
      if (other !== chosen) other.classList.remove("chosen");
    });
    if (chosen) chosen.classList.toggle("chosen");
  });

  // ---- what counts as read, as the server answers it ----

  document.addEventListener("shown", function (event) {
    var answer = event.detail || {};
    if (typeof answer.percent !== "number") return;
    each("[data-chapter-progress]", function (place) {
      place.textContent = answer.percent + "%";
    });
    each("[data-rest]", function (place) {
      if (answer.rest) place.textContent = answer.rest;
      else place.parentNode.hidden = true;
    });
    if (!answer.done) return;
    each("[data-done-note]", function (note) {
      note.hidden = false;
    });
  });
})();
