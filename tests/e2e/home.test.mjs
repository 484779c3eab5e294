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

/** A test with a page of its own that ends without any fault of the page but those expected. */
function visit(name, options, act, expected = /(?!)/) {
  test(name, async () => {
    const {page, faults, close} = await openPage(browser, options);
    page.setDefaultTimeout(15_000);
    await page.goto(server.address);
    await page.locator('#for-you .card').first().waitFor();
    await act(page);
    assert.deepEqual(faults.filter((fault) => !expected.test(fault)), []);
    await close();
  });
}

async function search(page, words) {
  await page.locator('#query').fill(words);
  await page.locator('h1', {hasText: words}).waitFor();
  return page.locator('main .card');
}

async function openBook(page, title) {
  const cards = await search(page, title);
  await cards.first().getByRole('link', {name: title}).click();
  await page.locator('article.book h1', {hasText: title}).waitFor();
}

async function sidewaysScroll(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** The contrast of an element's text against the first opaque background behind it (WCAG 2). */
async function contrast(page, selector) {
  return page.locator(selector).first().evaluate((node) => {
    const parse = (colour) => colour.match(/[\d.]+/g).map(Number);
    const luminance = ([r, g, b]) => [r, g, b].map((c) => c / 255)
      .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
      .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    let behind = node;
    const opaque = (colour) => parse(colour).length === 3 || parse(colour)[3] === 1;
    while (behind.parentElement && !opaque(getComputedStyle(behind).backgroundColor)) behind = behind.parentElement;
    const both = [getComputedStyle(node).color, getComputedStyle(behind).backgroundColor].map(parse).map(luminance);
    return (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05);
  });
}

visit('from a search to what to read next', {}, async (page) => {
  await shoot(page, 'home');
  const cards = await search(page, 'Sherlock Holmes');
  assert.ok(await cards.count() > 3);
  assert.match(await cards.first().innerText(), /Sherlock Holmes/);
  await shoot(page, 'search');

  await cards.first().getByRole('link', {name: /Sherlock Holmes/}).click();
  await page.locator('article.book .description').waitFor();
  const neighbours = page.locator('main section .card');
  assert.ok(await neighbours.count() >= 6);
  assert.ok(await page.locator('main section .card .why li').count() >= 6, 'neighbours say why');
  await shoot(page, 'book');

  await page.locator('article.book').getByRole('button', {name: 'I love'}).click();
  await openBook(page, 'Dracula');
  await page.locator('article.book').getByRole('button', {name: 'I love'}).click();
  assert.equal(await page.locator('#mine-count').innerText(), '2');

  await page.locator('#mine-link').click();
  await page.locator('#for-you h2', {hasText: 'For you'}).waitFor();
  const why = (await page.locator('#for-you .why').allInnerTexts()).join('\n');
  assert.match(why, /because of .*(Sherlock Holmes|Dracula)/);
  const proposed = await page.locator('#for-you h3').allInnerTexts();
  assert.ok(proposed.length >= 6 && !proposed.includes('Dracula'), 'nothing marked is proposed');
  await shoot(page, 'mine');

  await page.reload();
  await page.locator('#for-you h2', {hasText: 'For you'}).waitFor();
  assert.equal(await page.locator('#mine-count').innerText(), '2', 'marks stay');
});

visit('a newcomer is asked, answers, and gets books', {}, async (page) => {
  const panel = page.locator('.questions');
  const questions = panel.locator('li[data-id]');
  await questions.nth(2).waitFor();
  await shoot(page, 'onboarding');
  const first = await panel.locator('h3').allInnerTexts();
  assert.equal(first.length, 3);
  await questions.first().getByRole('button', {name: 'I love'}).click();
  await page.locator('#for-you h2', {hasText: 'For you'}).waitFor();
  await panel.locator('h3', {hasText: first[0]}).waitFor({state: 'detached'});
  const second = await panel.locator('h3').allInnerTexts();
  assert.deepEqual(second.slice(1), first.slice(1), 'questions not answered stay where they are');
  await questions.nth(1).getByRole('button', {name: 'Don’t know it'}).focus();
  await page.keyboard.press('Enter');
  await panel.locator('h3', {hasText: first[1]}).waitFor({state: 'detached'});
  assert.equal(await page.evaluate(() => document.activeElement.dataset.grade), 'unknown', 'the focus stays in the place');
  assert.equal(await page.locator('#mine-count').innerText(), '1', 'not to know a book is no mark');
  for (const mark of ['2', '3']) {
    const title = await panel.locator('h3').first().innerText();
    await questions.first().getByRole('button', {name: mark === '2' ? 'Not for me' : 'I like'}).click();
    await page.locator('#mine-count', {hasText: mark}).waitFor();
    await panel.locator('h3', {hasText: title}).first().waitFor({state: 'detached'});
  }
  await panel.locator('.lead', {hasText: 'Thank you'}).waitFor();
  const asked = await panel.locator('h3').allInnerTexts();
  assert.ok(!asked.includes(first[0]) && !asked.includes(first[1]), 'nothing is asked twice');
  await shoot(page, 'onboarding-answered');
  await page.reload();
  await page.locator('#for-you h2', {hasText: 'For you'}).waitFor();
  assert.equal(await panel.count(), 0, 'three marks are enough');

  await page.locator('#mine-link').click();
  await page.locator('a.tell').click();
  await questions.nth(5).waitFor();
  const again = await panel.locator('h3').allInnerTexts();
  assert.ok(!again.includes(first[0]) && !again.includes(first[1]), 'nor on another page');
});

visit('the questions can wait, and come in the reader’s language', {locale: 'fr-FR'}, async (page) => {
  const panel = page.locator('.questions');
  await panel.locator('h2', {hasText: 'Parlez-nous de quelques livres'}).waitFor();
  for (const id of await panel.locator('li[data-id]').evaluateAll((all) => all.map((one) => one.dataset.id))) {
    const book = await (await fetch(`${server.address}/v1/books/${encodeURIComponent(id)}`)).json();
    assert.equal(book.language, 'fr');
  }
  await panel.getByRole('button', {name: 'Plus tard'}).click();
  await page.reload();
  await page.locator('#for-you .card').first().waitFor();
  assert.equal(await panel.count(), 0);
});

visit('a visit alone gives books, and readers of a book lead to others', {}, async (page) => {
  assert.equal(await page.locator('h2', {hasText: 'Because of your visit'}).count(), 0);
  await openBook(page, 'Frankenstein');
  const loved = page.locator('main section', {has: page.locator('h2', {hasText: 'Readers of this also loved'})});
  await loved.locator('.card').first().waitFor();
  assert.match(await loved.locator('.card .readers').first().innerText(), /^[0-9]+ readers?$/);
  assert.ok(!(await loved.locator('h3').allInnerTexts()).includes('Frankenstein'));
  await loved.scrollIntoViewIfNeeded();
  await shoot(page, 'also-loved');
  await openBook(page, 'Dracula');
  await page.locator('.brand').click();
  const visit = page.locator('main section', {has: page.locator('h2', {hasText: 'Because of your visit'})});
  await visit.locator('.card').first().waitFor();
  const proposed = await visit.locator('h3').allInnerTexts();
  assert.equal(proposed.length, 3);
  assert.ok(!proposed.includes('Dracula') && !proposed.includes('Frankenstein'), 'what was seen is not proposed');
  assert.match((await visit.locator('.why').allInnerTexts()).join('\n'), /because of (Dracula|Frankenstein)/);
  await shoot(page, 'visit');
});

visit('it speaks French and English', {locale: 'fr-FR'}, async (page) => {
  assert.equal(await page.locator('h1').innerText(), 'Que lire ensuite ?');
  assert.equal(await page.locator('html').getAttribute('lang'), 'fr');
  await page.locator('#language').click();
  await page.locator('h1', {hasText: 'What should I read next?'}).waitFor();
  assert.equal(await page.locator('html').getAttribute('lang'), 'en');
  await page.reload();
  await page.locator('h1', {hasText: 'What should I read next?'}).waitFor();
});

visit('the keyboard is enough', {}, async (page) => {
  const focused = () => page.evaluate(() => document.activeElement.textContent.trim());
  const tabTo = async (wanted) => {
    for (let i = 0; i < 40; ++i) {
      await page.keyboard.press('Tab');
      if (wanted.test(await focused())) return;
    }
    assert.fail(`Tab never reaches ${wanted}`);
  };
  await page.keyboard.press('/');
  await page.keyboard.type('Frankenstein');
  await page.keyboard.press('Enter');
  await page.locator('h1', {hasText: 'Frankenstein'}).waitFor();
  await page.locator('main .card').first().waitFor();
  await tabTo(/^Frankenstein/);
  await page.keyboard.press('Enter');
  await page.locator('article.book h1').waitFor();
  await tabTo(/^I love$/);
  const ring = await page.evaluate(() => {
    const style = getComputedStyle(document.activeElement);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
  });
  assert.ok(ring, 'the focus can be seen');
  await page.keyboard.press('Space');
  assert.equal(await page.locator('article.book button[data-grade=loved]').getAttribute('aria-pressed'), 'true');

  const shown = page.url();
  await page.evaluate(() => document.activeElement.blur());
  await page.locator('.skip').focus();
  await page.keyboard.press('Enter');
  await page.waitForTimeout(200);
  assert.ok(await page.locator('article.book').isVisible(), `skipping to the books stays on ${shown}`);
  assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
});

visit('a mark inside “For you” leaves the focus on the book that takes its place', {}, async (page) => {
  const place = () => page.evaluate(() => [
    [...document.querySelectorAll('#for-you .card')].findIndex((card) => card.contains(document.activeElement)),
    document.activeElement.dataset.grade]);
  const marked = await page.locator('#for-you h3').nth(3).innerText();
  await page.locator('#for-you .card').nth(3).locator('[data-grade=loved]').focus();
  await page.keyboard.press('Space');
  await page.locator('#for-you h2', {hasText: 'For you'}).waitFor();
  assert.deepEqual(await place(), [3, 'loved']);
  assert.ok(!(await page.locator('#for-you h3').allInnerTexts()).includes(marked));
});

visit('a long list goes on, and says so when it cannot', {}, async (page) => {
  await page.evaluate(() => { location.hash = '#/list/label/Roman'; });
  const cards = page.locator('main .card');
  await page.locator('button.more').waitFor();
  assert.equal(await cards.count(), 24);
  await page.route('**/v1/books?*', (route) => route.fulfill({status: 503, contentType: 'application/problem+json',
    body: JSON.stringify({title: 'Service Unavailable', status: 503, detail: 'too much is going on'})}), {times: 1});
  const failed = page.waitForResponse((answer) => answer.status() === 503);
  await page.locator('button.more').click();
  await failed;
  await page.locator('#notice', {hasText: 'too much is going on'}).waitFor();
  assert.equal(await cards.count(), 24);
  await page.locator('button.more').focus();
  await page.keyboard.press('Enter');
  await cards.nth(24).waitFor();
  assert.ok(await page.locator('#notice').isHidden());
  assert.ok(await cards.nth(24).evaluate((card) => card.contains(document.activeElement)), 'the first new book has the focus');
  const titles = await page.locator('main h3').allInnerTexts();
  assert.equal(new Set(titles.slice(20, 30)).size, 10, 'no page is shown twice');
}, /503/);

visit('no word of a title is broken on a tile', {}, async (page) => {
  for (const title of ['Neuromancer', 'Frankenstein', 'À la recherche']) {
    await search(page, title);
    const broken = await page.locator('main .tile .name').evaluateAll((names) => names.flatMap((name) => {
      const node = name.firstChild, range = document.createRange();
      return [...node.data.matchAll(/\S+/g)].filter((word) => {
        range.setStart(node, word.index);
        range.setEnd(node, word.index + word[0].length);
        return range.getClientRects().length > 1 && !word[0].includes('-');
      }).map((word) => word[0]);
    }));
    assert.deepEqual(broken, [], title);
  }
});

visit('a phone shows all of it without scrolling sideways', {viewport: {width: 360, height: 740}, hasTouch: true, isMobile: true},
  async (page) => {
    await page.locator('.questions li').first().waitFor();
    assert.ok(await sidewaysScroll(page) <= 0, 'home');
    await shoot(page, 'mobile');
    await openBook(page, 'Dracula');
    assert.ok(await sidewaysScroll(page) <= 0, 'book');
    await shoot(page, 'mobile-book');
    await page.locator('#mine-link').click();
    await page.locator('#for-you .card').first().waitFor();
    assert.ok(await sidewaysScroll(page) <= 0, 'mine');
  });

for (const colorScheme of ['light', 'dark']) {
  visit(`text is readable in the ${colorScheme} scheme`, {colorScheme}, async (page) => {
    for (const selector of ['.questions h2', '.questions .lead', '.later']) {
      const ratio = await contrast(page, selector);
      assert.ok(ratio >= 4.5, `${selector} has a contrast of ${ratio.toFixed(2)}`);
    }
    await openBook(page, 'Dracula');
    for (const selector of ['h1', '.description', '.faint', '.chip', '.marks button', '.why li', '.tools a']) {
      const ratio = await contrast(page, selector);
      assert.ok(ratio >= 4.5, `${selector} has a contrast of ${ratio.toFixed(2)}`);
    }
    const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number));
    assert.equal(background[0] < 128, colorScheme === 'dark');
    if (colorScheme === 'dark') await shoot(page, 'dark');
  });
}

test('markup in a title stays text, and an unknown book is said to be missing', async () => {
  const {page, faults, close} = await openPage(browser);
  const title = '<img src=x onerror=alert(1)> & <b>bold</b> quokka';
  const answer = await fetch(`${server.address}/v1/books`, {
    method: 'POST', headers: {'Content-Type': 'application/json'},
    body: JSON.stringify({title: title.replaceAll('&', '&amp;').replaceAll('<', '&lt;'), authors: ['"><script>alert(1)</script>Q'],
      labels: ["'onclick='alert(1)"]}),
  });
  const [id] = (await answer.json()).ids;
  for (let tries = 0; (await fetch(`${server.address}/v1/books/${id}/similar`)).status !== 200; ++tries) {
    assert.ok(tries < 50, 'a posted book is served');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await page.goto(`${server.address}/#/book/${id}`);
  await page.locator('article.book h1').waitFor();
  assert.equal(await page.locator('article.book img').count(), 0);
  assert.match(await page.locator('article.book h1').innerText(), /quokka/);
  assert.deepEqual(faults, []);
  await page.goto(`${server.address}/#/book/nosuch`);
  await page.locator('#notice', {hasText: 'not in the catalogue'}).waitFor();
  await close();
});
