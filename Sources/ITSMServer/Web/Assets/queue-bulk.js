// Choosing rows, and changing all that are chosen. What became of each is the server's word; a change can be undone for a moment.
import { $, $$, api, attempt, el, icon, toast } from './dom.js';
import { openPicker } from './picker.js';
import { actions } from './shell.js';
import { people } from './queue-filters.js';
import { current, linkOf, list, onRows, refresh, rows } from './queue-list.js';

const bar = $('#bulk'), all = $('#all'), count = bar && $('.n', bar);
let anchor = null;

export const boxOf = (row) => $('.ck', row);
export const chosen = () => rows().filter((row) => boxOf(row)?.checked);
/** What a key acts on: the chosen rows, or the one with the focus. */
export const targets = () => { const some = chosen(); return some.length ? some : [current()].filter(Boolean); };

// All tickets of the list, beyond those that are shown: how many the server counted, and whether they are chosen.
const wholeButton = $('#bulk-all');
let whole = null, counting = 0;

/** Offers the whole list once all that is shown of it is chosen, and there is more. */
function offer(isAll) {
  const isPart = isAll && (whole?.isChosen || $('[data-more]', list)) && !$('.corrected', list);
  if (!isPart) { whole = null; counting += 1; wholeButton.hidden = true; return; }
  if (!whole) { whole = { total: 0, isChosen: false }; countWhole(whole); }
}

async function countWhole(mine) {
  const turn = counting += 1;
  await attempt(async () => {
    const { body } = await api('GET', `tickets?${[list.dataset.matching, 'count=exact&limit=1&fields=id'].filter(Boolean).join('&')}`);
    if (turn !== counting || whole !== mine || body.correctedQuery) return;
    mine.total = body.count.value;
    wholeButton.textContent = `Select all ${mine.total} that match`;
    wholeButton.setAttribute('aria-pressed', 'false');
    wholeButton.hidden = false;
  });
}

function chooseWhole() {
  if (!whole?.total) return;
  whole.isChosen = !whole.isChosen;
  wholeButton.setAttribute('aria-pressed', String(whole.isChosen));
  wholeButton.textContent = whole.isChosen ? 'Select only those shown' : `Select all ${whole.total} that match`;
  count.textContent = whole.isChosen ? whole.total : chosen().length;
}

const amount = (some) => plural(whole?.isChosen ? whole.total : some.length, 'ticket');

export function show() {
  const number = chosen().length;
  if (all) offer(number > 0 && number === rows().length);
  if (count) count.textContent = (whole?.isChosen ? whole.total : number) || '';
  if (!all) return;
  all.checked = number > 0 && number === rows().length;
  all.indeterminate = number > 0 && !all.checked;
}

/** Chooses a row, or with `range` all from the last one to it. */
export function choose(row, range = false) {
  const box = boxOf(row), known = rows();
  if (!box) return;
  if (range && anchor?.isConnected) {
    const [from, to] = [known.indexOf(anchor), known.indexOf(row)].sort((a, b) => a - b);
    for (const other of known.slice(from, to + 1)) boxOf(other).checked = true;
  } else box.checked = !box.checked;
  anchor = row;
  show();
}

export function clear() {
  for (const row of chosen()) boxOf(row).checked = false;
  const had = bar.contains(document.activeElement);
  show();
  if (had) (current() ? linkOf(current()) : list).focus();
}

// Asking what to change to.

const tokens = (text) => text.split(' ').filter(Boolean);
const marked = (option) => () => el('span', { className: option.dataset.style }, icon(option.dataset.icon));

/** The options of the plain form's list that every chosen kind of ticket knows, for the picker. */
function options(prefix, some) {
  const kinds = new Set(some.map((row) => row.dataset.kind));
  return $$(`#change option[value^="${prefix}:"]`)
    .filter((option) => [...kinds].every((kind) => tokens(option.dataset.kinds).includes(kind)))
    .map((option) => ({ text: option.textContent, id: option.value, mark: marked(option), needs: option.dataset.needs, value: option.value.slice(prefix.length + 1) }));
}

const why = $('#why');
/** Asks for what a change needs beside itself. Gives null when the person turned away. */
function ask(title, needs) {
  if (!needs) return Promise.resolve({});
  $('#why-h').textContent = title;
  $('#why-label').textContent = needs === 'resolution' ? 'How it was solved' : 'Reason';
  $('[data-for="resolution"]', why).hidden = needs !== 'resolution';
  $('#why-text').value = '';
  why.returnValue = '';
  why.showModal();
  $(needs === 'resolution' ? '#why-code' : '#why-text').focus();
  return new Promise((done) => {
    why.addEventListener('close', () => {
      const text = $('#why-text').value.trim();
      if (why.returnValue !== 'ok') done(null);
      else done(needs === 'resolution' ? { resolution: { code: $('#why-code').value, notes: text } } : { reason: text });
    }, { once: true });
  });
}

