#include "daemon/patrol/certificate_case.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <string_view>
#include <utility>
#include <vector>

#include "core/civil.h"
#include "daemon/patrol/case_tracker.h"

namespace xuncha {
namespace {

// An alarm is told of anew this many days before the end (browsers themselves warn of nothing before it).
constexpr int kAlarms[] = {30, 14, 7, 1};
// Certificates of one host that are remembered as told: a network of nodes shows a few.
constexpr std::size_t kToldMax = 8;
constexpr std::size_t kIdBytes = 16;
constexpr auto kSameApart = std::chrono::minutes(10);
constexpr auto kOthersApart = std::chrono::hours(1);  // longer than a renewal that goes wrong at first takes

struct Told {
  std::string id;
  int alarm = 0;
};

std::string_view header_of(const Evidence& evidence, std::string_view name) {
  for (const auto& [key, value] : evidence.headers) {
    if (key == name) return value;
  }
  return {};
}

std::string id_of(const Evidence& evidence) {
  const std::string_view fingerprint = header_of(evidence, kCertificateSha256);
  if (!fingerprint.empty()) return std::string(fingerprint.substr(0, kIdBytes));
  std::string end = evidence.compared;
  std::replace(end.begin(), end.end(), ' ', '_');  // which separates what is remembered
  return end;
}

std::vector<Told> parse_told(std::string_view text) {
  std::vector<Told> told;
  while (!text.empty()) {
    const std::string_view entry = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), entry.size() + 1));
    const std::size_t colon = entry.rfind(':');
    if (colon == std::string_view::npos) continue;
    told.push_back({std::string(entry.substr(0, colon)), std::atoi(std::string(entry.substr(colon + 1)).c_str())});
  }
  return told;
}

std::string told_text(const std::vector<Told>& told) {
  std::string text;
  for (const Told& each : told)
    text.append(text.empty() ? "" : " ").append(each.id).append(":").append(std::to_string(each.alarm));
  return text;
}

// What people have been told so far by a case of this kind.
std::vector<Told> told_before(const Finding* known) {
  if (known == nullptr || known->reason.code != ReasonCode::kNone) return {};
  std::vector<Told> told = parse_told(header_of(known->evidence, kCertificateTold));
  if (told.empty()) told.push_back({id_of(known->evidence), std::atoi(known->evidence.limit.c_str())});
  return told;
}

bool is_open(const Finding* known) {
  return known != nullptr && is_told(known->state);
}

}  // namespace

void add_certificate(const Certificate& certificate, Evidence& evidence) {
  const auto add = [&evidence](const char* name, std::string value) {
    if (!value.empty()) evidence.headers.emplace_back(name, std::move(value));
  };
  add(kCertificateSubject, certificate.subject);
  add(kCertificateIssuer, certificate.issuer);
  add(kCertificateNotBefore, format_time(certificate.not_before));
  add(kCertificateNotAfter, format_time(certificate.not_after));
  add(kCertificateSha256, certificate.sha256);
}

int certificate_alarm(Milliseconds left, Milliseconds expires_within) {
  auto alarm = static_cast<int>(std::chrono::ceil<std::chrono::days>(expires_within).count());
  for (const int days : kAlarms) {
    if (days < alarm && left < std::chrono::hours(24 * days)) alarm = days;
  }
  return alarm;
}

SecondSight second_sight(const Finding* known, Reason reason, WallTime now) {
  if (known == nullptr || known->state != FindingState::kSuspect) return SecondSight::kClimbs;
  const Milliseconds age = now - known->first_seen;
  const bool is_end = reason.code == ReasonCode::kNone;
  if (known->reason == reason) return !is_end && age >= kSameApart ? SecondSight::kProves : SecondSight::kClimbs;
  if (known->reason.code == ReasonCode::kNone) return SecondSight::kOther;
  return age >= kOthersApart ? SecondSight::kProves : SecondSight::kWaits;
}

CertificateEnd certificate_end(const std::optional<Certificate>& certificate, WallTime not_after, WallTime now,
                               Milliseconds expires_within, const Attempt& attempt, const Finding* known) {
  CertificateEnd end;
  end.alarm = certificate_alarm(not_after - now, expires_within);
  end.evidence.attempts.push_back(attempt);
  end.evidence.compared = format_beijing(not_after);
  end.evidence.limit = std::to_string(end.alarm) + " d";
  if (certificate) add_certificate(*certificate, end.evidence);

  const std::string id = id_of(end.evidence);
  std::vector<Told> told = told_before(known);
  const auto place = std::find_if(told.begin(), told.end(), [&id](const Told& each) { return each.id == id; });
  const bool is_told = place != told.end() && place->alarm <= end.alarm;
  const bool was_last = known != nullptr && id_of(known->evidence) == id;
  end.is_news = is_open(known) && !is_told && was_last;
  if (!is_told && (end.is_news || !is_open(known))) {  // the opening of a case tells it too
    if (place != told.end()) told.erase(place);
    told.push_back({id, end.alarm});
    if (told.size() > kToldMax) told.erase(told.begin());
  }
  end.evidence.headers.emplace_back(kCertificateTold, told_text(told));
  return end;
}

}  // namespace xuncha
