#include <nlohmann/json.hpp>

#include "core/ip_address.h"
#include "core/url.h"
#include "daemon/cli/batch.h"
#include "daemon/cli/command_questions.h"

namespace xuncha {
namespace {

Json failure_of(const UrlParse& parsed) {
  Json json = {{"failure", true}};
  if (!parsed.other_scheme.empty()) json["scheme"] = parsed.other_scheme;
  return json;
}

}  // namespace

Json answer_url(const std::optional<std::string>& base, const std::string& input) {
  std::optional<UrlParse> parsed_base;
  if (base) {
    parsed_base = parse_url(*base);
    // Without scheme it is no base at all; of another scheme it only serves absolute references.
    if (!parsed_base->url && parsed_base->other_scheme.empty()) return failure_of(*parsed_base);
  }
  const Url* base_url = parsed_base && parsed_base->url ? &*parsed_base->url : nullptr;
  UrlParse parsed = parse_url(input, base_url);
  if (parsed.url) return Json{{"href", parsed.url->href()}};
  if (parsed.other_scheme.empty() && parsed_base && !parsed_base->url) parsed.other_scheme = parsed_base->other_scheme;
  return failure_of(parsed);
}

Result<Json> answer_url_question(const Json& question) {
  const auto base = text_field(question, "base");
  if (!base) return base.error();
  const auto input = required_text(question, "input");
  if (!input) return input.error();
  return answer_url(base.value(), input.value());
}

Result<Json> answer_address(const std::string& text) {
  const auto address = parse_address(text);
  if (!address) return Error{ErrorCode::kUsage, text, "is no IPv4 or IPv6 address"};
  const AddressVerdict verdict = AddressPolicy().judge(*address);
  Json json = {{"allowed", verdict.allowed}};
  json["range"] = verdict.allowed ? Json() : Json(verdict.range);
  return json;
}

Result<Json> answer_address_question(const Json& question) {
  const auto address = required_text(question, "address");
  return address ? answer_address(address.value()) : Result<Json>(address.error());
}

}  // namespace xuncha
