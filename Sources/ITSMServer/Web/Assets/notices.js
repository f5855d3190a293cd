// The newest notices, beside the bell.
import { $, api, attempt, el, fragment } from './dom.js';
import { place } from './picker.js';

const pop = el('div', { className: 'pop notes', id: 'newest', popover: 'auto', role: 'dialog', 'aria-label': 'Inbox', tabIndex: -1 });
let opener = null, recount = null;

async function fill() { pop.replaceChildren(await fragment('/notices/newest')); }

pop.addEventListener('toggle', (event) => opener?.setAttribute('aria-expanded', event.newState === 'open'));
pop.addEventListener('submit', (event) => {
  event.preventDefault();
  attempt(async () => {
    await api('POST', 'notifications/read', { upTo: event.target.elements.upTo.value });
    await Promise.all([fill(), recount()]);
    pop.focus();
  });
});
addEventListener('resize', () => { if (pop.matches(':popover-open')) place(pop, opener); });

/** Opens them below the bell, or closes them. `whenRead` counts anew. */
export async function open(bell, whenRead) {
  if (pop.matches(':popover-open')) { pop.hidePopover(); return; }
  opener = bell;
  recount = whenRead;
  await fill();
  bell.after(pop);
  pop.showPopover();
  place(pop, bell);
  ($('a, button', pop) ?? pop).focus();
}
