#include <bit>
#include <cstring>
#include <limits>
#include <utility>

#include <boost/json.hpp>

#include "base/hash.h"
#include "base/json_writer.h"
#include "ml/lsa_model.h"

// lsa.bin, frozen: little-endian; magic, version, vocabulary, dimension, stride (u32 each), bytes
// of text (u64), then
//   ends of the terms and of the words in the text (u32 each, terms first), idf (f32), projection
//   (f32, terms × stride), the text, and XXH3-64 of everything before it.
// Magic, version and the trailing checksum keep their places in every later version.

namespace bookreco {
namespace {

static_assert(std::endian::native == std::endian::little);

constexpr std::string_view kMagic = "BRLSA1\r\n";
constexpr std::uint32_t kVersion = 1;
constexpr std::int64_t kSchema = 2;  // 1 knew no labels; its models still load
constexpr std::size_t kHeader = 8 + 4 * sizeof(std::uint32_t) + sizeof(std::uint64_t);
constexpr std::size_t kChecksum = sizeof(std::uint64_t);
constexpr std::uint32_t kMaxVocabulary = 10'000'000;
constexpr std::uint32_t kMaxDimension = 4096;
constexpr std::size_t kMaxJson = std::size_t{1} << 20;

template <class T>
void append(std::string& out, const T& value) {
  static_assert(std::is_trivially_copyable_v<T>);
  out.append(reinterpret_cast<const char*>(&value), sizeof(T));
}

template <class T>
void append_all(std::string& out, const std::vector<T>& values) {
  out.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
}

template <class T>
T read_at(std::string_view bytes, std::size_t offset) {
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof(T));
  return value;
}

template <class T>
std::vector<T> take(std::string_view bytes, std::size_t& offset, std::size_t count) {
  std::vector<T> values(count);
  std::memcpy(values.data(), bytes.data() + offset, count * sizeof(T));
  offset += count * sizeof(T);
  return values;
}

std::string to_bytes(const LsaModel::Impl& model) {
  std::string text;
  std::vector<std::uint32_t> ends;
  for (std::uint32_t term = 0; term < model.terms.size(); ++term) {
    text += model.terms.at(term);
    ends.push_back(static_cast<std::uint32_t>(text.size()));
  }
  for (const std::string& word : model.words) {
    text += word;
    ends.push_back(static_cast<std::uint32_t>(text.size()));
  }
  std::string out(kMagic);
  append(out, kVersion);
  append(out, static_cast<std::uint32_t>(model.terms.size()));
  append(out, static_cast<std::uint32_t>(model.options.dimension));
  append(out, static_cast<std::uint32_t>(model.stride));
  append(out, static_cast<std::uint64_t>(text.size()));
  append_all(out, ends);
  append_all(out, model.idf);
  append_all(out, model.projection);
  out += text;
  append(out, hash64(out));
  return out;
}

Status check_frame(std::string_view bytes) {
  if (bytes.size() < kHeader + kChecksum || bytes.substr(0, kMagic.size()) != kMagic) {
    return fail(Code::kDataLoss,
                "not an LSA model, or cut short ({} bytes): fit the model again",
                bytes.size());
  }
  const std::string_view covered = bytes.substr(0, bytes.size() - kChecksum);
  if (hash64(covered) != read_at<std::uint64_t>(bytes, covered.size())) {
    return fail(Code::kDataLoss, "its checksum is wrong: the file is damaged, fit the model again");
  }
  const auto version = read_at<std::uint32_t>(bytes, 8);
  if (version != kVersion) {
    return fail(Code::kFailedPrecondition,
                "format version {}, this program reads {}: fit the model again or use the program "
                "that wrote it",
                version,
                kVersion);
  }
  return {};
}

/// Terms and words from their ends in `text`; false when the ends do not cut it.
bool read_text(const std::vector<std::uint32_t>& ends,
               std::string_view text,
               LsaModel::Impl& model) {
  const std::size_t vocabulary = ends.size() / 2;
  std::uint32_t begin = 0;
  for (std::size_t i = 0; i < ends.size(); ++i) {
    if (ends[i] < begin || ends[i] > text.size()) {
      return false;
    }
    const std::string_view piece = text.substr(begin, ends[i] - begin);
    if (i >= vocabulary) {
      model.words.emplace_back(piece);
    } else if (model.terms.insert(piece) != i) {
      return false;
    }
    begin = ends[i];
  }
  return begin == text.size();
}

Result<std::shared_ptr<LsaModel::Impl>> from_bytes(std::string_view bytes) {
  BOOKRECO_TRY_VOID(check_frame(bytes));
  const std::size_t vocabulary = read_at<std::uint32_t>(bytes, 12);
  const std::size_t dimension = read_at<std::uint32_t>(bytes, 16);
  const std::size_t stride = read_at<std::uint32_t>(bytes, 20);
  const auto text = read_at<std::uint64_t>(bytes, 24);
  const bool sane = vocabulary <= kMaxVocabulary && dimension > 0 && dimension <= kMaxDimension &&
                    stride == (dimension + 15) / 16 * 16 && text <= bytes.size();
  if (!sane || kHeader + vocabulary * (2 * sizeof(std::uint32_t) + sizeof(float) * (1 + stride)) +
                       text + kChecksum !=
                   bytes.size()) {
    return fail(Code::kDataLoss,
                "its sizes ({} terms, {} dimensions, {} bytes of text) do not fit its {} bytes: "
                "fit the model again",
                vocabulary,
                dimension,
                text,
                bytes.size());
  }
  auto model = std::make_shared<LsaModel::Impl>();
  std::size_t offset = kHeader;
  const auto ends = take<std::uint32_t>(bytes, offset, 2 * vocabulary);
  model->options.dimension = dimension;
  model->options.vocabulary = vocabulary;
  model->stride = stride;
  model->idf = take<float>(bytes, offset, vocabulary);
  model->projection = take<float>(bytes, offset, vocabulary * stride);
  if (!read_text(ends, bytes.substr(offset, text), *model)) {
    return fail(Code::kDataLoss, "its terms are damaged: fit the model again");
  }
  return model;
}

std::string to_json(const LsaModel::Impl& model, const std::string& digest) {
  const LsaOptions& options = model.options;
  std::string out;
  JsonWriter json(out);
  json.begin_object().field("kind", "lsa").field("schema", kSchema);
  json.key("parameters").begin_object();
  json.field("vocabulary", std::uint64_t{options.vocabulary})
      .field("fields", std::uint64_t{options.fields})
      .field("min_documents", std::uint64_t{options.min_documents})
      .field("max_share", options.max_share)
      .field("dimension", std::uint64_t{options.dimension})
      .field("power_iterations", std::uint64_t{options.power_iterations})
      .field("oversampling", std::uint64_t{options.oversampling})
      .field("idf_power", options.idf_power)
      .field("singular_power", options.singular_power)
      .field("label_dimensions", std::uint64_t{options.label_dimensions})
      .field("label_share", options.label_share)
      .field("sample", std::uint64_t{options.sample})
      .field("seed", options.seed);
  json.end_object().key("metrics").begin_object();
  for (const auto& [name, value] : model.metrics) {
    if (name != "seconds") {  // the same fit gives the same files
      json.field(name, value);
    }
  }
  json.end_object().key("files").begin_object().field("lsa.bin", digest).end_object().end_object();
  out += '\n';
  return out;
}

/// Checks model.json against the digest and fills options and metrics from it.
Status read_json(std::string_view text, const std::string& digest, LsaModel::Impl& model) {
  boost::system::error_code error;
  const boost::json::value document =
      boost::json::parse(boost::json::string_view(text.data(), text.size()), error);
  const auto* root = error ? nullptr : document.if_object();
  const auto member = [](const boost::json::object* object,
                         std::string_view name) -> const boost::json::value* {
    return object != nullptr
               ? object->if_contains(boost::json::string_view(name.data(), name.size()))
               : nullptr;
  };
  const auto object = [&](std::string_view name) {
    const auto* value = member(root, name);
    return value != nullptr ? value->if_object() : nullptr;
  };
  const auto* kind = member(root, "kind");
  const auto* schema = member(root, "schema");
  if (kind == nullptr || *kind != "lsa" || schema == nullptr || !schema->is_int64()) {
    return fail(Code::kDataLoss, "it does not describe an LSA model: fit the model again");
  }
  if (schema->get_int64() < 1 || schema->get_int64() > kSchema) {
    return fail(Code::kFailedPrecondition,
                "schema {}, this program reads {}: fit the model again",
                schema->get_int64(),
                kSchema);
  }
  const auto* file = member(object("files"), "lsa.bin");
  if (file == nullptr || *file != boost::json::string_view(digest)) {
    return fail(
        Code::kDataLoss,
        "its digest of lsa.bin is not that file's: the folder is mixed up, fit the model again");
  }
  const auto* parameters = object("parameters");
  const auto number = [&](std::string_view name, auto& out) {
    const auto* value = member(parameters, name);
    if (value != nullptr && value->is_number()) {
      boost::system::error_code bad;
      const auto parsed = value->to_number<std::remove_reference_t<decltype(out)>>(bad);
      out = bad ? out : parsed;
    }
  };
  LsaOptions& options = model.options;
  number("vocabulary", options.vocabulary);
  number("min_documents", options.min_documents);
  number("max_share", options.max_share);
  number("power_iterations", options.power_iterations);
  number("oversampling", options.oversampling);
  options.label_dimensions = 0;
  number("fields", options.fields);
  number("idf_power", options.idf_power);
  number("singular_power", options.singular_power);
  number("label_dimensions", options.label_dimensions);
  number("label_share", options.label_share);
  if (options.label_dimensions >= options.dimension ||
      !(options.label_share >= 0 && options.label_share <= 1)) {
    return fail(Code::kDataLoss,
                "{} of {} dimensions for labels, a share of {}: fit the model again",
                options.label_dimensions,
                options.dimension,
                options.label_share);
  }
  number("sample", options.sample);
  number("seed", options.seed);
  if (const auto* metrics = object("metrics")) {
    for (const auto& [name, value] : *metrics) {
      if (value.is_number()) {
        model.metrics[std::string(name)] = value.to_number<double>();
      }
    }
  }
  return {};
}

}  // namespace

Status LsaModel::save(const Path& folder) const {
  const std::string bytes = to_bytes(*impl_);
  BOOKRECO_TRY_VOID(make_folders(folder));
  BOOKRECO_TRY_VOID(write_file(folder / "lsa.bin", bytes));
  return write_file(folder / "model.json", to_json(*impl_, hash128_hex(bytes)));
}

Result<LsaModel> LsaModel::load(const Path& folder) {
  const Path binary = folder / "lsa.bin";
  const Path description = folder / "model.json";
  BOOKRECO_TRY(const MappedFile file, MappedFile::open(binary));
  auto model = from_bytes(file.text());
  if (!model) {
    return in_context(binary.string(), model.error());
  }
  BOOKRECO_TRY(const std::string json, read_file(description, kMaxJson));
  if (const Status status = read_json(json, hash128_hex(file.text()), **model); !status) {
    return in_context(description.string(), status.error());
  }
  return LsaModel(std::move(*model));
}

}  // namespace bookreco
