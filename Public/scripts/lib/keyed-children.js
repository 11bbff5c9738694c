/**
 * Makes the children of `parent` show `rows`, in order. An element whose row has the same key is kept where it is, so that
 * focus, selection and the reader's place survive. Every child has `render(row)`.
 */
export function showRows(parent, rows, make) {
  const wanted = new Set(rows.map((row) => row.key));
  const kept = new Map();
  for (const child of [...parent.children]) {
    if (wanted.has(child.key)) kept.set(child.key, child);
    else child.remove();
  }
  let next = parent.firstElementChild;
  for (const row of rows) {
    const child = kept.get(row.key) ?? Object.assign(make(row), { key: row.key });
    child.render(row);
    if (child === next) next = next.nextElementSibling;
    else parent.insertBefore(child, next);
  }
}
