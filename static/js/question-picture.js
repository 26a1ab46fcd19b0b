/* The editor of a choice on a picture: sends the picture, shows it with its areas, and draws areas on it by pointer or keys.
   Without it the address and the numbers are typed. */
(function () {
  "use strict";

  var box = document.querySelector("[data-picture-editor]");
  if (!box) return;

  var WHOLE = 1000;
  var SVG = "http://www.w3.org/2000/svg";
  var address = box.querySelector("input[name='picture']");
  var file = box.querySelector("input[type='file']");
  var state = box.querySelector("[data-picture-state]");
  var figure = box.querySelector("[data-picture-shown]");
  var image = figure.querySelector("img");
  var svg = figure.querySelector("svg");
  var list = document.querySelector("[data-rows='area']");

  function say(name, text) {
    state.textContent = text || state.getAttribute("data-" + name) || "";
  }

  // ---- the picture ----

  function send() {
    if (!file.files.length) return;
    var form = new FormData();
    form.append("picture", file.files[0]);
    say("sending");
    fetch(box.getAttribute("data-picture-url"), {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content },
      body: form
    })
      .then(function (answer) {
        return answer.json().then(function (facts) {
          if (!answer.ok) throw new Error(facts.error);
          address.value = facts.markdown.replace(/^.*\]\(/, "").replace(/\)$/, "");
          say("done");
          show();
        });
      })
      .catch(function (error) {
        say("failed", error.message);
      })
      .then(function () {
        file.value = "";
      });
  }

  function show() {
    figure.hidden = !/^\/pictures\//.test(address.value);
    if (figure.hidden) return;
    if (image.getAttribute("src") !== address.value) image.src = address.value;
    draw();
  }

  // ---- the areas ----

  function field(row, name) {
    return row.querySelector("[name='area_" + name + "']");
  }

  function numbers(row) {
    return ["x", "y", "w", "h"].map(function (name) {
      return Number(field(row, name).value) || 0;
    });
  }

  function write(row, values) {
    ["x", "y", "w", "h"].forEach(function (name, index) {
      field(row, name).value = Math.round(values[index]);
    });
  }

  function shape(kind, v) {
    var made = document.createElementNS(SVG, kind === "circle" ? "ellipse" : "rect");
    var places = kind === "circle" ? { cx: v[0] + v[2] / 2, cy: v[1] + v[3] / 2, rx: v[2] / 2, ry: v[3] / 2 } : { x: v[0], y: v[1], width: v[2], height: v[3] };
    Object.keys(places).forEach(function (name) {
      made.setAttribute(name, places[name] / 10 + "%");
    });
    return made;
  }

  function part(name, attributes, text) {
    var made = document.createElementNS(SVG, name);
    Object.keys(attributes).forEach(function (key) {
      made.setAttribute(key, attributes[key]);
    });
    if (text) made.textContent = text;
    return made;
  }

  function draw() {
    svg.textContent = "";
    Array.prototype.forEach.call(list.children, function (row, index) {
      var v = numbers(row);
      if (!v[2] || !v[3]) return;
      var kind = field(row, "shape").value;
      var edge = shape(kind, v);
      var front = shape(kind, v);
      edge.setAttribute("class", "edge");
      front.setAttribute("class", "shape");
      var x = (v[0] + v[2] / 2) / 10 + "%";
      var y = (v[1] + v[3] / 2) / 10 + "%";
      var group = part("g", { class: row.classList.contains("at") ? "on" : "" });
      group.append(edge, front, part("circle", { class: "disc", cx: x, cy: y, r: 14 }), part("text", { x: x, y: y }, index + 1));
      svg.append(group);
    });
  }

  /* The row that the next rectangle belongs to: the one at hand, the first without numbers, or a new one. */
  function target() {
    var rows = Array.prototype.slice.call(list.children);
    var free = rows.filter(function (row) {
      var v = numbers(row);
      return !v[2] || !v[3];
    })[0];
    if (free) return free;
    return rows.length < Number(list.getAttribute("data-most")) ? window.academyRows.add(list) : null;
  }

  function at(event) {
    var frame = svg.getBoundingClientRect();
    return [((event.clientX - frame.left) / frame.width) * WHOLE, ((event.clientY - frame.top) / frame.height) * WHOLE].map(inside);
  }

  function inside(value) {
    return Math.min(WHOLE, Math.max(0, value));
  }

  var start = null;
  var drawing = null;

  svg.addEventListener("pointerdown", function (event) {
    event.preventDefault();
    start = at(event);
    drawing = null;
    svg.setPointerCapture(event.pointerId);
  });

  svg.addEventListener("pointermove", function (event) {
    if (!start) return;
    var end = at(event);
    var w = Math.abs(end[0] - start[0]);
    var h = Math.abs(end[1] - start[1]);
    if (w < 10 || h < 10) return;
    drawing = drawing || target();
    if (!drawing) return;
    write(drawing, [Math.min(start[0], end[0]), Math.min(start[1], end[1]), w, h]);
    draw();
  });

  svg.addEventListener("pointerup", function () {
    start = null;
    if (drawing) field(drawing, "label").focus();
  });

  svg.addEventListener("pointercancel", function () {
    start = null;
  });

  /* Arrow keys in a number move it; the picture follows at once. */
  list.addEventListener("input", draw);
  list.addEventListener("change", draw);
  list.addEventListener("rows", draw);
  list.addEventListener("focusin", function (event) {
    var here = event.target.closest("[data-rows] > li");
    Array.prototype.forEach.call(list.children, function (row) {
      row.classList.toggle("at", row === here);
    });
    draw();
  });
  address.addEventListener("change", show);
  file.addEventListener("change", send);
  file.closest(".field").hidden = false;
  show();
})();
