/** Which page: the path, and the way back. */
import { signal } from "@preact/signals";

export const path = signal(location.pathname);

export function navigate(to: string): void {
  if (to === path.value) return;
  history.pushState(null, "", to);
  path.value = to;
}

/** Follow the back and forward buttons. */
export function followHistory(): void {
  addEventListener("popstate", () => {
    path.value = location.pathname;
  });
}

/** An ordinary press on an ordinary link stays in this page; with a modifier the browser decides. */
export function stayInPage(event: MouseEvent): void {
  const link = event.currentTarget;
  if (!(link instanceof HTMLAnchorElement) || link.target || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  navigate(link.pathname);
}
