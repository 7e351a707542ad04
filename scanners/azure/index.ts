import type { Scanner } from '../../src/scan/scanner.ts';
import { readExport } from './read-export.ts';
import { recogniseExport } from './recognise.ts';

/** Exports of Azure and Entra ID, as `az`, Microsoft Graph and SDKs write them; see `docs/sources/azure.md`. */
export const azureScanner: Scanner = {
  id: 'azure',
  title: 'Azure and Entra ID exports',
  recognise: recogniseExport,
  read: readExport,
};
