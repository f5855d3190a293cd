// The rows of the queue: reading on, reading again, and which of them has the focus. Rows come from the server as they stand there; nothing is guessed here.
import { $, $$, Refusal, el, fragment } from './dom.js';
import { reveal } from './shell.js';

export const list = $('#list');
const table = list && $('table.grid', list);

export const rows = () => $$('tr.r', table);
export const rowOf = (number) => rows().find((row) => row.dataset.number === number);
export const linkOf = (row) => $('.subj a', row);
/** The row that has the focus, or had it last. */
export const current = () => document.activeElement?.closest?.('tr.r') ?? (last?.isConnected ? last : null);
let last = null;
table?.addEventListener('focusin', (event) => { last = event.target.closest('tr.r') ?? last; });

/** At most what the server gives at once. */
const most = 500;
const changed = new Set();
/** Calls `handler` whenever rows came, went or were replaced. */
export function onRows(handler) { changed.add(handler); }
function tell() { reveal(); for (const handler of changed) handler(); }

// Reading on.

const sight = list && new IntersectionObserver((seen) => { if (seen.some((entry) => entry.isIntersecting)) readOn(); }, { root: list, rootMargin: '0px 0px 800px' });
let reading = null;
function watch() { sight.disconnect(); const more = $('[data-more]', table); if (more) sight.observe(more); }

function skeleton(body) {
  body.append(...Array.from({ length: 3 }, () => el('tr', { className: 'skeleton', 'aria-hidden': 'true' }, el('td', { colSpan: 10 }, el('span')))));
}

/** Adds the next rows below. */
export async function readOn() {
  const more = $('[data-more]', table);
  if (!more || reading) return;
  const body = more.closest('tbody');
  const slow = setTimeout(() => skeleton(body), 1_000);
  reading = new AbortController();
  const mine = reading;
  try {
    const found = await fragment(more.dataset.more, mine.signal);
    if (mine.signal.aborted) return;
    const end = rows().at(-1)?.closest('tbody'), known = new Set(rows().map((row) => row.dataset.id));
    for (const row of $$('tr.r', found)) if (known.has(row.dataset.id)) row.remove();
    const first = $('tbody', found);
    // A group that the page before began goes on in it.
    if (end && first && end.dataset.group === first.dataset.group) { end.append(...$$('tr.r', first)); first.remove(); }
    body.replaceWith(found);
    tell();
  } catch (failure) {
    if (failure.name === 'AbortError') return;
    $$('.skeleton', body).forEach((row) => row.remove());
    more.textContent = failure instanceof Refusal && failure.requestId ? `Could not be loaded (request ${failure.requestId}). Try again` : 'Could not be loaded. Try again';
    sight.disconnect();
    return;
  } finally {
    clearTimeout(slow);
    if (reading === mine) reading = null;
  }
  watch();
}

// Reading again.

/** The rows of these tickets as they stand in this list now; what is not in it is not among them. */
export async function rowsOf(ids) {
  const found = await fragment(`/queue/rows?${list.dataset.query}&limit=${ids.length}&only=${ids.join(',')}`);
  return $$('tr.r', found);
}

/** Puts a newer row in the place of the one that shows the same ticket. */
export function replace(row) {
  const old = rows().find((other) => other.dataset.id === row.dataset.id);
  const isFocused = old.contains(document.activeElement), box = $('.ck', row);
  if (box) box.checked = $('.ck', old)?.checked ?? false;
  old.replaceWith(row);
  if (last === old) last = row;
  tell();
  if (isFocused) linkOf(row).focus({ preventScroll: true });
}

/** Reads as many rows again as are there. What was chosen and what has the focus stay; what is new or different flashes once. */
export async function refresh() {
  reading?.abort();
  const before = new Map(rows().map((row) => [row.dataset.id, row]));
  const chosen = new Set(rows().filter((row) => $('.ck', row)?.checked).map((row) => row.dataset.id));
  const at = current(), place = at ? rows().indexOf(at) : -1, isFocused = at?.contains(document.activeElement);
  const limit = Math.min(most, Math.max(50, before.size));
  const slow = setTimeout(() => list.setAttribute('aria-busy', 'true'), 300);
  try {
    const found = await fragment(`/queue/rows?${list.dataset.query}&limit=${limit}`);
    $$('tbody', table).forEach((body) => body.remove());
    table.append(...$$('tbody', found));
    list.querySelector(':scope > .state')?.remove();
    if (!rows().length) list.append(...$$('.state', found));
  } finally {
    clearTimeout(slow);
    list.removeAttribute('aria-busy');
  }
  for (const row of rows()) {
    const old = before.get(row.dataset.id), box = $('.ck', row);
    if (box) box.checked = chosen.has(row.dataset.id);
    if (!old || old.dataset.version !== row.dataset.version || old.dataset.place !== row.dataset.place) row.classList.add('flash');
  }
  if (at) {
    last = rows().find((row) => row.dataset.id === at.dataset.id) ?? rows()[Math.min(place, rows().length - 1)] ?? null;
    if (isFocused) (last ? linkOf(last) : list).focus({ preventScroll: true });
  }
  tell();
  watch();
}

// Moving.

export function step(by) {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(current());
  const row = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.max(0, Math.min(all.length - 1, at + by))];
  linkOf(row).focus();
  row.scrollIntoView({ block: 'nearest' });
  if (row === all.at(-1)) readOn();
}

if (list) {
  watch();
  table.addEventListener('click', (event) => {
    const more = event.target.closest('[data-more]');
    if (more) { event.preventDefault(); readOn(); return; }
    // The whole row is a target, as far as nothing else in it is.
    const row = event.target.closest('tr.r');
    if (!row || event.target.closest('a, button, input') || event.target.closest('.c-ck') || String(getSelection())) return;
    if (event.ctrlKey || event.metaKey) open(linkOf(row).href, '_blank', 'noopener'); else linkOf(row).click();
  });
}
