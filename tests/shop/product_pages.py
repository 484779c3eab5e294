"""A book's page: half in the shape of the original shop (tables and classes), half with structured data in its variants."""
import json
from html import escape

from . import layout
from .catalogue import hyphenated, slug

IN_STOCK = {True: "https://schema.org/InStock", False: "https://schema.org/OutOfStock"}


def euros(product):
    return f"{product.price.replace('.', ',')} €"


def render(product, related, base, charset="utf-8", odd=False):
    """The page's text; `base` is the shop's origin, for addresses that must be absolute."""
    table = product.shape == "table"
    body, head = (_table if table else _structured)(product, base)
    cards = "".join(layout.card(other, other.path, priced=False) for other in related)
    trail = layout.breadcrumbs(product)
    heading = "Dans le même rayon" if product.language == "fr" else "From the same shelf"
    body = f'{layout.render_breadcrumbs(trail)}{body}<section class="related"><h2>{heading}</h2>{cards}</section>'
    return layout.page(f"{product.title} – {product.authors[0]}", body, "fr" if table else product.language,
                       base + product.path, head, charset, odd)


def _description(product):
    """The text in one node, or as real pages have it: in several, with breaks and emphasis."""
    if product.number % 3:
        return f"\n  {escape(product.description)}\n  "
    sentences = [escape(part) for part in product.description.split(". ")]
    sentences[-1] = f"<em>{sentences[-1]}</em>"
    return "<p>" + ". <br>\n".join(sentences) + "</p>"


def _table(product, base):
    """The original shop's classes: product-title, author, resume, informations-container."""
    authors = ", ".join(f'<a class="author" href="/recherche?auteur={slug(name)}">{escape(name)}</a>' for name in product.authors)
    rows = []
    for name, value in product.facts:
        value = escape(value)
        if name in ("Editeur", "Collection", "Série"):
            value = f'<a href="/recherche?{slug(name)}={slug(value)}">{value}</a>'
        rows.append(f'<li class="information"><div class="name"><span>{escape(name)}</span></div>'
                    f'<div class="value">{value}</div></li>')
    stock = ("in-stock", "En stock") if product.available else ("out-of-stock", "Indisponible")
    body = (f'<article class="product"><img class="cover" src="/img/{product.cover}" alt="{escape(product.title)}">'
            f'<h1 class="product-title">\n  {escape(product.title)}\n</h1><div class="authors">{authors}</div>'
            f'<div class="product-price"><span class="price">{euros(product)}</span></div>'
            f'<div class="availability {stock[0]}">{stock[1]}</div>'
            f'<div id="resume"><h2>Résumé</h2><div class="content">{_description(product)}</div></div>'
            f'<ul class="informations-container">{"".join(rows)}</ul></article>')
    head = f'<meta property="og:image" content="{base}/img/{product.cover}">'
    return body, head


def _person(name):
    return {"@type": "Person", "name": name}


def _offer(product, base, price=None):
    return {"@type": "Offer", "price": price or float(product.price), "priceCurrency": "EUR",
            "availability": IN_STOCK[product.available], "url": base + product.path}


def _thing(product, base):
    """The book as schema.org has it, before its variant leaves out or twists anything."""
    thing = {"@type": "Book", "@id": f"{base}{product.path}#book", "name": product.title,
             "author": [_person(name) for name in product.authors], "description": product.description, "isbn": product.ean,
             "publisher": {"@type": "Organization", "name": product.publisher}, "numberOfPages": product.page_count,
             "datePublished": product.published_on.isoformat(), "inLanguage": product.language,
             "image": f"{base}/img/{product.cover}", "offers": _offer(product, base)}
    if product.series:
        thing["isPartOf"] = {"@type": "BookSeries", "name": product.series}
        thing["position"] = product.series_number
    return thing


def _as_product(thing, product, kind):
    """Typed Product, with gtin13 for the ISBN and the collection as a property."""
    thing |= {"@type": kind, "gtin13": thing.pop("isbn")}
    if product.collection:
        thing["additionalProperty"] = [{"@type": "PropertyValue", "name": "Collection", "value": product.collection}]
    return thing


def _breadcrumb_list(product, base, with_itself=False):
    trail = layout.breadcrumbs(product)
    items = [{"@type": "ListItem", "position": place, "name": name, "item": base + path}
             for place, (name, path) in enumerate(trail, 1)]
    if with_itself:
        items.append({"@type": "ListItem", "position": len(items) + 1, "name": product.title})
    return {"@type": "BreadcrumbList", "itemListElement": items}


