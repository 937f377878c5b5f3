export { readingAddresses } from './reading-addresses.js';
