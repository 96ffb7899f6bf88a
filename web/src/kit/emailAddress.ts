/** Whether it may be an e-mail address; whether it is one, only a letter can say. */
export function looksLikeAddress(text: string): boolean {
  return /^[^\s@]+@[^\s@]+$/.test(text.trim());
}
