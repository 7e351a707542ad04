import type { Migration } from '../../migrate.ts';
import { issuerState } from './0001-issuer-state.ts';

/** In order; a new one is one file and one line here. */
export const ISSUER_MIGRATIONS: readonly Migration[] = [issuerState];
