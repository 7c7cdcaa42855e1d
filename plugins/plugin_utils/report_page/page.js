// Copyright (c) 2026, the ssmops.run_command contributors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Shows the data of the page. What nodes wrote goes into text nodes only, never into markup.
"use strict";

const ROWS_A_PAGE = 100;
const SEARCH_PAUSE_MS = 120;
const NEVER_RAN = -1;
const AGENT_LINE = "failed to run commands: exit status";

const data = JSON.parse(document.getElementById("data").textContent);
const UNREADABLE = new RegExp(data.unreadable, "g");
const rows = data.rows.map(readRow);
const cutTexts = new Set(data.cut);
const lowerTexts = data.texts.map((text) => text.toLowerCase());
const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
const severalCommands = data.commands.length > 1;

const view = { choice: null, query: "", column: "outcome", descending: false, page: 0, open: new Set(), rows: [] };

// ---- the data

function named(fields, values) {
  return Object.fromEntries(fields.map((field, position) => [field, values[position]]));
}

function readRow(values, index) {
  const row = named(data.fields, values);
  row.index = index;
  row.outcome = data.outcomes[row.outcome];
  row.rank = values[0];
  row.group = data.groups[row.group] || null;
  row.change = data.changes && row.change !== null ? data.changes[row.change] : null;
  row.command = row.command === null ? null : data.commands[row.command];
  row.parts = row.parts.map((part) => named(data.step_fields, part));
  const command = row.command ? `${row.command.id} ${row.command.document} ${row.command.comment}` : "";
  row.words = `${row.id} ${row.name} ${row.outcome.label} rc=${row.rc} ${command}`.toLowerCase();
  return row;
}

