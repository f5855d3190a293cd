// The list of one's own tickets: more of it without leaving the page.
import { fragment } from './dom.js';

document.addEventListener('click', async (event) => {
  const link = event.target.closest('[data-more]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  link.setAttribute('aria-busy', 'true');
  const section = link.closest('[data-section]');
  try {
    const fresh = (await fragment(link.dataset.more)).querySelector('[data-section]');
    const rows = [...(fresh?.querySelectorAll('.cards > li') ?? [])], more = fresh?.querySelector('.more');
    section.querySelector('.cards').append(...rows);
    link.parentElement.replaceWith(...(more ? [more] : []));
    rows[0]?.querySelector('a').focus({ preventScroll: true });
  } catch { location.assign(link.href); }
});
