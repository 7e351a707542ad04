import type { Scanner } from '../src/scan/scanner.ts';
import { awsScanner } from './aws/index.ts';
import { githubScanner } from './github/index.ts';
import { kubernetesScanner } from './kubernetes/index.ts';
import { secretsScanner } from './secrets/index.ts';

/** Every built-in scanner. A new one is a folder beside this file and a line here. */
export const scanners: readonly Scanner[] = [secretsScanner, awsScanner, kubernetesScanner, githubScanner];
