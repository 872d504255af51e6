#pragma once

#include <array>
#include <cstdint>
#include <iosfwd>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/column.h"
#include "core/finding.h"
#include "core/ip_address.h"
#include "core/other_scheme.h"
#include "core/result.h"
#include "core/verdict.h"
#include "daemon/report/availability.h"
#include "daemon/report/texts.h"
#include "detectors/ipv6.h"

namespace xuncha {

// The records of a report beside Finding, as plain values. Empty strings and nullopt are written as null.

// One URL requested (`--pages`).
struct PageRecord {
  std::string site;
  std::string url;
  std::string final_url;  // after redirects; equal to url where there were none
  Reason reason;          // kNone: ok; the verdict follows from it
  std::uint16_t status = 0;
  Family family = Family::kAny;
  std::optional<IpAddress> address;
  std::string content_type;
  std::string charset;
  std::uint64_t bytes = 0;
  std::string sha256;
  double seconds = 0;
  std::vector<RedirectHop> redirects;
  std::uint32_t depth = 0;
  std::string kind;  // empty: not known
  std::uint64_t links = 0;
};

struct SiteStatusRecord {
  std::string site;
  std::string home;
  bool own_site = false;  // robots.txt was read, not obeyed: "own_site":true, said in reports for people
  std::optional<WallTime> tls_not_after;
  std::optional<Ipv6Status> ipv6{};           // none: not looked at
  std::optional<OtherScheme> other_scheme{};  // the same
  std::optional<AvailabilityRecord> availability{};
};

// Why a known URL was not requested, in the order of the summary.
enum class SkipReason : std::uint8_t { kRobots, kBudget, kScope, kAddress, kExcluded };
inline constexpr std::size_t kSkipReasons = 5;
std::string_view skip_reason_name(SkipReason reason);

struct SummaryRecord {
  std::string site;
  std::uint64_t pages = 0;
  std::uint64_t requests = 0;
  std::uint64_t links = 0;
  std::uint64_t links_unique = 0;
  std::uint64_t bytes = 0;
  double seconds = 0;
  std::uint64_t broken = 0;
  std::uint64_t wrong = 0;
  std::uint64_t blocked = 0;
  std::uint64_t inconclusive = 0;
  std::array<std::uint64_t, kSkipReasons> skipped{};  // by SkipReason
  std::map<std::string, std::uint64_t, std::less<>> findings;
  bool complete = false;
  bool judged = true;  // false: nothing could be judged, own network or resolver; said in text and HTML, the exit code
                       // says it to programs
};

// A URL that was requested to no verdict: listed and counted, never a fault (blocked, inconclusive).
bool is_unjudged(const PageRecord& record);

enum class ReportFormat : std::uint8_t { kText, kJson, kCsv, kHtml };
// "text", "json", "csv", "html".
std::optional<ReportFormat> parse_report_format(std::string_view name);
// JSON and CSV are read by machines: their language ignores the locale.
Audience audience_of(ReportFormat format);

struct ReportOptions {
  ReportFormat format = ReportFormat::kText;
  Language language = Language::kChinese;
  bool colour = false;  // of text: only where the output is a terminal and NO_COLOR is unset or empty
  WallTime now{};       // said at the head of text and HTML
};

// Turns records into one report. Records may come in any order and of any number of sites; every text in them may come
// from a portal. JSON lines and CSV rows are written as they come, text and HTML when finish() is called.
// Thread rule: confined to one thread.
class ReportWriter {
 public:
  virtual ~ReportWriter() = default;
  virtual void page(const PageRecord& record) = 0;
  virtual void finding(const Finding& finding) = 0;
  virtual void column(const std::string& site, const ColumnRecord& record) = 0;
  virtual void site(const SiteStatusRecord& record) = 0;
  virtual void summary(const SummaryRecord& record) = 0;
  // Call once, last. kUnavailable when the stream could not take everything (disk full, closed pipe).
  virtual Status finish() = 0;
};

// `out` must outlive the writer.
std::unique_ptr<ReportWriter> make_report_writer(const ReportOptions& options, std::ostream& out);

// The writers behind make_report_writer, one file each.
std::unique_ptr<ReportWriter> make_json_writer(const ReportOptions& options, std::ostream& out);
std::unique_ptr<ReportWriter> make_csv_writer(const ReportOptions& options, std::ostream& out);
std::unique_ptr<ReportWriter> make_text_writer(const ReportOptions& options, std::ostream& out);
std::unique_ptr<ReportWriter> make_html_writer(const ReportOptions& options, std::ostream& out);

// The findings of one rule at one site.
struct RuleFindings {
  std::span<const Finding> findings;  // never empty
  std::uint64_t places = 0;           // of all of them

  const std::string& rule() const { return findings.front().rule; }
};

// What text and HTML collect before they write: findings in the order in which people read them (site, then rule as in
// all_rules(), then severity, then places).
struct CollectedReport {
  std::vector<SiteStatusRecord> sites;
  std::vector<Finding> findings;
  std::vector<PageRecord> pages;
  std::vector<std::pair<std::string, ColumnRecord>> columns;  // with the site of each
  std::vector<SummaryRecord> summaries;

  void sort();
  // Of one site, in the order of `findings`. REQUIRES: sorted. Valid while `findings` is unchanged.
  std::vector<RuleFindings> by_rule(std::string_view site) const;
  const SummaryRecord* summary_of(std::string_view site) const;  // null: none
  std::vector<std::string> site_ids() const;  // of all records, each once, in order of first appearance
};

// How far IPv6 comes, and why that is not known: our own words only.
std::string describe_ipv6(const Texts& texts, const Ipv6Status& ipv6);

// What a visitor meets under the other scheme: our own words only. The name of it is "HTTP" or "HTTPS".
std::string describe_other_scheme(const Texts& texts, const OtherScheme& other);
std::string_view other_scheme_name(const OtherScheme& other);

// Flushes; kUnavailable when the stream is in failure.
Status flush_report(std::ostream& out);

}  // namespace xuncha
