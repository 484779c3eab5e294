#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bookreco {

/// What one row says about itself: its heaviest terms as people read them (LsaModel::top_terms) and
/// its labels.
struct RowText {
  std::vector<std::string_view> terms;
  std::vector<std::string_view> labels;
};

/// A readable name for each cluster: the label that most of its rows carry and few others do, where
/// there is one, and the terms that set it apart: "Récits de voyage · Himalaya, montagne". Terms
/// are ranked by c-TF-IDF (Grootendorst 2022). No two names are equal; an empty cluster is "#" and
/// its number.
///
/// `text(row, out)` fills an empty RowText; it is called once per row, in order, and its views need
/// live only until it is called again.
std::vector<std::string> cluster_names(std::span<const std::uint32_t> assignment,
                                       std::size_t clusters,
                                       const std::function<void(std::size_t, RowText&)>& text);

}  // namespace bookreco
