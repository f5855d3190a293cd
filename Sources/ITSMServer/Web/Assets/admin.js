// How an import goes, while one looks at it.
import { $, api } from './dom.js';

const job = $('[data-job]');

async function follow() {
  let answer;
  try {
    answer = (await api('GET', `jobs/${job.dataset.job}`)).body;
  } catch { return setTimeout(follow, 5000); }
  if (!['queued', 'running'].includes(answer.status)) return location.reload();
  const { done, total } = answer.progress, bar = $('progress', job);
  if (total > 0) { bar.max = total; bar.value = done; }
  $('[data-progress]', job).textContent = total > 0 ? `${done} of ${total} rows` : `${done} rows`;
  return setTimeout(follow, document.hidden ? 5000 : 1000);
}

if (job) follow();
