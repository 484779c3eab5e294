"""The shop's robots.txt: rules whose right reading takes the longest match, wildcards and groups of one's own."""

PLAIN_ROBOTS = """User-agent: *
Disallow: /recherche
Disallow: /panier

Sitemap: {base}/sitemap.xml
"""

FULL_ROBOTS = """# Aux robots : soyez les bienvenus, doucement.
user-agent: *
Disallow: /recherche
Disallow: /panier
Disallow: /prive/
Allow: /prive/ouvert/        # longer, so it wins
Disallow: /*/apercu-         # a wildcard within
Disallow: /*.php$            # only at the end: /x.php?y=1 is allowed
Disallow: /r%C3%A9serve/     # written with escapes
Allow: /egal                 # as long as the next one: allow wins
Disallow: /egal
Disallow:

User-agent: lentbot
Crawl-delay: 10
Disallow: /livres/

User-agent: refusebot
User-agent: refusebot-images
Disallow: /

Sitemap: {base}/sitemap.xml
"""

# Pages that hold decoys because a rule above forbids them, and pages that a rule allows although a shorter one would not.
FORBIDDEN = ("/recherche", "/panier", "/prive/index.html", "/prive/plan.html", "/livres/apercu-leurre.html", "/vieux/fiche.php",
             "/réserve/caisse.html")
ALLOWED = ("/prive/ouvert/index.html", "/vieux/fiche.php?page=1", "/egal/index.html")
