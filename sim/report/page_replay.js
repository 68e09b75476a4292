// The replay played: panels, buttons and sliders.

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
