// Forms about tickets: people are picked, the priority is computed in sight, and what was typed is not left by mistake.
import { $, $$, el, icon, users } from './dom.js';
import { openPicker } from './picker.js';

const form = $('form[data-leave]');
$('#faults')?.focus();

// Leaving with changes asks.

let isChanged = Boolean($('#faults')), isSent = false;
form?.addEventListener('input', () => { isChanged = true; });
form?.addEventListener('submit', () => { isSent = true; });
addEventListener('pageshow', () => { isSent = false; });
addEventListener('beforeunload', (event) => { if (isChanged && !isSent) event.preventDefault(); });

// A fault is gone once its field is changed.
form?.addEventListener('change', ({ target }) => {
  if (target.getAttribute('aria-invalid') !== 'true' || !target.validity.valid) return;
  target.removeAttribute('aria-invalid');
  document.getElementById(`${target.id}-fault`)?.remove();
});

// People.

const people = (more) => async (typed, signal) =>
  (await users(typed, signal, more)).map(({ id, name, username }) => ({ id, text: name, hint: username, icon: 'user', username }));
for (const input of $$('input[data-person]')) {
  const label = $(`label[for="${input.id}"]`).firstChild.textContent.trim();
  const button = el('button', { type: 'button', className: 'btn', textContent: 'Choose…' });
  button.setAttribute('aria-label', `Choose: ${label}`);
  const row = el('span', { className: 'with-button' });
  input.replaceWith(row);
  row.append(input, button);
  button.addEventListener('click', async () => {
    const item = await openPicker(button, { title: label, search: people(input.name === 'assignee' ? '&assignable=true' : '') });
    if (!item) return;
    input.value = item.username;
    input.dispatchEvent(new Event('input', { bubbles: true }));
    input.dispatchEvent(new Event('change', { bubbles: true }));
    input.focus();
  });
}

// Fields that only some kinds of tickets have.

const limited = $$('[data-kinds]');
function limit() {
  const kind = form.elements.kind?.value;
  for (const field of limited) field.hidden = !field.dataset.kinds.split(' ').includes(kind);
}
if (limited.length) {
  form.addEventListener('change', limit);
  limit();
}

// The priority that the desk's matrix makes of impact and urgency.

const cells = new Map((form?.dataset.matrix ?? '').split(' ').filter(Boolean).map((cell) => cell.split(':')));
function compute() {
  const { impact, urgency, priority } = form.elements;
  const value = priority?.value || cells.get(`${impact.value}/${urgency.value}`);
  const level = ['critical', 'high', 'medium', 'low'].indexOf(value) + 1;
  const mark = el('span', { className: `pr p${level}` }, icon(`p${level}`), el('b', { textContent: value.replace(/^./, (letter) => letter.toUpperCase()) }));
  $('#computed').replaceChildren('Priority ', mark);
  const reason = $('[data-field="priorityReason"]');
  if (reason) { reason.hidden = !priority.value; form.elements.priorityReason.required = Boolean(priority.value); }
}
if (cells.size) {
  // Beside what makes it, once a script keeps it true.
  $('[data-field="urgency"]').after($('#computed'));
  form.addEventListener('change', compute);
  compute();
}
