#include "index/snapshot.h"

#include <utility>

#include <simdjson.h>
#include <sys/stat.h>

#include "base/hash.h"
#include "base/json_writer.h"
#include "domain/isbn.h"
#include "index/segment_impl.h"

namespace bookreco {
namespace {

constexpr std::int64_t kManifestVersion = 1;
constexpr std::size_t kManifestLimit = std::size_t{64} << 20;
constexpr std::size_t kHeaderBytes = 64;  // of a SectionFile
constexpr const char* kManifestName = "snapshot.json";
constexpr const char* kVerifiedName = "verified";
constexpr std::size_t kVerifiedLimit = 4096;

std::optional<RowRef> find_exact(const Snapshot& snapshot, std::string_view id) {
  if (snapshot.delta) {
    if (const auto row = snapshot.delta->find(id)) {
      return RowRef{true, *row};
    }
  }
  if (const auto row = snapshot.base->find(id); row && snapshot.alive({false, *row})) {
    return RowRef{false, *row};
  }
  return std::nullopt;
}

struct FileDigest {
  std::int64_t size = 0;
  std::string digest;
  bool operator==(const FileDigest&) const = default;
};

/// The digest is of the header alone: its checksum covers the table of sections, whose checksums
/// cover the rest, and opening the file verifies them.
Result<FileDigest> digest_of(const Path& path) {
  BOOKRECO_TRY(const MappedFile file, MappedFile::open(path));
  return FileDigest{static_cast<std::int64_t>(file.text().size()),
                    hash128_hex(file.text().substr(0, kHeaderBytes))};
}

/// What the file system knows of each file. Any write changes the last time, which no program sets.
Result<std::string> traits_of(const Path& folder) {
  std::string traits;
  for (const std::string_view kind : kSegmentKinds) {
    const Path path = folder / (std::string(kind) + ".brs");
    struct stat file{};
    if (::stat(path.c_str(), &file) != 0) {
      return fail(Code::kNotFound, "cannot look at {}", path.string());
    }
    traits += fmt::format("{} {} {} {}.{:09} {}.{:09}\n",
                          kind,
                          file.st_ino,
                          file.st_size,
                          file.st_mtim.tv_sec,
                          file.st_mtim.tv_nsec,
                          file.st_ctim.tv_sec,
                          file.st_ctim.tv_nsec);
  }
  return traits;
}

/// Where that cannot be written, files are verified each time.
void remember_verified(const Path& folder, std::string_view traits) {
  static_cast<void>(write_file(folder / kVerifiedName, traits));
}

/// Reads fields of the manifest, keeping the first error.
class ManifestReader {
 public:
  explicit ManifestReader(simdjson::dom::element root) : root_(root) {}

  std::string text(std::string_view key) { return std::string(read<std::string_view>(root_, key)); }
  std::int64_t number(std::string_view key) { return read<std::int64_t>(root_, key); }
  std::vector<std::string> texts(std::string_view key) {
    std::vector<std::string> found;
    simdjson::dom::array array;
    if (root_[key].get(array) != simdjson::SUCCESS) {
      note(key);
      return found;
    }
    for (const simdjson::dom::element element : array) {
      std::string_view text;
      if (element.get(text) != simdjson::SUCCESS) {
        note(key);
      }
      found.emplace_back(text);
    }
    return found;
  }
  FileDigest file(std::string_view name) {
    simdjson::dom::element entry;
    if (root_["files"][name].get(entry) != simdjson::SUCCESS) {
      note(name);
      return {};
    }
    return {read<std::int64_t>(entry, "size"),
            std::string(read<std::string_view>(entry, "digest"))};
  }
  const std::string& error() const { return error_; }

 private:
  template <class T>
  T read(simdjson::dom::element parent, std::string_view key) {
    T value{};
    if (parent[key].get(value) != simdjson::SUCCESS) {
      note(key);
    }
    return value;
  }
  void note(std::string_view key) {
    if (error_.empty()) {
      error_ = key;
    }
  }

