// Counts what clocks show down between two answers of the server: their text, ring and colour, and only while working time counts.
import { $, $$ } from './dom.js';

/** When each was first seen here; what it says was true then. */
const seen = new WeakMap();
const soon = 3_600;

/** As the server writes amounts of working time; in rows, where there is little room, from a hundred hours on without the minutes. */
function amount(seconds, isBig) {
  const hours = Math.floor(seconds / 3_600), minutes = hours < 100 || isBig ? Math.floor(seconds / 60) % 60 : 0;
  if (!hours) return minutes ? `${minutes} min` : seconds ? `${seconds} s` : '0 min';
  return minutes ? `${hours} h ${minutes} min` : `${hours} h`;
}

function show(node) {
  const { left, goal, counts } = node.dataset, passed = Math.floor((Date.now() - seen.get(node)) / 1_000);
  if (passed < 1) return;
  const rest = Number(left) - (counts === '' ? passed : Math.min(passed, Number(counts))), isLate = rest < 0, isBig = node.matches('.big');
  const state = isLate ? 'late' : rest < soon ? 'soon' : 'ok', text = isLate ? `${amount(-rest, isBig)} over` : `${amount(rest, isBig)}${isBig ? ' left' : ''}`;
  if (isBig) node.closest('div').className = state; else node.dataset.state = state;
  const words = $('.v', node);
  if (words.textContent !== text) words.textContent = text;
  $('circle + circle', node)?.setAttribute('stroke-dasharray', `${Math.max(0, Math.min(100, Math.floor(rest / goal * 100)))} 100`);
}

function note() { for (const node of $$('[data-left]')) if (!seen.has(node)) seen.set(node, Date.now()); }
function tick() { if (document.visibilityState === 'visible') $$('[data-left]').forEach(show); }

note();
new MutationObserver(note).observe(document.body, { childList: true, subtree: true });
setInterval(tick, 20_000);
document.addEventListener('visibilitychange', tick);
