// Why a clock shows what it shows, over the ticket instead of on a page of its own.
import { $, attempt, el, fragment, icon } from './dom.js';

const heading = el('h2', { id: 'story-h' }), body = el('div', { className: 'in', tabIndex: 0 });
const close = el('button', { type: 'button', className: 'btn ghost icon', onclick: () => dialog.close() }, icon('x'));
close.setAttribute('aria-label', 'Close');
const whole = el('a', { className: 'btn', textContent: 'Open as a page' });
const dialog = el('dialog', { className: 'sheet wide', id: 'story' }, el('header', {}, heading, close), body, el('footer', {}, whole));
dialog.setAttribute('aria-labelledby', 'story-h');
body.setAttribute('role', 'group');
body.setAttribute('aria-labelledby', 'story-h');
document.body.append(dialog);

document.addEventListener('click', (event) => {
  const link = event.target.closest('[data-explain]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  attempt(async () => {
    const page = await fragment(link.href);
    heading.textContent = $('h1', page).textContent;
    body.replaceChildren($('[data-story]', page));
    whole.href = link.href;
    dialog.showModal();
    body.scrollTop = 0;
  });
});
