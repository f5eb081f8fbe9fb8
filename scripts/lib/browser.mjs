// Finds a Chromium for the end-to-end tests, or installs one: Playwright's own, or the system's package as root.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from './right-node.mjs';
import { step } from './steps.mjs';

const systemPaths = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

function playwrightsOwn() {
  const path = createRequire(join(root, 'package.json'))('@playwright/test').chromium.executablePath();
  return existsSync(path) ? path : undefined;
}

/** Path of a Chromium that is there, or undefined. `TERRARIUM_CHROMIUM` names one by hand. */
export function findBrowser() {
  const named = process.env.TERRARIUM_CHROMIUM;
  if (named) {
    if (!existsSync(named)) throw new Error(`TERRARIUM_CHROMIUM names ${named}, which is not there.`);
    return named;
  }
  return systemPaths.find((path) => existsSync(path)) ?? playwrightsOwn();
}

/** Path of a Chromium; installs one when there is none. Throws with advice when that fails too. */
export async function ensureBrowser() {
  const found = findBrowser();
  if (found) return found;
  const attempts = [];
  try {
    await step('Installing Chromium (Playwright)', 'node', ['node_modules/@playwright/test/cli.js', 'install', 'chromium']);
  } catch (error) {
    attempts.push(error.message.split('\n')[0]);
  }
  if (!findBrowser() && process.platform === 'linux' && process.getuid?.() === 0) {
    try {
      await step('Reading the package lists', 'apt-get', ['update', '-qq']);
      await step('Installing Chromium (system package)', 'apt-get', ['install', '-y', '-qq', 'chromium']);
    } catch (error) {
      attempts.push(error.message.split('\n')[0]);
    }
  }
  const installed = findBrowser();
  if (installed) return installed;
  throw new Error(`No Chromium for the end-to-end tests (${attempts.join('; ')}).\n  What to do: install Chromium or Chrome, or name one in TERRARIUM_CHROMIUM.`);
}
