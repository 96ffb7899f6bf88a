const PATIENCE_MS = 300;

/** What an answer says if it comes at once; a page that can go without does not wait for it. */
export function soon<T>(answer: Promise<T>): Promise<T | undefined> {
  const patience = new Promise<undefined>((done) => setTimeout(done, PATIENCE_MS, undefined));
  return Promise.race([answer.catch(() => undefined), patience]);
}
