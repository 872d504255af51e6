#include "daemon/web/api.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/civil.h"
#include "core/digest.h"
#include "core/limits.h"
#include "daemon/report/escape.h"
#include "daemon/report/record_json.h"
#include "daemon/report/texts.h"
#include "detectors/registry.h"

namespace xuncha {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kFindingIdLength = 32;
constexpr std::size_t kColumnIdLengthMax = 40;  // as the configuration bounds them
constexpr std::size_t kCursorCheckLength = 8;
constexpr char kCursorVersion = '1';

bool is_finding_id(std::string_view text) {
  return text.size() == kFindingIdLength && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool is_column_id(std::string_view text) {
  const auto is_part = [](char byte) {
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           byte == '-' || byte == '_';
  };
  return text.size() <= kColumnIdLengthMax && std::all_of(text.begin(), text.end(), is_part);
}

std::string check_of(std::string_view payload) {
  const auto digest = sha256(payload);
  return to_hex(digest.data(), kCursorCheckLength / 2);
}

// --- what is asked -------------------------------------------------------------------------------------------------

struct ListQuestion {
  std::string site;
  std::string rule;
  std::optional<FindingState> state;
  std::optional<WallTime> since;
  std::size_t limit = limits::kWebListRecords;
  std::optional<Cursor> cursor;
  Language language = Language::kChinese;
};

// Takes one value; the answer is what would have been permitted, empty when it is taken.
using TakeValue = std::function<std::string(const std::string& value, ListQuestion& question)>;
struct ParameterRow {
  std::string_view name;
  TakeValue take;
};

std::string states() {
  std::string all;
  for (std::size_t index = 0; index < kFindingStates; ++index) {
    all.append(index == 0 ? "" : ", ").append(finding_state_name(static_cast<FindingState>(index)));
  }
  return all;
}

std::string take_state(const std::string& value, ListQuestion& question) {
  for (std::size_t index = 0; index < kFindingStates; ++index) {
    const auto state = static_cast<FindingState>(index);
    if (finding_state_name(state) == value) question.state = state;
  }
  return question.state ? "" : "one of " + states();
}

std::string take_rule(const std::string& value, ListQuestion& question) {
  if (!is_rule_pattern(value)) {
    std::string rules;
    for (const RuleInfo& rule : all_rules()) rules.append(rules.empty() ? "" : ", ").append(rule.id);
    return "a rule or a family of rules: " + rules;
  }
  question.rule = value;
  return {};
}

std::string take_since(const std::string& value, ListQuestion& question) {
  question.since = parse_time(value);
  return question.since ? "" : "a time by RFC 3339, such as 2026-04-26T01:02:03Z";
}

std::string take_limit(const std::string& value, ListQuestion& question) {
  const char* end = value.data() + value.size();
  const auto [rest, error] = std::from_chars(value.data(), end, question.limit);
  const bool good =
      error == std::errc() && rest == end && question.limit >= 1 && question.limit <= limits::kWebListRecordsMax;
  return good ? "" : "a number from 1 to " + std::to_string(limits::kWebListRecordsMax);
}

std::string take_cursor(const std::string& value, ListQuestion& question) {
  question.cursor = decode_cursor(value);
  return question.cursor ? "" : "the `next` of an answer, as it was given";
}

std::string take_column_cursor(const std::string& value, ListQuestion& question) {
  question.cursor = decode_cursor(value, CursorOf::kColumns);
  return question.cursor ? "" : "the `next` of an answer, as it was given";
}

std::string take_language(const std::string& value, ListQuestion& question) {
  const auto language = parse_language(value);
  if (!language) return "zh-CN or en";
  question.language = *language;
  return {};
}

ParameterRow site_row(const Snapshot& snapshot) {
  return {"site", [&snapshot](const std::string& value, ListQuestion& question) -> std::string {
            if (!snapshot.find_site(value)) return "the id of a configured site; /api/v1/sites lists them";
            question.site = value;
            return {};
          }};
}

const ParameterRow kRuleRow{"rule", take_rule};
const ParameterRow kStateRow{"state", take_state};
const ParameterRow kSinceRow{"since", take_since};
const ParameterRow kLimitRow{"limit", take_limit};
const ParameterRow kCursorRow{"cursor", take_cursor};
const ParameterRow kColumnCursorRow{"cursor", take_column_cursor};
const ParameterRow kLanguageRow{"lang", take_language};

// The question, or the answer that refuses it.
std::optional<HttpResponse> read_question(const HttpRequest& request, const std::vector<ParameterRow>& rows,
                                          ListQuestion& question) {
  const auto refuse = [&request](const std::string& message) {
    return error_response(request.path, 400, "bad_parameter", message);
  };
  const auto parameters = query_parameters(request.query);
  if (!parameters) return refuse("The query cannot be read: a bad %XX, or too many parameters.");
  std::vector<std::string_view> seen;
  for (const auto& parameter : *parameters) {
    const std::string& name = parameter.first;
    const std::string& value = parameter.second;
    const auto row =
        std::find_if(rows.begin(), rows.end(), [&](const ParameterRow& each) { return each.name == name; });
    if (row == rows.end()) {
      std::string names;
      for (const ParameterRow& each : rows) names.append(names.empty() ? "" : ", ").append(each.name);
      return refuse("Unknown parameter \"" + cut_text(visible_text(name), 100) +
                    "\"; permitted: " + (names.empty() ? "none" : names) + ".");
    }
    if (std::find(seen.begin(), seen.end(), row->name) != seen.end()) {
      return refuse("The parameter \"" + name + "\" stands twice.");
    }
    seen.push_back(row->name);
    const std::string permitted = row->take(value, question);
    if (!permitted.empty()) return refuse("Bad value of \"" + name + "\"; permitted: " + permitted + ".");
  }
  return std::nullopt;
}

// --- answers -------------------------------------------------------------------------------------------------------

// Records of a list, up to the asked number and limits::kWebListBytesMax (but at least one).
class ListAnswer {
 public:
  explicit ListAnswer(std::size_t records_max) : records_max_(records_max) {}

  // Is there room for one more?
  bool is_full() const { return records_ == records_max_ || body_.size() >= limits::kWebListBytesMax; }
  void add(const std::string& record) {
    if (records_++ > 0) body_.push_back(',');
    body_.append("\n").append(record);
  }
  HttpResponse finish(const std::optional<Cursor>& next) {
    return json_response("{\"data\":[" + std::move(body_) +
                         "],\n\"next\":" + (next ? "\"" + encode_cursor(*next) + "\"" : "null") + "}\n");
  }

 private:
  std::size_t records_max_;
  std::size_t records_ = 0;
  std::string body_;
};

Json time_or_null(const std::optional<WallTime>& time) {
  return time ? Json(format_time(*time)) : Json();
}

Json text_or_null(const std::string& text) {
  return text.empty() ? Json() : Json(text);
}

template <class Value, std::size_t kCount, class Name>
Json counts_json(const std::array<std::uint64_t, kCount>& counts, Name name) {
  Json json = Json::object();
  for (std::size_t index = 0; index < kCount; ++index) {
    json[std::string(name(static_cast<Value>(index)))] = counts[index];
  }
  return json;
}

// The record of a site (docs/INTERFACE.md), and what the daemon knows of it besides.
std::string site_record(const SiteSnapshot& site, const ProbeStatus* probes) {
  Json json = Json::parse(site_json({.site = site.id,
                                     .home = site.home,
                                     .own_site = site.own_site,
                                     .tls_not_after = site.tls_not_after,
                                     .ipv6 = site.ipv6,
                                     .other_scheme = site.other_scheme,
                                     .availability = probes != nullptr ? probes->availability : std::nullopt}));
  json["name"] = text_or_null(site.name);
  json["unit"] = text_or_null(site.unit);
  json["code"] = text_or_null(site.code);
  json["patrol"] = {{"last_complete", time_or_null(site.last_complete)},
                    {"running_since", time_or_null(site.patrolling)},
                    {"interval", site.interval.count()}};
  json["pages"] = counts_json<Verdict>(site.pages, verdict_name);
  json["links_broken"] = counts_json<LinkKind>(site.links_broken, link_kind_name);
  json["findings_open"] = counts_json<Severity>(site.findings_open, severity_name);
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

HttpResponse list_sites(const HttpRequest& request, const Snapshot& snapshot) {
  ListQuestion question;
  if (auto refusal = read_question(request, {kLimitRow, kCursorRow}, question)) return *refusal;
  auto at = snapshot.sites.begin();
  if (question.cursor) {
    at = std::upper_bound(at, snapshot.sites.end(), question.cursor->site,
                          [](const std::string& id, const SiteSnapshotPointer& site) { return id < site->id; });
  }
  ListAnswer answer(question.limit);
  std::optional<Cursor> last;
  for (; at != snapshot.sites.end(); ++at) {
    if (answer.is_full()) return answer.finish(last);
    answer.add(site_record(**at, snapshot.find_probes((*at)->id).get()));
    last = Cursor{.site = (*at)->id, .finding = {}};
  }
  return answer.finish(std::nullopt);
}

// The record of a column (docs/INTERFACE.md), and what the daemon remembers of it besides.
std::string column_record(const SiteSnapshot& site, const ColumnRecord& column) {
  const auto time_of = [](WallTime time) { return time == WallTime{} ? Json() : Json(format_time(time)); };
  Json json = Json::parse(column_json(site.id, column));
  json["first_seen"] = time_of(column.first_seen);
  json["last_read"] = time_of(column.last_read);
  json["last_seen"] = time_of(column.last_seen);
  json["verdict_since"] = time_of(column.verdict_since);
  json["other_addresses"] = column.other_addresses;
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

HttpResponse list_columns(const HttpRequest& request, const Snapshot& snapshot, const std::string& id) {
  ListQuestion question;
  if (auto refusal = read_question(request, {kLimitRow, kColumnCursorRow}, question)) return *refusal;
  const auto site = snapshot.find_site(id);
  if (!site) return error_response(request.path, 404, "not_found", "No site of this id is configured.");
  ListAnswer answer(question.limit);
  if (!site->columns) return answer.finish(std::nullopt);
  auto at = site->columns->begin();
  if (question.cursor) {
    at = std::upper_bound(at, site->columns->end(), question.cursor->finding,
                          [](const std::string& last, const ColumnRecord& column) { return last < column.id; });
  }
  std::optional<Cursor> last;
  for (; at != site->columns->end(); ++at) {
    if (answer.is_full()) return answer.finish(last);
    answer.add(column_record(*site, *at));
    last = Cursor{.site = id, .finding = at->id};
  }
  return answer.finish(std::nullopt);
}

bool is_asked_for(const ListQuestion& question, const Finding& finding) {
  return (!question.state || finding.state == *question.state) &&
         (!question.since || finding.last_transition >= *question.since) &&
         (question.rule.empty() || rule_matches(question.rule, finding.rule));
}

HttpResponse list_findings(const HttpRequest& request, const Snapshot& snapshot) {
  ListQuestion question;
  if (auto refusal = read_question(
          request, {site_row(snapshot), kRuleRow, kStateRow, kSinceRow, kLimitRow, kCursorRow, kLanguageRow},
          question)) {
    return *refusal;
  }
  const Cursor from = question.cursor.value_or(Cursor{});
  auto site = std::lower_bound(snapshot.sites.begin(), snapshot.sites.end(), from.site,
                               [](const SiteSnapshotPointer& each, const std::string& id) { return each->id < id; });
  ListAnswer answer(question.limit);
  std::optional<Cursor> last;
  for (; site != snapshot.sites.end(); ++site) {
    if (!question.site.empty() && (*site)->id != question.site) continue;
    auto at = (*site)->findings.begin();
    if ((*site)->id == from.site) {
      at = std::upper_bound(at, (*site)->findings.end(), from.finding,
                            [](const std::string& id, const FindingPointer& each) { return id < each->id; });
    }
    for (; at != (*site)->findings.end(); ++at) {
      if (!is_asked_for(question, **at)) continue;
      if (answer.is_full()) return answer.finish(last);
      answer.add(finding_json(**at, texts(question.language)));
      last = Cursor{.site = (*site)->id, .finding = (*at)->id};
    }
  }
  return answer.finish(std::nullopt);
}

HttpResponse one_site(const HttpRequest& request, const Snapshot& snapshot, const std::string& id) {
  ListQuestion question;
  if (auto refusal = read_question(request, {}, question)) return *refusal;
  const auto site = snapshot.find_site(id);
  if (!site) return error_response(request.path, 404, "not_found", "No site of this id is configured.");
  ListAnswer answer(1);
  answer.add(site_record(*site, snapshot.find_probes(id).get()));
  return answer.finish(std::nullopt);
}

HttpResponse one_finding(const HttpRequest& request, const Snapshot& snapshot, const std::string& id) {
  ListQuestion question;
  if (auto refusal = read_question(request, {kLanguageRow}, question)) return *refusal;
  const auto finding = is_finding_id(id) ? snapshot.find_finding(id) : nullptr;
  if (!finding) return error_response(request.path, 404, "not_found", "There is no finding of this id.");
  ListAnswer answer(1);
  answer.add(finding_json(*finding, texts(question.language)));
  return answer.finish(std::nullopt);
}

}  // namespace

std::string encode_cursor(const Cursor& cursor) {
  std::string payload(1, kCursorVersion);
  payload.append(cursor.site).append(1, '\0').append(cursor.finding);
  return base64url_encode(check_of(payload) + payload);
}

std::optional<Cursor> decode_cursor(std::string_view text, CursorOf of) {
  // Four characters for three bytes; the longest site id and what stands around it.
  constexpr std::size_t kLengthMax = (limits::kSiteIdBytesMax + kFindingIdLength + kCursorCheckLength + 2) * 4 / 3 + 2;
  if (text.size() > kLengthMax) return std::nullopt;
  const auto bytes = base64url_decode(text);
  if (!bytes || bytes->size() < kCursorCheckLength + 2) return std::nullopt;
  const std::string_view payload = std::string_view(*bytes).substr(kCursorCheckLength);
  if (bytes->substr(0, kCursorCheckLength) != check_of(payload) || payload[0] != kCursorVersion) return std::nullopt;
  const std::size_t separator = payload.find('\0');
  if (separator == std::string_view::npos || separator == 1) return std::nullopt;
  Cursor cursor{.site = std::string(payload.substr(1, separator - 1)),
                .finding = std::string(payload.substr(separator + 1))};
  if (cursor.site.size() > limits::kSiteIdBytesMax) return std::nullopt;
  const bool is_id = of == CursorOf::kColumns ? is_column_id(cursor.finding) : is_finding_id(cursor.finding);
  if (!cursor.finding.empty() && !is_id) return std::nullopt;
  return cursor;
}

HttpResponse answer_api(const HttpRequest& request, const Snapshot& snapshot) {
  const auto segments = path_segments(request.path);
  if (segments && segments->size() >= 3 && (*segments)[0] == "api" && (*segments)[1] == "v1") {
    const std::string& what = (*segments)[2];
    if (segments->size() == 3 && what == "sites") return list_sites(request, snapshot);
    if (segments->size() == 3 && what == "findings") return list_findings(request, snapshot);
    if (segments->size() == 4 && what == "sites") return one_site(request, snapshot, (*segments)[3]);
    if (segments->size() == 5 && what == "sites" && (*segments)[4] == "columns")
      return list_columns(request, snapshot, (*segments)[3]);
    if (segments->size() == 4 && what == "findings") return one_finding(request, snapshot, (*segments)[3]);
  }
  return error_response(request.path, 404, "not_found",
                        "There is nothing here; try /api/v1/sites, /api/v1/sites/{id}, /api/v1/sites/{id}/columns, "
                        "/api/v1/findings, /api/v1/findings/{id}.");
}

}  // namespace xuncha
