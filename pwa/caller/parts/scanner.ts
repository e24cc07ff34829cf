export async function scan(_onToken: (token: string) => void): Promise<void> {}
