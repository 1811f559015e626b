/** Where the focus goes when what had it is gone. */

export function focusHeading(within: HTMLElement | undefined): void {
  const heading = within?.querySelector<HTMLElement>("h1");
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

/** Nothing on the page has it. */
export function focusLost(): boolean {
  return document.activeElement === null || document.activeElement === document.body;
}
