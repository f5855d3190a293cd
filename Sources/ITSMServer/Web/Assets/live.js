// What happens on the desk, as it happens: one open stream per browser, not per tab.
//
// Where there are Web Locks, the tab that holds the lock holds the stream. Plain HTTP at another host name has none: there the tab that came to the front last
// holds it, and says so to the others. Either way the holder hands events on by BroadcastChannel, and every tab knows the place up to which it has seen them:
// the page's own at first, then that of the last event. Who takes over goes on from there, so nothing is lost or told twice.
//
// `fetch` and not EventSource, which cannot begin at a place, does not say that the sign-in has ended, and drops events whose names it was not told.
import { $$, asking } from './dom.js';

const handlers = new Set(), listeners = new Set();
const seen = new Set();
const id = crypto.getRandomValues(new Uint32Array(2)).join('-');
let place = document.body.dataset.feed ?? '', state = 'connecting', channel = null, stream = null, claim = 0;

/** Calls `handler` with every batch of events (CloudEvents as `GET /events` has them) from the page's own place on. */
export function onEvents(handler) { handlers.add(handler); start(); return () => handlers.delete(handler); }

/** Calls `handler` with "live", "reconnecting" or "ended" (signed out), now and at each change. */
export function onState(handler) { listeners.add(handler); if (state !== 'connecting') handler(state); start(); return () => listeners.delete(handler); }

function become(next) {
  if (state === next) return;
  state = next;
  const text = { live: 'Live', reconnecting: 'Reconnecting', ended: 'Signed out' }[next];
  for (const mark of $$('[data-live]')) { mark.hidden = false; mark.dataset.live = next; mark.lastElementChild.textContent = text; }
  for (const listener of listeners) listener(next);
}

function receive(events) {
  const fresh = events.filter((event) => !seen.has(event.id));
  for (const event of fresh) seen.add(event.id);
  for (const old of seen) { if (seen.size <= 1_000) break; seen.delete(old); }
  if (!fresh.length) return;
  place = fresh.at(-1).id;
  for (const handler of handlers) handler(fresh);
}

// The holder's part.

const tell = (message) => channel?.postMessage({ from: id, ...message });
const rest = (seconds, signal) => new Promise((done) => {
  const over = new AbortController();
  const end = () => { clearTimeout(timer); over.abort(); done(); };
  const timer = setTimeout(end, seconds * 1_000);
  addEventListener('online', end, { signal: over.signal });
  signal.addEventListener('abort', end, { signal: over.signal });
});

/** Reads one stream to its end. Gives false when the sign-in has ended. */
async function read(signal) {
  const quiet = new AbortController(), either = AbortSignal.any([signal, quiet.signal]);
  // The server sends a heartbeat every 15 seconds; three that do not come are a dead line.
  let watch = setTimeout(() => quiet.abort(), 45_000);
  try {
    const answer = await fetch('/api/v1/events/stream', { headers: asking({ Accept: 'text/event-stream', ...(place && { 'Last-Event-ID': place }) }), signal: either, cache: 'no-store' });
    if (answer.status === 401) return false;
    // A place that the server does not know is of no use; the page's reader reloads.
    if (answer.status === 400) { place = ''; return true; }
    if (!answer.ok) return true;
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let open = '';
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return true;
      clearTimeout(watch);
      watch = setTimeout(() => quiet.abort(), 45_000);
      announce('live');
      const blocks = (open + value).split('\n\n');
      open = blocks.pop();
      const events = [];
      for (const block of blocks) {
        const data = block.split('\n').filter((line) => line.startsWith('data: ')).map((line) => line.slice(6)).join('\n');
        if (data) events.push(JSON.parse(data)); else place = /^id: (.+)$/m.exec(block)?.[1] ?? place;
      }
      if (events.length) { tell({ events }); receive(events); }
    }
  } catch (failure) {
    if (failure.name !== 'AbortError' && failure.name !== 'TypeError') console.error(failure);
    return true;
  } finally { clearTimeout(watch); }
}

function announce(next) { if (state !== next) { become(next); tell({ state: next }); } }

async function hold(signal) {
  for (let pause = 1; !signal.aborted;) {
    const began = Date.now();
    if (!await read(signal)) { announce('ended'); return; }
    if (signal.aborted) return;
    announce('reconnecting');
    if (Date.now() - began > 30_000) pause = 1;
    await rest(pause * (0.75 + Math.random() / 2), signal);
    pause = Math.min(30, pause * 2);
  }
}

function take() {
  const mine = stream = new AbortController();
  hold(mine.signal).finally(() => { if (stream === mine) stream = null; });
}
function letGo() { stream?.abort(); stream = null; }

// Who holds it.

function elect() {
  const waiting = new AbortController();
  navigator.locks.request('itsm-live', { signal: waiting.signal }, () => {
    stream = new AbortController();
    return hold(stream.signal);
  }).catch((failure) => { if (failure.name !== 'AbortError') throw failure; });
  tell({ hello: true });
  return () => { waiting.abort(); letGo(); };
}

/** Without locks: the tab in front takes the stream from the others. Of two that claim at once, the later has it. */
function comeForward() {
  if (document.visibilityState !== 'visible' || stream) return;
  claim = Date.now();
  tell({ claim });
  take();
}

async function catchUp() {
  for (let after = place; after;) {
    const answer = await fetch(`/api/v1/events?limit=200&after=${encodeURIComponent(after)}`, { headers: asking({ Accept: 'application/json' }) }).catch(() => null);
    if (!answer?.ok) return;
    const page = await answer.json();
    receive(page.items);
    place = page.position;
    after = page.next ? page.position : '';
  }
}

function hear({ data }) {
  if (data.events) receive(data.events);
  if (data.state) become(data.state);
  if (data.hello && stream) tell({ state, at: place });
  // A tab that is new, or was asleep, may have missed what the holder already has.
  if (data.at && data.at !== place && !stream) catchUp();
  if (data.claim && stream) {
    if (data.claim > claim || (data.claim === claim && data.from > id)) letGo(); else tell({ claim });
  }
  if (data.free) comeForward();
}

let leave = null;
function start() {
  if (leave) return;
  channel = new BroadcastChannel('itsm-live');
  channel.onmessage = hear;
  if (navigator.locks) { leave = elect(); return; }
  const look = () => { if (document.visibilityState === 'visible') comeForward(); else if (stream) { letGo(); tell({ free: true }); } };
  document.addEventListener('visibilitychange', look);
  addEventListener('focus', comeForward);
  comeForward();
  tell({ hello: true });
  leave = () => {
    document.removeEventListener('visibilitychange', look);
    removeEventListener('focus', comeForward);
    if (stream) { letGo(); tell({ free: true }); }
  };
}

// A page that the browser keeps for "back" gives the stream to others, and takes part again when it is shown.
addEventListener('pagehide', () => { if (!leave) return; leave(); leave = null; channel.close(); channel = null; });
addEventListener('pageshow', (event) => { if (event.persisted && (handlers.size || listeners.size)) { start(); catchUp(); } });
document.addEventListener('resume', catchUp);

/** For a page that only shows how the line stands; called once all that a page listens with is there. */
export function begin() { if (document.querySelector('[data-live]')) start(); }
