// Choosing one of many: a popover beside what opened it, a sheet on small screens. layout.mustache carries its markup.
import { $ } from './dom.js';
import { combobox, matching } from './combobox.js';

const pop = $('#picker'), input = pop && $('input', pop), list = $('#picker-list');
const isSmall = matchMedia('(max-width: 720px)');
let answer = null, opener = null;

const box = pop && combobox(input, list, {
  onPick: (item) => finish(item),
  onCount: (count) => { $('[role="status"]', pop).textContent = count ? `${count} ${count === 1 ? 'choice' : 'choices'}` : ''; },
});

function finish(item) {
  const settle = answer;
  answer = null;
  box.stop();
  // Before the focus moves on: hiding gives it back to where it was.
  if (pop.matches(':popover-open')) pop.hidePopover();
  if (item && opener?.isConnected) opener.focus();
  settle?.(item);
}

/** Puts a popover below what it belongs to, or above it where there is more room. */
export function place(popover, anchor) {
  if (isSmall.matches) { popover.style.removeProperty('top'); popover.style.removeProperty('left'); return; }
  const at = anchor.getBoundingClientRect(), { offsetWidth: width, offsetHeight: height } = popover;
  const below = at.bottom + 6, above = at.top - height - 6;
  popover.style.setProperty('top', `${below + height <= innerHeight - 8 ? below : Math.max(8, above)}px`);
  popover.style.setProperty('left', `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`);
}

if (pop) {
  pop.addEventListener('toggle', (event) => { if (event.newState === 'closed' && answer) finish(null); });
  const follow = () => { if (pop.matches(':popover-open') && opener?.isConnected) place(pop, opener); };
  addEventListener('resize', follow);
  addEventListener('scroll', follow, { capture: true, passive: true });
  // The keyboard of a phone lies over the sheet, not beside it.
  window.visualViewport?.addEventListener('resize', () => {
    pop.style.setProperty('--covered', `${Math.max(0, innerHeight - visualViewport.height - visualViewport.offsetTop)}px`);
  });
}

/**
 * Asks for one item. `items` are filtered here; `search(words, signal)` asks the server. `create(words)` offers what was typed as an item of its own, or null.
 * `selected` is the id of the one that stands now. Gives the item, or null when the person turned away; the focus is back at the opener by then.
 */
export function openPicker(anchor, { title, items, search, create, selected, empty, none }) {
  if (answer) finish(null);
  opener = anchor;
  // Inside an open dialog, because all else is out of reach then; inside an open popover, which would close otherwise.
  (anchor.closest('dialog[open], :popover-open') ?? document.body).append(pop);
  pop.setAttribute('aria-label', title);
  input.placeholder = `${title}…`;
  input.setAttribute('aria-label', title);
  list.setAttribute('aria-label', title);
  pop.showPopover();
  const found = search ?? ((words) => matching(items, words));
  const offer = (hits, words) => {
    const own = words && create && !hits.some((item) => item.text.toLowerCase() === words.toLowerCase()) ? create(words) : null;
    return own ? [...hits, own] : hits;
  };
  box.start(
    (words, signal) => {
      const hits = found(words, signal);
      return hits instanceof Promise ? hits.then((hits) => offer(hits, words)).then((all) => { queueMicrotask(() => place(pop, anchor)); return all; }) : offer(hits, words);
    },
    { selected, empty, none, isRemote: Boolean(search) },
  );
  place(pop, anchor);
  input.focus();
  return new Promise((resolve) => { answer = resolve; });
}
