// The keyboard: keys are registered here, and the map dialog shows what is registered, so that it never names a key that does nothing.
import { $, $$, el, remembered } from './dom.js';
import { actions } from './shell.js';

const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
const registered = [];
let chord = '', chordEnds = 0;

/** Single keys are on unless the person switched them off in the map dialog. */
export const singleKeys = () => remembered.get('single-keys') !== 'off';

/**
 * Registers a key: `j`, `Shift+X`, `/`, `?`, `Space`, `Escape`, `Mod+K` (Ctrl, or Command on a Mac), or a chord `g q`. Letters are as typed, whatever the
 * layout. `when` says whether it can act now; where several can, the last that was registered does, which makes Escape close the top layer. A handler that
 * returns false passes the key on. Without a label the key stands in no map. Gives a function that takes the key away again.
 */
export function onKey(combo, label, section, handler, { when = () => true } = {}) {
  const entry = { combo: combo.toLowerCase(), shown: combo, label, section, handler, when };
  registered.push(entry);
  return () => { registered.splice(registered.indexOf(entry), 1); };
}

const typed = (target) => target.isContentEditable || target.matches?.('textarea, select, input:not([type="checkbox"], [type="radio"], [type="button"], [type="submit"])');
// What Space and Enter do by themselves there must stay.
const pressed = (target) => target.closest?.('button, summary, input, [role="option"]');

function name(event) {
  let key = event.key === ' ' ? 'space' : event.key.toLowerCase();
  // Under a layout without Latin letters, the letter that stands on the key.
  if (key.length === 1 && key > '\x7f' && /^Key[A-Z]$/.test(event.code)) key = event.code[3].toLowerCase();
  // Shift makes another sign of a sign, but not of a letter.
  const shift = event.shiftKey && (key.length > 1 || /[a-z]/.test(key)) ? 'shift+' : '';
  return (event.ctrlKey || event.metaKey ? 'mod+' : '') + shift + key;
}

function run(combo, event) {
  for (const entry of registered.filter((entry) => entry.combo === combo && entry.when(event)).reverse()) {
    if (entry.handler(event) !== false) { event.preventDefault(); return true; }
  }
  return false;
}

document.addEventListener('keydown', (event) => {
  if (event.defaultPrevented || event.isComposing || event.altKey || event.getModifierState?.('AltGraph') || !event.key) return;
  const key = name(event), target = event.target;
  const isLayered = document.querySelector('dialog[open], :popover-open');
  if (key === 'escape') {
    // An open dialog or popover closes by itself.
    if (isLayered || run(key, event)) return;
    if (typed(target)) target.blur();
    return;
  }
  if (key.startsWith('mod+')) { run(key, event); return; }
  if (isLayered || typed(target) || !singleKeys()) { chord = ''; return; }
  if ((key === 'space' || key === 'enter') && pressed(target)) return;
  const second = chord && performance.now() < chordEnds ? `${chord} ${key}` : '';
  chord = '';
  if (second && run(second, event)) return;
  if (registered.some((entry) => entry.combo.startsWith(`${key} `))) { chord = key; chordEnds = performance.now() + 1_000; return; }
  run(key, event);
});

const words = { mod: isMac ? '⌘' : 'Ctrl', space: 'Space', enter: 'Enter', escape: 'Esc', shift: 'Shift' };

/** A combination as `kbd` elements. */
export function keycaps(combo) {
  const cap = (key) => el('kbd', { textContent: words[key.toLowerCase()] ?? key.toUpperCase() });
  return combo.split(' ').flatMap((part, n) => [...(n ? [el('small', { textContent: 'then' })] : []), ...part.split('+').map(cap)]);
}

function drawMap() {
  const sections = Map.groupBy(registered.filter((entry) => entry.label), (entry) => entry.section);
  $('#keys-body').replaceChildren(...[...sections].map(([section, entries]) => el(
    'section', {}, el('h3', { textContent: section }),
    el('dl', {}, ...entries.map((entry) => el('div', {}, el('dt', { textContent: entry.label }), el('dd', {}, ...keycaps(entry.shown))))),
  )));
}

const dialog = $('#keys'), single = $('#single-keys');

/** Shows the keys that stand on buttons and fields only while they work. */
export function showHints() {
  for (const cap of $$('kbd')) if (cap.textContent.trim().length === 1 && !dialog?.contains(cap)) cap.hidden = !singleKeys();
}

if (dialog) {
  actions.keys = () => { drawMap(); single.checked = singleKeys(); dialog.showModal(); };
  actions['keys-close'] = () => dialog.close();
  dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close(); });
  single.addEventListener('change', () => { remembered.set('single-keys', single.checked ? 'on' : 'off'); showHints(); });
  onKey('?', 'This list', 'Anywhere', () => actions.keys());
}
