/** Run by a test as a process of its own: loads the store key and says a hash of it. */
import { fingerprint } from '../../src/model/fingerprint.ts';
import { loadStoreKey } from '../../src/store/key.ts';

console.log('key', fingerprint(loadStoreKey(process.argv[2] ?? '', {}), 'test'));
