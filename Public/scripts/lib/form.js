/* Forms that ask the server for something. */
import { build } from './dom.js';
import { problemText } from './problem-text.js';

let fields = 0;

/** A control with its label above it, and under it what there is to say about it. */
export function field(label, control, hint) {
  fields += 1;
  const note = hint && build('span', { class: 'hint', id: `field-hint-${fields}` }, hint);
  control.id = `field-${fields}`;
  if (note) control.setAttribute('aria-describedby', note.id);
  return build('div', { class: 'field' }, build('label', { for: control.id }, label), control, ...(note ? [note] : []));
}

/** `{ value: label }` to choose one from. */
export function choice(options, attributes = {}) {
  return build('select', attributes, ...Object.entries(options).map(([value, label]) => build('option', { value }, label)));
}

export function button(label, attributes = {}, onClick = null) {
  const element = build('button', { type: 'button', class: 'quiet-button', ...attributes }, label);
  if (onClick) element.addEventListener('click', onClick);
  return element;
}

/** Where a form, or a list of buttons, says what went wrong. */
export function problemLine() {
  return build('p', { class: 'problem', role: 'alert' });
}

/**
 * Does what was asked for; what goes wrong is said in `line`, unless by then it does not count any more. Returns whether it
 * was done.
 */
export async function attempt(line, act, counts = () => true) {
  line.textContent = '';
  try {
    await act();
    return true;
  } catch (error) {
    if (!counts()) return false;
    line.textContent = problemText(error);
    line.dataset.code = error.code ?? '';
    return false;
  }
}

/**
 * Sends a form once at a time. If it is refused, the field that is to blame is marked and has the focus:
 * `blamed` is `{ code: control }`, `other` standing for every other code.
 */
export function onSubmit(form, line, blamed, act) {
  let isUnderWay = false;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (isUnderWay) return;
    isUnderWay = true;
    for (const control of Object.values(blamed)) control.removeAttribute('aria-invalid');
    const done = await attempt(line, act);
    isUnderWay = false;
    if (done) return;
    const control = blamed[line.dataset.code] ?? blamed.other;
    control?.setAttribute('aria-invalid', 'true');
    control?.focus();
  });
}
