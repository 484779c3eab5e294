#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace bookreco {

/// ISBN-13s that a cell of an export or a spreadsheet may stand for, most likely first; empty when
/// it stands for none. `certain` when it holds one whole ISBN as it is, wrapped in what
/// spreadsheets and exports put around it (="0123456789", '…, […], a list of several, a trailing
/// ".0"). Otherwise it was mended, and only a catalogue tells whether rightly: zeros that a number
/// lost in front, or the end that scientific notation cut off (9.78043902348E+12: twelve digits and
/// the check digit that they demand). Fewer digits than twelve cannot be mended.
struct IsbnReading {
  std::vector<std::string> isbns;
  bool certain = false;
};

IsbnReading read_isbn_cell(std::string_view cell);

}  // namespace bookreco