  simdjson::dom::element root_;
  std::string error_;
};

}  // namespace

std::int64_t Snapshot::books() const {
  return static_cast<std::int64_t>(base->rows() - gone.count() + (delta ? delta->rows() : 0));
}

std::optional<RowRef> Snapshot::find(std::string_view id) const {
  if (const auto ref = find_exact(*this, id)) {
    return ref;
  }
  auto code = parse_isbn(id);
  if (!code) {
    code = parse_ean13(id);
  }
  return code && *code != id ? find_exact(*this, *code) : std::nullopt;
}

Status write_manifest(const Path& folder, const Snapshot& snapshot) {
  std::string text;
  JsonWriter json(text);
  json.begin_object();
  json.field("format", kManifestVersion);
  json.field("version", snapshot.version);
  json.field("vectorizer", snapshot.vectorizer);
  json.field("change", snapshot.change);
  json.field("books", static_cast<std::int64_t>(snapshot.base->rows()));
  json.key("clusters").begin_array();
  for (const std::string& name : snapshot.cluster_names) {
    json.value(name);
  }
  json.end_array();
  json.key("files").begin_object();
  for (const std::string_view kind : kSegmentKinds) {
    const std::string name = std::string(kind) + ".brs";
    BOOKRECO_TRY(const FileDigest file, digest_of(folder / name));
    json.key(name).begin_object();
    json.field("size", file.size).field("digest", file.digest);
    json.end_object();
  }
  json.end_object();
  json.end_object();
  text += '\n';
  BOOKRECO_TRY_VOID(write_file(folder / kManifestName, text));
  BOOKRECO_TRY(const std::string traits, traits_of(folder));
  remember_verified(folder, traits);
  return {};
}

Result<Snapshot> open_snapshot(const Path& folder, SnapshotCheck check) {
  const Path path = folder / kManifestName;
  BOOKRECO_TRY(const std::string text, read_file(path, kManifestLimit));
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  if (parser.parse(text).get(root) != simdjson::SUCCESS || !root.is_object()) {
    return fail(
        Code::kDataLoss, "{} is not a JSON object: build the snapshot again", path.string());
  }
  ManifestReader manifest(root);
  const std::int64_t format = manifest.number("format");
  if (manifest.error().empty() && format != kManifestVersion) {
    return fail(Code::kFailedPrecondition,
                "{} has format {}, this program reads {}: build the snapshot again",
                path.string(),
                format,
                kManifestVersion);
  }
  Snapshot snapshot;
  snapshot.version = manifest.text("version");
  snapshot.vectorizer = manifest.text("vectorizer");
  snapshot.change = manifest.number("change");
  snapshot.cluster_names = manifest.texts("clusters");
  for (const std::string_view kind : kSegmentKinds) {
    const std::string name = std::string(kind) + ".brs";
    const FileDigest expected = manifest.file(name);
    BOOKRECO_TRY(const FileDigest found, digest_of(folder / name));
    if (manifest.error().empty() && found != expected) {
      return fail(Code::kDataLoss,
                  "{} is not the file that {} names: build the snapshot again",
                  (folder / name).string(),
                  kManifestName);
    }
  }
  if (!manifest.error().empty()) {
    return fail(Code::kDataLoss,
                "{} lacks a valid \"{}\": build the snapshot again",
                path.string(),
                manifest.error());
  }
  BOOKRECO_TRY(const std::string traits, traits_of(folder));
  const auto seen = read_file(folder / kVerifiedName, kVerifiedLimit);
  const bool known = seen && *seen == traits;
  BOOKRECO_TRY(
      Segment base,
      Segment::open(folder,
                    known && check == SnapshotCheck::kUnlessSeen ? SectionCheck::kHeaders
                                                                 : SectionCheck::kEverything));
  if (!known) {
    remember_verified(folder, traits);
  }
  snapshot.base = std::make_shared<const Segment>(std::move(base));
  return snapshot;
}

}  // namespace bookreco
