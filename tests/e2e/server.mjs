// A server of its own on the sample, and a browser that reaches nothing else.
import {execFileSync, spawn} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';
import {chromium} from 'playwright-core';

const root = fileURLToPath(new URL('../../', import.meta.url));
const program = join(root, 'build/bookreco');
const sample = ['books-fr', 'books-en', 'readers'].map((name) => join(root, 'data/sample', `${name}.jsonl`));
const screenshots = join(root, 'build/screenshots');
const browsers = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/snap/bin/chromium'];

/** Loads and fits the sample, then serves it. */
export async function startServer() {
  const data = mkdtempSync(join(tmpdir(), 'bookreco-e2e-'));
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('BOOKRECO_'));
  const env = {...Object.fromEntries(own), BOOKRECO_DATA_DIR: data};
  execFileSync(program, ['-q', 'ingest', ...sample], {env, stdio: ['ignore', 'ignore', 'inherit']});
  execFileSync(program, ['-q', 'fit'], {env, stdio: ['ignore', 'ignore', 'inherit']});
  const server = spawn(program, ['up', '--port', '0'], {env, stdio: ['ignore', 'pipe', 'inherit']});
  const ended = new Promise((resolve) => server.once('exit', (code, signal) => resolve(code ?? signal)));
  let port;
  for await (const line of createInterface({input: server.stdout})) {
    port = /http:\/\/[^/\s]+:(\d+)/.exec(line)?.[1];
    if (port) break;
  }
  if (!port) throw new Error(`the server ended with ${await ended} before it said its address`);
  server.stdout.resume();
  return {
    address: `http://127.0.0.1:${port}`,
    async stop() {
      server.kill('SIGTERM');
      const code = await ended;
      rmSync(data, {recursive: true, force: true});
      return code;
    },
  };
}

export function startBrowser() {
  const executablePath = process.env.CHROMIUM ?? browsers.find(existsSync);
  if (!executablePath) throw new Error(`no Chromium at ${browsers.join(', ')}: install it, or set CHROMIUM to its path`);
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
  });
}

/** A page whose faults are collected: what it logs as an error, throws, fails to load, or asks of another host. */
export async function openPage(browser, options = {}) {
  const context = await browser.newContext({viewport: {width: 1280, height: 900}, locale: 'en-GB', ...options});
  const page = await context.newPage();
  const faults = [];
  page.on('console', (message) => message.type() === 'error' && faults.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => faults.push(`thrown: ${error.message}`));
  page.on('requestfailed', (request) => {
    if (request.failure()?.errorText !== 'net::ERR_ABORTED') faults.push(`failed: ${request.url()}`);
  });
  page.on('request', (request) => {
    const {protocol, hostname} = new URL(request.url());
    if (protocol.startsWith('http') && hostname !== '127.0.0.1') faults.push(`left for ${request.url()}`);
  });
  return {page, faults, close: () => context.close()};
}

export async function shoot(page, name) {
  mkdirSync(screenshots, {recursive: true});
  await page.screenshot({path: join(screenshots, `${name}.png`), fullPage: false});
}
