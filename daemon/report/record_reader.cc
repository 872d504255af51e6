#include "daemon/report/record_reader.h"

#include <nlohmann/json.hpp>
#include <optional>

#include "core/civil.h"

namespace xuncha {
namespace {

using Json = nlohmann::json;

std::string text_of(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

template <class Number>
Number number_of(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_number() ? found->get<Number>() : Number{};
}

// What stands under `key` if it is a list or an object, else nothing.
const Json& part_of(const Json& json, const char* key) {
  static const Json nothing = Json::array();
  const auto found = json.find(key);
  return found != json.end() && found->is_structured() ? *found : nothing;
}

std::optional<WallTime> time_of(const Json& json, const char* key) {
  return parse_time(text_of(json, key));
}

// The value whose name is `name`; the first where there is none.
template <class Value, class NameOf>
Value by_name(std::string_view name, Value last, NameOf name_of) {
  for (int index = 0; index <= static_cast<int>(last); ++index) {
    if (name_of(static_cast<Value>(index)) == name) return static_cast<Value>(index);
  }
  return Value{};
}

Place place_of(const Json& json) {
  return {.page = text_of(json, "url"),
          .text = text_of(json, "text"),
          .region = by_name(text_of(json, "region"), Region::kFooter, region_name),
          .tag = text_of(json, "tag"),
          .line = number_of<std::uint32_t>(json, "line")};
}

Attempt attempt_of(const Json& json) {
  return {.at = time_of(json, "at").value_or(WallTime{}),
          .phase = by_name(text_of(json, "phase"), Phase::kBody, phase_name),
          .family = text_of(json, "family") == "ipv6"   ? Family::kIpv6
                    : text_of(json, "family") == "ipv4" ? Family::kIpv4
                                                        : Family::kAny,
          .address = parse_address(text_of(json, "address")),
          .status = number_of<std::uint16_t>(json, "status"),
          .error = text_of(json, "error"),
          .seconds = number_of<double>(json, "seconds")};
}

Evidence evidence_of(const Json& json) {
  Evidence evidence;
  for (const Json& each : part_of(json, "attempts")) evidence.attempts.push_back(attempt_of(each));
  for (const Json& each : part_of(json, "redirects")) {
    evidence.redirects.push_back({number_of<std::uint16_t>(each, "status"), text_of(each, "url")});
  }
  for (const auto& [name, value] : part_of(json, "headers").items()) {
    if (value.is_string()) evidence.headers.emplace_back(name, value.get<std::string>());
  }
  evidence.body_sha256 = text_of(json, "body_sha256");
  evidence.excerpt = text_of(json, "excerpt");
  evidence.compared = text_of(json, "compared");
  evidence.limit = text_of(json, "limit");
  evidence.control = text_of(json, "control");
  return evidence;
}

Finding finding_of(const Json& json) {
  Finding finding;
  finding.site = text_of(json, "site");
  finding.id = text_of(json, "id");
  finding.rule = text_of(json, "rule");
  finding.severity = by_name(text_of(json, "severity"), Severity::kCritical, severity_name);
  finding.state = by_name(text_of(json, "state"), FindingState::kIgnored, finding_state_name);
  finding.episode = number_of<std::uint32_t>(json, "episode");
  finding.subject = text_of(json, "subject");
  finding.reason = parse_reason(text_of(json, "reason")).value_or(Reason{});
  finding.first_seen = time_of(json, "first_seen").value_or(WallTime{});
  finding.last_seen = time_of(json, "last_seen").value_or(WallTime{});
  finding.opened = time_of(json, "opened");
  finding.closed = time_of(json, "closed");
  finding.confirmations = number_of<std::uint32_t>(json, "confirmations");
  for (const Json& each : part_of(json, "where")) finding.where.push_back(place_of(each));
  finding.where_total = number_of<std::uint64_t>(json, "where_total");
  finding.evidence = evidence_of(part_of(json, "evidence"));
  return finding;
}

}  // namespace

Result<FindingsPage> read_findings_page(std::string_view json) {
  const Json answer = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!answer.is_object() || !answer.contains("data") || !answer["data"].is_array()) {
    return Error{ErrorCode::kUnavailable, "/api/v1/findings", "gave no list of findings: is this xunchad?"};
  }
  FindingsPage page;
  page.next = text_of(answer, "next");
  for (const Json& each : answer["data"]) {
    if (each.is_object()) page.findings.push_back(finding_of(each));
  }
  return page;
}

}  // namespace xuncha
