// Conditions: rows beside the text, both the same expression. The server reads and writes it; what is here shows what it says.
import { $, $$, Refusal, api, el, toast } from './dom.js';
import { draw } from './condition-rows.js';

/** Milliseconds after a keystroke, and after a change of a row. */
const TYPING = 350, CHANGING = 120;
const environments = new Map();

// A panel that opens later has no style yet.
const style = '/assets/condition-builder.css';
if (!$(`link[href="${style}"]`)) document.head.append(el('link', { rel: 'stylesheet', href: style }));

/** What may be named, asked once for each scope; nothing where the server is away. */
function environment(scope) {
  if (!environments.has(scope)) {
    const asked = api('GET', `expressions/environment?scope=${scope}`).then(({ body }) => body);
    asked.catch(() => environments.delete(scope));
    environments.set(scope, asked);
  }
  return environments.get(scope);
}

class ConditionField {
  constructor(root) {
    this.root = root;
    this.scope = root.dataset.scope;
    this.area = $('textarea', root);
    this.mirror = $('.cx-mirror', root);
    this.list = $('.cx-faults', root);
    this.said = $('[data-said]', root);
    this.rowsBox = $('[data-rows]', root);
    this.names = {};
    this.faults = [];
    this.pending = null;
    this.area.addEventListener('input', () => { this.paint([]); this.later(TYPING, () => this.ask({ expression: this.area.value })); });
    this.area.addEventListener('scroll', () => { this.mirror.scrollTop = this.area.scrollTop; this.mirror.scrollLeft = this.area.scrollLeft; });
    new ResizeObserver(() => { this.mirror.style.setProperty('height', `${this.area.offsetHeight}px`); }).observe(this.area);
    this.begin();
  }

  async begin() {
    try { this.known = await environment(this.scope); } catch { return; }
    this.fields = new Map(this.known.fields.map((field) => [field.name, field]));
    await this.ask({ expression: this.area.value });
  }

  /** Runs `work` when nothing more came for a while; a form that is sent meanwhile waits for it. */
  later(milliseconds, work) {
    clearTimeout(this.timer);
    this.pending = work;
    this.timer = setTimeout(() => this.settle(), milliseconds);
  }

  async settle() {
    clearTimeout(this.timer);
    const work = this.pending;
    this.pending = null;
    await work?.();
    await this.running;
  }

  get isBusy() { return Boolean(this.pending || this.running); }

  /** The answer to what was asked last; older answers are dropped. */
  async ask(question) {
    this.asking?.abort();
    const mine = this.asking = new AbortController();
    this.running = (async () => {
      try {
        const { body } = await api('POST', 'expressions/check', { ...question, scope: this.scope }, { signal: mine.signal });
        if (mine === this.asking) this.show(body, question);
      } catch (failure) {
        if (failure.name === 'AbortError') return;
        this.fail(failure);
      } finally { if (mine === this.asking) this.running = null; }
    })();
    await this.running;
  }

  fail(failure) {
    const text = failure instanceof Refusal && failure.errors[0] ? failure.errors[0].message : failure.message;
    this.list.replaceChildren(el('p', { className: 'wrong', textContent: text }));
    this.said.textContent = text;
  }

  show(answer, question) {
    Object.assign(this.names, answer.names);
    if (question.rows && this.area.value !== answer.expression) {
      this.area.value = answer.expression;
      this.area.dispatchEvent(new Event('change', { bubbles: true }));
    }
    const faults = [...answer.faults, ...(this.known.lists ? answer.sqlFaults : [])];
    this.paint(faults);
    this.tell(faults);
    // What a person is at work on in the rows is theirs: only another text draws them anew.
    if (question.rows) return;
    const isReadable = Boolean(answer.rows);
    this.rowsBox.classList.toggle('stale', !isReadable);
    if (isReadable) this.rows = answer.rows;
    if (this.rows) this.drawRows();
  }

  drawRows() {
    this.rowsBox.hidden = false;
    this.root.classList.add('cx-both');
    draw(this.rowsBox, this.rows, { fields: this.fields, names: this.names, changed: () => this.later(CHANGING, () => this.ask({ rows: this.rows })) });
  }

  // Where it is wrong.

  /** The characters of a fault: the word or the sign that begins at its place. */
  range({ line, column }) {
    const points = [...this.area.value];
    let at = 0;
    for (let n = 1; n < line; n += 1) { const end = points.indexOf('\n', at); if (end < 0) break; at = end + 1; }
    const start = Math.min(at + column - 1, points.length);
    const word = /^(?:[\p{L}_][\p{L}\p{N}_.]*|"[^"\n]*"?|'[^'\n]*'?|\d[\w.]*|[^\s\w]{1,2}|\s)/u.exec(points.slice(start).join(''));
    const before = points.slice(0, start).join('').length;
    return [before, before + (word?.[0].length ?? 0)];
  }

  paint(faults) {
    this.faults = faults;
    if (faults.length) this.area.setAttribute('aria-invalid', 'true'); else this.area.removeAttribute('aria-invalid');
    const text = this.area.value, parts = [];
    let at = 0;
    for (const [start, end] of faults.map((fault) => this.range(fault)).sort(([a], [b]) => a - b)) {
      if (start < at) continue;
      // At the end of the text a space stands for what is missing.
      parts.push(text.slice(at, start), el('mark', { textContent: text.slice(start, end) || ' ' }));
      at = end;
    }
    this.mirror.replaceChildren(...parts, text.slice(at), '\n');
  }

  tell(faults) {
    const items = faults.map((fault) => {
      const place = el('button', { type: 'button', className: 'place', textContent: `Line ${fault.line}, column ${fault.column}` });
      place.addEventListener('click', () => this.select(fault));
      const item = el('li', {}, place, ' ', fault.message);
      if (fault.nearest) {
        const mend = el('button', { type: 'button', className: 'btn mend', textContent: `Use ${fault.nearest}` });
        mend.addEventListener('click', () => this.replace(fault));
        item.append(' ', mend);
      }
      return item;
    });
    this.list.replaceChildren(...(items.length ? [el('ul', {}, ...items)] : []));
    this.said.textContent = faults.length
      ? `${faults.length === 1 ? 'One fault' : `${faults.length} faults`} in the condition: ${faults[0].message}` : this.area.value.trim() ? 'The condition is right.' : '';
  }

  select(fault) {
    const [start, end] = this.range(fault);
    this.area.focus();
    this.area.setSelectionRange(start, end);
  }

  replace(fault) {
    const [start, end] = this.range(fault);
    this.area.focus();
    this.area.setRangeText(fault.nearest, start, end, 'end');
    this.area.dispatchEvent(new Event('input', { bubbles: true }));
  }
}

const all = new Map();
for (const root of $$('[data-condition]')) if (!all.has(root)) all.set(root, new ConditionField(root));

// What is sent says what is seen: a form waits for the answer that is under way.
document.addEventListener('submit', (event) => {
  const busy = [...all.values()].filter((each) => event.target.contains(each.root) && each.isBusy);
  if (!busy.length) return;
  event.preventDefault();
  event.stopPropagation();
  const button = event.submitter;
  Promise.all(busy.map((each) => each.settle())).then(() => event.target.requestSubmit(button ?? undefined)).catch((failure) => toast(failure.message));
}, true);
