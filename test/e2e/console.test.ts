import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Daemon, startDaemon } from '../../src/cli/daemon/start-daemon.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { launchChromium, noChromium } from '../support/chromium.ts';
import { providerToken, spawnLapse, startProvider } from '../support/processes.ts';

/** The console in a real browser: a daemon from its configuration, a real identity provider, a request of a CI job, and the command line. */
const missing = noChromium();
if (missing !== undefined) console.warn(missing);

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const SHOTS = process.env.LAPSE_SCREENSHOTS;

describe.skipIf(missing !== undefined)(
  `the console in a browser${missing === undefined ? '' : ` (${missing})`}`,
  () => {
    let folder: string;
    let provider: Awaited<ReturnType<typeof startProvider>>;
    let daemon: Daemon;
    let browser: Browser;
    let context: BrowserContext;
    let page: Page;

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'lapse-console-'));
      provider = await startProvider();
      writeFileSync(
        join(folder, 'lapse.yaml'),
        `version: 1
issuer:
  listen: 127.0.0.1:0
  trust: [{id: ci, issuer: "${provider.url}", subject: "*-job", claims: {client_id: "*-job"}, owners_from: [actor]}]
  sign_in:
    issuer: ${provider.url}
    client_id: lapse
    client_secret: {env: OIDC_SECRET}
    allowed_groups: [staff]
    acr_values: ["urn:acme:mfa"]
  targets: [{id: api, type: jwt, audience: "https://api.example", actions: [read, write]}]
  access:
    provider_groups: [dba]
    rules:
      - id: write-needs-dba
        effect: escalate
        subjects: [{kind: workload, subject: ci-job}]
        targets: [api]
        actions: [read, write]
        approvals: [{from: dba, count: 1}]
`,
      );
      daemon = await startDaemon({
        config: await loadConfig({ cwd: folder }),
        cli: {
          stdin: Readable.from([]),
          stdout: new Writable({ write: (_chunk, _encoding, done) => done() }),
          stderr: new Writable({ write: (_chunk, _encoding, done) => done() }),
          env: { OIDC_SECRET: 'not-a-secret' },
          cwd: folder,
          color: false,
          now: () => new Date(),
        },
      });
      browser = await launchChromium();
      // As the pages must work for whoever has scripts off.
      context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 1100, height: 900 } });
      page = await context.newPage();
    }, 120_000);

    afterAll(async () => {
      await browser?.close();
      await daemon?.close();
      await provider?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    async function shot(name: string): Promise<void> {
      if (SHOTS !== undefined) await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true });
    }

    async function ask(reason: string): Promise<string> {
      const response = await fetch(`${daemon.url}/token`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({
          grant_type: EXCHANGE,
          subject_token: await providerToken(provider.url, daemon.url),
          subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
          audience: 'api',
          authorization_details: JSON.stringify([
            {
              type: 'api_token',
              actions: ['read', 'write'],
              duration: 600,
              reason,
              ticket: 'OPS-812',
            },
          ]),
        }).toString(),
      });
      const body = (await response.json()) as { auth_req_id?: string };
      if (body.auth_req_id === undefined) throw new Error(`no request: ${JSON.stringify(body)}`);
      return body.auth_req_id;
    }

    it('takes a person from a link through the identity provider to the request, and the answer back', async () => {
      const id = await ask('backfill of March <b onclick="alert(1)">now</b>');
      await page.goto(`${daemon.url}/console/requests/${id}`);
      expect(new URL(page.url()).pathname).toBe('/login');
      await shot('sign-in');
      await page.getByRole('link', { name: /^Sign in with/ }).click();
      await page.getByLabel('Login').fill('alice');
      await page.getByLabel('Second factor').check();
      await page.getByRole('button', { name: 'Continue' }).click();
      expect(page.url()).toBe(`${daemon.url}/console/requests/${id}`);
      expect(await page.getByRole('definition').allInnerTexts()).toEqual(
        expect.arrayContaining([
          expect.stringContaining('<b onclick="alert(1)">now</b>'),
          expect.stringContaining('1 of dba'),
        ]),
      );
      await shot('request');
      await page.getByRole('link', { name: 'Inbox' }).click();
      await shot('inbox');
      await page.getByRole('link', { name: /read, write on api/ }).click();
      await page.getByLabel('Note').fill('fits the change window');
      await page.getByRole('button', { name: 'Approve 10 min' }).click();
      expect(await page.getByText('approved, not picked up yet').count()).toBe(1);
      expect((await daemon.issuer.findRequest(id))?.state).toBe('approved');
      await shot('approved');
    }, 120_000);

    it('keeps its session cookie from scripts, and loads nothing from elsewhere', async () => {
      const [cookie] = (await context.cookies()).filter(({ name }) => name === 'lapse_session');
      expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' });
      const asked: string[] = [];
      page.on('request', (request) => asked.push(request.url()));
      await page.goto(`${daemon.url}/console/audit`);
      await shot('audit');
      await page.goto(`${daemon.url}/console/leases`);
      await shot('leases');
      expect(asked.length).toBeGreaterThan(2);
      expect(asked.filter((url) => !url.startsWith(`${daemon.url}/console`))).toEqual([]);
    }, 60_000);

    it('click-jacking: is not shown in a frame', async () => {
      const other = await browser.newPage();
      await other.setContent(`<iframe src="${daemon.url}/login" width="600" height="400"></iframe>`);
      await other.waitForLoadState();
      const framed = other.frames().find((frame) => frame !== other.mainFrame());
      expect(await framed?.getByText('Sign in').count()).toBe(0);
      await other.close();
    }, 60_000);

    it('signs a machine in: lapse login prints a code, the person confirms it, lapse whoami knows', async () => {
      const login = spawnLapse(['login', '--server', daemon.url], { cwd: folder });
      const printed = async () => /open (\S+)\nand confirm the code (\S+) there/.exec(login.stderr());
      await expect.poll(printed, { timeout: 60_000 }).not.toBeNull();
      const [, url = '', code = ''] = (await printed()) ?? [];
      await page.goto(url);
      expect(await page.getByText(code).count()).toBe(1);
      await shot('device');
      await page.getByRole('button', { name: 'Sign it in' }).click();
      expect(await page.getByText('The machine is signed in as you.').count()).toBe(1);
      expect(await login.finished).toMatchObject({
        code: 0,
        stderr: expect.stringContaining('signed in as alice@acme.example'),
      });
      const who = await spawnLapse(['whoami', '--server', daemon.url, '--format', 'json'], { cwd: folder }).finished;
      expect(JSON.parse(who.stdout)).toMatchObject({
        operator: 'alice@acme.example',
        groups: ['dba', 'staff'],
        method: 'oidc',
        acr: 'urn:acme:mfa',
      });
      await page.goto(`${daemon.url}/console/sessions`);
      await shot('sessions');
      expect(await page.getByText(/^lapse-cli on /).count()).toBe(1);
      const out = await spawnLapse(['logout', '--server', daemon.url], { cwd: folder }).finished;
      expect(out).toMatchObject({ code: 0, stderr: 'signed out\n' });
      expect((await spawnLapse(['whoami', '--server', daemon.url], { cwd: folder }).finished).code).toBe(4);
    }, 180_000);

    it('signs out', async () => {
      await page.goto(`${daemon.url}/console`);
      await page.getByRole('button', { name: 'Sign out' }).click();
      expect(await page.getByRole('heading', { name: 'Signed out' }).count()).toBe(1);
      await page.goto(`${daemon.url}/console`);
      expect(new URL(page.url()).pathname).toBe('/login');
    }, 60_000);
  },
);
