// The rows of a condition: a field, what is asked of it, and with what; groups of rows one level deeper.
import { $, el, icon } from './dom.js';
import { values } from './condition-values.js';

/** What operators are called: by the form of their field where that says more. */
const WORDS = {
  is: 'is', isNot: 'is not', contains: 'contains', containsNot: 'does not contain', startsWith: 'begins with', endsWith: 'ends with',
  isWithin: 'is within', isNotWithin: 'is not within', less: 'is less than', lessOrEqual: 'is at most', greater: 'is more than', greaterOrEqual: 'is at least',
  isTrue: 'is yes', isFalse: 'is no', inTheLast: 'is in the last', longerAgo: 'is longer ago than', soonerThanIn: 'is sooner than in',
  laterThanIn: 'is later than in', isPast: 'is past', isFuture: 'is still to come', since: 'is since', before: 'is before', isMe: 'is me',
  isNotMe: 'is not me', isMine: 'is one of mine', isNotMine: 'is none of mine', isEmpty: 'is empty', isNotEmpty: 'is set',
};
const LEVEL = { less: 'is higher than', lessOrEqual: 'is at least', greater: 'is lower than', greaterOrEqual: 'is at most' };
const LIST = { is: 'holds', isNot: 'does not hold', isEmpty: 'is empty', isNotEmpty: 'is not empty', isMe: 'holds me', isNotMe: 'does not hold me' };
const PERSON = { isEmpty: 'is nobody', isNotEmpty: 'is somebody' };

const words = (operator, form) => ({ level: LEVEL, words: LIST, people: LIST, groups: LIST, person: PERSON }[form]?.[operator] ?? WORDS[operator]);

const SECTIONS = [['ticket.customFields.', 'Custom fields'], ['ticket.', 'Ticket'], ['previous.', 'Before the change'], ['principal.', 'Whoever reads'], ['', 'The change']];

function option(value, text, isChosen) { return el('option', { value, textContent: text, selected: isChosen }); }

function fieldSelect(part, fields) {
  const sections = new Map();
  for (const field of fields.values()) {
    const [, name] = SECTIONS.find(([prefix]) => field.name.startsWith(prefix));
    if (!sections.has(name)) sections.set(name, el('optgroup', { label: name }));
    sections.get(name).append(option(field.name, field.label, field.name === part.field));
  }
  const select = el('select', { className: 'cx-field', 'aria-label': 'Field' }, ...sections.values());
  select.title = fields.get(part.field)?.help ?? '';
  return select;
}

function operatorSelect(part, field) {
  return el('select', { className: 'cx-operator', 'aria-label': 'What is asked' },
    ...field.operators.map((operator) => option(operator, words(operator, field.form), operator === part.operator)));
}

function removeButton(label, run) {
  const button = el('button', { type: 'button', className: 'btn ghost icon', 'aria-label': label, title: label }, icon('x', 's'));
  button.addEventListener('click', run);
  return button;
}

/** One row that a person can change in place. `scene` has the fields, names, and what to call when something changed. */
function row(part, parts, scene, redraw) {
  const box = el('div', { className: 'cx-row', role: 'group' });
  const remove = removeButton('Remove this row', () => {
    const at = parts.indexOf(part);
    parts.splice(at, 1);
    redraw(parts[Math.min(at, parts.length - 1)]);
    scene.changed();
  });
  if (part.text !== undefined) {
    const input = el('input', { className: 'mono', value: part.text, 'aria-label': 'Expression', spellcheck: false, autocapitalize: 'none', autocomplete: 'off' });
    input.addEventListener('input', () => { part.text = input.value; scene.changed(); });
    box.setAttribute('aria-label', 'A part that rows cannot say');
    box.classList.add('text');
    box.append(input, remove, el('p', { className: 'hint', textContent: 'Rows cannot say this part; it stays as it is written.' }));
    return box;
  }
  const field = scene.fields.get(part.field) ?? [...scene.fields.values()][0];
  const chooser = fieldSelect(part, scene.fields), operator = operatorSelect(part, field);
  box.setAttribute('aria-label', `Row: ${field.label}`);
  chooser.addEventListener('change', () => {
    const next = scene.fields.get(chooser.value);
    const isAlike = next.form === field.form && next.operators.includes(part.operator) && !next.choices && !field.choices;
    Object.assign(part, { field: next.name, operator: isAlike ? part.operator : next.operators[0], values: isAlike ? part.values : [] });
    redraw(part, '.cx-field');
    scene.changed();
  });
  operator.addEventListener('change', () => {
    const was = kind(part.operator);
    part.operator = operator.value;
    if (kind(part.operator) !== was) part.values = [];
    redraw(part, '.cx-operator');
    scene.changed();
  });
  box.append(chooser, operator, values(part, field, kind(part.operator), scene), remove);
  return box;
}

