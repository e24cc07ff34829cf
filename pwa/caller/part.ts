const PATIENCE_MS = 5_000;

/**
 * A browser may remember for ever that a module did not come, and waits without end on a path that died: each new try
 * has an address of its own. What comes late is kept for the next who asks.
 */
export function part<T>(address: string): () => Promise<T> {
  let found: T | undefined;
  let again = "";
  return () =>
    new Promise((resolve, reject) => {
      if (found) return resolve(found);
      const miss = () => {
        again += "?";
        reject();
      };
      setTimeout(miss, PATIENCE_MS);
      import(/* @vite-ignore */ address + again).then((made) => {
        found ??= made as T;
        resolve(found);
      }, miss);
    });
}
