import { chromium as browsers, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { chromium } from '../../scripts/servers/servers.mjs';
import { Playground } from '../fixtures/service.js';
import { lane } from '../interop/lane.js';

/** Looked at by whoever changes the page; left out of the repository. */
const PICTURES = process.env['BROWSER_PICTURES'];

lane('the page of the document in a browser', [chromium], () => {
  let playground: Playground;
  let browser: Browser;
  const addresses: Record<string, string> = {};

  beforeAll(async () => {
    playground = await Playground.create();
    for (const name of ['catalog', 'orders'] as const) addresses[name] = await playground.service(name).ready();
    browser = await browsers.launch({ executablePath: chromium.path()!, args: ['--no-sandbox'] });
  });

  afterAll(async () => {
    await browser?.close();
    await playground?.close();
  });

  /** The page of a service, with all that its console, its policy and its requests complained of. */
  async function opened(service: string): Promise<{ page: Page; complaints: string[]; asked: string[] }> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 1600 } });
    const complaints: string[] = [];
    const asked: string[] = [];
    page.on('console', (line) => ['error', 'warning'].includes(line.type()) && complaints.push(line.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('requestfailed', (request) => complaints.push(`failed: ${request.url()}`));
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(`${addresses[service]}/swagger`);
    await page.waitForSelector('.opblock');
    return { page, complaints, asked };
  }

  it.each(['catalog', 'orders'])(
    'lists every operation of %s, without a complaint, from its own origin only',
    async (name) => {
      const document = (await (await fetch(`${addresses[name]}/openapi.json`)).json()) as {
        paths: Record<string, Record<string, unknown>>;
      };
      const declared = Object.entries(document.paths).flatMap(([path, item]) =>
        Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
      );
      const { page, complaints, asked } = await opened(name);
      const listed = await page.$$eval('.opblock', (blocks) =>
        blocks.map((block) => {
          const method = block.querySelector('.opblock-summary-method')!.textContent;
          return `${method} ${block.querySelector('.opblock-summary-path')!.getAttribute('data-path')}`;
        }),
      );
      if (PICTURES) await page.screenshot({ path: `${PICTURES}/swagger-${name}.png`, fullPage: true });
      expect(declared.length).toBeGreaterThanOrEqual(2);
      expect(listed.sort()).toEqual(declared.sort());
      expect(asked.filter((url) => !url.startsWith(`${addresses[name]}/`) && !url.startsWith('data:'))).toEqual([]);
      expect(complaints).toEqual([]);
      await page.close();
    },
  );

  it('tries out a GET and shows its 200', async () => {
    const { page, complaints } = await opened('catalog');
    const block = page.locator('.opblock-get').filter({ has: page.locator('[data-path="/books"]') });
    await block.locator('.opblock-summary').click();
    await block.locator('.try-out__btn').click();
    await block.locator('.execute').click();
    const answer = block.locator('.live-responses-table .response').first();
    await answer.waitFor();
    if (PICTURES) await page.screenshot({ path: `${PICTURES}/swagger-try-out.png`, fullPage: true });
    expect(await answer.locator('.response-col_status').innerText()).toMatch(/^200/);
    expect(await answer.innerText()).toContain('isbn');
    expect(complaints).toEqual([]);
    await page.close();
  });
});
