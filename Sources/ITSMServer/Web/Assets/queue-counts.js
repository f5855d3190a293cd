// The numbers beside the lists of the queue, in the navigation and in the tabs. The server counts; a number that is not known is not shown.
import { $$, asking } from './dom.js';

let running = false, isStale = false;

/** Asks for the numbers again; calls that come while an answer is under way are answered by one more. */
export async function recount() {
  const marks = $$('[data-count]');
  if (!marks.length || document.visibilityState === 'hidden') return;
  if (running) { isStale = true; return; }
  running = true;
  try {
    const answer = await fetch('/queue/counts', { headers: asking({ Accept: 'application/json' }), credentials: 'same-origin' });
    if (!answer.ok) return;
    const counts = await answer.json();
    for (const mark of marks) mark.textContent = counts[mark.dataset.count] ?? '';
  } catch { /* the server is away: the numbers stay as they are until it is back */ } finally {
    running = false;
    if (isStale) { isStale = false; recount(); }
  }
}

if ($$('[data-count]').length) {
  recount();
  document.addEventListener('visibilitychange', recount);
}
