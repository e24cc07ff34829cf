/** What this tab remembers: the token, and whether its camera was being shown. */

const TOKEN = "chevet-token";
const LIVE = "chevet-live";

/**
 * The token, from the address or from before a reload.
 *
 * It leaves the address bar, where shoulders and screenshots read it (A16); where nothing can be kept it stays.
 */
export function takeToken(): string | null {
  const inAddress = location.hash.slice(1);
  if (!inAddress) return recall(TOKEN);
  const isAnother = inAddress !== recall(TOKEN);
  if (isAnother) remember(LIVE, null);
  if (remember(TOKEN, inAddress)) history.replaceState(null, "", location.pathname + location.search);
  return inAddress;
}

export function keepToken(token: string): void {
  remember(TOKEN, token);
}

export function setLive(isLive: boolean): void {
  remember(LIVE, isLive ? "1" : null);
}

export function wasLive(): boolean {
  return recall(LIVE) !== null;
}

export function forget(): void {
  remember(TOKEN, null);
  remember(LIVE, null);
}

function remember(key: string, value: string | null): boolean {
  try {
    if (value === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, value);
    return true;
  } catch {
    return false;
  }
}

function recall(key: string): string | null {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
}
