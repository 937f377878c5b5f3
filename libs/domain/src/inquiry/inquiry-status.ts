import type { Transitions } from '../state-machine.js';
import { terminalStates } from '../state-machine.js';

export const inquiryStatuses = ['pending', 'responded', 'timeout', 'cancelled'] as const;
export type InquiryStatus = (typeof inquiryStatuses)[number];

export const inquiryTransitions: Transitions<InquiryStatus> = {
  pending: ['responded', 'timeout', 'cancelled'],
  responded: [],
  timeout: [],
  cancelled: [],
};

export const terminalInquiryStatuses = terminalStates(inquiryTransitions);