// Changing.

const follow = async (...operation) => (await import('./bulk.js')).follow(...operation);

const plural = (number, word) => `${number} ${number === 1 ? word : `${word}s`}`;

async function undo(id) {
  await attempt(async () => {
    let { body } = await api('POST', `tickets/bulk/${id}/undo`, {});
    if (['queued', 'running'].includes(body.undo?.status)) {
      const close = toast(el('a', { href: `/bulk/${id}`, textContent: `Putting ${plural(body.undo.total, 'ticket')} back` }), undefined, 86_400);
      body = await follow(id, () => {});
      close();
      const { changed, refused } = body.undo.counts;
      toast(el('a', { href: `/bulk/${id}`, textContent: refused ? `${changed} put back, ${refused} changed since and left` : `${plural(changed, 'ticket')} put back` }), undefined, 10);
      await refresh();
      return;
    }
    toast(body.counts.refused ? `${body.counts.changed} put back, ${body.counts.refused} changed since and left` : `${plural(body.counts.changed, 'ticket')} put back`);
    if (body.counts.refused) tell(body, `${plural(body.counts.refused, 'ticket')} could not be put back`);
    await refresh();
  });
}

/** Why a ticket was refused, with states by the names that people know. */
function reason({ code, detail, errors }) {
  const text = errors.map((error) => error.message).join(' ') || detail;
  if (code !== 'illegalTransition') return text;
  const names = new Map($$('#change option[value^="status:"]').map((option) => [option.value.slice(7), option.textContent.toLowerCase()]));
  return text.replace(/\b[a-z][A-Za-z]+\b/g, (word) => names.get(word) ?? word);
}

const refusals = $('#refusals');
/** Lists what was refused, and why. */
function tell(operation, title, id) {
  const refused = operation.outcomes.filter((outcome) => outcome.result === 'refused');
  $('#refusals-h').textContent = title;
  $('ul', refusals).replaceChildren(...refused.map((outcome) => el(
    'li', {}, el('b', { textContent: outcome.number ?? outcome.key }),
    el('span', { textContent: reason(outcome.problem) }),
  )));
  // Where it can be read, and undone, for a day.
  const page = $('#refusals-page');
  page.hidden = !id;
  page.href = `/bulk/${id}`;
  const back = $('#refusals-undo');
  back.hidden = !id || !operation.counts.changed;
  back.textContent = `Undo the ${plural(operation.counts.changed, 'change')}`;
  back.onclick = () => { refusals.close(); undo(id); };
  refusals.showModal();
}
actions['refusals-close'] = () => refusals.close();

/** Makes the same change to the whole list, as a job that goes on when the page is left. */
async function changeWhole({ total }, changes) {
  await attempt(async () => {
    let begun;
    try {
      ({ body: begun } = await api('POST', 'tickets/bulk', { query: list.dataset.matching, expectedCount: total, changes }));
    } catch (failure) {
      whole = null;
      show();
      throw failure;
    }
    clear();
    const words = el('a', { href: `/bulk/${begun.id}`, textContent: `Changing ${plural(total, 'ticket')}` });
    const close = toast(words, undefined, 86_400);
    const done = await follow(begun.id, (number) => { words.textContent = `Changing ${plural(total, 'ticket')}: ${number} done`; });
    close();
    await refresh();
    const { changed, unchanged, refused } = done.counts;
    const parts = [[changed, 'changed'], [unchanged, 'stood so already'], [refused, 'refused'], [done.total - changed - unchanged - refused, 'not begun']];
    const told = parts.filter(([number]) => number).map(([number, word]) => `${number} ${word}`).join(', ');
    toast(el('a', { href: `/bulk/${done.id}`, textContent: told }), changed ? () => undo(done.id) : undefined, 10);
  });
}

/** Makes the same change to these rows, says what became of it, and shows the rows as the server has them then. */
export async function change(some, changes) {
  if (whole?.isChosen) { await changeWhole(whole, changes); return; }
  await attempt(async () => {
    const tickets = some.map((row) => ({ ticket: row.dataset.number, version: Number(row.dataset.version) }));
    const { body: done } = await api('POST', 'tickets/bulk', { tickets, changes });
    const { changed, unchanged, refused } = done.counts;
    await refresh();
    if (refused) { tell(done, [`${changed} changed`, ...(unchanged ? [`${unchanged} stood so already`] : []), `${refused} refused`].join(', '), done.id); return; }
    const told = el('a', { href: `/bulk/${done.id}`, textContent: changed ? `${plural(changed, 'ticket')} changed` : `${plural(unchanged, 'ticket')} stood so already` });
    toast(told, changed ? () => undo(done.id) : undefined, 10);
  });
}

