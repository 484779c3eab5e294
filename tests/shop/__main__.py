"""Runs the shop, or tells its truth; see README.md."""
import argparse
import asyncio
import signal
import sys

from .catalogue import Catalogue
from .covers import Covers
from .http_server import Connection, Log
from .shop import Shop


def parse():
    parser = argparse.ArgumentParser(prog="python3 -m tests.shop", description="A bookshop to crawl, on the loopback interface.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--products", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--latency", type=float, default=0, metavar="MS", help="waited before every answer")
    parser.add_argument("--log", metavar="FILE", help="every request as a line of JSON; also at /__log")
    parser.add_argument("--covers", metavar="FOLDER", help="what `python3 -m tests.shop.covers FOLDER` drew")
    parser.add_argument("--plain", action="store_true", help="no oddity: products, lists, sitemap, robots")
    parser.add_argument("--ahead", action="store_true", help="render all product pages before listening")
    parser.add_argument("--truth", action="store_true", help="print what a right spider extracts, and end")
    return parser.parse_args()


async def serve(arguments, catalogue):
    log = Log(arguments.log)
    loop = asyncio.get_running_loop()
    shop = Shop(catalogue, log, Covers(arguments.covers))
    server = await loop.create_server(lambda: Connection(shop, log, arguments.latency / 1000), "127.0.0.1", arguments.port,
                                      backlog=512)
    base = "http://%s:%d" % server.sockets[0].getsockname()
    shop.open(base)
    if arguments.ahead:
        for product in catalogue.products:
            shop.site.find(product.path)
    print(base, flush=True)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    while not stop.is_set():
        try:
            await asyncio.wait_for(stop.wait(), 0.5)
        except TimeoutError:
            log.flush()
    log.flush()
    server.close()


def main():
    arguments = parse()
    catalogue = Catalogue(arguments.products, arguments.seed, arguments.plain)
    if arguments.truth:
        import json
        for product in catalogue.products:
            sys.stdout.write(json.dumps(product.truth(), ensure_ascii=False) + "\n")
        return
    asyncio.run(serve(arguments, catalogue))


if __name__ == "__main__":
    main()
