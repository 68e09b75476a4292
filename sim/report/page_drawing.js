// The replay drawn: who waits, who hung up, the operators, and the number waiting over time.

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
