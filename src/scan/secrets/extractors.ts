import type { Decoded } from './decoder.ts';
import { extractJwk } from './extract/jwk.ts';
import { extractKubeconfig } from './extract/kubeconfig.ts';
import { extractKubernetesSecret } from './extract/kubernetes-secret.ts';
import { extractMcpServers } from './extract/mcp-servers.ts';
import { extractNamedValue } from './extract/named-value.ts';
import { extractTerraformState } from './extract/terraform-state.ts';

/** One secret of something larger: where it stands in the text, and what it is. */
export interface Extracted {
  readonly start: number;
  readonly end: number;
  readonly decoded: Decoded;
}

/** Finds the secrets of what has the keyword at `keywordStart`. Text is bytes seen as Latin-1. Never throws. */
export type Extractor = (text: string, keywordStart: number, now: Date) => readonly Extracted[];

/** Extractors that rules name. */
export const EXTRACTORS = {
  jwk: extractJwk,
  kubeconfig: extractKubeconfig,
  'kubernetes-secret': extractKubernetesSecret,
  'mcp-servers': extractMcpServers,
  'named-value': extractNamedValue,
  'terraform-state': extractTerraformState,
} as const satisfies Record<string, Extractor>;

export type ExtractorName = keyof typeof EXTRACTORS;
