import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {openPage, shoot, startBrowser, startServer} from './server.mjs';

let server, browser;
before(async () => {
  server = await startServer();
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  assert.equal(await server?.stop(), 0, 'the server stops cleanly');
});

test('Swagger UI lists every operation and tries one out', async () => {
  const {page, faults, close} = await openPage(browser, {viewport: {width: 1280, height: 1000}});
  await page.goto(`${server.address}/docs`);
  await page.waitForSelector('.opblock');
  const document = await (await fetch(`${server.address}/openapi.json`)).json();
  const methods = ['get', 'post', 'put', 'patch', 'delete'];
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    methods.filter((method) => item[method]).map((method) => `${method.toUpperCase()} ${path}`));
  const listed = await page.$$eval('.opblock-summary', (rows) => rows.map((row) =>
    `${row.querySelector('.opblock-summary-method').textContent} ${row.querySelector('[data-path]').dataset.path}`));
  assert.deepEqual(listed.sort(), operations.sort());
  await shoot(page, 'docs');

  const block = page.locator('.opblock', {has: page.locator('[data-path="/v1/collections"]')});
  await block.locator('.opblock-summary-control').click();
  const tryIt = block.getByRole('button', {name: 'Try it out'});
  await block.locator('.opblock-body').waitFor();
  if (await tryIt.count() > 0) await tryIt.click();
  await block.getByRole('button', {name: 'Execute'}).click();
  const live = block.locator('.live-responses-table');
  await live.waitFor();
  assert.match(await live.locator('.response-col_status').last().innerText(), /^200/);
  assert.match(await live.innerText(), /"collections"/);
  assert.deepEqual(faults, []);
  await close();
});
