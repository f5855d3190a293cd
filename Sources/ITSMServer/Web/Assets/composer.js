// Where replies and notes are written: a draft of each on the server, files, and five seconds in which sending can be taken back.
import { $, api, attempt, el, icon, toast } from './dom.js';
import { pending, takeFiles } from './pending-files.js';
import { openPicker } from './picker.js';
import { actions } from './shell.js';
import { refresh, reveal, ticket } from './ticket-thread.js';

const form = $('#compose');
const areas = { public: $('#reply'), workNote: $('#note') };
const WAIT = 5;

const mode = () => form.elements.visibility.value || (areas.public ? 'public' : 'workNote');
const area = () => areas[mode()];

/** Goes to where one writes, in this mode. */
export function write(visibility) {
  if (!form || !areas[visibility]) return;
  $(`[name="visibility"][value="${visibility}"]`, form).checked = true;
  form.classList.add('is-open');
  area().focus();
}

// Drafts.

const timers = {}, saved = {};
function keepSoon(visibility) {
  clearTimeout(timers[visibility]);
  timers[visibility] = setTimeout(() => keep(visibility), 800);
}
async function keep(visibility, keepalive = false) {
  clearTimeout(timers[visibility]);
  timers[visibility] = 0;
  const body = areas[visibility].value;
  if (body === saved[visibility]) return;
  saved[visibility] = body;
  try {
    await api('PUT', `${ticket.path}/drafts/${visibility}`, { body }, { keepalive });
    $('#draft').textContent = body ? 'Draft saved' : '';
  } catch (failure) {
    saved[visibility] = undefined;
    $('#draft').textContent = 'Draft not saved';
  }
}

// Sending.

let held = null;
const token = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

function hold(then = null) {
  const text = area().value.trim();
  if (!text && pending.isEmpty) { area().focus(); return; }
  if (held) release();
  const message = { visibility: mode(), body: text || pending.names, files: pending.take(), then, key: token() };
  held = message;
  area().value = '';
  $('#overtaken').hidden = true;
  $('#draft').textContent = '';
  message.timer = setTimeout(release, WAIT * 1_000);
  toast(message.visibility === 'public' ? `Sending in ${WAIT} seconds` : `Adding the note in ${WAIT} seconds`, () => takeBack(message), WAIT);
  area().focus();
}

function takeBack(message) {
  if (held === message) held = null;
  clearTimeout(message.timer);
  restore(message);
  areas[message.visibility].focus();
}

function restore({ visibility, body, files: kept }) {
  const field = areas[visibility];
  field.value = field.value.trim() ? `${body}\n\n${field.value}` : body;
  pending.putBack(kept);
  keepSoon(visibility);
}

async function release() {
  const message = held;
  if (!message) return;
  held = null;
  clearTimeout(message.timer);
  let comment = null;
  try {
    ({ body: comment } = await api('POST', `${ticket.path}/comments`, { body: message.body, visibility: message.visibility }, { key: message.key }));
  } catch (failure) {
    restore(message);
    toast(failure.message, undefined, 10);
    return;
  }
  // The draft went with the message; what was typed since is a new one.
  saved[message.visibility] = '';
  keepSoon(message.visibility);
  // A reply that came too late stands on a new ticket.
  if (comment.ticket.number !== ticket.number) { location.assign(ticket.page.replace(ticket.number, comment.ticket.number)); return; }
  await attempt(async () => {
    await pending.send(message.files, ticket.path, comment.id, refresh);
    await refresh();
    reveal(document.getElementById(`c-${comment.id}`));
    if (message.then) await (await import('./ticket-move.js')).send(message.then); else toast(message.visibility === 'public' ? 'Sent' : 'Note added');
  });
}

/** Replies of others that came while somebody was writing here. */
export function heardOf(events, added) {
  if (!form || !Object.values(areas).some((field) => field?.value.trim())) return;
  const latest = events.at(-1), note = $('#overtaken');
  note.replaceChildren(icon('alert', 's'), `${latest.data.principal.name} wrote while you were writing. `, el('button', { type: 'button', className: 'btn ghost', textContent: 'Show', onclick: () => { reveal(added.at(-1)); note.hidden = true; } }));
  note.hidden = false;
}

// What the buttons do.

function wrap(before, after = before) {
  const field = area(), { selectionStart: start, selectionEnd: end, value } = field;
  field.setRangeText(before + value.slice(start, end) + after, start, end, 'end');
  if (start === end) field.selectionStart = field.selectionEnd = start + before.length;
  field.focus();
  keepSoon(mode());
}
function bullets() {
  const field = area(), start = field.value.lastIndexOf('\n', field.selectionStart - 1) + 1, end = field.selectionEnd;
  field.setRangeText(field.value.slice(start, end).replace(/^/gm, '- '), start, end, 'end');
  field.focus();
  keepSoon(mode());
}

async function sendAnd(button) {
  const { wait, end, waitWord, endWord } = button.dataset, verb = mode() === 'public' ? 'Send' : 'Add the note';
  const items = [...(wait ? [{ id: wait, text: `${verb} and set ${waitWord}`, icon: 's-wait' }] : []), ...(end ? [{ id: end, text: `${verb} and set ${endWord}`, icon: 's-done' }] : [])];
  const item = await openPicker(button, { title: `${verb} and`, items });
  if (!item) return;
  const text = area().value.trim();
  const { askMove } = await import('./ticket-move.js');
  const then = await askMove(item.id, item.id === end ? { notes: text } : { reason: `Waiting for ${form.dataset.requester}` });
  if (then) hold(then);
}

if (form) {
  for (const [visibility, field] of Object.entries(areas)) {
    if (!field) continue;
    saved[visibility] = field.value;
    field.addEventListener('input', () => keepSoon(visibility));
  }
  form.addEventListener('submit', (event) => { event.preventDefault(); hold(); });
  form.addEventListener('change', (event) => { if (event.target.name === 'visibility') area().focus(); });
  form.addEventListener('focusin', () => form.classList.add('is-open'));
  takeFiles(form.closest('main'), form);
  Object.assign(actions, { bold: () => wrap('**'), code: () => wrap('`'), bullets });
  if ($('[data-do="send-and"]:is([data-wait], [data-end])')) actions['send-and'] = sendAnd;
  // Whoever closes the page means to send at once.
  addEventListener('pagehide', () => {
    for (const visibility of Object.keys(timers)) if (timers[visibility]) keep(visibility, true);
    if (!held) return;
    clearTimeout(held.timer);
    api('POST', `${ticket.path}/comments`, { body: held.body, visibility: held.visibility }, { key: held.key, keepalive: true }).catch(() => {});
    if (held.then) api('POST', `${ticket.path}/transitions`, held.then, { keepalive: true }).catch(() => {});
    held = null;
  });
  addEventListener('beforeunload', (event) => { if (held?.files.length) event.preventDefault(); });
}
