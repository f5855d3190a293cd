// Values asked for in a dialog, and those of custom fields by their kind: of one ticket, or of many at once.
import { api, el, users } from './dom.js';
import { openPicker } from './picker.js';

/**
 * A dialog with a question. Gives what was typed, '' where there is nothing to type, or null where the person turned away. What is typed is a text of
 * several lines, or with `input` a field with these properties; with `choices` any of them are ticked, and given as a list.
 */
export function ask({ title, detail, field, action, other = 'Cancel', input, choices }) {
  const box = ({ value, label, isChosen = false }) => el('label', {}, el('input', { type: 'checkbox', className: 'ck', value, checked: isChosen }), el('span', { textContent: label }));
  const boxes = choices?.map(box);
  const one = field && !boxes && (input ? el('input', { autocomplete: 'off', ...input, id: 'ask-text' }) : el('textarea', { rows: 3, required: true, id: 'ask-text' }));
  const asked = boxes ? el('fieldset', {}, el('legend', { textContent: field }), el('div', { className: 'choices' }, ...boxes)) : el('label', { htmlFor: 'ask-text', textContent: field });
  const dialog = el('dialog', { className: 'sheet small' });
  dialog.setAttribute('aria-labelledby', 'ask-h');
  const form = el(
    'form', { method: 'dialog', className: 'fields' },
    ...(detail ? [detail] : []), ...(field ? [el('div', { className: 'field' }, asked, ...(one ? [one] : []))] : []),
    el('p', { className: 'actions' }, el('button', { className: 'btn primary', value: 'yes', textContent: action }), el('button', { type: 'button', className: 'btn', textContent: other, onclick: () => dialog.close() })),
  );
  dialog.append(el('header', {}, el('h2', { id: 'ask-h', textContent: title })), form);
  document.body.append(dialog);
  dialog.showModal();
  one?.focus?.();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      if (dialog.returnValue !== 'yes') resolve(null);
      else resolve(boxes ? boxes.map((label) => label.firstChild).filter((each) => each.checked).map((each) => each.value) : one ? one.value.trim() : '');
    });
  });
}

let known;
/** The definition of a custom field, by its name. */
export async function definition(name) {
  known ??= api('GET', 'custom-fields?archived=false&limit=500').then(({ body }) => body.items);
  try { return (await known).find((field) => field.name === name); } catch (failure) { known = undefined; throw failure; }
}

const inputs = { date: { type: 'date' }, url: { type: 'url', maxLength: 2000 }, number: { type: 'number', step: 'any' }, text: { type: 'text', maxLength: 1000 }, ci: { type: 'text', maxLength: 200 } };
const nothing = { id: '', text: 'Nothing', icon: 'x' };
const person = (item) => ({ id: item.id, text: item.name, hint: item.username, icon: 'user' });

/**
 * Asks for a value of a custom field. Gives `{ value, text }`, the value null for nothing; or null where the person turned away.
 *
 * `now` is the value that stands, if that is one. Of many tickets each choice that is wanted is ticked; of one it is added or taken away.
 */
export async function chooseValue({ kind, label, choices, required }, anchor, { title = label, now = null, action = 'Save', isOfMany = false } = {}) {
  const empty = isOfMany || (required && now !== null) ? [] : [nothing];
  const given = (chosen, value) => chosen && { value: chosen.id ? value : null, text: chosen.text };
  if (kind === 'user') {
    const search = async (typed, signal) => [...(typed ? [] : empty), ...(await users(typed, signal)).map(person)];
    const chosen = await openPicker(anchor, { title, search, selected: now });
    return given(chosen, chosen?.id);
  }
  if (kind === 'boolean') {
    const items = [...empty, { id: 'true', text: 'Yes', icon: 'check' }, { id: 'false', text: 'No', icon: 'x' }];
    const chosen = await openPicker(anchor, { title, items, selected: String(now ?? '') });
    return given(chosen, chosen?.id === 'true');
  }
  if (kind === 'choice') {
    const items = [...empty, ...choices.filter(({ value, archived }) => !archived || value === now).map(({ value, label: text }) => ({ id: value, text }))];
    const chosen = await openPicker(anchor, { title, items, selected: now ?? '' });
    return given(chosen, chosen?.id);
  }
  if (kind === 'multiChoice' && isOfMany) {
    const offered = choices.filter(({ archived }) => !archived);
    const ticked = await ask({ title, field: label, action, choices: offered });
    return ticked && { value: ticked.length ? ticked : null, text: ticked.join(', ') || 'nothing' };
  }
  if (kind === 'multiChoice') {
    const has = (value) => (now ?? []).includes(value);
    const items = choices.filter(({ value, archived }) => !archived || has(value)).map(({ value, label: text }) => ({ id: value, text, ...(has(value) && { hint: 'remove', icon: 'check' }) }));
    const chosen = await openPicker(anchor, { title, items });
    if (!chosen) return null;
    const next = has(chosen.id) ? now.filter((value) => value !== chosen.id) : [...now ?? [], chosen.id];
    return { value: next.length ? next : null, text: `${chosen.text} ${has(chosen.id) ? 'removed' : 'added'}` };
  }
  const typed = await ask({ title, field: label, action, input: { ...inputs[kind], required: isOfMany || required, value: now ?? '' } });
  return typed === null ? null : { value: typed === '' ? null : kind === 'number' ? Number(typed) : typed, text: typed || 'nothing' };
}
