#!/usr/bin/env python3
"""The test bookshop (tests/shop) crawled by Scrapy: what `bookreco collect` is compared with.

python3 bench/peers/scrapy_shop.py http://127.0.0.1:PORT/ --output items.jsonl [--delay S] [--concurrency N] …
Needs Scrapy (Debian: python3-scrapy). One line of JSON at the end tells pages, items, seconds, CPU seconds and peak memory.
Items have the fields of `python3 -m tests.shop --truth`; `python3 -m tests.shop.compare` says whether they are right.
"""
import argparse
import json
import re
import resource
import time
import zlib
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.exceptions import IgnoreRequest

PRODUCT = re.compile(r"/(?:livres|books)/[^/?]*-\d{13}(?:\.html)?$")
AGENT = "bookreco-peer/1.0 (the same crawl by Scrapy)"
MAX_PAGE = 5_000_000
BOOK_TYPES = {"Book", "Product"}
LANGUAGES = {"Français": "fr", "Anglais": "en"}
SPACES = re.compile(r"\s+")


def cpu_seconds():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def normal_address(address):
    """One spelling for the addresses of one page: no fragment, session or campaign, plain escapes, no trailing slash."""
    parts = urlsplit(address)
    query = [(name, value) for name, value in parse_qsl(parts.query) if name != "sid" and not name.startswith("utm_")]
    path = quote(unquote(parts.path), safe="/~!$&'()*+,;=:@")
    if PRODUCT.search(path.rstrip("/")):
        path = path.rstrip("/")
    return parts._replace(path=path or "/", query=urlencode(query), fragment="").geturl()


def squeezed(text):
    return SPACES.sub(" ", text).strip() if text else None


def as_list(value):
    return value if isinstance(value, list) else [] if value is None else [value]


def name_of(value):
    value = as_list(value)[0] if as_list(value) else None
    return value.get("name") or value.get("url") if isinstance(value, dict) else value


def digits(text):
    return re.sub(r"\D", "", str(text)) if text else None


def decimal(text):
    return f"{float(str(text).replace(',', '.')):.2f}" if text else None


def things(data):
    """Every object of a JSON-LD document, out of arrays and graphs."""
    for thing in as_list(data):
        if isinstance(thing, dict):
            yield thing
            yield from things(thing.get("@graph"))


class OwnHost:
    """Keeps redirects on the shop's host, and pages within what memory should hold before they are inflated."""

    def process_request(self, request, spider):
        if urlsplit(request.url).netloc != spider.host:
            raise IgnoreRequest("another host")

    def process_response(self, request, response, spider):
        if len(response.body) > 100_000 and response.headers.get("Content-Encoding") == b"gzip":
            if len(zlib.decompressobj(31).decompress(response.body, MAX_PAGE)) >= MAX_PAGE:
                raise IgnoreRequest("inflates beyond the limit")
        return response


