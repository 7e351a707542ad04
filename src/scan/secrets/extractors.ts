import type { Decoded } from './decoder.ts';
import type { Effort } from './effort.ts';
import { extractJwk } from './extract/jwk.ts';
import { extractKubeconfig } from './extract/kubeconfig.ts';
import { extractKubernetesSecret } from './extract/kubernetes-secret.ts';
import { extractMcpServers } from './extract/mcp-servers.ts';
import { extractNamedValue } from './extract/named-value.ts';
import { extractTerraformState } from './extract/terraform-state.ts';
import { extractTerraformVariable } from './extract/terraform-variable.ts';

/** One secret of something larger: where it stands in the text, and what it is. */
export interface Extracted {
  readonly start: number;
  readonly end: number;
  readonly decoded: Decoded;
}

/** What an extractor knows beside the text. */
export interface ExtractContext {
  readonly now: Date;
  /** Counts what is looked at around the keyword. */
  readonly effort: Effort;
}

/** Finds the secrets of what has the keyword at `keywordStart`. Text is bytes seen as Latin-1. Never throws. */
export type Extractor = (text: string, keywordStart: number, context: ExtractContext) => readonly Extracted[];

/** Extractors that rules name. */
export const EXTRACTORS = {
  jwk: extractJwk,
  kubeconfig: extractKubeconfig,
  'kubernetes-secret': extractKubernetesSecret,
  'mcp-servers': extractMcpServers,
  'named-value': extractNamedValue,
  'terraform-state': extractTerraformState,
  'terraform-variable': extractTerraformVariable,
} as const satisfies Record<string, Extractor>;

export type ExtractorName = keyof typeof EXTRACTORS;
