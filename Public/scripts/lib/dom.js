/**
 * Makes an element. Strings among the children become text nodes: nothing here, or anywhere in the page, parses markup,
 * so a message cannot become anything but text.
 */
export function build(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children);
  return element;
}

/** A live region speaks whenever its text is set, even to what it was. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Tells the page what a person did. It bubbles up to `main.js`, which knows what to do about it. */
export function tell(element, type, detail = {}) {
  element.dispatchEvent(new CustomEvent(type, { bubbles: true, detail }));
}

/** As `tell`, for what has an answer, or may be refused: `main.js` puts a promise into the event. */
export function ask(element, type, detail = {}) {
  const question = { ...detail };
  tell(element, type, question);
  return question.answer;
}
