/** The server's words begin small and end open; on a page they are sentences. */
export function sentence(text: string): string {
  const closed = /[.!?…]$/.test(text) ? text : `${text}.`;
  return closed.charAt(0).toUpperCase() + closed.slice(1);
}
