// How many notices are unread, kept up to date on every page. What the bell opens comes when it is asked for.
import { $$, attempt } from './dom.js';
import { onEvents } from './live.js';
import { actions } from './shell.js';

let timer = 0, asked = 0;

async function recount() {
  asked = Date.now();
  const answer = await fetch('/notices/unread', { headers: { Accept: 'application/json' }, credentials: 'same-origin' }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const { count, label } = await answer.json();
  for (const mark of $$('[data-unread]')) mark.textContent = count;
  for (const bell of $$('.bell')) bell.setAttribute('aria-label', label);
}

// However much happens, no more than once in five seconds.
function soon() { timer ||= setTimeout(() => { timer = 0; recount(); }, Math.max(200, asked + 5_000 - Date.now())); }

/** Called once all that a page listens with is there. */
export function watchUnread() {
  if (!$$('[data-unread]').length) return;
  actions.inbox = (bell) => attempt(async () => (await import('./notices.js')).open(bell, recount));
  // Whoever is sent a notice sees the event that it tells of.
  onEvents((events) => { if (events.some(({ type }) => /^(sla|escalation)\./.test(type))) soon(); });
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'visible') soon(); });
  addEventListener('pageshow', (event) => { if (event.persisted) soon(); });
}