class ShopSpider(scrapy.Spider):
    name = "shop"

    def __init__(self, start, deny=None, **options):
        super().__init__(**options)
        self.start = start
        self.host = urlsplit(start).netloc
        self.deny = re.compile(deny) if deny else None
        self.links, self.asked, self.told = set(), set(), set()

    def start_requests(self):
        self.asked.add(normal_address(self.start))
        yield scrapy.Request(self.start, callback=self.parse)

    def parse(self, response):
        if not isinstance(response, scrapy.http.HtmlResponse):
            return
        for link in response.selector.root.xpath("//a/@href", smart_strings=False):  # a Selector per link costs more
            if link in self.links:
                continue
            if link.startswith("/"):  # menus: the same on every page, so their addresses are made once
                self.links.add(link)
            address = normal_address(urljoin(response.url, link))
            if address in self.asked or urlsplit(address).netloc != self.host:
                continue
            self.asked.add(address)
            if not (self.deny and self.deny.search(address)):
                yield scrapy.Request(address, callback=self.parse)
        if PRODUCT.search(urlsplit(response.url).path):
            item = self.table(response) if response.css("h1.product-title") else self.structured(response)
            path = urlsplit(response.css('link[rel="canonical"]::attr(href)').get() or response.url).path
            if item and path not in self.told:
                self.told.add(path)
                labels = response.css("ul.breadcrumb li a span::text").getall()[2:]
                yield {"url": path, "labels": labels, **item}

    def table(self, response):
        """The original shop's shape: classes, and rows of names and values."""
        facts = {}
        for row in response.css("ul.informations-container li.information"):
            name = row.css("div.name span::text").get()
            facts[name] = row.css("div.value a::text").get() or row.css("div.value::text").get()
        day, month, year = facts["Date de parution"].split("/")
        return {
            "title": squeezed(response.css("h1.product-title::text").get()), "authors": response.css("a.author::text").getall(),
            "description": squeezed("".join(response.css("div#resume div.content ::text").getall())), "ean": facts["EAN"],
            "publisher": facts["Editeur"], "collection": facts.get("Collection"), "series": facts.get("Série"),
            "series_number": int(facts["Tome"]) if "Tome" in facts else None,
            "page_count": int(digits(facts["Nb. de pages"])), "published_on": f"{year}-{month}-{day}",
            "language": LANGUAGES.get(facts.get("Langue")), "currency": "EUR",
            "price": decimal(response.css("span.price::text").get().replace("€", "").strip()),
            "available": bool(response.css("div.availability.in-stock")), "format": facts.get("Format"),
            "binding": facts.get("Présentation"),
            "cover_url": urlsplit(response.css('meta[property="og:image"]::attr(content)').get()).path,
        }

    def structured(self, response):
        """JSON-LD first, then microdata, then OpenGraph, for what is not yet known."""
        book = {}
        for script in response.css('script[type="application/ld+json"]::text').getall():
            for thing in things(json.loads(script)):
                if BOOK_TYPES & set(as_list(thing.get("@type"))):
                    book = thing
        offer = next(iter(as_list(book.get("offers"))), {})
        more = {fact.get("name"): fact.get("value") for fact in as_list(book.get("additionalProperty"))}
        series = book.get("isPartOf") or {}

        def told(name, scope=""):
            found = response.css(f'{scope} [itemprop="{name}"]')
            for attribute in ("content", "datetime", "href", "src"):
                if value := found.css(f"::attr({attribute})").get():
                    return value
            return squeezed("".join(found[:1].css("::text").getall()))

        def graph(name):
            return response.css(f'meta[property="{name}"]::attr(content)').get()

        authors = [name_of(author) for author in as_list(book.get("author"))]
        number = book.get("position") or told("position")
        pages = book.get("numberOfPages") or told("numberOfPages")
        return {
            "title": squeezed(book.get("name") or told("name")),
            "authors": authors or response.css('[itemprop="author"] [itemprop="name"]::text').getall(),
            "description": squeezed(book.get("description") or told("description") or graph("og:description")),
            "ean": digits(book.get("isbn") or book.get("gtin13") or told("isbn")),
            "publisher": name_of(book.get("publisher")) or told("publisher"), "collection": more.get("Collection"),
            "series": series.get("name") or told("name", '[itemprop="isPartOf"]'),
            "series_number": int(number) if number else None, "page_count": int(pages) if pages else None,
            "published_on": book.get("datePublished") or told("datePublished") or graph("book:release_date"),
            "language": (book.get("inLanguage") or told("inLanguage"))[:2],
            "price": decimal(offer.get("price") or told("price")),
            "currency": offer.get("priceCurrency") or told("priceCurrency"),
            "available": (offer.get("availability") or told("availability") or "").endswith("InStock"),
            "format": None, "binding": None,
            "cover_url": urlsplit(urljoin(response.url, name_of(book.get("image")) or told("image") or graph("og:image"))).path,
        }


def settings(arguments):
    return {
        "USER_AGENT": AGENT, "ROBOTSTXT_OBEY": not arguments.no_robots, "DOWNLOAD_DELAY": arguments.delay,
        "CONCURRENT_REQUESTS": arguments.concurrency, "CONCURRENT_REQUESTS_PER_DOMAIN": arguments.concurrency,
        "AUTOTHROTTLE_ENABLED": arguments.autothrottle, "COOKIES_ENABLED": False, "TELNETCONSOLE_ENABLED": False,
        "DEPTH_LIMIT": arguments.depth, "CLOSESPIDER_PAGECOUNT": arguments.max_pages, "DOWNLOAD_TIMEOUT": 10,
        "DOWNLOAD_MAXSIZE": MAX_PAGE, "DOWNLOAD_WARNSIZE": 0, "RETRY_TIMES": 3, "REDIRECT_MAX_TIMES": 10,
        "DOWNLOADER_MIDDLEWARES": {OwnHost: 595}, "LOG_LEVEL": arguments.log_level, "FEED_EXPORT_ENCODING": "utf-8",
        "FEEDS": {arguments.output: {"format": "jsonlines", "overwrite": True}}, "MEMUSAGE_ENABLED": False,
        "REQUEST_FINGERPRINTER_IMPLEMENTATION": "2.7",
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("start")
    parser.add_argument("--output", default="items.jsonl")
    parser.add_argument("--delay", type=float, default=0, help="seconds between two requests")
    parser.add_argument("--concurrency", type=int, default=16)
    parser.add_argument("--autothrottle", action="store_true")
    parser.add_argument("--no-robots", action="store_true")
    parser.add_argument("--depth", type=int, default=0)
    parser.add_argument("--max-pages", type=int, default=0)
    parser.add_argument("--deny", default=r"/agenda|/filtre|/profond", help="addresses left out; '' for none")
    parser.add_argument("--log-level", default="ERROR")
    arguments = parser.parse_args()
    started, before = time.perf_counter(), cpu_seconds()
    process = CrawlerProcess(settings(arguments))
    crawler = process.create_crawler(ShopSpider)
    process.crawl(crawler, start=arguments.start, deny=arguments.deny)
    process.start()
    stats = crawler.stats.get_stats()
    print(json.dumps({
        "scrapy": scrapy.__version__, "pages": stats.get("downloader/response_count", 0),
        "items": stats.get("item_scraped_count", 0), "bytes": stats.get("downloader/response_bytes", 0),
        "seconds": round(time.perf_counter() - started, 2), "cpu_seconds": round(cpu_seconds() - before, 2),
        "import_cpu_seconds": round(before, 2), "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }))


if __name__ == "__main__":
    main()
