import { chromium as browsers, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { chromium } from '../../scripts/servers/servers.mjs';
import { Playground } from '../fixtures/service.js';
import { lane } from '../interop/lane.js';

/** Adds a book as a page does, and says what the page got to see. */
const addBook = async ({ url, extra = {} }: { url: string; extra?: Record<string, string> }): Promise<string> => {
  try {
    const headers = { 'content-type': 'application/json', ...extra };
    const book = JSON.stringify({ isbn: '9780000000001', title: 'Over the border', price: 1 });
    const response = await fetch(`${url}/books`, { method: 'POST', headers, body: book });
    return `${response.status} ${((await response.json()) as { code?: string; title: string }).title}`;
  } catch {
    return 'refused by the browser';
  }
};

lane('a page of another origin in a browser', [chromium], () => {
  let playground: Playground;
  let browser: Browser;
  let page: Page;
  let open = '';
  let closed = '';

  beforeAll(async () => {
    playground = await Playground.create();
    const orders = await playground.service('orders').ready();
    const cors = 'servicecomb.protocols.rest.cors';
    const flags = [
      `--${cors}.enable=true`,
      `--${cors}.allowedDomains=${orders}`,
      `--${cors}.allowedHeaders=Content-Type`,
    ];
    open = await playground.service('catalog', { flags }).ready();
    closed = await playground.service('catalog').ready();
    browser = await browsers.launch({ executablePath: chromium.path()!, args: ['--no-sandbox'] });
    page = await browser.newPage();
    await page.goto(`${orders}/openapi.json`);
  });

  afterAll(async () => {
    await browser?.close();
    await playground?.close();
  });

  it('may what the configuration says, preflight, results and failures alike', async () => {
    expect(await page.evaluate(addBook, { url: open })).toBe('201 Over the border');
    expect(await page.evaluate(addBook, { url: open })).toBe('409 Conflict');
  });

  it('may nothing more', async () => {
    expect(await page.evaluate(addBook, { url: open, extra: { 'x-other': '1' } })).toBe('refused by the browser');
    expect(await page.evaluate(addBook, { url: closed })).toBe('refused by the browser');
  });
});
