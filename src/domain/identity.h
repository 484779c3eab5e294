#pragma once

#include <string>
#include <string_view>

#include "domain/book.h"

namespace bookreco {

/// The edition's id: its EAN, else its ISBN-13, else "b" + 16 hex digits of folded title, authors,
/// publisher, format and date. Frozen: stores and readers' histories hold it.
std::string book_id(const Book& book);

/// "w" + 16 hex digits of the work's title (domain/title.h) and its first author's key: equal for
/// the editions of one text. Translations have other titles, so other works. Frozen like book_id.
std::string work_id(const Book& book);

/// Last name and first initial, folded: "Fédor Dostoïevski" and "F. Dostoïevski" are "dostoievski
/// f". Empty for "Collectif", which is nobody.
std::string author_key(std::string_view author);

}  // namespace bookreco
