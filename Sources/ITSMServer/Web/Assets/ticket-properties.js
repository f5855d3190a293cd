// Fields edited in place: chosen, saved one at a time, undone from the toast. Where somebody else changed the same field, both values are shown.
import { $, $$, api, el, icon, toast, users } from './dom.js';
import { ask, chooseValue, definition } from './own-fields.js';
import { openPicker } from './picker.js';
import { refresh, ticket } from './ticket-thread.js';
import { chooseStatus, openMove } from './ticket-move.js';

const words = (name) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).replace(/^./, (letter) => letter.toUpperCase());

// Custom fields are called `customFields.name`, as in expressions.
const own = (field) => /^customFields\.(.+)$/.exec(field)?.[1];
const nameOf = (field) => (own(field) ? $(`[data-prop="${field}"]`)?.previousElementSibling.textContent : words(field)) ?? field;
/** The patch that sets one field. */
const setting = (field, value) => (own(field) ? { customFields: { [own(field)]: value } } : { [field]: value });

/** What the API has for a field, as PATCH would take it. */
function valueOf(body, field) {
  if (own(field)) return body.customFields[own(field)] ?? null;
  const value = body[field];
  if (field === 'priority') return body.priorityReason ? value : null;
  return value && typeof value === 'object' && !Array.isArray(value) ? value.id : value ?? null;
}
function shown(body, field) {
  const value = own(field) ? body.customFields[own(field)] : body[field];
  if (value === undefined || value === null || value === '') return 'nothing';
  if (Array.isArray(value)) return value.join(', ') || 'nothing';
  return typeof value === 'object' ? value.name ?? value.number : field === 'category' ? value : words(String(value));
}

/** Sets one field. `patch` may bring what belongs to it, such as a priority's reason. */
export async function save(field, patch, said) {
  const seen = ticket.version, { body: before } = await api('GET', ticket.path);
  const old = valueOf(before, field), undo = setting(field, old);
  if (field === 'priority') undo.priorityReason = old === null ? null : before.priorityReason;
  try {
    // Another field that somebody changed since is no conflict: the version is that of what we compared with.
    const isSame = before.version === seen || JSON.stringify(old) === JSON.stringify(known(field));
    if (!isSame && !await keepMine(field, before, said)) { await refresh(); return; }
    await api('PATCH', ticket.path, patch, { version: before.version });
  } catch (failure) {
    if (failure.status === 412) { await save(field, patch, said); return; }
    toast([failure.message, ...failure.errors?.map((error) => error.message) ?? []].filter((text, n, all) => all.indexOf(text) === n).join(' '), undefined, 10);
    return;
  }
  await refresh();
  toast(said, () => save(field, undo, `${nameOf(field)} as before`));
}

/** What the page shows in a field, as PATCH would take it. */
function known(field) {
  const value = ticket.property(field);
  if (own(field)) return value ? JSON.parse(value) : null;
  if (field === 'tags') return value ? value.split(', ') : [];
  if (field === 'major') return value === 'true';
  if (field === 'priority') return $('[data-prop="priorityReason"]') ? value : null;
  return value || null;
}

async function keepMine(field, now, said) {
  const detail = el('dl', { className: 'both' }, el('dt', { textContent: 'Now, by somebody else' }), el('dd', { textContent: shown(now, field) }), el('dt', { textContent: 'Yours' }), el('dd', { textContent: said }));
  return await ask({ title: `${nameOf(field)} was changed meanwhile`, detail, action: 'Set mine', other: 'Keep theirs' }) !== null;
}

// What each field offers.

const lists = new Map();
async function list(path) {
  if (!lists.has(path)) lists.set(path, api('GET', path).then(({ body }) => body.items));
  try { return await lists.get(path); } catch (failure) { lists.delete(path); throw failure; }
}
const none = (text) => ({ id: '', text, icon: 'x' });
const person = (item) => ({ id: item.id, text: item.name, hint: item.username, icon: 'user' });
const me = document.body.dataset.me;

async function pickPerson(anchor, field, title, first) {
  const more = field === 'assignee' ? '&assignable=true' : '';
  const search = async (typed, signal) => [...(typed ? [] : first), ...(await users(typed, signal, more)).map(person)];
  const item = await openPicker(anchor, { title, search, selected: ticket.property(field) });
  if (item) await save(field, { [field]: item.id || null }, item.id ? `${words(field)}: ${item.name ?? item.text}` : `${words(field)}: nobody`);
}

