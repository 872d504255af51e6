#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace xuncha {

// A 64-bit digest of which runs of three characters a text holds (SimHash, Charikar 2002; Manku et al. 2007 for its
// use): texts that differ little have digests that differ in few bits. White space counts not at all, letters by their
// small form. 0 for a text of no characters. Text is UTF-8; bytes that are none count as one character each. Pure,
// linear, no memory.
std::uint64_t simhash64(std::string_view text);

// The number of bits in which two digests differ. At most 3 is "the same page" (Manku 2007).
int simhash_distance(std::uint64_t left, std::uint64_t right);

// The text without what changes from one answer to the next: digits dropped (clocks, counters, request numbers), ASCII
// letters small, each run of white space one space. To compare error pages.
std::string normalised_text(std::string_view text);

// How alike two texts are, 0..1: the share of bits of their digests that agree beyond chance, times the ratio of their
// lengths. 1 for equal texts and for two empty ones, 0 when only one is empty.
double text_similarity(std::string_view left, std::string_view right);

}  // namespace xuncha
