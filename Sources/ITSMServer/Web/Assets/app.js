// Starts what a page has. Each module finds its markup, makes it faster, and leaves plain HTML working without it.
import { watchUnread } from './bell.js';
import './form.js';
import { showHints } from './keys.js';
import { begin } from './live.js';
import './palette.js';
import './picker.js';
import './queue-counts.js';
import { reveal } from './shell.js';

reveal();
// What only one page needs comes with that page.
const pages = {
  record: () => document.querySelector('[data-field="visibleToRequesters"]') && import('./admin-fields.js'),
  bulk: () => import('./bulk.js'), import: () => import('./admin.js'), audit: () => import('./admin.js'), sla: () => import('./sla.js'), queue: () => import('./queue.js'), ticket: () => import('./ticket.js'), 'ticket-form': () => import('./ticket-form.js'),
  portal: () => import('./portal.js'), 'portal-new': () => import('./portal-new.js'), 'portal-ticket': () => import('./portal-ticket.js'),
};
// The rows of a condition: on a form at once, in a panel or behind a fold when it opens.
for (const root of document.querySelectorAll('[data-condition]')) {
  const build = () => import('./condition-builder.js'), panel = root.closest('[popover]'), fold = root.closest('details:not([open])');
  if (panel) panel.addEventListener('beforetoggle', build, { once: true });
  else if (fold) fold.addEventListener('toggle', build, { once: true });
  else build();
}
await pages[document.body.dataset.page]?.();
watchUnread();
begin();
reveal();
showHints();
