/** Ref of the trigger by which Attune tells of itself. */
export const alertTrigger = 'core.alert';
