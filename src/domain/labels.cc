#include "domain/labels.h"

#include <algorithm>
#include <array>

#include <unicode/locid.h>
#include <unicode/unistr.h>

#include "domain/fold.h"

namespace bookreco {
namespace {

/// "ROMANS" and "romans" are "Romans"; short capitals ("BD", "USA") and mixed case stay.
std::string sentence_case(const std::string& label) {
  const bool plain = std::all_of(
      label.begin(), label.end(), [](char c) { return static_cast<signed char>(c) > 0; });
  if (plain && label[0] >= 'A' && label[0] <= 'Z' &&
      std::any_of(label.begin(), label.end(), [](char c) { return c >= 'a' && c <= 'z'; })) {
    return label;
  }
  icu::UnicodeString text = icu::UnicodeString::fromUTF8(label);
  icu::UnicodeString lower(text);
  lower.toLower(icu::Locale::getRoot());
  icu::UnicodeString upper(text);
  upper.toUpper(icu::Locale::getRoot());
  if (text == upper && text.length() > 4) {
    text = lower;
  }
  const std::int32_t first = text.moveIndex32(0, 1);
  icu::UnicodeString head(text, 0, first);
  if (text == lower) {
    text.replace(0, first, head.toUpper(icu::Locale::getRoot()));
  }
  std::string out;
  text.toUTF8String(out);
  return out;
}

}  // namespace

bool is_page_furniture(std::string_view folded) {
  static constexpr std::array<std::string_view, 21> kFurniture{"accueil",
                                                               "livre",
                                                               "livres",
                                                               "sommaire",
                                                               "par collection",
                                                               "autres collections",
                                                               "tous les livres",
                                                               "passionnes de lecture",
                                                               "actualite editoriale",
                                                               "home",
                                                               "book",
                                                               "books",
                                                               "all books",
                                                               "catalogue",
                                                               "rayons",
                                                               "retour",
                                                               "boutique",
                                                               "nouveautes",
                                                               "meilleures ventes",
                                                               "best sellers",
                                                               "promotions"};
  return folded.empty() ||
         std::find(kFurniture.begin(), kFurniture.end(), folded) != kFurniture.end();
}

std::vector<std::string> clean_labels(const std::vector<std::string>& labels) {
  std::vector<std::string> kept;
  std::vector<std::string> keys;
  for (const std::string& label : labels) {
    std::string folded = fold(label);
    if (is_page_furniture(folded) || std::find(keys.begin(), keys.end(), folded) != keys.end()) {
      continue;
    }
    kept.push_back(sentence_case(label));
    keys.push_back(std::move(folded));
  }
  return kept;
}

}  // namespace bookreco
