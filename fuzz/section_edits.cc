#include "section_edits.h"

#include "base/section_format.h"

namespace bookreco::fuzz {
namespace {

constexpr std::size_t kBooks = 9;
constexpr std::size_t kDimension = 4;

void build_segment(const Path& folder) {
  std::vector<Book> books(kBooks);
  for (std::size_t i = 0; i < kBooks; ++i) {
    Book& book = books[i];
    book.id = fmt::format("b{:016x}", i);
    book.work_id = fmt::format("w{:016x}", i / 2);
    book.title = fmt::format("Voyage {} au centre des mers", i);
    book.authors = {i % 2 == 0 ? "Jules Verne" : "Homère"};
    book.labels = {"Mer", i % 3 == 0 ? "Aventure" : "Poésie"};
    book.language = i % 4 == 0 ? "en" : "fr";
    book.page_count = static_cast<int>(100 * i + 1);
    book.description = "Une tempête, une île et un retour.";
  }
  SegmentOptions options;
  options.dimension = kDimension;
  options.neighbours = 3;
  auto builder = SegmentBuilder::to_folder(folder, options);
  BOOKRECO_CHECK(builder.has_value());
  const std::vector<std::string_view> terms = {"mer", "voyage"};
  for (std::size_t i = 0; i < kBooks; ++i) {
    std::array<float, kDimension> vector{};
    vector[i % kDimension] = 0.8F;
    vector[(i + 1) % kDimension] = 0.6F;
    const SegmentRow row{&books[i], vector, static_cast<std::uint32_t>(i % 3), terms};
    BOOKRECO_CHECK(builder->add_batch({&row, 1}));
  }
  BOOKRECO_CHECK(builder->finish());
}

}  // namespace

SectionEdits::SectionEdits(SegmentFile part) : kind_(kind_of(part)) {
  const TemporaryFolder folder;
  build_segment(folder.path());
  read(folder.path() / file_name(part));
}

SectionEdits::SectionEdits(const Path& path, std::string_view kind) : kind_(kind) {
  read(path);
}

void SectionEdits::read(const Path& path) {
  const auto bytes = read_file(path);
  BOOKRECO_CHECK(bytes.has_value());
  section_format::Header header;
  std::memcpy(&header, bytes->data(), sizeof(header));
  for (std::size_t i = 0; i < header.sections; ++i) {
    section_format::Entry entry;
    std::memcpy(&entry, bytes->data() + header.table_offset + i * sizeof(entry), sizeof(entry));
    const auto content = std::as_bytes(std::span(*bytes)).subspan(entry.offset, entry.bytes);
    sections_.push_back({entry.name.data(), {content.begin(), content.end()}});
  }
}

void SectionEdits::edit(std::vector<Section>& sections, Input& input) {
  auto& bytes = sections[input.take<std::uint8_t>() % sections.size()].bytes;
  const auto kind = input.take<std::uint8_t>() % 6;
  const std::size_t place = input.take<std::uint16_t>();
  const auto value = input.take<std::uint32_t>();
  auto put = [&](auto number) {
    if (bytes.size() >= sizeof(number)) {
      const std::size_t at = place % (bytes.size() / sizeof(number)) * sizeof(number);
      std::memcpy(bytes.data() + at, &number, sizeof(number));
    }
  };
  switch (kind) {
    case 0:
      put(static_cast<std::uint8_t>(value));
      break;
    case 1:
      put(value);
      break;
    case 2:
      put(std::uint64_t{value});
      break;
    case 3:
      put(~std::uint64_t{value});
      break;
    case 4:
      put(static_cast<std::uint16_t>(value));
      break;
    default:
      bytes.resize(std::min<std::size_t>(place, 4096), std::byte{static_cast<std::uint8_t>(value)});
  }
}

SectionFile SectionEdits::apply(const std::uint8_t* data, std::size_t size) const {
  std::vector<Section> sections = sections_;
  Input input(data, size);
  while (!input.empty()) {
    edit(sections, input);
  }
  SectionWriter writer = SectionWriter::to_memory(kind_, kSegmentVersion);
  for (const Section& section : sections) {
    BOOKRECO_CHECK(writer.begin(section.name) && writer.append(section.bytes));
  }
  auto file = writer.finish();
  BOOKRECO_CHECK(file.has_value());
  return *std::move(file);
}

}  // namespace bookreco::fuzz
