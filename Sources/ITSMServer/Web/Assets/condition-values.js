// The values of a row: picked from what there is, or typed, as the field's form has it.
import { api, el, icon, users } from './dom.js';
import { openPicker } from './picker.js';

const UNITS = [['m', 'minutes', 1], ['h', 'hours', 60], ['d', 'days', 1_440], ['w', 'weeks', 10_080]];
const LEVELS = { 1: 'Critical', 2: 'High', 3: 'Medium', 4: 'Low' };

const spoken = (word) => word.replace(/^(ticket\.|customFields\.)/, '').replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`).replace(/^./, (letter) => letter.toUpperCase());

/** What a closed list offers, or who and what can be found by name. */
function source(field) {
  const named = (path, id = 'id') => async (words, signal) => {
    const { body } = await api('GET', `${path}?limit=20${path === 'categories' || path === 'services' || path === 'groups' ? '&archived=false' : ''}${words ? `&q=${encodeURIComponent(words)}` : ''}`, undefined, { signal });
    return body.items.map((item) => ({ text: item.path ?? item.name, id: item[id], value: item[id] }));
  };
  switch (field.form) {
    case 'person': case 'people':
      return { search: async (words, signal) => (await users(words, signal)).map((user) => ({ text: user.name, hint: user.username, icon: 'user', id: user.id, value: user.id })) };
    case 'group': case 'groups': return { search: named('groups') };
    case 'service': return { search: named('services') };
    case 'path': return { search: named('categories', 'path') };
    default:
      if (field.choices) return { items: field.choices.map((value) => ({ text: word(field, value), id: value, value })) };
      return { items: [], create: (words) => ({ text: words, id: words, value: field.form === 'words' && field.name.endsWith('.tags') ? words.toLowerCase() : words, icon: 'plus' }) };
  }
}

function word(field, value) {
  if (field.form === 'level') return LEVELS[value] ?? value;
  return ['choice', 'change'].includes(field.form) && !field.name.includes('.customFields.') ? spoken(value) : value;
}

/** Several values as chips, with a button that picks one more. */
function chips(part, field, scene) {
  const box = el('div', { className: 'cx-values' });
  const most = field.form === 'change' ? 1 : 50;
  const paint = (isPicked) => {
    const shown = part.values.map((value) => {
      const text = scene.names[value] ?? word(field, value);
      const remove = el('button', { type: 'button', 'aria-label': `Remove ${text}` }, icon('x', 's'));
      remove.addEventListener('click', () => { part.values.splice(part.values.indexOf(value), 1); paint(true); scene.changed(); });
      return el('span', { className: 'cx-chip' }, el('b', { textContent: text }), remove);
    });
    const title = part.values.length ? 'Or' : 'Choose';
    const add = el('button', { type: 'button', className: 'btn choice', 'aria-label': part.values.length ? `${field.label}: one more` : `${field.label}: choose` }, title, icon('down', 's'));
    add.addEventListener('click', async () => {
      const found = await openPicker(add, { title: field.label, ...source(field), empty: 'Type to find', none: 'Nothing found' });
      if (!found || part.values.includes(found.value)) return;
      scene.names[found.value] ??= field.choices ? undefined : found.text;
      part.values.push(found.value);
      paint(true);
      scene.changed();
    });
    box.replaceChildren(...shown, ...(part.values.length < most ? [add] : []));
    if (isPicked) box.lastElementChild.focus?.();
  };
  paint();
  return box;
}

function typed(part, field, scene, type) {
  const input = el('input', { type, value: part.values[0] ?? '', 'aria-label': `${field.label}: value`, autocapitalize: 'none', autocomplete: 'off', spellcheck: false });
  if (type === 'number') { input.step = 'any'; input.inputMode = 'decimal'; }
  input.addEventListener('input', () => { part.values = input.value === '' ? [] : [input.value]; scene.changed(); });
  return el('div', { className: 'cx-values' }, input);
}

/** `168h` as a number and a unit: the largest unit that it is whole in. */
function duration(part, field, scene) {
  const [, number, unit] = /^(\d+)([hms])$/.exec(part.values[0] ?? '') ?? [];
  const minutes = number === undefined ? 0 : unit === 'h' ? number * 60 : unit === 'm' ? Number(number) : number / 60;
  const isOdd = unit === 's' && number % 60 !== 0;
  if (isOdd) return typed(part, field, scene, 'text');
  const [name] = minutes ? UNITS.findLast(([, , size]) => minutes % size === 0) : ['d'];
  const size = (unit) => UNITS.find(([each]) => each === unit)[2];
  const count = el('input', { type: 'number', min: 1, step: 1, value: minutes ? minutes / size(name) : '', 'aria-label': `${field.label}: how many` });
  const units = el('select', { 'aria-label': `${field.label}: unit` }, ...UNITS.map(([value, text]) => el('option', { value, textContent: text, selected: value === name })));
  const tell = () => {
    const whole = Number(count.value) * size(units.value);
    part.values = Number.isInteger(whole) && whole > 0 ? [whole % 60 === 0 ? `${whole / 60}h` : `${whole}m`] : [];
    scene.changed();
  };
  count.addEventListener('input', tell);
  units.addEventListener('change', tell);
  return el('div', { className: 'cx-values' }, count, units);
}

/** A moment, in the zone of this browser. */
function moment(part, field, scene) {
  const date = part.values[0] ? new Date(part.values[0]) : null;
  const local = date && !Number.isNaN(date.getTime()) ? new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16) : '';
  const input = el('input', { type: 'datetime-local', value: local, 'aria-label': `${field.label}: when` });
  input.addEventListener('input', () => { part.values = input.value ? [new Date(input.value).toISOString()] : []; scene.changed(); });
  return el('div', { className: 'cx-values' }, input);
}

/** The control for what an operator takes. */
export function values(part, field, kind, scene) {
  if (kind === 'none') return el('div', { className: 'cx-values' });
  if (kind === 'duration') return duration(part, field, scene);
  if (kind === 'time') return moment(part, field, scene);
  const isTyped = ['text', 'number'].includes(field.form);
  if (kind === 'some' && (!isTyped || part.values.length > 1)) return chips(part, field, scene);
  if (kind === 'one' && ['level'].includes(field.form)) return one(part, field, scene);
  if (kind === 'one' && field.form === 'path' && part.operator !== 'startsWith') return one(part, field, scene);
  return typed(part, field, scene, field.form === 'number' ? 'number' : 'text');
}

/** One value from a list. */
function one(part, field, scene) {
  if (field.choices) {
    const select = el('select', { 'aria-label': `${field.label}: value` }, el('option', { value: '', textContent: 'Choose…' }),
      ...field.choices.map((value) => el('option', { value, textContent: word(field, value), selected: value === part.values[0] })));
    select.addEventListener('change', () => { part.values = select.value ? [select.value] : []; scene.changed(); });
    return el('div', { className: 'cx-values' }, select);
  }
  const button = el('button', { type: 'button', className: 'btn choice', 'aria-label': `${field.label}: ${part.values[0] ?? 'choose'}` }, part.values[0] ?? 'Choose', icon('down', 's'));
  button.addEventListener('click', async () => {
    const found = await openPicker(button, { title: field.label, ...source(field), selected: part.values[0] });
    if (!found) return;
    part.values = [found.value];
    button.firstChild.textContent = found.text;
    button.setAttribute('aria-label', `${field.label}: ${found.text}`);
    scene.changed();
  });
  return el('div', { className: 'cx-values' }, button);
}
