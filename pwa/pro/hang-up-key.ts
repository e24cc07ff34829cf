/** Alt+R hangs up, wherever the focus is. Returns what ends it. */
export function hangUpByKey(hangUp: () => void): () => void {
  const pressed = (event: KeyboardEvent) => {
    // `code` is the place of the key, the same on every layout that has R there.
    if (!event.altKey || event.ctrlKey || event.metaKey || event.code !== "KeyR") return;
    event.preventDefault();
    hangUp();
  };
  addEventListener("keydown", pressed);
  return () => removeEventListener("keydown", pressed);
}
