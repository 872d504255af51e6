#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Reads literals out of scripts without running them. What is not literal is not read. Pure, linear, bounded.
namespace xuncha {

// The arguments of a call: `text` begins at its bracket (blanks before it allowed). Quotation marks are taken off;
// arguments that are neither number nor one quoted string come as they stand. Empty when the call is not closed within
// 1,000 bytes, or has more than 20.
std::vector<std::string> call_arguments(std::string_view text);

// `name = 12` as a statement or declaration; the first one.
std::optional<std::uint32_t> number_of_variable(std::string_view text, std::string_view name);
// `name = 'text'`, likewise; empty when there is none.
std::string_view string_of_variable(std::string_view text, std::string_view name);
// `name: 12`, the name quoted or not, the number too.
std::optional<std::uint32_t> number_of_option(std::string_view text, std::string_view name);

}  // namespace xuncha
