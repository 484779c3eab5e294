#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "services/ingest/conversion.h"
#include "services/ingest/csv_reader.h"

namespace bookreco {

// What the exports of readers' libraries have in common.

/// Stars of a field, 0 when it is empty or says 0; what is no number from 0 to 5 is told and 0.
Result<double> read_stars(const SourceFile& file,
                          std::uint64_t row,
                          const CsvReader& csv,
                          std::string_view field,
                          Conversion& conversion);

/// The first of the fields that holds a date, as ISO 8601; what is no date is told.
Result<std::string> read_first_date(const SourceFile& file,
                                    std::uint64_t row,
                                    const CsvReader& csv,
                                    std::initializer_list<std::string_view> fields,
                                    Conversion& conversion);

/// Hands the book of a row to the sink and, when the row has a kind, what its reader did with it.
Status give_library_row(const SourceFile& file,
                        std::uint64_t row,
                        RawBook&& book,
                        RawInteraction&& interaction,
                        Conversion& conversion);

}  // namespace bookreco
