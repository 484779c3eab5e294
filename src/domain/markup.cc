#include "domain/markup.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <libxml/HTMLparser.h>

#include "base/utf8.h"
#include "domain/text_repair.h"

namespace bookreco {
namespace {

const xmlChar* to_xml(const std::string& text) {
  return reinterpret_cast<const xmlChar*>(text.c_str());
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_name(char c) {
  return is_letter(c) || (c >= '0' && c <= '9');
}

/// Appends the character that the reference at the start of `text` stands for; answers the bytes it
/// took, 0 for none.
std::size_t decode_reference(std::string_view text, std::string& out) {
  const std::size_t end = text.substr(0, 34).find(';');
  if (end == std::string_view::npos || end < 2) {
    return 0;
  }
  std::string_view name = text.substr(1, end - 1);
  if (name[0] != '#') {
    const htmlEntityDesc* entity = std::all_of(name.begin(), name.end(), is_name)
                                       ? htmlEntityLookup(to_xml(std::string(name)))
                                       : nullptr;
    if (entity == nullptr && name != "apos") {
      return 0;
    }
    append_utf8(out, entity == nullptr ? U'\'' : static_cast<char32_t>(entity->value));
    return end + 1;
  }
  name.remove_prefix(1);
  const bool hexadecimal = name.starts_with('x') || name.starts_with('X');
  name.remove_prefix(hexadecimal ? 1 : 0);
  std::uint32_t value = 0;
  const auto [stop, error] =
      std::from_chars(name.data(), name.data() + name.size(), value, hexadecimal ? 16 : 10);
  if (name.empty() || error != std::errc() || stop != name.data() + name.size()) {
    return 0;
  }
  if (value >= 0x80 && value < 0xA0) {  // Windows-1252 was meant, as HTML 5 says
    out += repair_bytes(std::string(1, static_cast<char>(value)));
  } else if (value != 0) {
    append_utf8(out, static_cast<char32_t>(value));
  }
  return end + 1;
}

std::string decode_references(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t taken = text[i] == '&' ? decode_reference(text.substr(i), out) : 0;
    if (taken == 0) {
      out += text[i];
    }
    i += std::max<std::size_t>(taken, 1);
  }
  return out;
}

struct Tag {
  std::string name;  ///< lower case; empty for comments and declarations
  bool closing = false;
  std::size_t size = 0;  ///< 0: not a tag
};

/// Bytes of the comment or declaration that `text` begins with, 0 for none.
std::size_t declaration_size(std::string_view text) {
  const bool comment = text.starts_with("<!--");
  if (!comment && !text.starts_with("<!DOCTYPE") && !text.starts_with("<![CDATA[")) {
    return 0;
  }
  const std::string_view close = comment ? "-->" : ">";
  const std::size_t end = text.find(close);
  return end == std::string_view::npos ? text.size() : end + close.size();
}

bool is_element(const std::string& name) {
  static constexpr std::array<std::string_view, 8> kNewer{
      "article", "section", "figure", "figcaption", "header", "footer", "main", "aside"};
  return htmlTagLookup(to_xml(name)) != nullptr ||
         std::find(kNewer.begin(), kNewer.end(), name) != kNewer.end();
}

Tag read_tag(std::string_view text) {
  constexpr std::size_t kLongestTag = 4096;  // keeps a text full of "<" linear
  Tag tag;
  if (const std::size_t size = declaration_size(text); size > 0) {
    tag.size = size;
    return tag;
  }
  text = text.substr(0, kLongestTag);
  std::size_t i = 1;
  tag.closing = i < text.size() && text[i] == '/';
  i += tag.closing ? 1 : 0;
  while (i < text.size() && is_name(text[i]) && tag.name.size() < 12) {
    tag.name += static_cast<char>(text[i++] | 0x20);
  }
  const std::size_t end = text.find('>', i);
  static constexpr std::string_view kAfterName = "> /\n\t\r";
  if (!tag.name.empty() && end != std::string_view::npos &&
      kAfterName.find(text[i]) != std::string_view::npos && is_element(tag.name)) {
    tag.size = end + 1;
  }
  return tag;
}

bool is_inline(std::string_view name) {
  static constexpr std::array<std::string_view, 18> kInline{"a",
                                                            "abbr",
                                                            "b",
                                                            "big",
                                                            "cite",
                                                            "code",
                                                            "em",
                                                            "font",
                                                            "i",
                                                            "q",
                                                            "s",
                                                            "small",
                                                            "span",
                                                            "strong",
                                                            "sub",
                                                            "sup",
                                                            "tt",
                                                            "u"};
  return std::find(kInline.begin(), kInline.end(), name) != kInline.end();
}

std::string strip_tags(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const Tag tag = text[i] == '<' ? read_tag(text.substr(i)) : Tag{};
    if (tag.size == 0) {
      out += text[i++];
      continue;
    }
    i += tag.size;
    if (!is_inline(tag.name)) {
      out += ' ';
    }
    if (!tag.closing && (tag.name == "script" || tag.name == "style")) {
      const std::size_t end = text.find("</" + tag.name, i);
      i = end == std::string_view::npos ? text.size() : end;
    }
  }
  return out;
}

}  // namespace

std::string strip_markup(std::string_view text) {
  std::string out(text);
  for (int pass = 0; pass < 2; ++pass) {
    if (out.find('<') != std::string::npos) {
      out = strip_tags(out);
    }
    if (out.find('&') == std::string::npos) {
      break;
    }
    out = decode_references(out);
  }
  return out.find('<') == std::string::npos ? out : strip_tags(out);
}

}  // namespace bookreco
