/* The outline of a course: chapters and lessons are put in order by dragging, or by the arrows without leaving the page,
   so that nothing typed beside it is lost. Without this script the arrows send a form. */
(function () {
  "use strict";

  var box = document.querySelector("[data-outline]");
  if (!box) return;

  var say = box.querySelector("[data-outline-say]");
  var dragged = null;
  var sending = Promise.resolve();

  function token() {
    return document.querySelector("meta[name=csrf-token]").content;
  }

  function all(selector, inside) {
    return Array.prototype.slice.call((inside || box).querySelectorAll(selector));
  }

  function order() {
    return all("[data-chapter]").map(function (chapter) {
      var lessons = all("[data-lesson]", chapter).map(function (lesson) {
        return Number(lesson.getAttribute("data-lesson"));
      });
      return [Number(chapter.getAttribute("data-chapter")), lessons];
    });
  }

  function isChapter(node) {
    return node.hasAttribute("data-chapter");
  }

  /* Numbers stand in the text of the links: "3.2 title" and "Chapter 3". */
  function renumber() {
    all("[data-chapter]").forEach(function (chapter, index) {
      var name = chapter.querySelector(".nm");
      name.textContent = name.textContent.replace(/\d+/, String(index + 1));
      all("[data-lesson]", chapter).forEach(function (lesson, place) {
        var words = lesson.querySelector("a .grow").firstChild;
        words.textContent = words.textContent.replace(/^\d+\.\d+/, index + 1 + "." + (place + 1));
      });
    });
  }

  function send() {
    renumber();
    sending = sending.then(function () {
      return fetch(box.getAttribute("data-outline"), {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token() },
        body: JSON.stringify({ mark: box.getAttribute("data-mark"), outline: order() })
      }).then(function (answer) {
        return answer.json().then(function (facts) {
          if (!answer.ok) throw new Error(facts.error || "");
          box.setAttribute("data-mark", facts.mark);
          say.textContent = facts.message;
        });
      }).catch(function (error) {
        say.textContent = (error instanceof TypeError ? "" : error.message) || box.getAttribute("data-text-failed");
      });
    });
  }

  // ---- arrows ----

  function neighbour(node, selector, step) {
    var found = step < 0 ? node.previousElementSibling : node.nextElementSibling;
    return found && found.matches(selector) ? found : null;
  }

  function moveChapter(chapter, step) {
    var other = neighbour(chapter, "[data-chapter]", step);
    if (!other) return false;
    other.parentNode.insertBefore(chapter, step < 0 ? other : other.nextElementSibling);
    return true;
  }

  function moveLesson(lesson, step) {
    var other = neighbour(lesson, "[data-lesson]", step);
    if (other) {
      other.parentNode.insertBefore(lesson, step < 0 ? other : other.nextElementSibling);
      return true;
    }
    var chapter = neighbour(lesson.closest("[data-chapter]"), "[data-chapter]", step);
    if (!chapter) return false;
    chapter.insertBefore(lesson, step < 0 ? chapter.querySelector(".add") : chapter.querySelector("[data-lesson], .add"));
    return true;
  }

  box.addEventListener("submit", function (event) {
    var form = event.target.closest("[data-move]");
    if (!form || !event.submitter) return;
    event.preventDefault();
    event.stopPropagation();
    var button = event.submitter;
    var step = button.value === "up" ? -1 : 1;
    var lesson = form.closest("[data-lesson]");
    var moved = lesson ? moveLesson(lesson, step) : moveChapter(form.closest("[data-chapter]"), step);
    button.focus();
    if (moved) send();
  });

  // ---- dragging ----

  function clear() {
    all(".drop-before, .drop-after").forEach(function (node) {
      node.classList.remove("drop-before", "drop-after");
    });
  }

  /* Where the dragged thing would land: [node, "before" or "after"]. A lesson lands beside a lesson or below a chapter's head. */
  function target(event) {
    if (!dragged) return null;
    if (isChapter(dragged)) {
      var chapter = event.target.closest("[data-chapter]");
      if (!chapter || chapter === dragged) return null;
      return [chapter, half(event, chapter)];
    }
    var lesson = event.target.closest("[data-lesson]");
    if (lesson) return lesson === dragged ? null : [lesson, half(event, lesson)];
    var head = event.target.closest(".chh");
    if (head) return [head, "after"];
    var end = event.target.closest(".add");
    return end && end.closest("[data-chapter]") ? [end, "before"] : null;
  }

  function half(event, node) {
    var place = node.getBoundingClientRect();
    return event.clientY < place.top + place.height / 2 ? "before" : "after";
  }

  box.addEventListener("dragstart", function (event) {
    var handle = event.target.closest("[draggable=true]");
    if (!handle) return;
    dragged = handle.classList.contains("chh") ? handle.closest("[data-chapter]") : handle;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", "");
    dragged.classList.add("moving");
  });

  box.addEventListener("dragover", function (event) {
    clear();
    var place = target(event);
    if (!place) return;
    event.preventDefault();
    place[0].classList.add("drop-" + place[1]);
  });

  box.addEventListener("drop", function (event) {
    var place = target(event);
    clear();
    if (!place) return;
    event.preventDefault();
    place[0].parentNode.insertBefore(dragged, place[1] === "before" ? place[0] : place[0].nextElementSibling);
    send();
  });

  box.addEventListener("dragend", function () {
    clear();
    if (dragged) dragged.classList.remove("moving");
    dragged = null;
  });

  box.classList.add("drag");
  all(".chh, [data-lesson]").forEach(function (node) {
    node.draggable = true;
  });
  all(".chh a, [data-lesson] a").forEach(function (link) {
    link.draggable = false;
  });
})();
