/** A page that `npm run generate` writes, and nobody by hand. */
export interface GeneratedFile {
  /** Relative to the root. */
  path: string;
  /** Markdown; formatted when it is written. */
  content: string;
}
