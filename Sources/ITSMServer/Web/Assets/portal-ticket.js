// The requester's page of a ticket: what happens meanwhile, and the same composer as for those who work on it.
import { $ } from './dom.js';
import { onKey } from './keys.js';
import { onReplies, reveal } from './ticket-thread.js';
import { heardOf, write } from './composer.js';

onReplies((replies, added) => { if (added.length) heardOf(replies, added); });

if ($('#reply')) {
  onKey('r', 'Reply', 'Ticket', () => write('public'));
  onKey('Mod+Enter', 'Send', 'Ticket', () => { $('#compose').requestSubmit(); }, { when: (event) => $('#compose').contains(event.target) });
}
if (location.hash.startsWith('#c-')) reveal(document.getElementById(location.hash.slice(1)));
