import { bookFindings } from './book-findings.js';
import { definitionFindings } from './definition-findings.js';
import { executionFindings } from './execution-findings.js';
import type { DoctorFacts } from './facts.js';
import type { Finding } from './finding.js';
import { findingKinds, findingSeverities } from './finding.js';
import { serviceFindings } from './service-findings.js';
import { sourceFindings } from './source-findings.js';

/** Everything that does not move and why, the most urgent first. */
export function diagnose(facts: DoctorFacts): readonly Finding[] {
  const findings = [
    ...bookFindings(facts),
    ...serviceFindings(facts),
    ...sourceFindings(facts),
    ...executionFindings(facts),
    ...definitionFindings(facts),
  ];
  return findings.toSorted((a, b) => urgency(a) - urgency(b));
}

/** Whether nobody has to do anything. */
export function isHealthy(findings: readonly Pick<Finding, 'severity'>[]): boolean {
  return findings.every(({ severity }) => severity === 'info');
}

function urgency({ severity, kind }: Finding): number {
  return findingSeverities.indexOf(severity) * findingKinds.length + findingKinds.indexOf(kind);
}
