import type { Decoded } from './decoder.ts';
import { extractJwk } from './extract/jwk.ts';
import { extractKubernetesSecret } from './extract/kubernetes-secret.ts';

/** One secret of something larger: where it stands in the text, and what it is. */
export interface Extracted {
  readonly start: number;
  readonly end: number;
  readonly decoded: Decoded;
}

/** Finds the secrets of what has the keyword at `keywordStart`. Text is bytes seen as Latin-1. Never throws. */
export type Extractor = (text: string, keywordStart: number) => readonly Extracted[];

/** Extractors that rules name. */
export const EXTRACTORS = {
  jwk: extractJwk,
  'kubernetes-secret': extractKubernetesSecret,
} as const satisfies Record<string, Extractor>;

export type ExtractorName = keyof typeof EXTRACTORS;
