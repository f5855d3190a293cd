// What surrounds every page: the theme, the drawer of small screens. Modules add their actions to `actions`; a click on [data-do] runs one.
import { $, $$ } from './dom.js';

export const actions = {};

const themes = ['system', 'light', 'dark'];
const currentTheme = () => document.documentElement.dataset.theme ?? 'system';

function label() {
  for (const button of $$('[data-do="theme"]')) button.setAttribute('aria-label', `Theme: ${currentTheme() === 'system' ? 'follow system' : currentTheme()}`);
}

// The server reads the cookie, so that no page flashes in the other theme.
export function setTheme(theme) {
  if (theme === 'system') delete document.documentElement.dataset.theme; else document.documentElement.dataset.theme = theme;
  document.cookie = `itsm_theme=${theme}; path=/; max-age=${theme === 'system' ? 0 : 31536000}; samesite=lax`;
  label();
}

actions.theme = () => setTheme(themes[(themes.indexOf(currentTheme()) + 1) % themes.length]);

actions.side = (opener) => {
  $('#side').classList.add('open');
  opener?.setAttribute('aria-expanded', 'true');
  $('#side a, #side button:not([hidden])')?.focus();
};

export function closeSide() {
  if (!$('#side')?.classList.contains('open')) return false;
  $('#side').classList.remove('open');
  for (const opener of $$('[data-do="side"]')) opener.setAttribute('aria-expanded', 'false');
  return true;
}

actions['side-close'] = closeSide;

document.addEventListener('click', (event) => {
  const target = event.target.closest('[data-do]'), action = target && actions[target.dataset.do];
  if (!action) return;
  if (target.matches('a')) event.preventDefault();
  action(target, event);
});

document.addEventListener('keydown', (event) => { if (event.key === 'Escape' && closeSide()) event.stopPropagation(); });

// Buttons that need scripts are hidden until there are some.
export function reveal() {
  for (const button of $$('[data-do][hidden]')) if (actions[button.dataset.do]) button.hidden = false;
}

// What a form's page says once goes by itself, as a script's message does.
for (const notice of $$('#toasts .toast')) setTimeout(() => notice.remove(), 8_000);

label();
