// The popovers above the list: below what opened them, and people by name instead of username.
import { $, $$, el, users } from './dom.js';
import { openPicker, place } from './picker.js';

for (const popover of [$('#add-filter'), $('#condition'), $('#group-by'), $('#layout')].filter(Boolean)) {
  popover.addEventListener('toggle', (event) => {
    if (event.newState !== 'open') return;
    place(popover, $(`[popovertarget="${popover.id}"]:not([popovertargetaction])`));
    $('select, input:not([type="hidden"]), textarea, a', popover).focus();
  });
}

/** People by what is typed, after those that are always offered. */
export function people(fixed, more) {
  return async (words, signal) => {
    const always = fixed.filter((item) => item.text.toLowerCase().startsWith(words.toLowerCase()));
    if (!document.body.dataset.people) return always;
    const found = (await users(words, signal, more)).filter((user) => user.id !== document.body.dataset.me);
    return [...always, ...found.map((user) => ({ text: user.name, hint: user.username, icon: 'user', id: user.id, value: user.id }))];
  };
}

if (document.body.dataset.people) {
  for (const field of $$('#add-filter :is([name="assignee"], [name="requester"])')) {
    const label = $(`label[for="${field.id}"]`), any = 'Anyone';
    const button = el('button', { type: 'button', id: `${field.id}-pick`, className: 'btn choice', textContent: any });
    const fixed = [
      { text: any, id: '', icon: 'x', value: '' }, { text: 'Me', id: 'me', icon: 'user', value: 'me' },
      ...(field.name === 'assignee' ? [{ text: 'Nobody', id: 'none', icon: 'x', value: 'none' }] : []),
    ];
    field.type = 'hidden';
    field.after(button);
    label.htmlFor = button.id;
    button.addEventListener('click', async () => {
      const found = await openPicker(button, { title: label.textContent, search: people(fixed, field.name === 'assignee' ? '&assignable=true' : ''), selected: field.value });
      if (!found) return;
      field.value = found.value;
      button.textContent = found.text;
    });
  }
}
