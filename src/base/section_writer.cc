#include <algorithm>
#include <cstring>
#include <optional>

#include "base/section_contents.h"
#include "base/section_file.h"

namespace bookreco {

using section_format::Entry;
using section_format::Header;
using section_format::kAlignment;
using section_format::kBlockBytes;

/// Bytes wait in `pending` until a checksum block is full. Every flush but the last of a section is
/// a whole number of AlignedBlocks, and padding completes the last: memory grows by AlignedBlocks
/// alone.
struct SectionWriter::Impl {
  Path path;
  std::string kind;
  std::uint32_t version = 0;
  std::optional<AtomicFile> file;
  std::vector<AlignedBlock> memory;

  std::uint64_t written = 0;
  std::vector<Entry> table;
  bool in_section = false;
  std::vector<std::byte> pending;
  std::vector<std::uint64_t> hashes;

  Status put(std::span<const std::byte> bytes) {
    if (bytes.empty()) {
      return {};
    }
    if (file) {
      written += bytes.size();
      return file->write(bytes);
    }
    memory.resize(section_format::aligned(written + bytes.size()) / kAlignment);
    std::memcpy(reinterpret_cast<std::byte*>(memory.data()) + written, bytes.data(), bytes.size());
    written += bytes.size();
    return {};
  }

  Status flush_block() {
    hashes.push_back(hash64(std::span<const std::byte>(pending)));
    Status status = put(pending);
    pending.clear();
    return status;
  }

  Status end_section() {
    if (!in_section) {
      return {};
    }
    if (!pending.empty()) {
      BOOKRECO_TRY_VOID(flush_block());
    }
    Entry& entry = table.back();
    entry.bytes = written - entry.offset;
    entry.checksum = hash64(std::as_bytes(std::span(hashes)));
    hashes.clear();
    in_section = false;
    static constexpr std::array<std::byte, kAlignment> kZeros{};
    return put(std::span(kZeros).first(section_format::aligned(written) - written));
  }

  /// The header of what was written, checksummed.
  Header header() const {
    Header header;
    header.version = version;
    std::ranges::copy(kind, header.kind.begin());
    header.table_offset = written;
    header.sections = table.size();
    header.file_bytes = written + table.size() * sizeof(Entry);
    header.checksum = section_format::checksum(header, table);
    return header;
  }
};

SectionWriter::SectionWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {
  BOOKRECO_CHECK(!impl_->kind.empty() && impl_->kind.size() < sizeof(Header::kind));
}
SectionWriter::~SectionWriter() = default;
SectionWriter::SectionWriter(SectionWriter&&) noexcept = default;
SectionWriter& SectionWriter::operator=(SectionWriter&&) noexcept = default;

Result<SectionWriter> SectionWriter::to_file(const Path& path,
                                             std::string_view kind,
                                             std::uint32_t version) {
  auto impl = std::make_unique<Impl>();
  impl->path = path;
  impl->kind = kind;
  impl->version = version;
  BOOKRECO_TRY(AtomicFile file, AtomicFile::create(path));
  impl->file.emplace(std::move(file));
  const Header unfinished;
  BOOKRECO_TRY_VOID(impl->put(std::as_bytes(std::span(&unfinished, 1))));
  return SectionWriter(std::move(impl));
}

SectionWriter SectionWriter::to_memory(std::string_view kind, std::uint32_t version) {
  auto impl = std::make_unique<Impl>();
  impl->kind = kind;
  impl->version = version;
  impl->memory.resize(1);
  impl->written = sizeof(Header);
  return SectionWriter(std::move(impl));
}

Status SectionWriter::begin(std::string_view name) {
  Impl& impl = *impl_;
  if (name.empty() || name.size() >= sizeof(Entry::name) || name.find('\0') != name.npos) {
    return fail(Code::kInvalidArgument,
                "a section is named by 1 to {} bytes, not \"{}\"",
                sizeof(Entry::name) - 1,
                name);
  }
  if (impl.table.size() == section_format::kMaxSections) {
    return fail(
        Code::kResourceExhausted, "a file holds at most {} sections", section_format::kMaxSections);
  }
  for (const Entry& entry : impl.table) {
    if (std::string_view(entry.name.data()) == name) {
      return fail(Code::kAlreadyExists, "section {} was written already", name);
    }
  }
  BOOKRECO_TRY_VOID(impl.end_section());
  Entry entry;
  std::ranges::copy(name, entry.name.begin());
  entry.offset = impl.written;
  impl.table.push_back(entry);
  impl.in_section = true;
  return {};
}

Status SectionWriter::append(std::span<const std::byte> bytes) {
  BOOKRECO_CHECK(impl_->in_section);
  auto& pending = impl_->pending;
  while (!bytes.empty()) {
    const std::size_t taken = std::min(bytes.size(), kBlockBytes - pending.size());
    pending.insert(
        pending.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(taken));
    bytes = bytes.subspan(taken);
    if (pending.size() == kBlockBytes) {
      BOOKRECO_TRY_VOID(impl_->flush_block());
    }
  }
  return {};
}

Result<SectionFile> SectionWriter::finish() {
  const std::unique_ptr<Impl> impl = std::move(impl_);
  BOOKRECO_TRY_VOID(impl->end_section());
  const Header header = impl->header();
  BOOKRECO_TRY_VOID(impl->put(std::as_bytes(std::span(impl->table))));
  const auto start = std::as_bytes(std::span(&header, 1));
  if (impl->file) {
    BOOKRECO_TRY_VOID(impl->file->write_at(0, start));
    BOOKRECO_TRY_VOID(impl->file->commit());
    return SectionFile::open(impl->path, impl->kind, impl->version);
  }
  std::ranges::copy(start, reinterpret_cast<std::byte*>(impl->memory.data()));
  auto contents = std::make_shared<SectionFile::Contents>();
  contents->owner = std::move(impl->memory);
  contents->bytes = std::as_bytes(std::span(std::get<std::vector<AlignedBlock>>(contents->owner)));
  BOOKRECO_TRY_VOID(contents->verify(impl->kind, impl->version, SectionCheck::kEverything));
  SectionFile opened;
  opened.contents_ = std::move(contents);
  return opened;
}

}  // namespace bookreco
