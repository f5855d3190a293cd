// Service levels: a due time that follows what one asks, and one tick for all events of a file.
import { $, $$, attempt, fragment } from './dom.js';

const asking = $('form[data-outlook]'), answers = $('[data-answers]');

if (asking) {
  let last;
  asking.addEventListener('input', () => attempt(async () => {
    last?.abort();
    last = new AbortController();
    if (!asking.elements.date.value || !asking.elements.time.value) return;
    answers.replaceChildren(await fragment(`${asking.dataset.outlook}?${new URLSearchParams(new FormData(asking))}`, last.signal));
  }));
}

const all = $('[data-tick-all]');

if (all) {
  const ticks = $$('input[name="uid"]');
  const tell = () => {
    all.checked = ticks.every((tick) => tick.checked);
    all.indeterminate = !all.checked && ticks.some((tick) => tick.checked);
  };
  all.hidden = false;
  all.addEventListener('change', () => { for (const tick of ticks) tick.checked = all.checked; });
  for (const tick of ticks) tick.addEventListener('change', tell);
  tell();
}
