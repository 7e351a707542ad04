import type { Migration } from '../../migrate.ts';
import { facts } from './0001-facts.ts';
import { memory } from './0002-memory.ts';

/** In order; a new one is one file and one line here. */
export const INVENTORY_MIGRATIONS: readonly Migration[] = [facts, memory];
