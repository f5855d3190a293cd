// Ctrl K: what can be done here, tickets and people, from one input.
import { $, $$, api, el } from './dom.js';
import { combobox, matching } from './combobox.js';
import { onKey, singleKeys } from './keys.js';
import { actions, setTheme } from './shell.js';

const commands = [];

/** Adds something that can be done. `when` says whether it can be done now; `key` is only shown, keys.js makes it work. */
export function addCommand({ text, icon, key, hint, search, run, when = () => true }) {
  const command = { text, icon, key, hint, search, run, when };
  commands.push(command);
  return () => { commands.splice(commands.indexOf(command), 1); };
}

const go = (address) => () => { location.href = address; };
const body = document.body;
const queue = $('.nav a[href^="/queue"]');

const ticketItem = (ticket) => ({
  group: 'Tickets', text: ticket.title, hint: ticket.number, icon: { incident: 'bolt', request: 'box', problem: 'bug', change: 'change', workOrder: 'list' }[ticket.kind],
  run: go(`${queue ? '' : '/portal'}/tickets/${ticket.number}`),
});
const personItem = (person) => ({ group: 'People', text: person.name, hint: person.username, icon: 'user', run: go(`${body.dataset.people}${person.id}`) });

async function tickets(words, signal) {
  const { body: found } = await api('GET', `tickets?q=${encodeURIComponent(words)}&limit=8`, undefined, { signal });
  return found.items.map(ticketItem);
}

async function people(words, signal) {
  const { body: found } = await api('GET', `users?q=${encodeURIComponent(words)}&limit=5`, undefined, { signal });
  return found.items.map(personItem);
}

function source(words, signal) {
  const own = matching(commands.filter((command) => command.when()), words).map((command) => ({ ...command, key: singleKeys() ? command.key : '', group: 'Commands' }));
  if (words.length < 2) return own;
  const asked = [tickets(words, signal), ...(body.dataset.people ? [people(words, signal)] : [])];
  // Whoever answers, shows; a number that was typed in full comes first.
  return Promise.allSettled(asked).then((answers) => {
    const found = answers.flatMap((answer) => answer.value ?? []);
    if (!found.length && !own.length && answers.every((answer) => answer.status === 'rejected')) throw answers[0].reason;
    const isExact = found.some((item) => item.hint?.toLowerCase() === words.toLowerCase());
    return isExact ? [...found, ...own] : [...own, ...found];
  });
}

const dialog = $('#palette');
if (dialog) {
  const status = $('[role="status"]', dialog);
  const box = combobox($('input', dialog), $('#palette-list'), {
    onPick: (item) => { dialog.close(); item.run(); },
    onCount: (count, message) => { status.textContent = count ? `${count} ${count === 1 ? 'result' : 'results'}` : message; },
  });
  actions.palette = () => {
    if (dialog.open) { dialog.close(); return; }
    if ($('dialog[open]')) return;
    dialog.showModal();
    box.start(source, { isRemote: true });
  };
  dialog.addEventListener('close', () => box.stop());
  dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close(); });
  onKey('Mod+K', 'Search and commands', 'Anywhere', () => actions.palette());

  if (body.dataset.new) {
    addCommand({ text: 'New ticket', icon: 'plus', key: 'C', search: 'create raise', run: go(body.dataset.new) });
    onKey('c', 'New ticket', 'Anywhere', go(body.dataset.new));
  }
  if (queue) onKey('g q', 'Go to the queue', 'Anywhere', go('/queue'));
  onKey('g i', 'Go to the inbox', 'Anywhere', go('/notices'));

  // Whatever the shell offers by mouse.
  for (const link of $$('.nav a')) addCommand({ text: `Go to ${$('span', link).textContent}`, search: $('span', link).textContent, icon: $('use', link).getAttribute('href').split('#')[1], run: go(link.href) });
  addCommand({ text: 'Account', icon: 'user', search: 'password sessions tokens sign-ins', run: go('/account') });
  for (const theme of ['Light', 'Dark', 'System']) addCommand({ text: `${theme} theme`, icon: 'sun', search: 'theme', run: () => setTheme(theme.toLowerCase()) });
  addCommand({ text: 'Keyboard shortcuts', icon: 'key', key: '?', run: () => actions.keys() });
  addCommand({
    text: 'Sign out', icon: 'lock', run: () => {
      const form = el('form', { method: 'post', action: '/sign-out', hidden: true }, el('input', { name: 'csrf', value: $('meta[name="csrf"]').content }));
      document.body.append(form);
      form.submit();
    },
  });
}