const opener = (button) => (button?.matches?.('button') ? button : current() ? linkOf(current()) : bar);

async function pickAssignee(button) {
  const some = targets();
  if (!some.length) return;
  const own = [
    { text: 'Me', id: document.body.dataset.me, icon: 'user', value: document.body.dataset.me },
    { text: 'Nobody', id: '', icon: 'x', value: null },
  ];
  const found = await openPicker(opener(button), { title: 'Assign to', search: people(own, '&assignable=true') });
  if (found) await change(some, { assignee: found.value });
}

async function pickStatus(button) {
  const some = targets();
  if (!some.length) return;
  const found = await openPicker(opener(button), { title: 'Set status', items: options('status', some), empty: 'No state that all of them know' });
  const more = found && await ask(`${found.text}: ${amount(some)}`, found.needs);
  if (more) await change(some, { status: found.value, ...more });
}

async function pickPriority(button) {
  const some = targets();
  if (!some.length) return;
  const found = await openPicker(opener(button), { title: 'Set priority', items: options('priority', some) });
  const more = found && await ask(`${found.text}: ${amount(some)}`, found.needs);
  if (more) await change(some, { priority: found.value || null, ...(more.reason && { priorityReason: more.reason }) });
}

async function pickTag(button) {
  const some = targets();
  if (!some.length) return;
  const tagsOf = (group) => [...new Set(group.flatMap((row) => $$('.tags .tag[data-tag]', row).map((tag) => tag.dataset.tag)))].sort();
  const add = (tag) => ({ text: tag, hint: 'add', icon: 'plus', id: `+${tag}`, value: { addTags: [tag] } });
  const remove = (tag) => ({ text: tag, hint: 'take away', icon: 'x', id: `-${tag}`, value: { removeTags: [tag] } });
  const found = await openPicker(opener(button), {
    title: 'Tag', items: [...tagsOf(rows()).map(add), ...tagsOf(some).map(remove)], create: (words) => add(words.toLowerCase()), empty: 'Type a new tag',
  });
  if (found) await change(some, found.value);
}

const labelled = (label, { text, needs }) => (needs === 'value' ? `${label}…` : `${label}: ${text}`);

async function askValue(name, button, some) {
  const { chooseValue, definition } = await import('./own-fields.js');
  const field = await definition(name);
  return chooseValue(field, opener(button), { title: `${field.label}: ${amount(some)}`, action: 'Change', isOfMany: true });
}

/** Custom fields; each option's value holds the new one as JSON, or it is asked for. */
async function pickField(button) {
  const some = targets();
  if (!some.length) return;
  const items = [...new Set($$('#change option[value^="customFields."]').map((option) => option.value.split(':', 1)[0]))]
    .flatMap((field) => options(field, some).map((item) => ({ ...item, text: labelled($(`#change option[value^="${field}:"]`).parentElement.label, item), field: field.slice(13) })));
  const found = await openPicker(opener(button), { title: 'Set field', items, empty: 'No field that all of them have' });
  if (!found) return;
  await attempt(async () => {
    const given = found.needs === 'value' ? await askValue(found.field, button, some) : { value: JSON.parse(found.value) };
    if (given) await change(some, { customFields: { [found.field]: given.value } });
  });
}

export const may = { assign: false, move: false, override: false, tag: false };

if (bar) {
  may.assign = Boolean($('[data-do="bulk-assignee"]')); may.move = Boolean($('[data-do="bulk-status"]'));
  may.override = Boolean($('[data-do="bulk-priority"]')); may.tag = Boolean($('[data-do="bulk-tag"]'));
  $('.plain', bar).hidden = true;
  Object.assign(actions, { 'bulk-assignee': pickAssignee, 'bulk-status': pickStatus, 'bulk-priority': pickPriority, 'bulk-tag': pickTag, 'bulk-field': pickField, 'clear-selection': clear });
  all.hidden = false;
  all.addEventListener('change', () => { for (const row of rows()) boxOf(row).checked = all.checked; show(); });
  list.addEventListener('click', (event) => {
    const box = event.target.closest('tr.r .ck'), row = box?.closest('tr.r');
    if (!box) return;
    // The browser has turned this one already.
    if (event.shiftKey && anchor?.isConnected) choose(row, true); else anchor = row;
    show();
  });
  // The plain form is for pages without scripts; Enter in a box must not send it.
  list.addEventListener('submit', (event) => event.preventDefault());
  wholeButton.addEventListener('click', chooseWhole);
  onRows(() => {
    if (whole?.isChosen) for (const row of rows()) boxOf(row).checked = true;
    show();
  });
  show();
}
