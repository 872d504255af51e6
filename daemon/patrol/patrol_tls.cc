// What is told of the certificates and the TLS of the site's own hosts (site.tls).
#include <utility>

#include "daemon/patrol/certificate_case.h"
#include "daemon/patrol/patrol.h"
#include "daemon/patrol/patrol_look.h"
#include "detectors/link_status.h"

namespace xuncha {
namespace {

constexpr const char* kRule = "site.tls";
constexpr int kCertificateUrgent = 7;  // days before its end: told at once

bool is_of_another(SecondSight sight) {
  return sight == SecondSight::kOther || sight == SecondSight::kWaits;
}

}  // namespace

std::optional<Certificate> Patrol::certificate_of_answer() const {
  return options_.tls != nullptr ? options_.tls->certificate() : std::nullopt;
}

// The certificate of one of the site's hosts is at fault. Told at once: a patrol that is interrupted remembers it.
// REQUIRES: called from the answer's handler.
void Patrol::suspect_certificate(HostId host, const FetchOutcome& outcome) {
  suspect_tls(host, reason_of(outcome.error), outcome.attempt, certificate_of_answer());
}

void Patrol::suspect_tls(HostId host, Reason reason, const Attempt& attempt,
                         const std::optional<Certificate>& certificate) {
  const std::string subject = desk_[host].origin + "/";
  const SecondSight sight = second_sight(cases_.find(finding_id(site_, kRule, subject)), reason, clock_.wall());
  if (options_.continuous && sight == SecondSight::kWaits) return;
  Evidence evidence;
  evidence.attempts.push_back(attempt);
  evidence.compared = reason.code == ReasonCode::kTlsObsolete && certificate ? certificate->protocol : attempt.error;
  if (certificate) add_certificate(*certificate, evidence);
  // What a host shows is no matter of our own network, so that is proof enough.
  failed(kRule, subject, subject, reason, severity_of_rule(kRule), std::move(evidence),
         Weight{.proven = options_.continuous && sight == SecondSight::kProves, .is_other = is_of_another(sight)});
}

// Does a certificate end so soon that it is told of?
bool Patrol::ends_soon(const std::optional<WallTime>& tls_not_after) const {
  return tls_not_after && *tls_not_after - clock_.wall() < options_.tls_expires_within;
}

void Patrol::suspect_end(HostId host, WallTime tls_not_after, const Attempt& attempt,
                         const std::optional<Certificate>& certificate) {
  const std::string subject = desk_[host].origin + "/";
  const Finding* known = cases_.find(finding_id(site_, kRule, subject));
  const SecondSight sight = second_sight(known, {}, clock_.wall());
  if (options_.continuous && sight == SecondSight::kWaits) return;
  CertificateEnd end =
      certificate_end(certificate, tls_not_after, clock_.wall(), options_.tls_expires_within, attempt, known);
  const Severity severity = configured_severity(kRule).value_or(
      end.alarm <= kCertificateUrgent ? Severity::kCritical : severity_of_rule(kRule));
  failed(kRule, subject, subject, {}, severity, std::move(end.evidence),
         Weight{.proven = options_.continuous && sight == SecondSight::kProves,
                .is_news = end.is_news,
                .is_other = is_of_another(sight)});
}

// A second handshake tells whether the certificate of a host is at fault, or mended.
void Patrol::look_at_certificate(HostId host) {
  const std::string subject = desk_[host].origin + "/";
  const bool crawl_was_clean = desk_[host].answered && tls_faults_.count(host) == 0;
  FetchRequest request;
  request.url = url_from_trusted(subject);
  request.fetch_class = FetchClass::kProbe;
  fetcher_.ask(host, Lane::kConfirmation, std::move(request),
               [this, host, subject, crawl_was_clean](FetchOutcome outcome) {
                 if (is_certificate_fault(outcome.error)) return suspect_certificate(host, outcome);
                 if (outcome.error == TransportError::kTlsUnsupported) return look_at_old_tls(host, 1);
                 if (outcome.error != TransportError::kNone) return;
                 if (ends_soon(outcome.tls_not_after))
                   return suspect_end(host, *outcome.tls_not_after, outcome.attempt, certificate_of_answer());
                 // A connection that was kept shows no certificate: one that ends soon still does.
                 const Finding* known = cases_.find(finding_id(site_, kRule, subject));
                 if (known != nullptr && known->reason.code == ReasonCode::kNone && !outcome.tls_not_after) return;
                 if (crawl_was_clean) passed(kRule, subject);
                 passed(kRule, subject);
               });
}

// A home page that came over a connection which robots.txt had opened showed no certificate. Later rounds of a daemon
// find none open.
void Patrol::look_for_certificate() {
  const Target& home = targets_[goal_of(home_)];
  const bool is_well = home.record.patrol_visited == patrol_.number && verdict_of(home.record.reason) == Verdict::kOk;
  const Url url = url_from_trusted(home.record.url);
  const bool is_at_fault = tls_faults_.count(home.host) > 0;
  if (options_.continuous || !is_well || is_at_fault || !home.in_scope || url.scheme() != UrlScheme::kHttps) return;
  FetchRequest request;
  request.url = url;
  request.fetch_class = FetchClass::kProbe;
  fetcher_.ask(home.host, Lane::kConfirmation, std::move(request),
               [this, host = home.host](const FetchOutcome& outcome) {
                 if (outcome.error != TransportError::kNone || !outcome.tls_not_after) return;
                 result_.site.tls_not_after = outcome.tls_not_after;
                 if (!ends_soon(outcome.tls_not_after)) return;
                 suspect_end(host, *outcome.tls_not_after, outcome.attempt, certificate_of_answer());
                 look_at_certificate(host);
               });
}

// A host that agrees to no TLS of ours: does it speak only what is out of use? It may as well speak TLCP alone, of
// which nothing is told.
void Patrol::look_at_old_tls(HostId host, int sights) {
  if (sights == 0 || !options_.rules.wants(kRule)) return;
  FetchRequest request;
  request.url = url_from_trusted(desk_[host].origin + "/");
  request.fetch_class = FetchClass::kProbe;
  request.old_tls = true;
  fetcher_.ask(host, Lane::kConfirmation, std::move(request), [this, host, sights](const FetchOutcome& outcome) {
    if (outcome.error != TransportError::kNone) return;
    suspect_tls(host, {ReasonCode::kTlsObsolete, 0}, outcome.attempt, certificate_of_answer());
    look_at_old_tls(host, sights - 1);
  });
}

}  // namespace xuncha
