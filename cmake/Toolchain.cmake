# Compiler settings of every target. Warnings and sanitizers live on interface targets, never in CMAKE_CXX_FLAGS.

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE OFF)

option(BOOKRECO_WERROR "Warnings are errors (on in the presets that test)" OFF)
option(BOOKRECO_TESTS "Build the tests and benchmarks" ON)
option(BOOKRECO_FUZZ "Build the fuzz targets with libFuzzer (clang); otherwise they replay their corpus" OFF)
set(BOOKRECO_SANITIZE "" CACHE STRING "Sanitizers, as for -fsanitize=")

find_program(CCACHE ccache)
if(CCACHE)
  # A clone elsewhere hits the same entries: paths are hashed relative to the source folder.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
endif()

find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

add_library(bookreco_options INTERFACE)
target_include_directories(bookreco_options INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_compile_options(bookreco_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wold-style-cast
  -fno-omit-frame-pointer
  -ffile-prefix-map=${CMAKE_SOURCE_DIR}/=
  $<$<BOOL:${BOOKRECO_WERROR}>:-Werror>)
if(BOOKRECO_SANITIZE)
  # The checks that sanitizers insert make GCC's flow analysis warn of what cannot be.
  target_compile_options(bookreco_options INTERFACE -fsanitize=${BOOKRECO_SANITIZE} -fno-sanitize-recover=all
    $<$<CXX_COMPILER_ID:GNU>:-Wno-stringop-overflow> $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  target_link_options(bookreco_options INTERFACE -fsanitize=${BOOKRECO_SANITIZE})
endif()
if(BOOKRECO_FUZZ)
  target_compile_options(bookreco_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# The standard headers that nearly every source reads, parsed once.
file(WRITE ${CMAKE_BINARY_DIR}/pch.cc "")
add_library(bookreco_pch OBJECT ${CMAKE_BINARY_DIR}/pch.cc)
target_link_libraries(bookreco_pch PRIVATE bookreco_options)
target_precompile_headers(bookreco_pch PRIVATE
  <algorithm> <array> <atomic> <chrono> <cmath> <cstdint> <expected> <filesystem> <functional> <map> <memory>
  <mutex> <optional> <span> <string> <string_view> <thread> <unordered_map> <vector>)
