#include "domain/language.h"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <vector>

#include <unicode/locid.h>

#include "domain/fold.h"
#include "domain/text_repair.h"

namespace bookreco {
namespace {

struct Language {
  std::string_view code;
  std::string_view words;    ///< frequent words, folded; an elided "l'" is the word "l"
  std::string_view endings;  ///< of longer words, folded
  std::string_view letters;  ///< characters that few other languages here have
};

constexpr std::array<Language, 7> kLanguages{{
    {"fr",
     "le la les un une des du de et l d qu n s c j est dans que qui pour sur au aux par pas son sa "
     "ses ce cette ces plus avec "
     "ne se sont nous vous il elle ils elles mais ou tout comme entre sans mon ma mes notre leur "
     "leurs lui je tu moi toi etre a "
     "histoire vie monde amour coeur homme femme jour temps roman tome nuit voyage guerre oeuvres "
     "completes lettres contes "
     "theatre journal enquetes chroniques petit petite grand grande soeurs enfants fille fils roi "
     "reine mort maison ville rue "
     "poche jusqu lorsqu aussi bien autres fait ans apres avant deux trois premier premiere ville "
     "suivi livre autour chez trop "
     "meme jamais toujours rien encore soleil ciel mer ile terre vent neige ombre sang feu oubli "
     "bonheur secret secrets mystere",
     "eux eur ment aux elle ette aire ique eau ient ais ait oir euse iere ille ois",
     "\xC3\xA8\xC3\xAA\xC3\xA7\xC5\x93\xC3\xB9\xC3\xBB\xC3\xAB\xC3\xAE"},
    {"en",
     "the and of to in is a s it that for with as his her he she was on by at from this their they "
     "who an be but are not has "
     "have one when into what out its him all will about no so up more or new been were which how "
     "can only after where there "
     "them had if life love story world man woman book novel first time you your my we our i me t "
     "girl boy house king queen "
     "night day death lost secret little big last great dark light blood fire dead good things war "
     "heart years must own than "
     "through becomes find finds between while most every before never over back two young family "
     "history author don between",
     "ing ght tion ness ous ful ship ould ward ster ed ly",
     ""},
    {"de",
     "der die das und ist nicht ein eine einer eines einem einen zu von mit den dem des im in auf "
     "fur sich auch es an als er sie "
     "wie aus bei nach aber oder wenn nur noch wird sind war hat so ich wir ihr ihre sein seine "
     "uber zum zur bis vor dass "
     "roman leben liebe geschichte welt buch mann frau",
     "ung lich keit heit schen isch",
     "\xC3\x9F\xC3\xA4\xC3\xB6\xC3\xBC"},
    {"es",
     "el la los las un una de del y en que es con por para se su sus al lo no mas como pero entre "
     "sobre ha este esta cuando muy "
     "sin ser yo tu mi hombre mujer vida amor historia mundo dos todo anos donde desde hasta son "
     "fue",
     "cion dad ados idos ente mente eza ero",
     "\xC3\xB1\xC2\xBF\xC2\xA1"},
    {"it",
     "il lo la i gli le un una di del della dei delle e in che per con non si da al alla sono come "
     "ma piu suo sua nel nella questo "
     "questa anche dal dalla ha ed se tra storia vita amore mondo anni uomo donna l d c",
     "zione ita ente ello etto oni",
     "\xC3\xB2\xC3\xAC"},
    {"pt",
     "o a os as um uma de do da dos das e em no na nos nas que com por para nao se ao mais como "
     "mas foi seu sua entre ele ela "
     "sobre quando muito ser eu livro vida amor historia mundo homem mulher anos",
     "cao coes dade ente mente inho",
     "\xC3\xA3\xC3\xB5"},
    {"nl",
     "de het een en van in is dat op te zijn met voor niet aan er om ook als maar bij door uit "
     "naar over ze hij haar worden wordt "
     "heeft hun nog tot deze dan wat die den leven liefde verhaal wereld boek man vrouw jaar",
     "ijk heid eren ngen tje",
     ""},
}};

using Votes = std::array<float, kLanguages.size()>;

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const std::size_t end = text.find(' ');
    words.push_back(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return words;
}

/// Each word of the lists with its votes: one voice, shared by the languages that have it.
const std::unordered_map<std::string_view, Votes>& word_votes() {
  static const auto kVotes = [] {
    std::unordered_map<std::string_view, Votes> votes;
    for (std::size_t i = 0; i < kLanguages.size(); ++i) {
      for (const std::string_view word : split(kLanguages[i].words)) {
        votes[word][i] = 1;
      }
    }
    for (auto& [word, vote] : votes) {
      const auto sharers = static_cast<float>(std::count(vote.begin(), vote.end(), 1.0F));
      for (float& share : vote) {
        share /= sharers * sharers;
      }
    }
    return votes;
  }();
  return kVotes;
}

struct Ending {
  std::string_view text;
  std::size_t language;
};

/// The endings by their last letter.
const std::array<std::vector<Ending>, 26>& endings() {
  static const auto kEndings = [] {
    std::array<std::vector<Ending>, 26> table;
    for (std::size_t i = 0; i < kLanguages.size(); ++i) {
      for (const std::string_view ending : split(kLanguages[i].endings)) {
        table[static_cast<std::size_t>(ending.back() - 'a')].push_back({ending, i});
      }
    }
    return table;
  }();
  return kEndings;
}

void vote_by_endings(std::string_view word, Votes& votes) {
  constexpr float kEnding = 0.15F;
  const char last = word.back();
  if (last < 'a' || last > 'z') {
    return;
  }
  for (const Ending& ending : endings()[static_cast<std::size_t>(last - 'a')]) {
    if (word.ends_with(ending.text)) {
      votes[ending.language] += kEnding;
    }
  }
}

void vote_by_letters(std::string_view text, Votes& votes) {
  constexpr float kLetter = 0.4F;
  for (std::size_t at = 0; at + 1 < text.size(); ++at) {
    const auto first = static_cast<unsigned char>(text[at]);
    if (first < 0xC2 || first > 0xC5) {
      continue;
    }
    for (std::size_t i = 0; i < kLanguages.size(); ++i) {
      if (kLanguages[i].letters.find(text.substr(at, 2)) != std::string_view::npos) {
        votes[i] += kLetter;
      }
    }
  }
}

struct Name {
  std::string_view name;
  std::string_view code;
};

// ISO 639-2's bibliographic codes, which libraries use, and names in words.
constexpr std::array kNames{
    Name{"fre", "fr"},         Name{"ger", "de"},       Name{"dut", "nl"},
    Name{"chi", "zh"},         Name{"cze", "cs"},       Name{"gre", "el"},
    Name{"per", "fa"},         Name{"rum", "ro"},       Name{"slo", "sk"},
    Name{"alb", "sq"},         Name{"arm", "hy"},       Name{"baq", "eu"},
    Name{"bur", "my"},         Name{"geo", "ka"},       Name{"ice", "is"},
    Name{"mac", "mk"},         Name{"may", "ms"},       Name{"tib", "bo"},
    Name{"wel", "cy"},         Name{"mao", "mi"},       Name{"und", ""},
    Name{"mul", ""},           Name{"zxx", ""},         Name{"mis", ""},
    Name{"francais", "fr"},    Name{"french", "fr"},    Name{"anglais", "en"},
    Name{"english", "en"},     Name{"allemand", "de"},  Name{"german", "de"},
    Name{"deutsch", "de"},     Name{"espagnol", "es"},  Name{"spanish", "es"},
    Name{"espanol", "es"},     Name{"italien", "it"},   Name{"italian", "it"},
    Name{"italiano", "it"},    Name{"portugais", "pt"}, Name{"portuguese", "pt"},
    Name{"neerlandais", "nl"}, Name{"dutch", "nl"},     Name{"russe", "ru"},
    Name{"russian", "ru"},     Name{"japonais", "ja"},  Name{"japanese", "ja"},
    Name{"chinois", "zh"},     Name{"chinese", "zh"},   Name{"latin", "la"},
    Name{"arabe", "ar"},       Name{"arabic", "ar"},
};

}  // namespace

std::string detect_language(std::string_view text) {
  constexpr std::size_t kLooked = 600;
  std::size_t size = std::min(text.size(), kLooked);
  while (size > 0 && size < text.size() &&
         (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) {
    --size;
  }
  text = text.substr(0, size);
  const std::string folded = fold(text);
  Votes votes{};
  const auto& words = word_votes();
  for (const std::string_view word : split(folded)) {
    if (const auto found = words.find(word); found != words.end()) {
      for (std::size_t i = 0; i < votes.size(); ++i) {
        votes[i] += found->second[i];
      }
    } else if (word.size() > 3) {
      vote_by_endings(word, votes);
    }
  }
  vote_by_letters(text, votes);
  const auto best =
      static_cast<std::size_t>(std::max_element(votes.begin(), votes.end()) - votes.begin());
  float second = 0;
  for (std::size_t i = 0; i < votes.size(); ++i) {
    second = i == best ? second : std::max(second, votes[i]);
  }
  constexpr float kLeast = 0.3F;
  constexpr float kLead = 1.25F;
  return votes[best] >= kLeast && votes[best] >= kLead * second ? std::string(kLanguages[best].code)
                                                                : std::string();
}

std::optional<std::string> parse_language(std::string_view text) {
  const std::string folded = fold(text);
  const std::string primary = folded.substr(0, folded.find(' '));
  for (const Name& name : kNames) {
    if (primary == name.name) {
      return std::string(name.code);
    }
  }
  const bool letters =
      std::all_of(primary.begin(), primary.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  if (!letters || (primary.size() != 2 && primary.size() != 3)) {
    return std::nullopt;
  }
  const icu::Locale locale(primary.c_str());
  return *locale.getISO3Language() == '\0' ? std::nullopt
                                           : std::optional<std::string>(locale.getLanguage());
}

}  // namespace bookreco