const fromList = (field, title, path, item, empty) => async (anchor) => {
  const items = [none(empty), ...(await list(path)).map(item)];
  const chosen = await openPicker(anchor, { title, items, selected: ticket.property(field) });
  if (chosen) await save(field, { [field]: chosen.id || null }, `${words(field)}: ${chosen.text}`);
};
const levels = (field) => async (anchor) => {
  const items = ['high', 'medium', 'low'].map((id) => ({ id, text: words(id) }));
  const chosen = await openPicker(anchor, { title: `Set ${field}`, items, selected: ticket.property(field) });
  if (chosen) await save(field, { [field]: chosen.id }, `${words(field)}: ${chosen.text}`);
};

export const assignToMe = () => save('assignee', { assignee: me }, 'Assigned to you');

const pickers = {
  status: chooseStatus,
  assignee: (anchor) => pickPerson(anchor, 'assignee', 'Assign to', [{ id: me, text: 'Me', name: 'you', icon: 'user' }, none('Nobody')]),
  requester: (anchor) => pickPerson(anchor, 'requester', 'Set requester', []),
  group: fromList('group', 'Set group', 'groups?archived=false&limit=500', ({ id, name }) => ({ id, text: name }), 'No group'),
  service: fromList('service', 'Set service', 'services?archived=false&limit=500', ({ id, name }) => ({ id, text: name }), 'No service'),
  category: fromList('category', 'Set category', 'categories?limit=500', ({ path }) => ({ id: path, text: path }), 'No category'),
  impact: levels('impact'),
  urgency: levels('urgency'),
  async priority(anchor) {
    const mark = (n) => () => { const node = el('span', { className: `pr p${n}` }); node.append(icon(`p${n}`)); return node; };
    const items = [...['critical', 'high', 'medium', 'low'].map((id, n) => ({ id, text: words(id), mark: mark(n + 1) })), { id: '', text: 'By impact and urgency', icon: 'refresh' }];
    const chosen = await openPicker(anchor, { title: 'Set priority', items, selected: ticket.property('priority') });
    if (!chosen) return;
    if (!chosen.id) { await save('priority', { priority: null }, 'Priority by impact and urgency'); return; }
    const reason = await ask({ title: `Set the priority to ${chosen.text}`, field: 'Reason', action: 'Set the priority' });
    if (reason) await save('priority', { priority: chosen.id, priorityReason: reason }, `Priority: ${chosen.text}`);
  },
  async tags(anchor) {
    const tags = known('tags');
    const items = tags.map((tag) => ({ id: tag, text: tag, hint: 'remove', icon: 'x' }));
    const create = (typed) => ({ add: typed.toLowerCase(), text: `Add “${typed}”`, icon: 'plus' });
    const chosen = await openPicker(anchor, { title: 'Add or remove a tag', items, create, empty: 'Type a tag to add it' });
    if (!chosen) return;
    const next = chosen.add ? [...new Set([...tags, chosen.add])] : tags.filter((tag) => tag !== chosen.id);
    await save('tags', { tags: next }, chosen.add ? `Tag ${chosen.add} added` : `Tag ${chosen.id} removed`);
  },
  async major(anchor) {
    const items = [{ id: 'true', text: 'Major incident', icon: 'alert' }, { id: 'false', text: 'No' }];
    const chosen = await openPicker(anchor, { title: 'Major incident?', items, selected: ticket.property('major') });
    if (chosen) await save('major', { major: chosen.id === 'true' }, chosen.id === 'true' ? 'Declared a major incident' : 'No longer a major incident');
  },
};

// Custom fields, by their kind.

async function pickOwn(field, anchor) {
  const asked = await definition(own(field));
  const chosen = await chooseValue(asked, anchor, { now: known(field) });
  if (chosen) await save(field, setting(field, chosen.value), `${asked.label}: ${chosen.text}`);
}

/** Opens the picker of a field where the reader may edit it; false where not. */
export function pick(field, anchor) {
  const links = $$(`[data-pick="${field}"]`);
  const open = own(field) ? (place) => pickOwn(field, place) : pickers[field];
  if (!links.length || !open) return false;
  // On small screens the fields may be in a sheet that is closed.
  anchor ??= links.find((link) => link.checkVisibility({ visibilityProperty: true })) ?? $('[data-do="panel"]');
  open(anchor).catch((failure) => toast(failure.message, undefined, 10));
  return true;
}

document.addEventListener('click', (event) => {
  const link = event.target.closest('[data-pick], [data-move]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (link.dataset.move) { event.preventDefault(); openMove(link.dataset.move); return; }
  if (pick(link.dataset.pick, link)) event.preventDefault();
});
