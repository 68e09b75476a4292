// Tables that sort, and what may scroll or be folded. The files page_*.js are one program, put
// together by page.py in the order of their list there.

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
