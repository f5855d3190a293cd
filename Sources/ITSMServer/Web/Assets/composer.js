// Where replies and notes are written: a draft of each on the server, files, and five seconds in which sending can be taken back.
import { $, api, attempt, el, icon, toast } from './dom.js';
import { openPicker } from './picker.js';
import { actions } from './shell.js';
import { refresh, reveal, ticket } from './ticket-thread.js';
import { askMove, send as move } from './ticket-move.js';

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

// Files: chosen, pasted or dropped; sent with the message, so that nobody sees them before it.

let files = [];
function add(list) {
  for (const file of list) {
    const item = { file, node: el('li', { className: 'file' }) };
    const remove = el('button', { type: 'button', className: 'btn ghost icon', onclick: () => { files = files.filter((other) => other !== item); paint(); } }, icon('x', 's'));
    remove.setAttribute('aria-label', `Remove ${file.name}`);
    const isPicture = /^image\/(png|jpeg|gif|webp)$/.test(file.type);
    item.node.append(isPicture ? el('img', { src: URL.createObjectURL(file), alt: '' }) : icon('clip', 's'), el('span', { className: 'clip', textContent: file.name }), el('small', { textContent: size(file.size) }), remove);
    files.push(item);
  }
  paint();
}
const size = (bytes) => (bytes < 1_000 ? `${bytes} bytes` : bytes < 1_000_000 ? `${Math.round(bytes / 1_000)} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`);
const paint = () => $('#pending').replaceChildren(...files.map((item) => item.node));

/** Sends one file; `fetch` cannot tell how far it is. */
function upload(file, comment, told) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest(), data = new FormData();
    data.append('comment', comment);
    data.append('file', file, file.name);
    request.open('POST', `/api/v1/${ticket.path}/attachments`);
    request.setRequestHeader('X-CSRF-Token', $('meta[name="csrf"]').content);
    request.setRequestHeader('Accept', 'application/json');
    request.upload.onprogress = (event) => { if (event.lengthComputable) told(event.loaded / event.total); };
    request.onerror = () => reject(new Error('The server could not be reached.'));
    request.onload = () => {
      if (request.status < 300) { resolve(); return; }
      let detail = '';
      try { detail = JSON.parse(request.responseText).detail; } catch { /* not ours */ }
      reject(new Error(detail || 'The file was not taken.'));
    };
    request.send(data);
  });
}

async function uploadAll(items, comment) {
  for (const item of items) {
    const bar = el('progress', { max: 1, value: 0 });
    bar.setAttribute('aria-label', `Sending ${item.file.name}`);
    $('button', item.node)?.remove();
    item.node.append(bar);
    $('#pending').append(item.node);
    try {
      await upload(item.file, comment, (share) => { bar.value = share; });
      item.node.remove();
    } catch (failure) {
      bar.remove();
      const retry = el('button', { type: 'button', className: 'btn', textContent: 'Try again', onclick: () => { retry.parentElement.remove(); uploadAll([item], comment).then(refresh); } });
      item.node.append(el('span', { className: 'wrong' }, failure.message, ' ', retry));
    }
  }
}

// Sending.

let held = null;
const token = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

function hold(then = null) {
  const text = area().value.trim();
  if (!text && !files.length) { area().focus(); return; }
  if (held) release();
  const message = { visibility: mode(), body: text || files.map(({ file }) => file.name).join(', '), files, then, key: token() };
  held = message;
  area().value = '';
  files = [];
  paint();
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
  files = [...kept, ...files];
  paint();
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
  if (comment.ticket.number !== ticket.number) { location.assign(`/tickets/${comment.ticket.number}`); return; }
  await attempt(async () => {
    await uploadAll(message.files, comment.id);
    await refresh();
    reveal(document.getElementById(`c-${comment.id}`));
    if (message.then) await move(message.then); else toast(message.visibility === 'public' ? 'Sent' : 'Note added');
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
  const then = await askMove(item.id, item.id === end ? { notes: text } : { reason: `Waiting for ${form.dataset.requester}` });
  if (then) hold(then);
}

if (form) {
  for (const [visibility, field] of Object.entries(areas)) {
    if (!field) continue;
    saved[visibility] = field.value;
    field.addEventListener('input', () => keepSoon(visibility));
    field.addEventListener('paste', (event) => { if (event.clipboardData.files.length) { event.preventDefault(); add(event.clipboardData.files); } });
  }
  form.addEventListener('submit', (event) => { event.preventDefault(); hold(); });
  form.addEventListener('change', (event) => { if (event.target.name === 'visibility') area().focus(); });
  form.addEventListener('focusin', () => form.classList.add('is-open'));
  $('#attach').addEventListener('change', (event) => { add(event.target.files); event.target.value = ''; });
  const target = form.closest('main');
  target.addEventListener('dragover', (event) => { if (event.dataTransfer.types.includes('Files')) { event.preventDefault(); form.classList.add('drop'); } });
  target.addEventListener('dragleave', (event) => { if (!target.contains(event.relatedTarget)) form.classList.remove('drop'); });
  target.addEventListener('drop', (event) => { form.classList.remove('drop'); if (event.dataTransfer.files.length) { event.preventDefault(); add(event.dataTransfer.files); area().focus(); } });
  Object.assign(actions, { attach: () => $('#attach').click(), bold: () => wrap('**'), code: () => wrap('`'), bullets });
  if ($('[data-do="send-and"]').dataset.wait || $('[data-do="send-and"]').dataset.end) actions['send-and'] = sendAnd;
  // Whoever closes the page means to send at once.
  addEventListener('pagehide', () => {
    for (const visibility of Object.keys(timers)) if (timers[visibility]) keep(visibility, true);
    if (!held) return;
    clearTimeout(held.timer);
    api('POST', `${ticket.path}/comments`, { body: held.body, visibility: held.visibility }, { key: held.key, keepalive: true }).catch(() => {});
    if (held.then) api('POST', `${ticket.path}/transitions`, held.then, { keepalive: true }).catch(() => {});
    held = null;
  });
  // Files cannot be sent from a page that is gone.
  addEventListener('beforeunload', (event) => { if (files.length || held?.files.length || $('#pending progress')) event.preventDefault(); });
}
