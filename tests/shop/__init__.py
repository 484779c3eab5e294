"""A bookshop to crawl: a web server of invented books, whose truth is known, with every oddity real shops have.

See README.md beside this file for what it serves and how to ask it for the truth.
"""
