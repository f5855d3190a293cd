// How a bulk change goes, while one looks at it, on its own page or from the queue.
import { $, Refusal, api } from './dom.js';

const goesOn = (part) => ['queued', 'running'].includes(part?.status);
const count = (counts) => counts.changed + counts.unchanged + counts.refused + counts.rolledBack;

/** Asks again and again until the change, or its undoing, is over. Calls `tell(done, total)` meanwhile; gives the operation as it is then. */
export async function follow(id, tell) {
  for (let wait = 100; ; wait = Math.min(wait * 2, document.hidden ? 5000 : 1000)) {
    let operation;
    try {
      operation = (await api('GET', `tickets/bulk/${id}`)).body;
    } catch (failure) {
      // The server may be starting again.
      if (!(failure instanceof Refusal) || (failure.status && failure.status < 500)) throw failure;
    }
    const part = operation && (goesOn(operation) ? operation : operation.undo);
    if (operation && !goesOn(part)) return operation;
    if (part) tell(count(part.counts), part.total);
    await new Promise((done) => { setTimeout(done, wait); });
  }
}

const page = $('[data-bulk]');
if (page) {
  $('[data-reload]', page).hidden = true;
  await follow(page.dataset.bulk, (done, total) => {
    const bar = $('progress', page);
    bar.max = total;
    bar.value = done;
    $('[data-progress]', page).textContent = `${done} of ${total}`;
  });
  location.reload();
}
