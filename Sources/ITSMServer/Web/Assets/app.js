// Starts what a page has. Each module finds its markup, makes it faster, and leaves plain HTML working without it.
import './form.js';
import { showHints } from './keys.js';
import { begin } from './live.js';
import './palette.js';
import './picker.js';
import './queue-counts.js';
import { reveal } from './shell.js';

// What only one page needs comes with that page.
const pages = {
  import: () => import('./admin.js'), queue: () => import('./queue.js'), ticket: () => import('./ticket.js'), 'ticket-form': () => import('./ticket-form.js'),
};
await pages[document.body.dataset.page]?.();
begin();
reveal();
showHints();
