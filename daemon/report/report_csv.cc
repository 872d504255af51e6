#include <array>
#include <cstdio>
#include <ostream>

#include "core/civil.h"
#include "core/limits.h"
#include "daemon/report/escape.h"
#include "daemon/report/report.h"
#include "daemon/report/subject.h"

namespace xuncha {
namespace {

// One row a place; a finding without places has one row, a page record (`--pages`) one row. Names as in JSON.
enum Column : std::size_t {
  kRecord,
  kSite,
  kRule,
  kTitle,
  kSeverity,
  kState,
  kSubject,
  kReason,
  kDetail,
  kAdvice,
  kBasis,
  kWhereUrl,
  kWhereText,
  kWhereRegion,
  kWhereTag,
  kWhereLine,
  kWhereTotal,
  kFirstSeen,
  kLastSeen,
  kConfirmations,
  kStatus,
  kAddress,
  kError,
  kFinalUrl,
  kExcerpt,
  kCompared,
  kLimit,
  kControl,
  kId,
  kVerdict,
  kContentType,
  kCharset,
  kBytes,
  kSeconds,
  kDepth,
  kLinks,
  kSubjectName,
  kColumns
};

constexpr std::array<std::string_view, kColumns> kNames = {
    "record",    "site",        "rule",         "title",      "severity",  "state",         "subject",
    "reason",    "detail",      "advice",       "basis",      "where_url", "where_text",    "where_region",
    "where_tag", "where_line",  "where_total",  "first_seen", "last_seen", "confirmations", "status",
    "address",   "error",       "final_url",    "excerpt",    "compared",  "limit",         "control",
    "id",        "verdict",     "content_type", "charset",    "bytes",     "seconds",       "depth",
    "links",     "subject_name"};

using Row = std::array<std::string, kColumns>;

class CsvWriter final : public ReportWriter {
 public:
  CsvWriter(const ReportOptions& options, std::ostream& out) : texts_(texts(options.language)), out_(out) {
    out_ << "\xEF\xBB\xBF";  // spreadsheets take the file for UTF-8 only with it
    Row names;
    for (std::size_t index = 0; index < kColumns; ++index) names[index] = kNames[index];
    write(names);
  }

  void finding(const Finding& finding) override {
    Row row = finding_row(finding);
    if (finding.where.empty()) write(row);
    for (const Place& place : finding.where) {
      row[kWhereUrl] = place.page;
      row[kWhereText] = place.text;
      row[kWhereRegion] = region_name(place.region);
      row[kWhereTag] = place.tag;
      row[kWhereLine] = place.line == 0 ? std::string() : std::to_string(place.line);
      write(row);
    }
  }

  void page(const PageRecord& record) override {
    Row row;
    row[kRecord] = "page";
    row[kSite] = record.site;
    row[kSubject] = record.url;
    row[kReason] = reason_name(record.reason);
    row[kVerdict] = verdict_name(verdict_of(record.reason));
    if (record.status != 0) row[kStatus] = std::to_string(record.status);
    if (record.address) row[kAddress] = format_address(*record.address);
    row[kFinalUrl] = record.final_url;
    row[kContentType] = record.content_type;
    row[kCharset] = record.charset;
    row[kBytes] = std::to_string(record.bytes);
    row[kSeconds] = seconds_text(record.seconds);
    row[kDepth] = std::to_string(record.depth);
    row[kLinks] = std::to_string(record.links);
    write(row);
  }

  // A table of places has no row for these; text, JSON and HTML show them.
  void column(const std::string&, const ColumnRecord&) override {}
  void site(const SiteStatusRecord&) override {}
  void summary(const SummaryRecord&) override {}

  Status finish() override { return flush_report(out_); }

 private:
  static std::string seconds_text(double seconds) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.3f", seconds);
    return text.data();
  }

  Row finding_row(const Finding& finding) const {
    const FindingTexts words = describe(texts_, finding);
    Row row;
    row[kRecord] = "finding";
    row[kSite] = finding.site;
    row[kRule] = finding.rule;
    row[kTitle] = words.title;
    row[kSeverity] = severity_name(finding.severity);
    row[kState] = finding_state_name(finding.state);
    row[kSubject] = finding.subject;
    row[kReason] = reason_name(finding.reason);
    row[kDetail] = words.detail;
    row[kAdvice] = words.advice;
    row[kBasis] = words.basis;
    row[kWhereTotal] = std::to_string(finding.where_total);
    row[kFirstSeen] = format_time(finding.first_seen);
    row[kLastSeen] = format_time(finding.last_seen);
    row[kConfirmations] = std::to_string(finding.confirmations);
    // Only links are well or not for a reason.
    if (finding.reason.code != ReasonCode::kNone) row[kVerdict] = verdict_name(verdict_of(finding.reason));
    row[kSubjectName] = subject_name(texts_, finding);
    const Evidence& evidence = finding.evidence;
    if (!evidence.attempts.empty()) {
      const Attempt& last = evidence.attempts.back();
      if (last.status != 0) row[kStatus] = std::to_string(last.status);
      if (last.address) row[kAddress] = format_address(*last.address);
      row[kError] = last.error;
      row[kSeconds] = seconds_text(last.seconds);
    }
    if (!evidence.redirects.empty()) row[kFinalUrl] = evidence.redirects.back().url;
    row[kExcerpt] = evidence.excerpt;
    row[kCompared] = evidence.compared;
    row[kLimit] = evidence.limit;
    row[kControl] = evidence.control;
    row[kId] = finding.id;
    return row;
  }

  void write(const Row& row) {
    for (std::size_t index = 0; index < kColumns; ++index) {
      if (index > 0) out_ << ',';
      out_ << csv_field(cut_text(row[index], limits::kCsvFieldBytesMax));
    }
    out_ << "\r\n";
  }

  const Texts& texts_;
  std::ostream& out_;
};

}  // namespace

std::unique_ptr<ReportWriter> make_csv_writer(const ReportOptions& options, std::ostream& out) {
  return std::make_unique<CsvWriter>(options, out);
}

}  // namespace xuncha
