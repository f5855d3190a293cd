// One input, one listbox, virtual focus: the palette and every picker. Items are `{text, hint, icon, mark: () => node, key, group, search, id}`.
import { el, icon } from './dom.js';

/** How well an item fits what was typed: 0 begins with it, 1 has a word that does, 2 holds it, 3 not at all. */
function rank(item, words) {
  const text = `${item.text} ${item.hint ?? ''} ${item.search ?? ''}`.toLowerCase();
  if (text.startsWith(words)) return 0;
  if (text.includes(` ${words}`)) return 1;
  return text.includes(words) ? 2 : 3;
}

export function matching(items, words) {
  const typed = words.trim().toLowerCase();
  if (!typed) return items;
  return items.map((item) => [rank(item, typed), item]).filter(([rank]) => rank < 3).sort(([a], [b]) => a - b).map(([, item]) => item);
}

function option(item, id, isSelected) {
  const node = el('div', { id, role: 'option' });
  if (item.mark) node.append(item.mark()); else if (item.icon) node.append(icon(item.icon));
  node.append(el('span', { className: 't', textContent: item.text }));
  if (item.hint) node.append(el('small', { textContent: item.hint }));
  if (isSelected) node.append(icon('check'), el('span', { className: 'vh', textContent: '(now)' }));
  if (item.key) node.append(el('kbd', { textContent: item.key }));
  return node;
}

/**
 * Wires an input to its listbox. `source(words, signal)` gives the items, at once or as a promise; the answer to old words is dropped.
 * Returns `{start(source, {selected, empty}), stop()}`.
 */
export function combobox(input, list, { onPick, onCount }) {
  let options = [], at = -1, source = () => [], settings = {}, running = null, timer = 0;
  // Between a keystroke and its answer: Enter then means what the answer will put first, not what still stands there.
  let isWaiting = false, isEntered = false;

  const move = (to) => {
    at = options.length ? (to + options.length) % options.length : -1;
    options.forEach(({ node }, n) => { node.classList.toggle('on', n === at); node.setAttribute('aria-selected', n === at); });
    if (at < 0) { input.removeAttribute('aria-activedescendant'); return; }
    input.setAttribute('aria-activedescendant', options[at].node.id);
    options[at].node.scrollIntoView({ block: 'nearest' });
  };

  const show = (items, message) => {
    options = items.map((item, n) => ({ item, node: option(item, `${list.id}-${n}`, settings.selected !== undefined && item.id === settings.selected) }));
    const parts = [];
    for (const { item, node } of options) {
      if (!item.group) { parts.push(node); continue; }
      let group = parts.find((part) => part.dataset.group === item.group);
      if (!group) {
        group = el('div', { role: 'group', 'aria-label': item.group }, el('div', { className: 'og', 'aria-hidden': 'true', textContent: item.group }));
        group.dataset.group = item.group;
        parts.push(group);
      }
      group.append(node);
    }
    list.replaceChildren(...parts);
    // Groups can stand in another order than their items came in.
    options.sort((a, b) => (a.node.compareDocumentPosition(b.node) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
    if (!options.length) list.append(el('div', { className: 'none', role: 'option', 'aria-disabled': 'true', 'aria-selected': 'false', textContent: message }));
    list.classList.remove('busy');
    onCount?.(options.length, message);
    const now = input.value ? -1 : options.findIndex(({ item }) => settings.selected !== undefined && item.id === settings.selected);
    move(Math.max(0, now));
    isWaiting = false;
    if (isEntered && options[at]) onPick(options[at].item);
    isEntered = false;
  };

  const paint = async () => {
    clearTimeout(timer);
    running?.abort();
    const mine = running = new AbortController(), words = input.value.trim();
    const found = source(words, mine.signal);
    const empty = words ? settings.none ?? 'Nothing found' : settings.empty ?? 'Nothing to choose from';
    if (!(found instanceof Promise)) { show(found, empty); return; }
    // What was found last stays, dimmed when it takes long.
    const slow = setTimeout(() => list.classList.add('busy'), 300);
    try {
      const items = await found;
      if (mine === running) show(items, empty);
    } catch (failure) {
      if (mine === running && failure.name !== 'AbortError') show([], failure.message);
    } finally { clearTimeout(slow); }
  };

  input.addEventListener('input', () => {
    clearTimeout(timer);
    isWaiting = true;
    isEntered = false;
    if (settings.isRemote) timer = setTimeout(paint, 150); else paint();
  });
  input.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    const moves = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: Math.min(at + 8, options.length - 1), PageUp: Math.max(at - 8, 0) };
    if (event.key in moves) { event.preventDefault(); move(moves[event.key]); }
    if (event.key === 'Enter') {
      event.preventDefault();
      if (isWaiting) isEntered = true; else if (options[at]) onPick(options[at].item);
    }
  });
  const under = (event) => options.findIndex(({ node }) => node.contains(event.target));
  list.addEventListener('pointermove', (event) => { const n = under(event); if (n >= 0 && n !== at) move(n); });
  // A press must not take the focus from the input.
  list.addEventListener('pointerdown', (event) => event.preventDefault());
  list.addEventListener('click', (event) => { const n = under(event); if (n >= 0) onPick(options[n].item); });

  return {
    start(next, more = {}) { source = next; settings = more; input.value = ''; list.replaceChildren(); options = []; move(0); isWaiting = isEntered = false; paint(); },
    stop() { clearTimeout(timer); running?.abort(); running = null; },
  };
}
