export function rescue(_problem: string, _link: string): Node[] {
  return [];
}
