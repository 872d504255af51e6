#pragma once

#include <functional>
#include <iosfwd>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"

// `--batch` of the small questions and `inspect`: JSON lines in, one JSON line out for each, in order. Include in .cc
// files only. Confined to one thread.
namespace xuncha {

using Json = nlohmann::ordered_json;
// The answer to one question, which is a JSON object.
using AnswerQuestion = std::function<Result<Json>(const Json& question)>;

// Answers every line that is not blank; a line that is no question, or that cannot be answered, gets {"error":"…"}
// (after the question's "id", if it has one). Lone surrogates in \u escapes and bytes that are no UTF-8 count as
// U+FFFD. kExitClean, or kExitUsage when there was such an error. Lines over limits::kBatchLineBytesMax are an error.
int run_batch(std::istream& in, std::ostream& out, const AnswerQuestion& answer);

// One answer for a question on the command line: the JSON line on `out`, or the error on standard error.
int print_answer(const Result<Json>& answer, std::ostream& out);

// A text field of a question: nullopt when absent or null; an error when it is no text.
Result<std::optional<std::string>> text_field(const Json& question, std::string_view name);
// The same, but it must be there.
Result<std::string> required_text(const Json& question, std::string_view name);

// The bytes of a file ("-": standard input). kUsage when it cannot be read or is over limits::kInputFileBytesMax.
Result<std::string> read_input_file(const std::string& name);

}  // namespace xuncha
