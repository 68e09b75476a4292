"use strict";

(() => {
  const byId = (id) => document.getElementById(id);
  const made = (name, text, parent) => {
    const element = document.createElement(name);
    if (text) element.textContent = text;
    if (parent) parent.append(element);
    return element;
  };

  // --- tables that sort ---------------------------------------------------------------------

  const valueOf = (cell) => {
    if (cell.dataset.v !== undefined) return Number(cell.dataset.v);
    const text = cell.textContent.trim();
    return text === "" || text === "-" ? null : text;
  };

  const compared = (one, other) => {
    if (typeof one === "number" && typeof other === "number") return one - other;
    return String(one).localeCompare(String(other), "en", { numeric: true });
  };

  const sortBy = (table, head, column) => {
    const ascending = head.getAttribute("aria-sort") !== "ascending";
    for (const each of table.tHead.rows[0].cells) each.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", ascending ? "ascending" : "descending");
    for (const body of table.tBodies) {
      const rows = [...body.rows].filter((row) => !row.classList.contains("part"));
      const keyed = rows.map((row) => [valueOf(row.cells[column]), row]);
      // What has no value stays last, whichever way the others go.
      keyed.sort(([a], [b]) => {
        if (a === null || b === null) return (a === null) - (b === null);
        return ascending ? compared(a, b) : compared(b, a);
      });
      body.append(...keyed.map(([, row]) => row));
    }
    byId("told").textContent =
      `${table.caption.textContent}: sorted by ${head.textContent}, ${ascending ? "ascending" : "descending"}`;
  };

  for (const table of document.querySelectorAll("table.sortable")) {
    if (![...table.tBodies].some((body) => body.rows.length > 2)) continue;
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      const button = made("button", head.textContent);
      button.type = "button";
      head.replaceChildren(button);
      button.addEventListener("click", () => sortBy(table, head, column));
    });
  }

  // --- what can be scrolled can be reached with the keyboard, and nothing else ---------------

  const reach = () => {
    for (const each of document.querySelectorAll(".scroll"))
      each.tabIndex = each.scrollWidth > each.clientWidth ? 0 : -1;
  };
  reach();
  addEventListener("resize", reach);
  addEventListener("toggle", reach, true);

  // --- print: what is folded is printed too -------------------------------------------------

  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    for (const each of opened) each.open = true;
  });
  addEventListener("afterprint", () => {
    for (const each of opened) each.open = false;
  });

  // --- the replay ---------------------------------------------------------------------------

  const store = byId("replay-data");
  if (!store) return;
  const data = JSON.parse(store.textContent);
  const LENGTH = data.length;
  const PACES = [10, 100, 300, 600, 1200, 3000, 6000];
  const PACE_WORDS = ["1 s a second", "10 s a second", "30 s a second", "1 min a second",
    "2 min a second", "5 min a second", "10 min a second"];
  const ANSWERED = 0, HUNG_UP = 1, BLOCKED = 2, CUT_OFF = 3;
  const GONE = 0, FREE = 1, TALKS = 2, WRAPS = 3, RINGS = 4, AWAY = 5;
  const RECENT = 600; // tenths of a second for which who hung up is still shown
  const HEARS = 100; // and for which a message that was heard is
  const INK = "#1f2328", QUIET = "#57606a", RULE = "#d0d7de", RED = "#b34700";
  const BLUE = "#0072b2", SKY = "#56b4e9", GREY = "#8c959f", MARK = "#e69f00";
  const COLOURS = [BLUE, "#009e73", "#cc79a7", "#6a3d9a", "#8c564b"];
  const WEEK = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
  const calm = matchMedia("(prefers-reduced-motion: reduce)");

  // Columns of what passes become times: tenths of a second from the start of the replay.
  const unpacked = (plan) => {
    let arrival = 0;
    const contacts = plan.arrival.map((gap, i) => {
      arrival += gap;
      const waited = plan.wait[i] >= 0;
      const ended = arrival + Math.max(plan.wait[i], 0);
      const talk = ended + plan.lag[i];
      const talked = talk + plan.talk[i];
      return {
        arrival, waited, ended, talk, talked, handled: talked + plan.wrap_up[i],
        outcome: plan.outcome[i], type: plan.type[i], operator: plan.operator[i],
        callback: plan.callback[i] === 1,
      };
    });
    return { ...plan, contacts, line: lineOf(contacts), messagesOf: plan.types.map(
      (_, type) => plan.messages.filter((each) => each[0] === type)) };
  };

  // How many wait, at each of some points of the whole time.
  const POINTS = 400;
  const lineOf = (contacts) => {
    const change = new Array(POINTS + 2).fill(0);
    const place = (t) => Math.min(Math.max(Math.ceil((t / LENGTH) * POINTS), 0), POINTS + 1);
    for (const each of contacts) {
      if (each.ended === each.arrival) continue;
      change[place(each.arrival)] += 1;
      change[place(each.ended)] -= 1;
    }
    let number = 0;
    return change.slice(0, POINTS + 1).map((step) => (number += step));
  };

  // What there is to see at one time.
  const stateAt = (plan, t) => {
    const now = { waiting: [], recent: [], answered: 0, hungUp: 0, blocked: 0, cutOff: 0,
      callbacks: 0, operators: new Uint8Array(plan.operators.length) };
    for (const [operator, start, end] of plan.there)
      if (start <= t && t < end) now.operators[operator] = FREE;
    for (const [operator, start, end] of plan.away)
      if (start <= t && t < end) now.operators[operator] = AWAY;
    for (const [operator, start, end] of plan.dialling)
      if (start <= t && t < end) now.operators[operator] = RINGS;
    for (const each of plan.contacts) {
      if (each.arrival > t) break;
      if (each.waited && t < each.ended) now.waiting.push(each);
      if (each.outcome === BLOCKED && each.arrival >= 0) now.blocked += 1;
      if (each.callback && each.ended <= t && (each.outcome !== ANSWERED || t < each.talk))
        now.callbacks += 1;
      if (each.outcome === HUNG_UP && each.ended <= t && each.ended >= 0) {
        now.hungUp += 1;
        if (t - each.ended < RECENT) now.recent.push(each);
      }
      if (each.outcome === CUT_OFF && each.ended <= t && each.ended >= 0) now.cutOff += 1;
      if (each.outcome !== ANSWERED) continue;
      if (each.talk <= t && each.talk >= 0) now.answered += 1;
      if (t < each.handled) {
        if (each.talked <= t) now.operators[each.operator] = WRAPS;
        else if (each.talk <= t) now.operators[each.operator] = TALKS;
        else if (each.ended <= t && !each.callback) now.operators[each.operator] = RINGS;
      }
    }
    return now;
  };

  // Whether a caller who waits has heard a message in the last seconds.
  const hears = (plan, each, t) => {
    const waited = t - each.arrival;
    return plan.messagesOf[each.type].some(([, , , at, every]) => {
      if (waited < at) return false;
      const since = every ? (waited - at) % every : waited - at;
      return since < HEARS;
    });
  };

  const two = (number) => String(number).padStart(2, "0");
  const clock = (t) => {
    let seconds = Math.floor(data.start + t / 10 + 1e-6);
    let day = "";
    if (data.days.length) {
      const number = Math.floor(seconds / 86400);
      day = `${WEEK[(WEEK.indexOf(data.days[0]) + number) % 7]} `;
      seconds -= 86400 * number;
    }
    return `${day}${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  };
  const lasting = (tenths) => {
    const seconds = Math.floor(tenths / 10);
    if (seconds < 60) return `${seconds} s`;
    if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`;
    return `${Math.floor(seconds / 3600)} h ${two(Math.floor(seconds / 60) % 60)} min`;
  };
  const many = (number, one, more) => `${number} ${number === 1 ? one : more}`;

  // --- drawing ------------------------------------------------------------------------------

  const dot = (pen, x, y, colour, ring) => {
    pen.fillStyle = colour;
    pen.beginPath();
    pen.arc(x, y, 5, 0, 7);
    pen.fill();
    if (!ring) return;
    pen.strokeStyle = MARK;
    pen.lineWidth = 2.5;
    pen.beginPath();
    pen.arc(x, y, 7, 0, 7);
    pen.stroke();
  };
  const cross = (pen, x, y) => {
    pen.strokeStyle = RED;
    pen.lineWidth = 2.2;
    pen.beginPath();
    pen.moveTo(x - 4, y - 4);
    pen.lineTo(x + 4, y + 4);
    pen.moveTo(x + 4, y - 4);
    pen.lineTo(x - 4, y + 4);
    pen.stroke();
  };
  const desk = (pen, x, y, state) => {
    pen.lineWidth = 1.4;
    pen.strokeStyle = state === GONE ? RULE : state === AWAY ? GREY : BLUE;
    pen.fillStyle = state === TALKS ? BLUE : "#fff";
    pen.fillRect(x - 5.5, y - 5.5, 11, 11);
    if (state === WRAPS) {
      pen.fillStyle = SKY;
      pen.fillRect(x - 5.5, y, 11, 5.5);
    }
    if (state === RINGS) {
      pen.fillStyle = BLUE;
      pen.fillRect(x - 2, y - 2, 4, 4);
    }
    pen.strokeRect(x - 5.5, y - 5.5, 11, 11);
    if (state === AWAY) {
      pen.beginPath();
      pen.moveTo(x - 3, y);
      pen.lineTo(x + 3, y);
      pen.stroke();
    }
  };

  const STEP = 16, LEFT = 8, STRIP = 70;
  const colourOf = (plan, type) => (plan.types.length <= COLOURS.length ? COLOURS[type] : BLUE);

  // Rows for those who wait, the same in both panels.
  const most = () => Math.max(1, ...panels.map(({ plan }) => Math.max(...plan.line)));
  const rowsOf = (across) => Math.min(Math.ceil(most() / across), 4);

  const heightOf = (plan, wide) => {
    const across = Math.max(1, Math.floor((wide - 2 * LEFT) / STEP));
    const desks = plan.groups.map((_, group) => plan.operators.filter((g) => g === group).length);
    const rows = desks.reduce((sum, number) => sum + 22 + STEP * Math.ceil(number / across), 0);
    return 22 + rowsOf(across) * STEP + 22 + STEP + 6 + rows + 26 + STRIP;
  };

  const draw = (panel, t) => {
    const { canvas, plan } = panel;
    const wide = canvas.clientWidth, high = heightOf(plan, wide), dense = devicePixelRatio || 1;
    if (!wide) return;
    if (canvas.width !== Math.round(wide * dense) || canvas.height !== Math.round(high * dense)) {
      canvas.width = Math.round(wide * dense);
      canvas.height = Math.round(high * dense);
      canvas.style.height = `${high}px`;
    }
    const pen = canvas.getContext("2d");
    pen.setTransform(dense, 0, 0, dense, 0, 0);
    pen.clearRect(0, 0, wide, high);
    const across = Math.max(1, Math.floor((wide - 2 * LEFT) / STEP));
    const at = (place, top) => [LEFT + 8 + STEP * (place % across), top + STEP * Math.floor(place / across)];
    const label = (text, y, colour = QUIET) => {
      pen.font = "12px system-ui, sans-serif";
      pen.fillStyle = colour;
      pen.fillText(text, LEFT, y, wide - 2 * LEFT);
    };
    const now = panel.now;
    const room = across * rowsOf(across), more = now.waiting.length - room;
    label(`Waiting, first in line first${more > 0 ? `, and ${more} more` : ""}`, 15);
    now.waiting.slice(0, room).forEach((each, place) => {
      const [x, y] = at(place, 30);
      dot(pen, x, y, colourOf(plan, each.type), hears(plan, each, t));
    });
    let top = 22 + rowsOf(across) * STEP;
    label("Hung up in the last minute", top + 15);
    now.recent.slice(-across).forEach((each, place) => {
      pen.globalAlpha = 1 - (0.8 * (t - each.ended)) / RECENT;
      cross(pen, ...at(place, top + 30));
      pen.globalAlpha = 1;
    });
    top += 22 + STEP + 6;
    plan.groups.forEach((name, group) => {
      label(`Operators: ${name}`, top + 15);
      let place = 0;
      plan.operators.forEach((its, number) => {
        if (its === group) desk(pen, ...at(place++, top + 30), now.operators[number]);
      });
      top += 22 + STEP * Math.ceil(place / across);
    });
    strip(pen, panel, t, top + 8, wide);
  };

  const strip = (pen, panel, t, top, wide) => {
    const low = top + STRIP, tall = STRIP - 22, x = (time) => LEFT + ((wide - 2 * LEFT) * time) / LENGTH;
    pen.font = "12px system-ui, sans-serif";
    pen.fillStyle = QUIET;
    pen.fillText(`Number waiting (up to ${most()}); red: hang-ups`, LEFT, top + 12, wide - 2 * LEFT);
    pen.beginPath();
    pen.moveTo(LEFT, low);
    panel.plan.line.forEach((number, place) =>
      pen.lineTo(x((place / POINTS) * LENGTH), low - (tall * number) / most()));
    pen.lineTo(wide - LEFT, low);
    pen.fillStyle = SKY;
    pen.fill();
    pen.strokeStyle = RED;
    pen.lineWidth = 1;
    pen.beginPath();
    for (const each of panel.plan.contacts) {
      if (each.outcome !== HUNG_UP || each.ended < 0) continue;
      pen.moveTo(x(each.ended), low);
      pen.lineTo(x(each.ended), low + 8);
    }
    pen.stroke();
    pen.strokeStyle = INK;
    pen.lineWidth = 1.5;
    pen.beginPath();
    pen.moveTo(x(t), top + 16);
    pen.lineTo(x(t), low + 8);
    pen.stroke();
  };

  // --- words --------------------------------------------------------------------------------

  const told = (panel, t) => {
    const { plan, now } = panel;
    const number = (state) => now.operators.reduce((sum, each) => sum + (each === state), 0);
    const types = plan.types.map((name, type) => [name, now.waiting.filter((each) => each.type === type).length]);
    const some = types.filter(([, count]) => count);
    const by = plan.types.length > 1 && some.length ? ` (${some.map(([name, count]) => `${name} ${count}`).join(", ")})` : "";
    const longest = now.waiting.length ? `, the longest for ${lasting(t - now.waiting[0].arrival)}` : "";
    const hear = now.waiting.filter((each) => hears(plan, each, t)).length;
    const parts = [
      [number(TALKS), "talk"], [number(WRAPS), "wrap up"], [number(RINGS), "ring or dial"],
      [number(FREE), "free"], [number(AWAY), "away from the phone"],
    ].filter(([count]) => count).map(([count, word]) => `${count} ${word}`);
    const there = now.operators.reduce((sum, each) => sum + (each !== GONE), 0);
    const rest = [
      [now.blocked, "found the line full"], [now.cutOff, "cut off at closing"],
    ].filter(([count]) => count).map(([count, word]) => `, ${count} ${word}`).join("");
    const back = now.callbacks ? ` ${many(now.callbacks, "caller waits", "callers wait")} to be called back.` : "";
    const message = plan.messages.length && now.waiting.length
      ? ` ${many(hear, "hears", "hear")} a message just now.` : "";
    return `${clock(t)}: ${many(now.waiting.length, "caller waits", "callers wait")}${by}${longest}.` +
      `${message}${back} ${many(there, "operator is", "operators are")} there${parts.length ? `: ${parts.join(", ")}` : ""}.` +
      ` So far ${now.answered} answered, ${now.hungUp} hung up${rest}.`;
  };

  const COUNTS = {
    waiting: ["waiting", (now) => now.waiting.length],
    longest: ["longest wait", (now, t) => (now.waiting.length ? lasting(t - now.waiting[0].arrival) : "-")],
    free: ["operators free", (now) => `${now.operators.filter((each) => each === FREE).length} of ${now.operators.filter((each) => each !== GONE).length}`],
    answered: ["answered so far", (now) => now.answered],
    hungUp: ["hung up so far", (now) => now.hungUp],
  };

  // --- panels and controls ------------------------------------------------------------------

  const plans = data.plans.map(unpacked);
  const panels = [];
  const addPanel = (side, place) => {
    const section = made("section", "", byId("panels"));
    section.className = "panel";
    const head = made("h3", "", section);
    head.id = `panel-${side}`;
    section.setAttribute("aria-labelledby", head.id);
    const panel = { plan: plans[place], counts: {} };
    head.textContent = panel.plan.name;
    if (plans.length > 2) {
      head.className = "hidden";
      const label = made("label", side === "left" ? "Plan on the left " : "Plan on the right ", section);
      const choice = made("select", "", label);
      choice.id = `plan-${side}`;
      plans.forEach((plan, number) => choice.add(new Option(plan.name, number, false, number === place)));
      choice.addEventListener("change", () => {
        panel.plan = plans[choice.value];
        head.textContent = panel.plan.name;
        signs();
        show(true);
      });
    }
    const counts = made("dl", "", section);
    counts.className = "counts";
    for (const [name, [called]] of Object.entries(COUNTS)) {
      const pair = made("div", "", counts);
      made("dt", called, pair);
      panel.counts[name] = made("dd", "", pair);
      panel.counts[name].dataset.count = name;
    }
    panel.canvas = made("canvas", "", section);
    panel.canvas.setAttribute("role", "img");
    panel.now_words = made("p", "", section);
    panel.now_words.className = "now";
    panels.push(panel);
  };

  const signs = () => {
    const list = byId("signs");
    list.replaceChildren();
    const sign = (text, paint) => {
      const item = made("li", "", list), canvas = made("canvas", "", item);
      canvas.width = canvas.height = 32;
      canvas.setAttribute("aria-hidden", "true");
      const pen = canvas.getContext("2d");
      pen.scale(2, 2);
      paint(pen);
      item.append(` ${text}`);
    };
    const types = new Map();
    for (const { plan } of panels)
      plan.types.forEach((name, type) => types.set(plan.types.length <= COLOURS.length ? name : "caller", colourOf(plan, type)));
    for (const [name, colour] of types) sign(`waits: ${name}`, (pen) => dot(pen, 8, 8, colour));
    if (panels.some(({ plan }) => plan.messages.length))
      sign("hears a message (last 10 s)", (pen) => dot(pen, 8, 8, BLUE, true));
    sign("hung up", (pen) => cross(pen, 8, 8));
    const desks = [["operator talks", TALKS], ["wraps up", WRAPS], ["rings or dials", RINGS],
      ["free", FREE], ["away", AWAY], ["not there", GONE]];
    for (const [text, state] of desks) sign(text, (pen) => desk(pen, 8, 8, state));
  };

  let time = 0, playing = false, last = 0, quiet = 0;
  const slider = byId("time"), pace = byId("speed"), play = byId("play");

  // Words for ears are renewed when the replay rests; while it plays they are for eyes only.
  const show = (resting) => {
    slider.value = time;
    slider.setAttribute("aria-valuetext", clock(time));
    byId("clock").textContent = clock(time);
    for (const panel of panels) {
      panel.now = stateAt(panel.plan, time);
      for (const [name, [, value]] of Object.entries(COUNTS))
        panel.counts[name].textContent = value(panel.now, time);
      panel.now_words.textContent = told(panel, time);
      panel.canvas.setAttribute("aria-label", `The line under ${panel.plan.name}; told in words below`);
      draw(panel, time);
    }
    clearTimeout(quiet);
    if (resting) quiet = setTimeout(() => {
      byId("told").textContent = panels.map((panel) => `${panel.plan.name}, ${told(panel, time)}`).join(" ");
    }, 600);
  };

  const seek = (t) => {
    time = Math.min(Math.max(t, 0), LENGTH);
    show(!playing);
  };
  const setPlaying = (on) => {
    playing = on;
    play.textContent = on ? "Pause" : "Play";
    last = performance.now();
    if (on) requestAnimationFrame(frame);
    else show(true);
  };
  const frame = (stamp) => {
    if (!playing) return;
    const passed = stamp - last;
    // Who wants no motion gets a new picture once a second.
    if (!calm.matches || passed >= 1000) {
      last = stamp;
      time = Math.min(time + (PACES[pace.value] * Math.max(0, Math.min(passed, 1000))) / 1000, LENGTH);
      show(false);
      if (time >= LENGTH) return setPlaying(false);
    }
    requestAnimationFrame(frame);
  };
  const paceWords = () => {
    byId("pace").textContent = PACE_WORDS[pace.value];
    pace.setAttribute("aria-valuetext", PACE_WORDS[pace.value]);
  };

  slider.max = LENGTH;
  slider.step = 1;
  const KEYS = { ArrowLeft: -600, ArrowDown: -600, ArrowRight: 600, ArrowUp: 600, PageDown: -6000, PageUp: 6000 };
  slider.addEventListener("keydown", (event) => {
    const step = KEYS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    seek(Math.round(time) + step);
  });
  slider.addEventListener("input", () => seek(Number(slider.value)));
  pace.addEventListener("input", paceWords);
  play.addEventListener("click", () => {
    if (!playing && time >= LENGTH) time = 0;
    setPlaying(!playing);
  });
  byId("back").addEventListener("click", () => seek(time - 600));
  byId("on").addEventListener("click", () => seek(time + 600));
  addEventListener("resize", () => panels.forEach((panel) => draw(panel, time)));

  byId("stage").hidden = false;
  addPanel("left", data.left);
  if (plans.length > 1) addPanel("right", data.right);
  paceWords();
  signs();
  show(false);
})();