/** What values an operator takes. */
function kind(operator) {
  if (['isTrue', 'isFalse', 'isPast', 'isFuture', 'isMe', 'isNotMe', 'isMine', 'isNotMine', 'isEmpty', 'isNotEmpty'].includes(operator)) return 'none';
  if (['inTheLast', 'longerAgo', 'soonerThanIn', 'laterThanIn'].includes(operator)) return 'duration';
  if (['since', 'before'].includes(operator)) return 'time';
  return ['is', 'isNot'].includes(operator) ? 'some' : 'one';
}

function joiner(holder, scene, label) {
  const select = el('select', { className: 'cx-join', 'aria-label': label }, option('all', 'all of these', holder.join === 'all'), option('any', 'any of these', holder.join === 'any'));
  select.addEventListener('change', () => { holder.join = select.value; scene.changed(); });
  return el('div', { className: 'cx-join-line' }, el('span', { textContent: label }), select);
}

function adder(text, run) {
  const button = el('button', { type: 'button', className: 'btn ghost' }, icon('plus', 's'), text);
  button.addEventListener('click', run);
  return button;
}

/** A row to begin with: the status, or whatever comes first. */
function fresh(fields) {
  const field = fields.get('ticket.status') ?? [...fields.values()][0];
  return { field: field.name, operator: field.operators[0], values: [] };
}

/** Where each part stands now. */
const places = new WeakMap();

/** Draws `rows` into `box`, anew whenever rows come or go; the focus stays where the person is. */
export function draw(box, rows, scene) {
  const redraw = (focus, selector) => {
    draw(box, rows, scene);
    const target = focus && places.get(focus);
    ((target && $(selector ?? 'select, input', target)) ?? $('.cx-add button', box))?.focus();
  };
  const made = (part, parts) => {
    if (part.parts) return group(part, parts);
    const node = row(part, parts, scene, redraw);
    places.set(part, node);
    return node;
  };
  const group = (part, parts) => {
    const remove = removeButton('Remove this group', () => { parts.splice(parts.indexOf(part), 1); redraw(parts[0]); scene.changed(); });
    const line = joiner(part, scene, 'Group: it holds');
    line.append(remove);
    const add = el('div', { className: 'cx-add' }, adder('Row in the group', () => { part.parts.push(fresh(scene.fields)); redraw(part.parts.at(-1)); scene.changed(); }));
    const node = el('div', { className: 'cx-group', role: 'group', 'aria-label': 'Group of rows' }, line, ...part.parts.map((each) => made(each, part.parts)), add);
    places.set(part, node);
    return node;
  };
  const add = el('div', { className: 'cx-add' },
    adder('Row', () => { rows.parts.push(fresh(scene.fields)); redraw(rows.parts.at(-1)); scene.changed(); }),
    adder('Group', () => {
      const part = { join: rows.join === 'all' ? 'any' : 'all', parts: [fresh(scene.fields)] };
      rows.parts.push(part);
      redraw(part.parts[0]);
      scene.changed();
    }));
  const parts = rows.parts.map((part) => made(part, rows.parts));
  const nothing = parts.length ? [] : [el('p', { className: 'hint', textContent: 'No rows: it holds for every ticket.' })];
  box.replaceChildren(joiner(rows, scene, 'It holds'), ...parts, ...nothing, add);
}
