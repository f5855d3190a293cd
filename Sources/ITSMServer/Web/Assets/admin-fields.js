// The form of a custom field: only what its kind has, and a name made of the label.
import { $ } from './dom.js';

const kind = $('select[name="kind"]'), label = $('input[name="label"]'), name = $('input[name="name"]');

if (kind) {
  const choices = $('[data-field="choices"]');
  const follow = () => { choices.hidden = !['choice', 'multiChoice'].includes(kind.value); };
  kind.addEventListener('change', follow);
  follow();
}

if (name) {
  let isOwn = Boolean(name.value);
  name.addEventListener('input', () => { isOwn = Boolean(name.value); });
  label.addEventListener('input', () => {
    if (isOwn) return;
    const words = label.value.normalize('NFKD').replace(/[^A-Za-z0-9 ]+/g, '').trim().split(/ +/);
    const joined = words.map((word, n) => (n ? word.charAt(0).toUpperCase() : word.charAt(0).toLowerCase()) + word.slice(1)).join('');
    name.value = joined.replace(/^[0-9]+/, '').slice(0, 40);
  });
}
