#include "base/section_file.h"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "base/section_contents.h"
#include "base/threads.h"

namespace bookreco {
namespace {

using section_format::Entry;
using section_format::Header;

constexpr std::size_t kParallelBytes = std::size_t{64} << 20;
constexpr std::size_t kMaxThreads = 4;  ///< more do not read memory faster

template <std::size_t N>
std::string_view text_of(const std::array<char, N>& field) {
  return {field.data(), ::strnlen(field.data(), N)};
}

template <std::size_t N>
bool zero_padded(const std::array<char, N>& field) {
  const std::size_t length = text_of(field).size();
  return length > 0 && length < N &&
         std::all_of(field.begin() + length, field.end(), [](char c) { return c == 0; });
}

std::unexpected<Error> damaged(std::string_view what) {
  return fail(Code::kDataLoss, "{}; the file is damaged, build it again", what);
}

/// Sections follow one another, each at the next multiple of the alignment, zeros between, the
/// table behind the last.
Status check_layout(std::span<const std::byte> bytes,
                    const Header& header,
                    std::span<const Entry> table) {
  std::uint64_t end = sizeof(Header);
  auto zeros_until = [&](std::uint64_t offset) {
    const auto gap = bytes.subspan(end, offset - end);
    return std::all_of(gap.begin(), gap.end(), [](std::byte b) { return b == std::byte{0}; });
  };
  for (const Entry& entry : table) {
    if (!zero_padded(entry.name) || entry.offset != section_format::aligned(end) ||
        entry.offset > header.table_offset || entry.bytes > header.table_offset - entry.offset ||
        !zeros_until(entry.offset)) {
      return damaged("the table of sections contradicts itself");
    }
    end = entry.offset + entry.bytes;
  }
  if (section_format::aligned(end) != header.table_offset || !zeros_until(header.table_offset)) {
    return damaged("the sections do not fill the file");
  }
  return {};
}

/// Answers the first section whose bytes differ from their checksum, or the end of the table.
std::size_t first_damaged(std::span<const std::byte> bytes, std::span<const Entry> table) {
  std::vector<std::size_t> first_block(table.size() + 1, 0);
  for (std::size_t i = 0; i < table.size(); ++i) {
    first_block[i + 1] = first_block[i] + (table[i].bytes + section_format::kBlockBytes - 1) /
                                              section_format::kBlockBytes;
  }
  std::vector<std::uint64_t> hashes(first_block.back());
  const std::size_t threads =
      bytes.size() < kParallelBytes ? 1 : std::min(hardware_threads(), kMaxThreads);
  parallel_for(table.size() == 0 ? 0 : hashes.size(), threads, [&](std::size_t block) {
    const auto after = std::upper_bound(first_block.begin(), first_block.end(), block);
    const auto section = static_cast<std::size_t>(after - first_block.begin()) - 1;
    const auto content = bytes.subspan(table[section].offset, table[section].bytes);
    const std::size_t begin = (block - first_block[section]) * section_format::kBlockBytes;
    hashes[block] = hash64(
        content.subspan(begin, std::min(section_format::kBlockBytes, content.size() - begin)));
  });
  for (std::size_t i = 0; i < table.size(); ++i) {
    const auto own = std::span(hashes).subspan(first_block[i], first_block[i + 1] - first_block[i]);
    if (hash64(std::as_bytes(own)) != table[i].checksum) {
      return i;
    }
  }
  return table.size();
}

}  // namespace

Status SectionFile::Contents::verify(std::string_view kind,
                                     std::uint32_t version,
                                     SectionCheck check) {
  if (bytes.size() < sizeof(Header)) {
    return damaged(fmt::format("{} bytes are too few for a header", bytes.size()));
  }
  const auto& header = *reinterpret_cast<const Header*>(bytes.data());
  if (header.magic != section_format::kMagic) {
    return fail(Code::kDataLoss, "not an index file: its first bytes are unknown");
  }
  if (header.container_version != section_format::kContainerVersion) {
    return fail(Code::kFailedPrecondition,
                "written in container version {}, this program reads {}: build it again",
                header.container_version,
                section_format::kContainerVersion);
  }
  if (header.file_bytes != bytes.size()) {
    return damaged(
        fmt::format("it has {} bytes and should have {}", bytes.size(), header.file_bytes));
  }
  if (header.sections > section_format::kMaxSections ||
      header.table_offset % section_format::kAlignment != 0 || header.table_offset > bytes.size() ||
      bytes.size() - header.table_offset != header.sections * sizeof(Entry)) {
    return damaged("its header contradicts itself");
  }
  const auto* first = reinterpret_cast<const Entry*>(bytes.data() + header.table_offset);
  const std::span<const Entry> entries(first, header.sections);
  if (section_format::checksum(header, entries) != header.checksum || !zero_padded(header.kind)) {
    return damaged("its header does not match its checksum");
  }
  if (text_of(header.kind) != kind || header.version != version) {
    return fail(Code::kFailedPrecondition,
                "it holds {} version {}, wanted is {} version {}: build it again",
                text_of(header.kind),
                header.version,
                kind,
                version);
  }
  BOOKRECO_TRY_VOID(check_layout(bytes, header, entries));
  const std::size_t section =
      check == SectionCheck::kHeaders ? entries.size() : first_damaged(bytes, entries);
  if (section < entries.size()) {
    return damaged(
        fmt::format("section {} does not match its checksum", text_of(entries[section].name)));
  }
  table = entries;
  return {};
}

Result<SectionFile> SectionFile::open(const Path& path,
                                      std::string_view kind,
                                      std::uint32_t version,
                                      SectionCheck check) {
  BOOKRECO_TRY(MappedFile file, MappedFile::open(path));
  auto contents = std::make_shared<Contents>();
  contents->bytes = file.bytes();
  contents->owner = std::move(file);
  if (Status status = contents->verify(kind, version, check); !status) {
    return in_context(path.string(), status.error());
  }
  SectionFile opened;
  opened.contents_ = std::move(contents);
  return opened;
}

bool SectionFile::has(std::string_view name) const {
  return section(name).has_value();
}

Result<std::span<const std::byte>> SectionFile::section(std::string_view name) const {
  if (contents_ != nullptr) {
    for (const Entry& entry : contents_->table) {
      if (text_of(entry.name) == name) {
        return contents_->bytes.subspan(entry.offset, entry.bytes);
      }
    }
  }
  return fail(Code::kDataLoss, "there is no section {}", name);
}

}  // namespace bookreco
