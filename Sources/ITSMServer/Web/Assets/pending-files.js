// Files that go with what somebody writes: chosen, pasted or dropped, and sent behind the words, so that nobody sees them before.
import { $, el, icon } from './dom.js';
import { actions } from './shell.js';

const list = $('#pending'), input = $('#attach');
const size = (bytes) => (bytes < 1_000 ? `${bytes} bytes` : bytes < 1_000_000 ? `${Math.round(bytes / 1_000)} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`);

let items = [];
const paint = () => list.replaceChildren(...items.map((item) => item.node));

function add(files) {
  for (const file of files) {
    const item = { file, node: el('li', { className: 'file' }) };
    const remove = el('button', { type: 'button', className: 'btn ghost icon', onclick: () => { items = items.filter((other) => other !== item); paint(); } }, icon('x', 's'));
    remove.setAttribute('aria-label', `Remove ${file.name}`);
    const isPicture = /^image\/(png|jpeg|gif|webp)$/.test(file.type);
    item.node.append(isPicture ? el('img', { src: URL.createObjectURL(file), alt: '' }) : icon('clip', 's'), el('span', { className: 'clip', textContent: file.name }), el('small', { textContent: size(file.size) }), remove);
    items.push(item);
  }
  paint();
}

/** Sends one file; `fetch` cannot tell how far it is. */
function upload(file, path, comment, told) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest(), data = new FormData();
    if (comment) data.append('comment', comment);
    data.append('file', file, file.name);
    request.open('POST', `/api/v1/${path}/attachments`);
    request.setRequestHeader('X-CSRF-Token', $('meta[name="csrf"]').content);
    request.setRequestHeader('Accept', 'application/json');
    request.upload.onprogress = (event) => { if (event.lengthComputable) told(event.loaded / event.total); };
    request.onerror = () => reject(new Error('The server could not be reached.'));
    request.onload = () => {
      if (request.status < 300) { resolve(); return; }
      let detail = '';
      try { detail = JSON.parse(request.responseText).detail; } catch { /* not ours */ }
      reject(new Error(detail || 'The file was not taken.'));
    };
    request.send(data);
  });
}

export const pending = {
  get isEmpty() { return items.length === 0; },
  get names() { return items.map(({ file }) => file.name).join(', '); },
  /** Hands the files over, so that new ones can be chosen. */
  take() { const taken = items; items = []; paint(); return taken; },
  putBack(taken) { items = [...taken, ...items]; paint(); },
  /** Sends what was taken to the ticket with this path, one by one. What fails stays with its reason; `again` runs whenever one got through after all. Gives how many failed. */
  async send(taken, path, comment, again = () => {}) {
    let failed = 0;
    for (const item of taken) {
      const bar = el('progress', { max: 1, value: 0 });
      bar.setAttribute('aria-label', `Sending ${item.file.name}`);
      $('button', item.node)?.remove();
      item.node.append(bar);
      list.append(item.node);
      try {
        await upload(item.file, path, comment, (share) => { bar.value = share; });
        item.node.remove();
      } catch (failure) {
        failed += 1;
        bar.remove();
        const retry = el('button', { type: 'button', className: 'btn', textContent: 'Try again', onclick: async () => { retry.parentElement.remove(); if (!await pending.send([item], path, comment, again)) again(); } });
        item.node.append(el('span', { className: 'wrong' }, failure.message, ' ', retry));
      }
    }
    return failed;
  },
};

/** Takes files that are chosen, and those that are pasted or dropped anywhere in `target`; `mark` shows that they may be. */
export function takeFiles(target, mark) {
  target.addEventListener('paste', (event) => { if (event.clipboardData.files.length) { event.preventDefault(); add(event.clipboardData.files); } });
  target.addEventListener('dragover', (event) => { if (event.dataTransfer.types.includes('Files')) { event.preventDefault(); mark.classList.add('drop'); } });
  target.addEventListener('dragleave', (event) => { if (!target.contains(event.relatedTarget)) mark.classList.remove('drop'); });
  target.addEventListener('drop', (event) => { mark.classList.remove('drop'); if (event.dataTransfer.files.length) { event.preventDefault(); add(event.dataTransfer.files); } });
  input.addEventListener('change', () => { add(input.files); input.value = ''; });
  actions.attach = () => input.click();
  // Files cannot be sent from a page that is gone.
  addEventListener('beforeunload', (event) => { if (items.length || $('progress', list)) event.preventDefault(); });
}
