/** A part of a framework that non-human identities, secrets or access are asked about. */
export interface Control {
  /** As the framework writes it: `NHI5`, `2.12`, `CC6.1`, `A.5.17`, `AC-2(3)`. */
  readonly id: string;
  /** In short, in our own words or those of a public document. */
  readonly title: string;
  /** Why no rule can say anything of it, where that is so by its nature; told in place of "no rule covers it". */
  readonly outside?: string;
}

/** What a report is about: one file in `frameworks/`, one line in `frameworks.ts`. */
export interface Framework {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  /** Where the framework itself is published. */
  readonly source: string;
  /** The key of METADATA `custom.controls` under which rules name its controls; `nhi` for `custom.nhi` itself. */
  readonly key: string;
  /** Which of its controls are here, and why those. */
  readonly selection: string;
  /** In the order of the framework. */
  readonly controls: readonly Control[];
}
