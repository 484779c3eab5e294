"""What every page of the shop shares: head, menu, breadcrumbs, cards of books, footer, and the addresses of sections."""
import zlib
from html import escape

from . import words
from .catalogue import slug

ROOTS = {"fr": ("/livres", "Livres"), "en": ("/books", "Books")}
HOMES = {"fr": "Accueil", "en": "Home"}
HIDDEN = ("moved", "behind-allow", "only-session")  # never linked by their own address
STYLE = "".join(f".grid-{n}{{display:grid;gap:{n}px;grid-template-columns:repeat({n % 6 + 1},1fr)}}" for n in range(1, 25))


def section_path(language, section):
    return f"{ROOTS[language][0]}/{slug(section)}.html"


def category_path(language, section, category):
    return f"{ROOTS[language][0]}/{slug(section)}/{slug(category)}.html"


def categories():
    """(language, section, category) of every list of the shop."""
    return [(language, section, category) for language, sections in words.SECTIONS.items()
            for section, names in sections.items() for category in names]


def _menu():
    blocks = []
    for language, sections in words.SECTIONS.items():
        for section, names in sections.items():
            links = "".join(f'<li><a href="{category_path(language, section, name)}">{escape(name)}</a></li>' for name in names)
            blocks.append(f'<div class="menu-block"><a href="{section_path(language, section)}">{escape(section)}</a>'
                          f"<ul>{links}</ul></div>")
    return f'<nav class="menu">{"".join(blocks)}</nav>'


MENU = _menu()


def breadcrumbs(product):
    """The names and addresses above a book; all but the first two are its labels."""
    language, section, category = product.section
    root, name = ROOTS[language]
    trail = [(HOMES[language], "/"), (name, f"{root}.html"), (section, section_path(language, section)),
             (category, category_path(language, section, category))]
    for label in product.labels[2:]:
        trail.append((label, f"{trail[3][1]}#{slug(label)}"))
    return trail


def render_breadcrumbs(trail):
    items = "".join(f'<li class="crumb"><a href="{path}"><span>{escape(name)}</span></a></li>' for name, path in trail)
    return f'<ul class="breadcrumb">{items}</ul>'


def alias(product, page):
    """The address under which a list of the full shop links a book: often not the canonical one."""
    session = f"sid={zlib.crc32(page.encode()):08x}"
    kind = product.number % 10
    if product.oddity == "moved" or kind == 9:
        return f"/ancien/{product.ean}"
    if product.oddity == "only-session":
        return f"{product.path}?{session}"
    if kind == 1:
        return f"{product.path}?{session}"
    if kind == 2:
        return f"{product.path}?utm_source=liste&utm_medium=carte"
    if kind == 4:
        return product.path.replace("-", "%2D").replace("e", "%65", 1)
    if kind == 5:
        return product.path.replace("-", "%2d")
    if kind == 7:
        return product.path + "/"
    if kind == 8:
        return f"{product.path}?{session}&utm_campaign=hiver#avis"
    return product.path


def card(product, address, priced=True):
    """A book on a list: enough to look like a product, too little to be taken for one."""
    price = f'<div class="card-price">{product.price.replace(".", ",")} €</div>' if priced else ""
    return (f'<div class="product-card"><a class="product-link" href="{escape(address)}">'
            f'<img class="thumb" src="/img/{product.cover}" alt="" width="120" height="180" loading="lazy">'
            f'<div class="name">{escape(product.title)}</div></a><div class="by">{escape(product.authors[0])}</div>{price}</div>')


def page(title, body, language="fr", canonical=None, head="", charset="utf-8", odd=False):
    """A whole document."""
    declared = f'<meta charset="{charset}">' if charset else ""
    link = f'<link rel="canonical" href="{escape(canonical)}">' if canonical else ""
    corner = '<a href="/curiosites.html">Curiosités</a>' if odd else ""
    return (f'<!DOCTYPE html>\n<html lang="{language}">\n<head>{declared}<title>{escape(title)}</title>'
            f'<meta name="viewport" content="width=device-width">{link}{head}<style>{STYLE}</style></head>\n<body>'
            f'<header><a class="logo" href="/">La Librairie d\'essai</a>'
            f'<form action="/recherche"><input name="q"></form><a href="/panier" rel="nofollow">Panier</a></header>\n'
            f"{MENU}\n<main>{body}</main>\n<footer><p>Une librairie inventée, pour apprendre aux robots la politesse.</p>"
            f"{corner}</footer></body>\n</html>\n")
