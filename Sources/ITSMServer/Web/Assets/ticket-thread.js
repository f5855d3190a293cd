// What a ticket's page shows, kept true: one fragment brings what is new in the thread and what changed around it.
import { $, $$, attempt, fragment } from './dom.js';
import { onEvents } from './live.js';

const main = $('main[data-ticket]'), thread = $('#thread'), scroller = $('.scroll', main);

export const ticket = {
  id: main.dataset.ticket, number: main.dataset.number, path: `tickets/${main.dataset.number}`, page: main.dataset.address ?? `/tickets/${main.dataset.number}`,
  /** As the page shows it; what is changed is changed from there. */
  get version() { return Number($('[data-part="head"] h1').dataset.version); },
  property: (name) => $(`[data-prop="${name}"]`)?.dataset.value ?? '',
};

const listeners = [];
/** Calls `handler` with the name of each part that was put in place anew. */
export function onPart(handler) { listeners.push(handler); }

const waiting = new Map();
// What somebody is typing into is left alone until they are done.
const isTypedInto = (part) => part.contains(document.activeElement) && document.activeElement.matches('input:not([type="hidden"]), textarea, select');
const mark = (node) => node && (node.dataset?.pick ? `[data-pick="${node.dataset.pick}"]` : node.id ? `#${node.id}` : node.matches?.('summary') ? `[data-fold="${node.parentElement.dataset.fold}"] > summary` : null);

function put(fresh) {
  const name = fresh.dataset.part, old = $(`[data-part="${name}"]`, document.body);
  if (!old) return;
  for (const input of $$('input[name="csrf"]', fresh)) input.setAttribute('value', $('meta[name="csrf"]').content);
  for (const fold of $$('details[data-fold]', old)) { const same = $(`details[data-fold="${fold.dataset.fold}"]`, fresh); if (same) same.open = fold.open; }
  if (isTypedInto(old)) { waiting.set(name, fresh); return; }
  waiting.delete(name);
  const focus = old.contains(document.activeElement) ? mark(document.activeElement) : null;
  old.replaceChildren(...fresh.childNodes);
  if (focus) $(focus, old)?.focus({ preventScroll: true });
  for (const listener of listeners) listener(name);
}

main.parentElement.addEventListener('focusout', () => { setTimeout(() => { for (const fresh of [...waiting.values()]) put(fresh); }); });

function merge(entries) {
  const added = [];
  for (const entry of entries) {
    const old = document.getElementById(entry.id);
    if (old) { if (old.innerHTML !== entry.innerHTML) old.replaceWith(entry); continue; }
    const before = [...thread.children].findLast((other) => other.dataset.at <= entry.dataset.at);
    if (before) before.after(entry); else thread.prepend(entry);
    added.push(entry);
  }
  count();
  return added;
}

function count() {
  const of = (style) => $$(`:scope > ${style}`, thread).length;
  const counts = { all: of('li'), talk: of('.k-msg'), note: of('.k-note'), ev: of('.k-ev') };
  for (const tab of $$('#thread-tabs [data-show]')) $('small', tab).textContent = counts[tab.dataset.show];
}

const withList = (address) => `${address}${main.dataset.from ? `&${main.dataset.from.slice(1)}` : ''}`;

async function load() {
  const part = await fragment(withList(`${ticket.page}/thread?after=${encodeURIComponent(thread.dataset.asOf)}`));
  const list = $('ol', part), isAtEnd = scroller.scrollTop + scroller.clientHeight > scroller.scrollHeight - 80;
  thread.dataset.asOf = list.dataset.asOf;
  const added = merge([...list.children]);
  for (const fresh of $$('[data-part]', part)) put(fresh);
  // Who reads the end goes along with it; who reads elsewhere stays there.
  if (added.length && isAtEnd) scroller.scrollTop = scroller.scrollHeight;
  return added;
}

let running = null, isStale = false;

/** Brings the page up to date. Gives the entries that are new in the thread. */
export function refresh() {
  if (running) { isStale = true; return running; }
  running = (async () => {
    const added = [];
    do { isStale = false; added.push(...await load()); } while (isStale);
    return added;
  })().finally(() => { running = null; });
  return running;
}

/** Brings an entry into sight. */
export function reveal(entry) { entry?.scrollIntoView({ block: 'center' }); }

document.addEventListener('click', async (event) => {
  const link = event.target.closest('[data-earlier]');
  if (!link) return;
  event.preventDefault();
  link.setAttribute('aria-busy', 'true');
  try {
    const part = await fragment(link.dataset.earlier), height = scroller.scrollHeight;
    merge([...$('ol', part).children]);
    scroller.scrollTop += scroller.scrollHeight - height;
    $('#earlier').replaceChildren(...$('#earlier', part).childNodes);
  } catch { location.assign(link.href); }
});

const tabs = $('#thread-tabs');
if (tabs) tabs.hidden = false;
tabs?.addEventListener('click', (event) => {
  const tab = event.target.closest('[data-show]');
  if (!tab) return;
  thread.dataset.show = tab.dataset.show;
  for (const other of $$('[data-show]', tabs)) other.setAttribute('aria-pressed', other === tab);
});

/** Keeps the page true as things happen, and calls `handler` with the events of others' replies, and what came into the thread by them. */
export function onReplies(handler) {
  let soon = 0;
  onEvents((events) => {
    const mine = events.filter((event) => event.data.ticket === ticket.id);
    if (!mine.length) return;
    clearTimeout(soon);
    // Several events of one change come together.
    soon = setTimeout(() => attempt(async () => {
      const added = await refresh();
      const replies = mine.filter((event) => event.type === 'ticket.commented' && event.data.principal.id !== document.body.dataset.me);
      if (replies.length) handler(replies, added);
    }), 100);
  });
}
