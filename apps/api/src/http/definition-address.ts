/** Definitions are addressed by ref or by id; refs never are digits alone. */
export function isDefinitionId(address: string): boolean {
  return /^\d{1,15}$/.test(address);
}
