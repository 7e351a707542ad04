import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assetPath } from '../../src/assets.ts';

const bin = assetPath('dist', 'src', 'cli', 'bin.js');
const MINUTE = 60_000;

describe('lapse demo, as it is built', () => {
  let temporary: string;
  let output: string;

  beforeAll(async () => {
    if (!existsSync(bin)) throw new Error('dist/ is missing: npm run build');
    // A folder with a space, so that no path of the demo may be put together carelessly.
    temporary = mkdtempSync(join(tmpdir(), 'lapse demo '));
    execFileSync('chmod', ['755', temporary]);
    const { stdout } = await promisify(execFile)(process.execPath, [bin, 'demo'], {
      env: { PATH: process.env.PATH, HOME: temporary, TMPDIR: temporary },
      maxBuffer: 10 * 1024 ** 2,
      timeout: 5 * MINUTE,
    });
    output = stdout;
  }, 6 * MINUTE);

  afterAll(() => rmSync(temporary, { recursive: true, force: true }));

  it.each([
    ['finds the leaked key and whose it is', /Leaked secret of an administrator[\s\S]*belongs to ci-deploy/],
    [
      'shows the path from the string to the admin',
      /AWS access key in deploy\/\.env:4:23[\s\S]*→ aws user ci-deploy[\s\S]*= admin of 480216739051/,
    ],
    ['leases a credential that logs in', /\$ psql -c "select current_user[\s\S]*? {2}lapse_[0-9a-f]{8}_\w+ \| 3/],
    ['that can do only what was granted', /refused: permission denied for table orders/],
    ['and stops when it is revoked', /\brevoked\n[\s\S]*?refused: password authentication failed/],
    ['waits for a human where policy says so', /"auth_req_id": "req_\w+"[\s\S]*approved[\s\S]*?"lease_id"/],
    ['prints the drift after the fix', /that can become admin +(\d+) +0 +-\1/],
    ['and proves the audit log', /the audit log is whole: \d+ events/],
  ])('%s', (_, pattern) => {
    expect(output).toMatch(pattern);
  });

  it('prints no credential', () => {
    expect(output).not.toMatch(/"(?:password|access_token)": "(?!…)/);
    expect(output).not.toMatch(/postgres(?:ql)?:\/\/[^ ]*:[^ @]+@/);
  });

  it('leaves nothing behind', () => {
    expect(readdirSync(temporary).filter((name) => name.startsWith('lapse-'))).toEqual([]);
    const processes = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
    expect(processes.split('\n').filter((line) => line.includes(temporary))).toEqual([]);
  });
});
