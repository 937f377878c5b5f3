export const taintEffects = ['no_schedule', 'prefer_no_schedule'] as const;
export type TaintEffect = (typeof taintEffects)[number];

export const tolerationOperators = ['equal', 'exists'] as const;
export type TolerationOperator = (typeof tolerationOperators)[number];

export const labelOperators = ['in', 'not_in', 'exists', 'does_not_exist'] as const;
export type LabelOperator = (typeof labelOperators)[number];

export interface Toleration {
  key: string;
  operator?: TolerationOperator;
  value?: string;
  effect?: TaintEffect;
}

export interface LabelExpression {
  key: string;
  operator: LabelOperator;
  values?: readonly string[];
}

export interface LabelTerm {
  match_labels?: Readonly<Record<string, string>>;
  match_expressions?: readonly LabelExpression[];
}

export interface Affinity {
  required?: readonly LabelTerm[];
  preferred?: readonly { weight?: number; preference: LabelTerm }[];
  anti_affinity?: readonly LabelTerm[];
}

/** What an execution demands of the worker that runs it, beyond its runtime. Snake case: stored as JSON. */
export interface Placement {
  runtime_version?: string;
  /** Further runtimes that must be on the host: name to semver range, or `*`. */
  required_runtimes?: Readonly<Record<string, string>>;
  selector?: Readonly<Record<string, string>>;
  tolerations?: readonly Toleration[];
  affinity?: Affinity;
}
