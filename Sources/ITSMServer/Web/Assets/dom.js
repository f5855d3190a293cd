// What every module uses: finding and making elements, and talking to the server.
export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name in node) node[name] = value; else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

const SVG = 'http://www.w3.org/2000/svg';

export function icon(name, extra = '') {
  const svg = document.createElementNS(SVG, 'svg'), use = document.createElementNS(SVG, 'use');
  svg.setAttribute('class', `i ${extra}`.trim());
  svg.setAttribute('aria-hidden', 'true');
  use.setAttribute('href', `/assets/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

export const remembered = {
  get(key) { try { return localStorage.getItem(key); } catch { return null; } },
  set(key, value) { try { localStorage.setItem(key, value); } catch { /* a private window keeps nothing */ } },
};

/** What the server refused or could not do; `code`, `detail`, `errors` and `requestId` as api.md has them. */
export class Refusal extends Error {
  constructor(status, problem) {
    super(problem.detail ?? 'The server could not be reached.');
    Object.assign(this, { status, code: problem.code, errors: problem.errors ?? [], requestId: problem.requestId });
  }
}

let touched = Date.now();
for (const name of ['pointerdown', 'pointermove', 'keydown', 'wheel']) addEventListener(name, () => { touched = Date.now(); }, { passive: true, capture: true });

/** Headers of what a script asks for. What comes while nobody has touched the page for a minute does not keep the sign-in alive, so it says so. */
export const asking = (headers) => (Date.now() - touched < 60_000 ? headers : { ...headers, 'X-Background': '1' });

const token = () => $('meta[name="csrf"]')?.content ?? '';

/** Calls the REST API below /api/v1/. Gives `{body, etag}`; throws a Refusal. What is sent twice with one `key` is done once. */
export async function api(method, path, body, { version, key, signal, keepalive } = {}) {
  const headers = asking({ Accept: 'application/json' });
  if (method !== 'GET') headers['X-CSRF-Token'] = token();
  if (version !== undefined) headers['If-Match'] = `"${version}-page"`;
  if (key !== undefined) headers['Idempotency-Key'] = key;
  const isForm = body instanceof FormData;
  if (body !== undefined && !isForm) headers['Content-Type'] = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  let answer;
  try {
    answer = await fetch(`/api/v1/${path}`, { method, headers, body: isForm ? body : body === undefined ? undefined : JSON.stringify(body), signal, keepalive, credentials: 'same-origin' });
  } catch (failure) {
    if (failure.name === 'AbortError') throw failure;
    throw new Refusal(0, { code: 'unreachable', detail: 'The server could not be reached. What you typed is kept; try again.' });
  }
  const text = await answer.text();
  let value = null;
  try { value = text ? JSON.parse(text) : null; } catch { /* not JSON: an error in between */ }
  if (answer.status === 401) { location.assign(location.pathname + location.search); }
  if (!answer.ok) throw new Refusal(answer.status, value ?? {});
  return { body: value, etag: answer.headers.get('ETag') };
}

/** Those who can be picked by what is typed; `more` narrows them, such as `&assignable=true`. */
export async function users(words, signal, more = '') {
  const { body } = await api('GET', `users?disabled=false&limit=20${more}${words ? `&q=${encodeURIComponent(words)}` : ''}`, undefined, { signal });
  return body.items;
}

/** A part of a page from the server, as nodes. */
export async function fragment(address, signal) {
  const answer = await fetch(address, { headers: asking({ Accept: 'text/html' }), signal, credentials: 'same-origin' });
  if (answer.redirected && new URL(answer.url).pathname === '/sign-in') { location.reload(); }
  if (!answer.ok) throw new Refusal(answer.status, { detail: 'This part of the page could not be loaded.', requestId: answer.headers.get('X-Request-Id') });
  const template = document.createElement('template');
  template.innerHTML = await answer.text();
  return template.content;
}

/** Says something in the one polite region, with a way back where there is one. */
export function toast(text, undo, seconds = 6) {
  const node = el('div', { className: 'toast' }, text), close = () => node.remove();
  if (undo) node.append(el('button', { type: 'button', textContent: 'Undo', onclick: () => { close(); undo(); } })); else node.append(el('span'));
  $('#toasts').replaceChildren(node);
  setTimeout(close, seconds * 1000);
  return close;
}

/** Runs what a person asked for, and says so when it fails. */
export async function attempt(work) {
  try { return await work(); } catch (failure) {
    if (failure.name === 'AbortError') return undefined;
    const more = failure.errors?.length ? ` ${failure.errors.map((e) => e.message).join(' ')}` : '';
    toast(`${failure.message}${more && !failure.message.includes(more.trim()) ? more : ''}${failure.status >= 500 ? ` (request ${failure.requestId})` : ''}`, undefined, 10);
    return undefined;
  }
}
