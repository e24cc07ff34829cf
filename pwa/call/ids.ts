/** A name that no other page will choose: 128 random bits, in the alphabet of protocol ids. */
export function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (word) => word.toString(36)).join("-");
}
