/** What the exit codes of `attune` mean; scripts rely on them. */
export const exitCode = {
  ok: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  notAllowed: 4,
  unreachable: 5,
  timeout: 124,
  interrupted: 130,
} as const;
