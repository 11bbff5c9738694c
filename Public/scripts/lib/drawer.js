/** From here on the style sheets show both columns beside the conversation, or only the rooms. */
const WIDE = matchMedia('(min-width: 48rem)');
const WIDEST = matchMedia('(min-width: 72rem)');

/** A popover on a small screen is a column on a large one: it must not stay open above the page when the screen grows. */
export function becomeDrawer(element) {
  for (const query of [WIDE, WIDEST]) query.addEventListener('change', () => closeDrawer(element));
}

export function closeDrawer(element) {
  if (element.matches(':popover-open')) element.hidePopover();
}
