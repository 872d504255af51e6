#include "daemon/report/record_json.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/civil.h"

namespace xuncha {
namespace {

using Json = nlohmann::ordered_json;

Json text_or_null(std::string_view text) {
  return text.empty() ? Json() : Json(std::string(text));
}

Json time_or_null(const std::optional<WallTime>& time) {
  return time ? Json(format_time(*time)) : Json();
}

Json status_or_null(std::uint16_t status) {
  return status == 0 ? Json() : Json(status);
}

Json family_or_null(Family family) {
  return family == Family::kAny ? Json() : Json(std::string(family_name(family)));
}

Json address_or_null(const std::optional<IpAddress>& address) {
  return address ? Json(format_address(*address)) : Json();
}

// Seconds to the millisecond; what is not finite is unknown.
Json seconds_json(double seconds) {
  return std::isfinite(seconds) ? Json(std::round(seconds * 1000) / 1000) : Json();
}

Json rate_json(const std::optional<double>& rate) {
  return rate ? Json(std::round(*rate * 10'000) / 10'000) : Json();
}

Json redirects_json(const std::vector<RedirectHop>& redirects) {
  Json list = Json::array();
  for (const RedirectHop& hop : redirects) list.push_back(Json{{"status", hop.status}, {"url", hop.url}});
  return list;
}

Json begin_record(std::string_view record, const std::string& site) {
  return Json{{"record", std::string(record)}, {"schema", 1}, {"site", site}};
}

Json place_json(const Place& place) {
  return Json{{"url", place.page},
              {"text", place.text},
              {"region", text_or_null(region_name(place.region))},
              {"tag", text_or_null(place.tag)},
              {"line", place.line == 0 ? Json() : Json(place.line)}};
}

Json attempt_json(const Attempt& attempt) {
  return Json{{"at", format_time(attempt.at)},
              {"phase", attempt.phase == Phase::kNone ? Json() : Json(std::string(phase_name(attempt.phase)))},
              {"family", family_or_null(attempt.family)},
              {"address", address_or_null(attempt.address)},
              {"status", status_or_null(attempt.status)},
              {"error", text_or_null(attempt.error)},
              {"seconds", seconds_json(attempt.seconds)}};
}

Json evidence_json(const Evidence& evidence) {
  Json attempts = Json::array();
  for (const Attempt& attempt : evidence.attempts) attempts.push_back(attempt_json(attempt));
  Json headers = Json::object();
  for (const auto& [name, value] : evidence.headers) headers[name] = value;
  return Json{{"attempts", std::move(attempts)},
              {"redirects", redirects_json(evidence.redirects)},
              {"headers", std::move(headers)},
              {"body_sha256", text_or_null(evidence.body_sha256)},
              {"excerpt", text_or_null(evidence.excerpt)},
              {"compared", text_or_null(evidence.compared)},
              {"limit", text_or_null(evidence.limit)},
              {"control", text_or_null(evidence.control)}};
}

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string finding_json(const Finding& finding, const Texts& texts) {
  const FindingTexts words = describe(texts, finding);
  Json json = begin_record("finding", finding.site);
  json["id"] = finding.id;
  json["rule"] = finding.rule;
  json["severity"] = severity_name(finding.severity);
  json["state"] = finding_state_name(finding.state);
  json["episode"] = finding.episode;
  json["subject"] = finding.subject;
  json["reason"] = text_or_null(reason_name(finding.reason));
  json["title"] = words.title;
  json["detail"] = words.detail;
  json["advice"] = words.advice;
  json["basis"] = words.basis;
  json["first_seen"] = format_time(finding.first_seen);
  json["last_seen"] = format_time(finding.last_seen);
  json["opened"] = time_or_null(finding.opened);
  json["closed"] = time_or_null(finding.closed);
  json["confirmations"] = finding.confirmations;
  Json where = Json::array();
  for (const Place& place : finding.where) where.push_back(place_json(place));
  json["where"] = std::move(where);
  json["where_total"] = finding.where_total;
  json["evidence"] = evidence_json(finding.evidence);
  return dump(json);
}

std::string page_json(const PageRecord& record) {
  Json json = begin_record("page", record.site);
  json["url"] = record.url;
  json["final_url"] = text_or_null(record.final_url);
  json["verdict"] = verdict_name(verdict_of(record.reason));
  json["reason"] = text_or_null(reason_name(record.reason));
  json["status"] = status_or_null(record.status);
  json["family"] = family_or_null(record.family);
  json["address"] = address_or_null(record.address);
  json["content_type"] = text_or_null(record.content_type);
  json["charset"] = text_or_null(record.charset);
  json["bytes"] = record.bytes;
  json["sha256"] = text_or_null(record.sha256);
  json["seconds"] = seconds_json(record.seconds);
  json["redirects"] = redirects_json(record.redirects);
  json["depth"] = record.depth;
  json["kind"] = text_or_null(record.kind);
  json["links"] = record.links;
  return dump(json);
}

std::string column_json(const std::string& site, const ColumnRecord& record) {
  Json json = begin_record("column", site);
  json["id"] = record.id;
  json["name"] = record.name;
  json["url"] = record.url;
  json["class"] = column_class_name(record.column_class);
  json["method"] = list_method_name(record.sight.method);
  json["confidence"] = std::round(record.sight.confidence * 100) / 100;
  json["items"] = record.sight.items;
  json["items_dated"] = record.sight.items_dated;
  json["newest"] = record.sight.newest ? Json(format_day(*record.sight.newest)) : Json();
  json["max_age_days"] = record.max_age_days;
  json["verdict"] = column_verdict_name(record.verdict);
  json["reason"] = text_or_null(record.reason);
  json["path"] = record.path;
  json["class_reason"] = text_or_null(record.class_reason);
  return dump(json);
}

double seconds_of(Milliseconds time) {
  return std::chrono::duration<double>(time).count();
}

double rounded(double share) {
  return std::round(share * 1e6) / 1e6;
}

Json sample_json(const ProbeSample& sample) {
  constexpr std::string_view kResults[] = {"open", "not_open", "void"};
  constexpr std::string_view kVoids[] = {"", "own_network", "maintenance", "turned_away"};
  return Json{{"at", format_time(sample.at)},
              {"result", std::string(kResults[static_cast<std::size_t>(sample.result)])},
              {"reason", text_or_null(reason_name(sample.reason))},
              {"phase", text_or_null(sample.result == ProbeResult::kNotOpen ? phase_name(sample.phase) : "")},
              {"void", text_or_null(kVoids[static_cast<std::size_t>(sample.why)])},
              {"seconds", seconds_json(seconds_of(sample.times.total()))}};
}

// What one visit cannot tell is left out.
Json family_json(const FamilyAvailability& family, bool one_sample) {
  const Availability& judged = family.judged;
  Json json{{"family", family.family == Family::kIpv6 ? "ipv6" : "ipv4"},
            {"samples", judged.visits},
            {"failed", judged.failures},
            {"slow", judged.slow}};
  json["void"] = Json{{"samples", judged.uncounted}, {"seconds", seconds_of(family.void_time)}};
  json["last"] = family.last ? sample_json(*family.last) : Json();
  if (family.last && !one_sample) {
    const PhaseTimes& times = family.last->times;
    json["last"]["phases"] = Json{{"dns", seconds_of(times.dns)},
                                  {"connect", seconds_of(times.connect)},
                                  {"tls", seconds_of(times.tls)},
                                  {"first_byte", seconds_of(times.first_byte)},
                                  {"body", seconds_of(times.body)}};
  }
  if (one_sample) return json;
  json["share"] = rounded(judged.share);
  json["share_low"] = rounded(judged.interval.low);
  json["share_high"] = rounded(judged.interval.high);
  json["verdict"] = std::string(availability_state_name(judged.state));
  json["days_short"] = judged.days_short;
  const Outages& outages = judged.outages;
  const bool any = outages.count > 0;
  json["outages"] = Json{{"count", outages.count},
                         {"longest", any ? Json(seconds_of(outages.longest)) : Json()},
                         {"longest_began", any ? Json(format_time(outages.longest_began)) : Json()},
                         {"longest_phase", any ? text_or_null(phase_name(outages.longest_phase)) : Json()}};
  return json;
}

std::string site_json(const SiteStatusRecord& record) {
  Json json = begin_record("site", record.site);
  json["home"] = record.home;
  if (record.own_site) json["own_site"] = true;
  if (record.ipv6) {
    const Ipv6Status& ipv6 = *record.ipv6;
    json["ipv6"] = Json{{"stage", std::string(ipv6_stage_name(ipv6.stage))},
                        {"why", text_or_null(ipv6_doubt_name(ipv6.doubt))},
                        {"level2_rate", rate_json(ipv6.level2_rate)},
                        {"level3_rate", rate_json(ipv6.level3_rate)},
                        {"v4_only_hosts", ipv6.v4_only_hosts}};
    if (const auto& servers = ipv6.name_servers) {
      json["ipv6"]["name_servers"] = Json{{"zone", servers->zone},
                                          {"all", servers->all},
                                          {"over_ipv6", servers->over_ipv6},
                                          {"without", servers->without}};
    }
  }
  json["tls"] = Json{{"not_after", time_or_null(record.tls_not_after)}};
  if (const auto& other = record.other_scheme) {
    json["other_scheme"] = Json{{"url", other->url},
                                {"state", std::string(scheme_state_name(other->state))},
                                {"reason", text_or_null(reason_name(other->reason))},
                                {"seen", format_time(other->seen)}};
  }
  if (record.availability) {
    const AvailabilityRecord& availability = *record.availability;
    Json object = family_json(availability.main, availability.one_sample);
    object["one_sample"] = availability.one_sample;
    if (!availability.one_sample) {
      object["window"] = seconds_of(availability.rule.window);
      object["slow_seconds"] = seconds_of(availability.rule.slow);
      object["share_limit"] = availability.rule.share;
      object["samples_a_day_min"] = availability.rule.visits_a_day_min;
    }
    object["ipv6"] = availability.ipv6 ? family_json(*availability.ipv6, availability.one_sample) : Json();
    json["availability"] = std::move(object);
  }
  return dump(json);
}

std::string summary_json(const SummaryRecord& record) {
  Json json = begin_record("summary", record.site);
  json["pages"] = record.pages;
  json["requests"] = record.requests;
  json["links"] = record.links;
  json["links_unique"] = record.links_unique;
  json["bytes"] = record.bytes;
  json["seconds"] = seconds_json(record.seconds);
  json["broken"] = record.broken;
  json["wrong"] = record.wrong;
  json["blocked"] = record.blocked;
  json["inconclusive"] = record.inconclusive;
  Json skipped = Json::object();
  for (std::size_t index = 0; index < kSkipReasons; ++index) {
    skipped[std::string(skip_reason_name(static_cast<SkipReason>(index)))] = record.skipped[index];
  }
  json["skipped"] = std::move(skipped);
  Json findings = Json::object();
  for (const auto& [rule, count] : record.findings) findings[rule] = count;
  json["findings"] = std::move(findings);
  json["complete"] = record.complete;
  return dump(json);
}

}  // namespace xuncha
