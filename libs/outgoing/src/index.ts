export { createAddressGuard } from './address-guard.js';
export type { AddressGuard } from './address-guard.js';
export { openRequest } from './open-request.js';
export { openSocket, openTlsSocket, secureSocket } from './open-socket.js';
export { createOutgoingFetch } from './outgoing-fetch.js';
export type { OutgoingFetch } from './outgoing-fetch.js';
