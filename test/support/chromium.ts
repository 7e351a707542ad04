import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
];

function executable(): string | undefined {
  return process.env.CHROMIUM_PATH ?? PLACES.find((place) => existsSync(place));
}

/** Why no browser can be had here; undefined when one can. With CI=true a missing one is a failure of its test. */
export function noChromium(): string | undefined {
  return executable() !== undefined || process.env.CI === 'true'
    ? undefined
    : 'no Chromium to test with: run scripts/test-servers';
}

/** The system's Chromium, without a screen. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = executable();
  if (executablePath === undefined) throw new Error('no Chromium to test with: run scripts/test-servers');
  return await chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
}
