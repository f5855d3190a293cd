// How many notices are unread, kept up to date on every page. What the bell opens comes when it is asked for.
import { $$, asking, attempt } from './dom.js';
import { onEvents } from './live.js';
import { actions } from './shell.js';

let timer = 0, due = Infinity, asked = Date.now();

async function recount() {
  asked = Date.now();
  const answer = await fetch('/notices/unread', { headers: asking({ Accept: 'application/json' }), credentials: 'same-origin' }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const { count, label } = await answer.json();
  for (const mark of $$('[data-unread]')) mark.textContent = count;
  for (const bell of $$('.bell')) bell.setAttribute('aria-label', label);
}

/** Asks, but not before `gap` seconds after the last time, however much happens. */
function soon(gap) {
  const at = Math.max(Date.now() + 200, asked + gap * 1_000);
  if (at >= due) return;
  clearTimeout(timer);
  due = at;
  timer = setTimeout(() => { due = Infinity; if (document.visibilityState === 'visible') recount(); }, at - Date.now());
}

/** Called once all that a page listens with is there. */
export function watchUnread() {
  if (!$$('[data-unread]').length) return;
  actions.inbox = (bell) => attempt(async () => (await import('./notices.js')).open(bell, recount));
  // Most who are sent a notice see the event that it tells of; the others see that something happens.
  onEvents((events) => soon(events.some(({ type }) => /^(sla|escalation)\./.test(type)) ? 5 : 30));
  document.addEventListener('visibilitychange', () => soon(1));
  addEventListener('pageshow', (event) => { if (event.persisted) soon(0); });
}
