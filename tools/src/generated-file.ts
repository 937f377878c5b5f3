/** A file that is written by `npm run generate` and never by hand. */
export interface GeneratedFile {
  /** Relative to the root. */
  path: string;
  content: string;
}

export interface Generator {
  /** Folders that hold nothing but this generator's files, so that others in there are out of date. */
  folders?: readonly string[];
  generate(): GeneratedFile[] | Promise<GeneratedFile[]>;
}
