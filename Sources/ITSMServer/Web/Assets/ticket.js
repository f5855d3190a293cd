// The page of a ticket: keys, watching, links, watchers and files, who else is here, and what happens meanwhile.
import { $, $$, api, attempt, el, toast } from './dom.js';
import { onKey } from './keys.js';
import { actions, reveal as revealButtons } from './shell.js';
import { onReplies, refresh, reveal, ticket } from './ticket-thread.js';
import { openMove } from './ticket-move.js';
import { assignToMe, pick } from './ticket-properties.js';
import { write, heardOf } from './composer.js';
import './countdown.js';
import './ticket-clocks.js';

const me = document.body.dataset.me;

// The panel, a sheet on small screens.

const panel = $('#panel');
actions.panel = (opener) => {
  if (location.hash === '#panel') { actions['panel-close'](); return; }
  const isOpen = panel.classList.toggle('open');
  opener.setAttribute('aria-expanded', isOpen);
  if (isOpen) panel.focus();
};
actions['panel-close'] = () => {
  if (location.hash === '#panel') location.hash = 'main';
  panel.classList.remove('open');
  $('[data-do="panel"]').setAttribute('aria-expanded', 'false');
  $('[data-do="panel"]').focus();
};

// Without a secure context there is no clipboard; then there is no button either.
if (navigator.clipboard) actions.copy = async () => { await navigator.clipboard.writeText(location.origin + ticket.page); toast('Link copied'); };

async function watch() {
  const form = $('#watch');
  if (!form) return;
  await attempt(async () => {
    const begins = form.elements.watch.value === 'on';
    if (begins) await api('POST', `${ticket.path}/watchers`, { user: me }); else await api('DELETE', `${ticket.path}/watchers/${me}`);
    await refresh();
    toast(begins ? 'You watch it now' : 'You no longer watch it');
  });
}

// The plain forms of the panel, without leaving the page.

const forms = {
  'add-link': (form) => api('POST', `${ticket.path}/links`, { type: form.elements.type.value, ticket: form.elements.ticket.value.trim() }),
  'add-watcher': (form) => api('POST', `${ticket.path}/watchers`, { user: form.elements.user.value.trim() }),
};
document.addEventListener('submit', (event) => {
  const form = event.target;
  if (form.id === 'watch') { event.preventDefault(); watch(); return; }
  const removal = form.dataset.remove;
  if (!removal && !forms[form.id]) return;
  event.preventDefault();
  attempt(async () => {
    if (removal) await api('DELETE', `${ticket.path}/${removal}`); else await forms[form.id](form);
    document.activeElement?.blur();
    await refresh();
    toast(removal ? 'Removed' : 'Added');
  });
});

// Who else is here.

const writers = $('#compose [value="workNote"]');
const names = (people) => people.map((presence) => presence.user.name.split(' ')[0]).join(', ');
function show(others) {
  const viewing = others.filter((other) => other.state === 'viewing'), writing = others.filter((other) => other.state === 'writing');
  $('#presence').textContent = viewing.length ? `${names(viewing)} ${viewing.length === 1 ? 'is' : 'are'} viewing` : '';
  $('#writing').textContent = writing.length ? `${names(writing)} ${writing.length === 1 ? 'is' : 'are'} writing` : '';
}
const isWriting = () => Boolean(document.activeElement?.matches('#compose textarea') && document.activeElement.value.trim());
let told = '';
async function report() {
  if (document.visibilityState !== 'visible') return;
  told = isWriting() ? 'writing' : 'viewing';
  try {
    const { body } = await api('POST', `${ticket.path}/presence`, { state: told });
    show(body.items);
  } catch { show([]); }
}
if (writers) {
  report();
  setInterval(report, 10_000);
  document.addEventListener('visibilitychange', report);
  $('#compose').addEventListener('input', () => { if (told !== 'writing') report(); });
  addEventListener('pagehide', () => { api('POST', `${ticket.path}/presence`, { state: 'gone' }, { keepalive: true }).catch(() => {}); });
}

// What happens meanwhile.

onReplies(heardOf);

// Keys.

const go = (link) => { if (!link) return false; link.click(); return true; };
const on = 'Ticket';
if ($('#reply')) onKey('r', 'Reply', on, () => write('public'));
if ($('#note')) onKey('n', 'Work note', on, () => write('workNote'));
if ($('#compose')) onKey('Mod+Enter', 'Send', on, () => { $('#compose').requestSubmit(); }, { when: (event) => $('#compose').contains(event.target) });
if ($('[rel="next"]')) onKey('j', 'Next ticket', on, () => go($('[rel="next"]')));
if ($('[rel="prev"]')) onKey('k', 'Previous ticket', on, () => go($('[rel="prev"]')));
onKey('u', 'Back to the list', on, () => go($('#back')));
if ($('#watch')) onKey('w', 'Watch', on, () => { watch(); });
const fields = [['a', 'Assign', 'assignee'], ['s', 'Status', 'status'], ['p', 'Priority', 'priority'], ['t', 'Tags', 'tags']];
for (const [key, label, field] of fields) if ($(`[data-pick="${field}"]`)) onKey(key, label, on, () => pick(field));
if ($('[data-pick="assignee"]')) onKey('i', 'Assign to me', on, () => { attempt(assignToMe); });
if ($('#add-link')) {
  onKey('l', 'Link', on, () => {
    panel.classList.add('open');
    $('[data-fold="links"]').open = true;
    $('#link-more').open = true;
    $('#link-ticket').focus();
  });
}
onKey('Escape', '', on, () => actions['panel-close'](), { when: () => panel.classList.contains('open') && matchMedia('(max-width: 960px)').matches });

// A place on the page that was asked for stands inside the scrolled part.
if (location.hash.startsWith('#c-')) reveal(document.getElementById(location.hash.slice(1)));
if (location.hash === '#move' && $('[data-pick="status"]')) openMove($('#move select')?.value);
revealButtons();
