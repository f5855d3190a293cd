// Moving a ticket to another state: the plain form of the page, as a dialog that asks only for what the state needs.
import { $, $$, api, el, icon, toast } from './dom.js';
import { openPicker } from './picker.js';
import { onPart, refresh, ticket } from './ticket-thread.js';
import { actions } from './shell.js';

const dialog = el('dialog', { className: 'sheet small', id: 'move-dialog' });
dialog.setAttribute('aria-labelledby', 'move-h');
const heading = el('h2', { id: 'move-h', textContent: 'Change the status' });
const close = el('button', { type: 'button', className: 'btn ghost icon', onclick: () => dialog.close() }, icon('x'));
close.setAttribute('aria-label', 'Close');
const fault = el('p', { className: 'fault', role: 'alert', hidden: true });
dialog.append(el('header', {}, heading, close), fault);
document.body.append(dialog);

let form = null, answer = null;
const option = () => $('option:checked', form);

function adopt() {
  const fresh = $('#move-details form');
  if (dialog.open) { $('#move-details')?.remove(); return; }
  form?.remove();
  form = fresh;
  if (!form) return;
  dialog.append(form);
  $('#move-details').remove();
  for (const small of $$('label small', form)) if (small.textContent !== 'optional') small.remove();
  $('[data-do="move-cancel"]', form).hidden = false;
  $('select', form).addEventListener('change', fit);
  form.addEventListener('submit', submit);
  fit();
}

/** Shows what the chosen state needs. */
function fit() {
  const needs = { reason: 'reason' in option().dataset, wait: 'wait' in option().dataset, end: 'end' in option().dataset };
  for (const field of $$('[data-for]', form)) {
    field.hidden = !needs[field.dataset.for];
    for (const input of $$('textarea, select', field)) input.required = !field.hidden;
  }
}

const value = (name) => form.elements[name].value.trim();

function body() {
  const data = option().dataset, move = { to: option().value };
  if ('reason' in data) move.reason = value('reason');
  if ('wait' in data && value('pendingUntil')) move.pendingUntil = new Date(value('pendingUntil')).toISOString();
  if ('end' in data) move.resolution = { code: value('code'), notes: value('notes') };
  return move;
}

const places = { '/to': 'move-to', '/reason': 'move-reason', '/pendingUntil': 'move-until', '/resolution/code': 'move-code', '/resolution/notes': 'move-notes' };

function blame(failure) {
  for (const input of $$('[aria-invalid]', form)) { input.removeAttribute('aria-invalid'); $(`#${input.id}-wrong`)?.remove(); }
  const loose = [];
  for (const error of failure?.errors ?? []) {
    const input = document.getElementById(places[error.pointer] ?? '');
    if (!input) { loose.push(error.message); continue; }
    input.setAttribute('aria-invalid', 'true');
    input.setAttribute('aria-describedby', `${input.id}-wrong`);
    input.after(el('p', { className: 'wrong', id: `${input.id}-wrong`, textContent: error.message }));
  }
  fault.hidden = !failure || (failure.errors?.length > 0 && !loose.length);
  fault.replaceChildren(icon('alert'), loose.join(' ') || failure?.message || '');
  $('[aria-invalid]', form)?.focus();
}

async function submit(event) {
  event.preventDefault();
  const move = body();
  if (answer) { const settle = answer; answer = null; settle(move); dialog.close(); return; }
  try {
    await send(move);
    dialog.close();
  } catch (failure) {
    if (failure.status === 412) { await refresh(); dialog.close(); toast('Somebody changed this ticket meanwhile. Look at it, then try again.', undefined, 10); return; }
    blame(failure);
  }
}

/** Moves the ticket; says so, with a way back where the state it came from needs nothing. */
export async function send(move, version = ticket.version) {
  const before = ticket.property('status');
  await api('POST', `${ticket.path}/transitions`, move, { version });
  await refresh();
  const back = form && [...$('select', form).options].find((option) => option.value === before);
  const isFree = back && !('reason' in back.dataset) && !('end' in back.dataset);
  toast(`Now: ${$('[data-prop="status"] .st')?.textContent.trim() ?? move.to}`, isFree ? () => send({ to: before }).catch((failure) => toast(failure.message)) : undefined);
}

/** Opens the dialog for one state. Gives what was filled in, unsent, or null. */
export function askMove(to, { notes = '', reason = '' } = {}) {
  if (!form) return Promise.resolve(null);
  open(to, { notes, reason });
  $('button.primary', form).textContent = 'Send';
  return new Promise((resolve) => { answer = resolve; });
}

function open(to, { notes = '', reason = '' } = {}) {
  $('button.primary', form).textContent = 'Change the status';
  blame(null);
  fault.hidden = true;
  $('select', form).value = to;
  if (notes && !form.elements.notes.value) form.elements.notes.value = notes;
  if (reason && !form.elements.reason.value) form.elements.reason.value = reason;
  fit();
  dialog.showModal();
  ($$('[data-for]:not([hidden]) :is(textarea, select, input)', form)[0] ?? $('button.primary', form)).focus();
}

dialog.addEventListener('close', () => { const settle = answer; answer = null; settle?.(null); adopt(); });
actions['move-cancel'] = () => dialog.close();

/** Asks for a state; moves there at once where it needs nothing. */
export async function chooseStatus(anchor) {
  if (!form) return;
  const items = [...$('select', form).options].map((option) => ({
    id: option.value, text: option.textContent,
    mark: () => { const mark = el('span', { className: `st ${option.dataset.style}` }); mark.append(icon(option.dataset.icon)); return mark; },
    needs: 'reason' in option.dataset || 'end' in option.dataset,
  }));
  const item = await openPicker(anchor, { title: 'Set status', items });
  if (!item) return;
  if (item.needs) { open(item.id); return; }
  try { await send({ to: item.id }); } catch (failure) {
    if (failure.status === 412) await refresh();
    toast(failure.message, undefined, 10);
  }
}

export const openMove = open;
onPart((name) => { if (name === 'panel') adopt(); });
adopt();