// What no screen shows, or what would turn the order of the text around, becomes visible; colours are left out.
function readable(text) {
  return text
    .replace(/\u001b\[[0-9;]*m/g, "")
    .replace(/\r\n/g, "\n")
    .replace(UNREADABLE, (found) => `[U+${codeOf(found)}]`);
}

// A label is one line: what would begin another, or move to a column, becomes visible as well.
function label(text) {
  return readable(text).replace(/[\n\t]/g, (found) => `[U+${codeOf(found)}]`);
}

function codeOf(character) {
  return character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
}

function duration(ms) {
  if (ms === null) return "";
  const seconds = Math.round(ms / 1000);
  if (ms < 10000) return `${(ms / 1000).toFixed(1)} s`;
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

function moment(ms) {
  return ms === null ? "" : `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

function lastLine(row) {
  for (const stream of ["stderr", "stdout"]) {
    for (const part of row.parts.toReversed()) {
      const lines = data.texts[part[stream]].trimEnd().slice(-2000).split("\n");
      const line = lines.findLast((one) => one.trim() && !one.startsWith(AGENT_LINE));
      if (line) return label(line.trim());
    }
  }
  return "";
}

// ---- elements

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...children);
  return made;
}

function button(label, attributes, onClick) {
  const made = element("button", { type: "button", ...attributes }, label);
  made.addEventListener("click", onClick);
  return made;
}

// ---- columns

const byNumber = (field) => (row) => row[field];
const byText = (read) => ({ text: read });

const COLUMNS = [
  { key: "outcome", title: "Outcome", value: byNumber("rank"), cell: outcomeCell },
  { key: "node", title: "Node", value: byText((row) => `${row.name || row.id} ${row.id}`), cell: nodeCell },
  { key: "command", title: "Command", value: (row) => row.command && row.command.requested, cell: commandCell },
  { key: "rc", title: "Exit code", value: (row) => (row.rc === NEVER_RAN ? null : row.rc), cell: exitCodeCell },
  { key: "queued", title: "Queued", value: byNumber("queued"), cell: (row) => numberCell(duration(row.queued)) },
  { key: "ran", title: "Ran", value: byNumber("ran"), cell: (row) => numberCell(duration(row.ran)) },
  { key: "time", title: "Timeline", cell: timelineCell },
  { key: "says", title: "Last line", cell: (row) => element("td", { class: "says" }, lastLine(row)) },
].filter((column) => column.key !== "command" || severalCommands);

function outcomeCell(row) {
  return element("td", { class: row.outcome.kind }, row.outcome.label);
}

function nodeCell(row) {
  const id = `details-${row.index}`;
  const isOpen = String(view.open.has(row));
  const attributes = { "aria-expanded": isOpen, "aria-controls": id, class: row.name ? "" : lineClass(row.id) };
  const toggle = button(label(row.name || row.id), attributes, () => toggleDetails(row, toggle, id));
  closeOnEscape(toggle, row, toggle, id);
  const cell = element("td", { class: "id" }, toggle);
  if (row.name) cell.append(element("small", { class: lineClass(row.id) }, label(row.id)));
  return cell;
}

function commandCell(row) {
  if (!row.command) return element("td", {}, "not sent");
  return element("td", { class: "wide" }, label(row.command.document), element("small", {}, label(row.command.id.slice(0, 8))));
}

function exitCodeCell(row) {
  const cell = numberCell(row.rc === NEVER_RAN ? "" : String(row.rc));
  cell.classList.add("rc");
  return cell;
}

function numberCell(text) {
  return element("td", { class: "number" }, text);
}

function timelineCell(row) {
  const isOpen = row.outcome.kind === "waiting";
  const bar = element("div", { class: `bar ${row.outcome.kind}${isOpen ? " open" : ""}` });
  const queued = row.queued || 0;
  if (row.queued !== null) bar.append(span("queued", 0, queued));
  if (row.ran !== null) bar.append(span("ran", queued, row.ran));
  if (!isOpen) bar.append(span("end", queued + (row.ran || 0), 0));
  return element("td", { class: "time" }, bar, element("span", { class: "hidden" }, timelineText(row)));
}

function span(name, from, length) {
  const made = element("i", { class: name });
  // The end's own width must fit in, too.
  const inset = name === "end" ? 3 : 0;
  made.style.left = `max(0px, ${((100 * from) / view.longest).toFixed(3)}% - ${inset}px)`;
  if (name !== "end") made.style.width = `${((100 * length) / view.longest).toFixed(3)}%`;
  return made;
}

function timelineText(row) {
  const parts = [];
  if (row.queued !== null) parts.push(`queued ${duration(row.queued)}`);
  parts.push(row.ran === null ? "did not run" : `ran ${duration(row.ran)}`);
  parts.push(row.outcome.kind === "waiting" ? "not ended" : "ended");
  return parts.join(", ");
}

// ---- details of a node

const AWS_ID = /^(m?i-[0-9a-f]{8,17}|[0-9a-f-]{36})$/;

// The IDs that AWS gives are short enough for one line; what only looks like one need not be.
function lineClass(id) {
  return AWS_ID.test(id) ? "one-line" : "";
}

function closeOnEscape(element, row, toggle, id) {
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !view.open.has(row)) return;
    toggle.focus();
    toggleDetails(row, toggle, id);
  });
}

function toggleDetails(row, toggle, id) {
  const line = toggle.closest("tr");
  if (view.open.delete(row)) {
    line.nextElementSibling.remove();
  } else {
    view.open.add(row);
    line.after(detailsLine(row, id, toggle));
  }
  toggle.setAttribute("aria-expanded", String(view.open.has(row)));
}

function detailsLine(row, id, toggle) {
  const contents = [facts(row), ...row.parts.flatMap(partElements)];
  const cell = element("td", { role: "cell", colspan: String(COLUMNS.length) }, ...contents);
  const line = element("tr", { role: "row", class: "details", id }, cell);
  closeOnEscape(line, row, toggle, id);
  return line;
}

function facts(row) {
  const list = element("dl");
  const pairs = [["Node", row.id]];
  if (row.command) {
    pairs.push(["Command", row.command.id], ["Document", row.command.document]);
    pairs.push(["Sent", moment(row.command.requested)]);
  }
  if (row.truncated) pairs.push(["Output", "The node wrote, or may have written, more than Run Command keeps."]);
  for (const [term, value] of pairs) list.append(element("dt", {}, term), element("dd", {}, label(value)));
  return list;
}

function partElements(part) {
  const step = part.name ? `${label(part.name)}: ` : "";
  const shown = ["stderr", "stdout"].filter((stream) => data.texts[part[stream]]);
  const status = part.name ? [element("h3", {}, `${step}${label(part.status)}`)] : [];
  if (!shown.length) return [...status, element("p", {}, `${step}wrote nothing`)];
  return [...status, ...shown.flatMap((stream) => streamElements(`${step}${stream}`, part[stream]))];
}

function streamElements(name, position) {
  const heading = element("h3", {}, name);
  const text = element("pre", { tabindex: "0", role: "region", "aria-label": name }, readable(data.texts[position]));
  const cut = element("p", { class: "waiting" }, "The beginning is not in this page.");
  return cutTexts.has(position) ? [heading, cut, text] : [heading, text];
}

// ---- choosing, sorting, showing

function matchingRows() {
  const words = view.query.toLowerCase().split(/\s+/).filter(Boolean);
  const tests = words.map((word) => ({ word, texts: lowerTexts.map((text) => text.includes(word)) }));
  return rows.filter(
    (row) => (!view.choice || row[view.choice.field] === view.choice.value) && tests.every((test) => contains(row, test)),
  );
}

function contains(row, { word, texts }) {
  return row.words.includes(word) || row.parts.some((part) => texts[part.stdout] || texts[part.stderr]);
}

function sorted(found) {
  const { value } = COLUMNS.find((column) => column.key === view.column);
  const read = value.text || value;
  const compare = value.text ? collator.compare : (one, other) => one - other;
  const sign = view.descending ? -1 : 1;
  const keyed = found.map((row, position) => ({ row, position, key: read(row) }));
  keyed.sort((one, other) => {
    // What has no value comes last, whichever way.
    if (one.key === null || other.key === null) return (one.key === null) - (other.key === null);
    return sign * compare(one.key, other.key) || one.position - other.position;
  });
  return keyed.map(({ row }) => row);
}

function update() {
  view.rows = sorted(matchingRows());
  view.page = 0;
  view.open.clear();
  showPage();
}

function showPage() {
  const start = view.page * ROWS_A_PAGE;
  const shown = view.rows.slice(start, start + ROWS_A_PAGE);
  // One slow node elsewhere must not make all bars of this page too small to see.
  view.longest = shown.reduce((most, row) => Math.max(most, (row.queued || 0) + (row.ran || 0)), 1);
  document.querySelector("#nodes tbody").replaceChildren(...shown.map(line));
  showHeader();
  showPager();
  const range = shown.length ? `${start + 1} to ${start + shown.length} of ` : "";
  const all = view.rows.length === rows.length ? "" : ` (${rows.length} in all)`;
  document.getElementById("status").textContent = `${range}${view.rows.length} nodes${all}`;
}

function line(row) {
  return tableRow(COLUMNS.map((column) => column.title), COLUMNS.map((column) => column.cell(row)));
}

// The roles and titles are for narrow screens, where the cells of a table are blocks below each other.
function tableRow(titles, cells) {
  for (const [position, cell] of cells.entries()) {
    cell.setAttribute("role", "cell");
    cell.dataset.title = titles[position];
    if (!cell.textContent) cell.classList.add("empty");
  }
  return element("tr", { role: "row" }, ...cells);
}

function showHeader() {
  for (const [position, header] of [...document.querySelectorAll("#nodes thead th")].entries()) {
    const { key } = COLUMNS[position];
    header.removeAttribute("aria-sort");
    if (key === view.column) header.setAttribute("aria-sort", view.descending ? "descending" : "ascending");
    if (key === "time") header.textContent = `Timeline, 0 to ${duration(view.longest)} since sent`;
  }
}

function showPager() {
  const pages = Math.max(1, Math.ceil(view.rows.length / ROWS_A_PAGE));
  document.getElementById("page").textContent = `Page ${view.page + 1} of ${pages}`;
  const targets = { first: 0, previous: view.page - 1, next: view.page + 1, last: pages - 1 };
  for (const control of document.querySelectorAll("nav button")) {
    const target = targets[control.dataset.page];
    // Not "disabled": that would take the focus away from who is paging by keyboard.
    const isIdle = target < 0 || target >= pages || target === view.page;
    control.setAttribute("aria-disabled", String(isIdle));
    control.onclick = () => isIdle || goTo(target);
  }
}

function goTo(page) {
  view.page = page;
  view.open.clear();
  showPage();
}

function sortBy(key) {
  view.descending = view.column === key && !view.descending;
  view.column = key;
  update();
}

// ---- what is made once

function makeHeader() {
  for (const { key, title, value } of COLUMNS) {
    const content = value ? button(title, {}, () => sortBy(key)) : title;
    document.querySelector("#nodes thead tr").append(element("th", { role: "columnheader", scope: "col", class: key }, content));
  }
}

function makeTiles() {
  const present = data.outcomes.filter((outcome) => outcome.count || outcome.name === "success");
  const all = tile({ label: "All nodes", kind: "", count: rows.length }, null);
  all.setAttribute("aria-pressed", "true");
  const others = present.map((outcome) => tile(outcome, { field: "outcome", value: outcome }));
  document.getElementById("tiles").append(all, ...others);
}

// A tile shows only the nodes with this value of this field; no choice shows all.
function tile({ label, kind, count }, choice, ...more) {
  const made = button("", { class: kind, "aria-pressed": "false" }, () => choose(choice, made));
  made.append(element("strong", {}, count.toLocaleString("en")), label, ...more);
  return made;
}

function choose(choice, chosen) {
  const all = document.querySelector("#tiles button");
  // The same one again takes the choice back.
  const isBack = chosen !== all && chosen.getAttribute("aria-pressed") === "true";
  const pressed = isBack ? all : chosen;
  for (const other of document.querySelectorAll("button[aria-pressed]")) {
    other.setAttribute("aria-pressed", String(other === pressed));
  }
  view.choice = isBack ? null : choice;
  update();
}

function makeGroups() {
  const section = document.getElementById("groups");
  section.hidden = data.groups.length < 2;
  section.querySelector("ul").append(...data.groups.map(groupItem));
  const left = document.getElementById("groups-left-out");
  left.hidden = !data.groups_left_out;
  if (left.hidden) return;
  const [groups, nodes] = data.groups_left_out.map((count) => count.toLocaleString("en"));
  left.textContent = `Not shown: ${groups} more ${groups === "1" ? "answer" : "answers"} of ${nodes} ${nodes === "1" ? "node" : "nodes"}.`;
}

function groupItem(group) {
  const { label: name, kind } = data.outcomes[group.outcome];
  const ending = group.rc === NEVER_RAN ? name : `${name}, exit code ${group.rc}`;
  const says = group.says ? label(group.says) : "no output";
  const shown = tile(
    { label: ending, kind, count: group.count },
    { field: "group", value: group },
    element("span", { class: "answer" }, says),
  );
  return element("li", {}, shown, groupDifference(group, says));
}

function groupDifference(group, says) {
  if (group.is_largest) return element("p", { class: "hint" }, "The largest group");
  if (group.diff === null) return element("p", { class: "hint" }, "The difference is left out, to keep the page small.");
  const streams = Object.entries(group.diff);
  if (!streams.length) {
    const left = "What is left of the output is the same as that of the largest group";
    return element("p", { class: "hint" }, group.is_whole ? "The same output as the largest group" : left);
  }
  const summary = element("summary", {}, "Difference to the largest group");
  return element("details", {}, summary, ...streams.flatMap(([name, lines]) => differenceElements(name, lines, says)));
}

function differenceElements(name, lines, says) {
  const about = `Difference of ${name}: ${says}`;
  const shown = lines.map(([sign, text]) => differenceLine(sign, text));
  return [element("h3", {}, name), element("pre", { tabindex: "0", role: "region", "aria-label": about }, ...shown)];
}

function differenceLine(sign, text) {
  if (sign === "@") return `… ${text}\n`;
  const line = `${sign} ${readable(text)}\n`;
  if (sign === " ") return line;
  return element(sign === "+" ? "ins" : "del", {}, line);
}

function makeChanges() {
  if (!data.changes) return;
  const section = document.getElementById("changes");
  section.hidden = false;
  const kinds = { "Now failing": "bad", "Now succeeding": "good" };
  const present = data.changes.filter((change) => !change.nodes.length && (change.count || kinds[change.label]));
  const tiles = present.map((change) => tile({ ...change, kind: kinds[change.label] || "" }, { field: "change", value: change }));
  section.querySelector(".tiles").append(...tiles);
  const gone = data.changes.find((change) => change.nodes.length);
  if (!gone) return;
  const list = document.getElementById("gone");
  list.hidden = false;
  list.querySelector("summary").textContent = `${gone.label}: ${gone.count.toLocaleString("en")}`;
  const more = gone.count > gone.nodes.length ? `, and ${gone.count - gone.nodes.length} more` : "";
  list.querySelector("p").textContent = gone.nodes.map(label).join(", ") + more;
}

function makeCommands() {
  const count = data.commands.length;
  document.querySelector("#commands summary").textContent = `${count} ${count === 1 ? "command" : "commands"}`;
  const titles = [...document.querySelectorAll("#commands th")].map((header) => header.textContent);
  const lines = data.commands.map((command) => {
    const attributes = { class: lineClass(command.id), "aria-label": `Show the nodes of ${label(command.id)}` };
    const show = button(label(command.id), attributes, () => search(command.id));
    const texts = [moment(command.requested), command.document, command.status, command.targets, command.comment];
    const cells = texts.map((text) => element("td", { class: "wide" }, label(String(text))));
    return tableRow(titles, [...cells, element("td", { class: "id" }, show)]);
  });
  document.querySelector("#commands tbody").append(...lines);
  closeCommandsOnEscape();
}

function closeCommandsOnEscape() {
  const commands = document.getElementById("commands");
  commands.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !commands.open) return;
    commands.open = false;
    commands.querySelector("summary").focus();
  });
}

function makeHead() {
  document.getElementById("about").textContent = `As of ${moment(data.generated_at)}. Failures come first.`;
  const notes = document.getElementById("notes");
  notes.append(...data.notes.map((note) => element("li", {}, label(note))));
  notes.hidden = !data.notes.length;
}

function search(query) {
  document.getElementById("search").value = query;
  view.query = query;
  update();
}

function listenToSearch() {
  const field = document.getElementById("search");
  let pause;
  field.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(() => search(field.value), SEARCH_PAUSE_MS);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.target.matches("input, pre")) return;
    event.preventDefault();
    field.focus();
  });
}

makeHead();
makeTiles();
makeChanges();
makeGroups();
makeCommands();
makeHeader();
listenToSearch();
update();
