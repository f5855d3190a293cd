// Asking for help: files go with the words. The ticket is made first, as without scripts, then its files are sent, with progress.
import { $, $$, el, toast } from './dom.js';
import { pending, takeFiles } from './pending-files.js';
import './ticket-form.js';

const form = $('#ask');
$('#files').hidden = false;
takeFiles(form.closest('main'), form);

/** What is wrong, beside the fields, as the server's page has it. */
function show(page) {
  const faults = $('#faults', page);
  $('#faults')?.remove();
  if (faults) form.before(faults);
  for (const field of $$('[data-field]', page)) $(`[data-field="${field.dataset.field}"]`).replaceWith(field);
  faults?.focus();
}

async function send() {
  const button = $('button.primary', form);
  button.disabled = true;
  try {
    const answer = await fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)), headers: { Accept: 'text/html' }, credentials: 'same-origin' });
    const number = /^\/portal\/tickets\/([^/]+)$/.exec(new URL(answer.url).pathname)?.[1];
    if (!number) { show(new DOMParser().parseFromString(await answer.text(), 'text/html')); return; }
    const go = () => {
      if ($('#pending .wrong')) return;
      // The page that the answer led to has shown the notice to nobody.
      document.cookie = `itsm_notice=${encodeURIComponent(`We have it, with your files: your ticket is ${number}.`)}; path=/; max-age=60; samesite=lax`;
      location.assign(answer.url);
    };
    if (!await pending.send(pending.take(), `tickets/${number}`, null, go)) { go(); return; }
    // It is made, and must not be made again.
    button.parentElement.replaceWith(el('p', { className: 'hint' }, `Your ticket is ${number}, but not every file got through. `, el('a', { href: answer.url, textContent: `Go to ${number}` })));
  } catch {
    toast('The server could not be reached. What you typed is kept; try again.', undefined, 10);
  } finally { button.disabled = false; }
}

form.addEventListener('submit', (event) => {
  if (pending.isEmpty) return;
  event.preventDefault();
  send();
});