def _linked_data(product, base):
    """The JSON-LD of a variant; None when the page has microdata only."""
    thing = _thing(product, base)
    context = {"@context": "https://schema.org"}
    match product.shape:
        case "book":
            if len(product.authors) == 1:
                thing["author"] = thing["author"][0]
            return context | thing
        case "product":
            return context | _as_product(thing, product, ["Product", "Book"])
        case "graph":
            shop = {"@type": "BookStore", "@id": f"{base}/#shop", "name": "La Librairie d'essai"}
            return context | {"@graph": [shop, _breadcrumb_list(product, base), _as_product(thing, product, ["Book", "Product"])]}
        case "array":
            thing["image"] = {"@type": "ImageObject", "url": thing["image"]}
            return [context | _breadcrumb_list(product, base, True), context | thing]
        case "strings":
            thing |= {"author": list(product.authors) if len(product.authors) > 1 else product.authors[0],
                      "publisher": product.publisher, "isbn": hyphenated(product.ean), "numberOfPages": str(product.page_count),
                      "image": [thing["image"]], "inLanguage": {"fr": "fr-FR", "en": "en-GB"}[product.language],
                      "offers": [_offer(product, base, product.price.replace(".", ","))]}
            return {"@context": "http://schema.org/"} | thing
        case "microdata":  # the page's microdata tells the rest
            del thing["publisher"], thing["numberOfPages"]
            return context | _as_product(thing, product, "Product")
        case "open-graph":  # the page's OpenGraph tells the rest
            del thing["description"], thing["image"], thing["datePublished"]
            return context | thing
    return None


def _microdata(product, base):
    """The book as microdata alone."""
    authors = ", ".join(f'<span itemprop="author" itemscope itemtype="https://schema.org/Person"><span itemprop="name">'
                        f"{escape(name)}</span></span>" for name in product.authors)
    series = (f'<p itemprop="isPartOf" itemscope itemtype="https://schema.org/BookSeries"><span itemprop="name">'
              f'{escape(product.series)}</span></p><meta itemprop="position" content="{product.series_number}">'
              if product.series else "")
    return (f'<article class="sheet" itemscope itemtype="https://schema.org/Book">'
            f'<h1 itemprop="name">{escape(product.title)}</h1>'
            f'<p>{authors}</p><img itemprop="image" src="/img/{product.cover}" alt="">'
            f'<div itemprop="description">{_description(product)}</div>{series}'
            f'<p><span itemprop="publisher">{escape(product.publisher)}</span>, '
            f'<span itemprop="numberOfPages">{product.page_count}</span> p., '
            f'<time itemprop="datePublished" datetime="{product.published_on}">{product.published_on:%d.%m.%Y}</time>'
            f'<meta itemprop="inLanguage" content="{product.language}"><meta itemprop="isbn" content="{product.ean}"></p>'
            f'<div itemprop="offers" itemscope itemtype="https://schema.org/Offer">'
            f'<span itemprop="price" content="{product.price}">{euros(product)}</span>'
            f'<meta itemprop="priceCurrency" content="EUR"><link itemprop="availability" href="{IN_STOCK[product.available]}">'
            "</div></article>")


def _structured(product, base):
    if product.shape == "microdata-only":
        return _microdata(product, base), ""
    script = json.dumps(_linked_data(product, base), ensure_ascii=product.number % 4 == 1).replace("</", "<\\/")
    head = f'<script type="application/ld+json">{script}</script>'
    if product.shape == "open-graph":
        told = {"og:type": "book", "og:title": product.title, "og:description": product.description,
                "og:image": f"{base}/img/{product.cover}", "book:isbn": product.ean,
                "book:release_date": product.published_on.isoformat()}
        head += "".join(f'<meta property="{name}" content="{escape(value)}">' for name, value in told.items())
    details = ""
    if product.shape == "microdata":
        details = (f'<p itemscope itemtype="https://schema.org/Book">'
                   f'<span itemprop="publisher">{escape(product.publisher)}</span>, '
                   f'<span itemprop="numberOfPages">{product.page_count}</span> p.</p>')
    return (f'<article class="sheet"><h1>{escape(product.title)}</h1><p class="by">{escape(", ".join(product.authors))}</p>'
            f'<img src="/img/{product.cover}" alt=""><p class="text">{escape(product.description)}</p>{details}'
            f'<p class="amount">{euros(product)}</p></article>'), head
