// The requester's page of a ticket: what happens meanwhile, and the same composer as for those who work on it.
import { $, attempt } from './dom.js';
import { onKey } from './keys.js';
import { onEvents } from './live.js';
import { refresh, reveal, ticket } from './ticket-thread.js';
import { heardOf, write } from './composer.js';

let soon = 0;
onEvents((events) => {
  const mine = events.filter((event) => event.data.ticket === ticket.id);
  if (!mine.length) return;
  clearTimeout(soon);
  // Several events of one change come together.
  soon = setTimeout(() => attempt(async () => {
    const added = await refresh();
    const replies = mine.filter((event) => event.type === 'ticket.commented' && event.data.principal.id !== document.body.dataset.me);
    if (replies.length && added.length) heardOf(replies, added);
  }), 100);
});

if ($('#reply')) {
  onKey('r', 'Reply', 'Ticket', () => write('public'));
  onKey('Mod+Enter', 'Send', 'Ticket', () => { $('#compose').requestSubmit(); }, { when: (event) => $('#compose').contains(event.target) });
}
if (location.hash.startsWith('#c-')) reveal(document.getElementById(location.hash.slice(1)));
