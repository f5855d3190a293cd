// Forms: what is wrong is seen at once, nothing is sent twice, and nothing that was typed is left behind unasked.
import { $, $$, toast } from './dom.js';
import { actions } from './shell.js';

const changed = new Set();

for (const form of $$('form[data-form]')) {
  form.addEventListener('input', () => changed.add(form));
  form.addEventListener('submit', (event) => {
    if (event.defaultPrevented) return;
    changed.clear();
    const buttons = $$('button[type="submit"]', form);
    // After the browser has gathered the fields, so that the button is among them.
    setTimeout(() => { for (const button of buttons) button.disabled = true; });
  });
}

// Going back shows the page as it was left: with a button that can be pressed again.
addEventListener('pageshow', () => { for (const button of $$('form[data-form] button[type="submit"]')) button.disabled = false; });

addEventListener('beforeunload', (event) => { if (changed.size) event.preventDefault(); });

export const settled = () => changed.clear();

$('#faults')?.focus();

// A wrong field is no longer wrong once it was changed; whether it is right now the server tells.
document.addEventListener('input', ({ target }) => {
  if (target.getAttribute?.('aria-invalid') !== 'true') return;
  target.removeAttribute('aria-invalid');
});

actions['copy-secret'] = async () => {
  const field = $('#secret');
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    toast('The token was copied.');
  } catch { toast('Press Ctrl C to copy the token.'); }
};
