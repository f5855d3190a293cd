// The queue: the keyboard, the preview beside the list, and what changes while one looks at it.
import { $, api, attempt, fragment, toast } from './dom.js';
import './countdown.js';
import { onKey } from './keys.js';
import { onEvents } from './live.js';
import { actions, reveal } from './shell.js';
import { recount } from './queue-counts.js';
import { change, choose, chosen, clear, may, targets } from './queue-bulk.js';
import { current, linkOf, list, onRows, refresh, replace, rowOf, rows, rowsOf, step } from './queue-list.js';

// The preview.

const peek = $('#peek');
let peeking = null, peeked = '';

function closePeek() {
  if (peek.hidden) return false;
  const had = peek.contains(document.activeElement), row = rowOf(peeked);
  peeking?.abort();
  peek.hidden = true;
  peek.replaceChildren();
  peeked = '';
  if (had) (row ? linkOf(row) : list).focus();
  return true;
}

/** Shows the row's ticket beside the list. */
async function showPeek(row) {
  peeking?.abort();
  const mine = peeking = new AbortController();
  peeked = row.dataset.number;
  const slow = setTimeout(() => peek.setAttribute('aria-busy', 'true'), 300);
  await attempt(async () => {
    const found = await fragment(`/queue/preview/${row.dataset.number}${linkOf(row).search}`, mine.signal);
    if (mine.signal.aborted) return;
    peek.replaceChildren(found);
    peek.hidden = false;
    reveal();
  });
  clearTimeout(slow);
  peek.removeAttribute('aria-busy');
}

// What changes.

const pill = $('#newer');
const pending = new Set();
const changed = new Set();
let timer = 0;

function showPending() {
  const number = pending.size;
  pill.hidden = !number;
  $('span', pill).textContent = `${number} ${number === 1 ? 'update' : 'updates'}`;
  pill.setAttribute('aria-label', `${number} ${number === 1 ? 'ticket' : 'tickets'} changed, show the changes`);
}

async function merge() {
  pending.clear();
  showPending();
  await attempt(refresh);
}

/** Shows in place what keeps its place; the rest waits until it is asked for, so that no row moves under the reader. */
async function follow() {
  // As many as one answer can hold; a flood's rest comes with the next.
  const ids = [...changed].slice(0, 500);
  for (const id of ids) changed.delete(id);
  recount();
  let found;
  try { found = await rowsOf(ids); } catch { for (const id of ids) changed.add(id); return; }
  const now = new Map(found.map((row) => [row.dataset.id, row]));
  for (const id of ids) {
    const shown = rows().find((row) => row.dataset.id === id), row = now.get(id);
    if (!shown && !row) continue;
    if (shown && row && shown.dataset.place === row.dataset.place) {
      if (shown.dataset.version !== row.dataset.version || shown.textContent !== row.textContent) replace(row);
      pending.delete(id);
    } else pending.add(id);
    if (row && row.dataset.number === peeked) showPeek(row);
  }
  showPending();
  if (changed.size) timer = setTimeout(follow, 250);
}

if (list) {
  $('.views [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  actions.peek = (button) => { const row = button.closest('tr.r'); linkOf(row).focus(); if (peeked === row.dataset.number) closePeek(); else showPeek(row); };
  actions['peek-close'] = closePeek;
  actions.take = (button) => attempt(async () => {
    await api('PATCH', `tickets/${button.dataset.number}`, { assignee: document.body.dataset.me }, { version: button.dataset.version });
    toast(`${button.dataset.number} is yours`);
    const row = rowOf(button.dataset.number);
    await refresh();
    const after = row && rowOf(row.dataset.number);
    if (after) showPeek(after); else closePeek();
  });
  pill.addEventListener('click', () => { merge(); list.focus(); });
  onRows(showPending);
  onEvents((events) => {
    for (const event of events) if (event.subject.startsWith('ticket/')) changed.add(event.subject.slice(7));
    if (!changed.size) return;
    clearTimeout(timer);
    timer = setTimeout(follow, 250);
  });

  const section = 'List', tickets = 'One or many tickets';
  const here = { when: () => current() !== null }, some = (right) => ({ when: () => may[right] && targets().length > 0 });
  onKey('J', 'Next', section, () => { step(1); if (peeked) showPeek(current()); });
  onKey('K', 'Previous', section, () => { step(-1); if (peeked) showPeek(current()); });
  onKey('Enter', 'Open', section, () => false);
  onKey('Space', 'Preview', section, () => { if (peeked === current().dataset.number) closePeek(); else showPeek(current()); }, { when: () => document.activeElement?.closest?.('tr.r') });
  if ($('#bulk')) {
    onKey('X', 'Select', section, () => choose(current()), here);
    onKey('Shift+X', 'Select a range', section, () => choose(current(), true), here);
  }
  onKey('/', 'Search this list', section, () => { $('#q').focus(); $('#q').select(); });
  onKey('Escape', '', section, clear, { when: () => chosen().length > 0 });
  onKey('Escape', '', section, closePeek, { when: () => !peek.hidden });
  if (may.assign) {
    onKey('A', 'Assign', tickets, () => { actions['bulk-assignee'](); }, some('assign'));
    onKey('I', 'Assign to me', tickets, () => { change(targets(), { assignee: document.body.dataset.me }); }, some('assign'));
  }
  if (may.move) onKey('S', 'Status', tickets, () => { actions['bulk-status'](); }, some('move'));
  if (may.override) onKey('P', 'Priority', tickets, () => { actions['bulk-priority'](); }, some('override'));
  if (may.tag) onKey('T', 'Tag', tickets, () => { actions['bulk-tag'](); }, some('tag'));
}
