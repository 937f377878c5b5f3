/** What stands in place of output that was not kept. */
export function truncationMark(droppedBytes: number): string {
  return droppedBytes === 0 ? '' : `\n[output truncated: ${droppedBytes} more bytes were not kept]\n`;
}
