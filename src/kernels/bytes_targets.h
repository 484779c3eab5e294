#pragma once

#include "kernels/bytes.h"

namespace bookreco {

// What byte_dots chooses from.

/// By Highway, which widens to 16 bits: its version 1.0 has no product of bytes.
void byte_dots_portable(const std::int8_t* query,
                        const ByteRows& rows,
                        std::span<const std::uint32_t> picked,
                        std::int32_t* out);

/// True where the CPU has VPDPBUSD of AVX-512, four products of bytes in one lane. Highway's newest
/// target is no way to it: 1.0.3 names another extension to the compiler.
bool has_vnni();

/// Only where has_vnni().
void byte_dots_vnni(const std::int8_t* query,
                    const ByteRows& rows,
                    std::span<const std::uint32_t> picked,
                    std::int32_t* out);

}  // namespace bookreco
