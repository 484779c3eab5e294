#include <algorithm>

#include "services/ingest/converters.h"
#include "services/ingest/input.h"

namespace bookreco {
namespace {

bool is_goodbooks(Format format) {
  return format == Format::kGoodbooksBooks || format == Format::kGoodbooksTags ||
         format == Format::kGoodbooksBookTags || format == Format::kGoodbooksRatings ||
         format == Format::kGoodbooksToRead;
}

Status convert_alone(const SourceFile& file, Conversion& conversion) {
  switch (file.format) {
    case Format::kJsonArray:
      return convert_json_array(file, conversion);
    case Format::kJsonLines:
      return convert_json_lines(file, conversion);
    case Format::kGoodreads:
      return convert_goodreads(file, conversion);
    case Format::kStoryGraph:
      return convert_storygraph(file, conversion);
    case Format::kLibraryThing:
      return convert_librarything(file, conversion);
    case Format::kInteractions:
      return convert_interactions(file, conversion);
    default:
      return {};
  }
}

}  // namespace

Status convert_files(std::span<const std::string> files,
                     const ConvertOptions& options,
                     ConvertSink& sink,
                     const ProgressFn& progress) {
  if (files.empty()) {
    return fail(Code::kInvalidArgument, "no file to read: name one, or - for standard input");
  }
  if (std::count(files.begin(), files.end(), "-") > 1) {
    return fail(Code::kInvalidArgument, "standard input (-) can be read once only");
  }
  const TemporaryFolder scratch;
  std::vector<SourceFile> goodbooks;
  std::vector<SourceFile> open_library;
  std::vector<SourceFile> others;
  for (std::uint32_t number = 0; number < files.size(); ++number) {
    BOOKRECO_TRY(SourceFile file,
                 open_input(files[number], number, options.format, scratch.path()));
    std::vector<SourceFile>& group = is_goodbooks(file.format)             ? goodbooks
                                     : file.format == Format::kOpenLibrary ? open_library
                                                                           : others;
    group.push_back(std::move(file));
  }
  Conversion conversion(options, sink, progress);
  for (const SourceFile& file : others) {
    BOOKRECO_TRY_VOID(convert_alone(file, conversion));
  }
  if (!open_library.empty()) {
    BOOKRECO_TRY_VOID(convert_open_library(open_library, conversion));
  }
  return goodbooks.empty() ? Status() : convert_goodbooks(goodbooks, conversion);
}

}  // namespace bookreco
