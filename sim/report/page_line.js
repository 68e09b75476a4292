// The replay: what happens on the line, from the columns of page.json, and told in words.

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
    if (each.callback && each.ended <= t && t < each.talk)
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
