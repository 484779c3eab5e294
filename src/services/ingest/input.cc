#include "services/ingest/input.h"

#include "base/utf8.h"

namespace bookreco {
namespace {

enum class Encoding { kUtf8, kUtf16Little, kUtf16Big };

Encoding encoding_of(std::string_view head) {
  if (head.starts_with("\xFF\xFE") ||
      (head.size() > 3 && head[0] != 0 && head[1] == 0 && head[2] != 0 && head[3] == 0)) {
    return Encoding::kUtf16Little;
  }
  if (head.starts_with("\xFE\xFF") ||
      (head.size() > 3 && head[0] == 0 && head[1] != 0 && head[2] == 0 && head[3] != 0)) {
    return Encoding::kUtf16Big;
  }
  return Encoding::kUtf8;
}

/// UTF-16 in pieces of any length; lone surrogates become U+FFFD.
class Utf16Decoder {
 public:
  explicit Utf16Decoder(Encoding encoding) : big_(encoding == Encoding::kUtf16Big) {}

  std::string decode(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size());
    for (const char c : bytes) {
      const auto byte = static_cast<unsigned char>(c);
      if (!half_) {
        first_ = byte;
        half_ = true;
        continue;
      }
      half_ = false;
      add(big_ ? static_cast<char32_t>(first_ << 8 | byte)
               : static_cast<char32_t>(byte << 8 | first_),
          out);
    }
    return out;
  }

 private:
  void add(char32_t unit, std::string& out) {
    const bool low = unit >= 0xDC00 && unit < 0xE000;
    if (high_ != 0) {
      append_utf8(out,
                  low ? 0x10000 + ((high_ - 0xD800) << 10) + (unit - 0xDC00) : char32_t{0xFFFD});
      high_ = 0;
      if (low) {
        return;
      }
    }
    if (unit >= 0xD800 && unit < 0xDC00) {
      high_ = unit;
    } else {
      append_utf8(out, unit);
    }
  }

  bool big_;
  bool half_ = false;
  unsigned first_ = 0;
  char32_t high_ = 0;
};

/// Copies the rest of `source`, whose first bytes are `head`, to a compressed file in UTF-8.
Status copy(ByteSource& source, std::string_view head, Encoding encoding, const Path& target) {
  BOOKRECO_TRY(ZstdWriter writer, ZstdWriter::create(target, 1));
  Utf16Decoder decoder(encoding);
  while (!head.empty()) {
    BOOKRECO_TRY_VOID(encoding == Encoding::kUtf8 ? writer.write(head)
                                                  : writer.write(decoder.decode(head)));
    BOOKRECO_TRY(head, source.read());
  }
  return writer.commit();
}

Result<Format> choose_format(std::string_view given,
                             std::string_view head,
                             const std::string& name) {
  if (head.starts_with("\xEF\xBB\xBF")) {
    head.remove_prefix(3);
  }
  if (given.empty()) {
    return detect_format(head, name);
  }
  const std::optional<Format> format = parse_format(given);
  if (!format) {
    return fail(
        Code::kInvalidArgument, "unknown format {}: expected one of {}", given, format_names());
  }
  return *format;
}

/// A file that breaks off before its first byte is none.
template <class T>
Result<T> readable(Result<T> first) {
  if (!first && first.error().code == Code::kDataLoss) {
    return fail(Code::kInvalidArgument,
                "{}; nothing of it can be read: fetch it again",
                first.error().message);
  }
  return first;
}

}  // namespace

Result<SourceFile> open_input(const std::string& path,
                              std::uint32_t number,
                              std::string_view format,
                              const Path& scratch) {
  SourceFile file;
  file.name = path == "-" ? "standard input" : path;
  file.number = number;
  BOOKRECO_TRY(ByteSource source, readable(ByteSource::open(path)));
  BOOKRECO_TRY(std::string_view head, readable(source.read()));
  std::string opened = path;
  const Encoding encoding = encoding_of(head);
  if (path == "-" || encoding != Encoding::kUtf8) {
    opened = (scratch / std::to_string(number)).string();
    if (Status copied = copy(source, head, encoding, opened); !copied) {
      return in_context(file.name, copied.error());
    }
    BOOKRECO_TRY(source, ByteSource::open(opened));
    BOOKRECO_TRY(head, source.read());
  }
  BOOKRECO_TRY(file.format, choose_format(format, head, file.name));
  file.open = [opened] { return ByteSource::open(opened); };
  return file;
}

}  // namespace bookreco
