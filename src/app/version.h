#pragma once

namespace bookreco {

/// Set by the build from project(VERSION).
inline constexpr const char* kVersion = BOOKRECO_VERSION;

}  // namespace bookreco
