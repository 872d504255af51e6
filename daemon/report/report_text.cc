#include <algorithm>
#include <array>
#include <cstdio>
#include <ostream>

#include "core/civil.h"
#include "core/limits.h"
#include "daemon/report/availability_texts.h"
#include "daemon/report/escape.h"
#include "daemon/report/report.h"
#include "daemon/report/subject.h"

namespace xuncha {
namespace {

// SGR codes of terminals (ECMA-48 8.3.117).
constexpr std::string_view kReset = "\x1b[0m";
constexpr std::string_view kBold = "\x1b[1m";
constexpr std::string_view kDim = "\x1b[2m";
constexpr std::array<std::string_view, 4> kSeverityColours = {"\x1b[36m", "\x1b[33m", "\x1b[31m", "\x1b[1;31m"};

constexpr std::size_t kAnchorColumns = 60;

std::string shown(std::string_view text) {
  return visible_text(cut_text(text, limits::kReportTextBytesMax));
}

// A URL, or a sentence that may hold some.
std::string readable(std::string_view text) {
  return shown(readable_url(text));
}

std::string padded(std::string_view text, std::size_t columns) {
  const std::size_t width = display_width(text);
  return std::string(text) + std::string(columns > width ? columns - width : 0, ' ');
}

std::string padded_left(std::string_view text, std::size_t columns) {
  const std::size_t width = display_width(text);
  return std::string(columns > width ? columns - width : 0, ' ') + std::string(text);
}

std::string bytes_text(std::uint64_t bytes) {
  constexpr std::array<const char*, 4> kUnits = {"B", "KB", "MB", "GB"};
  double value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 1024 && unit + 1 < kUnits.size()) {
    value /= 1024;
    ++unit;
  }
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), unit == 0 ? "%.0f %s" : "%.1f %s", value, kUnits[unit]);
  return text.data();
}

std::string seconds_text(double seconds) {
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%.1f s", seconds);
  return text.data();
}

class TextWriter final : public ReportWriter {
 public:
  TextWriter(const ReportOptions& options, std::ostream& out)
      : options_(options), texts_(texts(options.language)), words_(texts_.words), out_(out) {
    for (const std::string_view word : words_.severities) severity_columns_ = std::max(severity_columns_, width(word));
    for (const std::string_view word : words_.states) state_columns_ = std::max(state_columns_, width(word));
    severity_columns_ = std::max(severity_columns_, width(words_.severity));
    state_columns_ = std::max(state_columns_, width(words_.state));
  }

  void page(const PageRecord& record) override { report_.pages.push_back(record); }
  void column(const std::string& site, const ColumnRecord& record) override {
    report_.columns.emplace_back(site, record);
  }
  void finding(const Finding& finding) override { report_.findings.push_back(finding); }
  void site(const SiteStatusRecord& record) override { report_.sites.push_back(record); }
  void summary(const SummaryRecord& record) override { report_.summaries.push_back(record); }

  Status finish() override {
    report_.sort();
    for (const std::string& id : report_.site_ids()) write_site(id);
    return flush_report(out_);
  }

 private:
  static std::size_t width(std::string_view text) { return display_width(text); }
  std::string_view style(std::string_view code) const { return options_.colour ? code : std::string_view(); }

  void write_site(const std::string& id) {
    out_ << style(kBold) << words_.report_title << "  " << shown(id) << style(kReset) << '\n';
    for (const SiteStatusRecord& record : report_.sites) {
      if (record.site == id) write_site_facts(record);
    }
    if (options_.now != WallTime{}) {
      out_ << words_.generated << words_.colon << format_beijing(options_.now) << words_.time_zone << '\n';
    }
    const SummaryRecord* summary = report_.summary_of(id);
    if (summary != nullptr) write_doubts(*summary);
    out_ << '\n';
    write_findings(id, summary);
    write_columns(id);
    write_unjudged(id, summary);
    write_pages(id);
    if (summary != nullptr) write_summary(*summary);
  }

  // What is listed below may not be all, or nothing worth: said before it.
  void write_doubts(const SummaryRecord& record) {
    const auto warn = [this](std::string_view words) {
      out_ << style(kSeverityColours[1]) << words << style(kReset) << '\n';
    };
    if (!record.judged) warn(words_.nothing_judged);
    if (!record.complete) warn(words_.incomplete);
  }

  void write_site_facts(const SiteStatusRecord& record) {
    out_ << words_.home << words_.colon << readable(record.home) << '\n';
    if (record.tls_not_after) {
      out_ << words_.certificate_until << words_.colon << format_day(beijing_day(*record.tls_not_after)) << '\n';
    }
    if (record.availability) {
      for (const std::string& line : describe_availability(texts_, *record.availability))
        out_ << availability_texts(texts_.language).availability << words_.colon << line << '\n';
    }
    if (record.ipv6) out_ << words_.ipv6 << words_.colon << describe_ipv6(texts_, *record.ipv6) << '\n';
    if (const auto& other = record.other_scheme)
      out_ << other_scheme_name(*other) << words_.colon << describe_other_scheme(texts_, *other) << '\n';
    if (record.own_site) out_ << words_.own_site_note << '\n';
  }

  void write_findings(const std::string& id, const SummaryRecord* summary) {
    const std::vector<RuleFindings> rules = report_.by_rule(id);
    if (rules.size() > 1) write_overview(rules);
    for (const RuleFindings& each : rules) write_rule(each);
    if (!rules.empty() || (summary != nullptr && !summary->judged)) return;
    out_ << (summary != nullptr && !summary->complete ? words_.nothing_found_so_far : words_.nothing_found) << "\n\n";
  }

  void write_overview(const std::vector<RuleFindings>& rules) {
    write_heading(words_.overview);
    for (const RuleFindings& each : rules) {
      out_ << padded_left(std::to_string(each.findings.size()), kPlacesColumns + 2) << "  "
           << rule_texts(texts_, each.rule()).title << '\n';
    }
    out_ << '\n';
  }

  void write_rule(const RuleFindings& each) {
    const RuleTexts words = rule_texts(texts_, each.rule());
    out_ << style(kBold) << "■ " << words.title << style(kReset) << "  " << shown(each.rule()) << "  "
         << numbered(words_.counts, {each.findings.size(), each.places}) << '\n';
    out_ << style(kDim) << "  " << padded(words_.severity, severity_columns_) << "  "
         << padded(words_.state, state_columns_) << "  " << padded_left(words_.places, kPlacesColumns) << "  "
         << words_.subject << style(kReset) << '\n';
    for (const Finding& finding : each.findings) write_finding(finding);
    if (!words.basis.empty()) out_ << "  " << words_.basis << words_.colon << words.basis << '\n';
    out_ << '\n';
  }

  void write_finding(const Finding& finding) {
    const auto severity = static_cast<std::size_t>(finding.severity);
    const auto state = static_cast<std::size_t>(finding.state);
    out_ << "  " << style(kSeverityColours[severity]) << padded(words_.severities[severity], severity_columns_)
         << style(kReset) << "  " << padded(words_.states[state], state_columns_) << "  "
         << padded_left(std::to_string(finding.where_total), kPlacesColumns) << "  "
         << readable(subject_name(texts_, finding)) << '\n';
    const FindingTexts words = describe(texts_, finding);
    const std::string indent(2 + severity_columns_ + 2 + state_columns_ + 2 + kPlacesColumns + 2, ' ');
    out_ << indent << readable(words.detail) << '\n';
    if (!finding.evidence.attempts.empty()) {
      out_ << indent << (is_fault_of_reference(finding.reason) ? words_.tried_page : words_.tried) << words_.colon
           << readable(describe_attempt(texts_, finding.evidence.attempts.back())) << '\n';
    }
    if (!finding.where.empty()) out_ << indent << words_.where << words_.colon << places_line(finding) << '\n';
    if (!words.advice.empty()) out_ << indent << words_.advice << words_.colon << words.advice << '\n';
  }

  std::string places_line(const Finding& finding) const {
    std::string line;
    // Of columns that together reach a limit each is named.
    const std::size_t wanted = finding.rule == "site.veto" ? finding.where.size() : limits::kTextPlacesShown;
    const std::size_t shown_places = std::min(finding.where.size(), wanted);
    for (std::size_t index = 0; index < shown_places; ++index) {
      const Place& place = finding.where[index];
      if (index > 0) line += "; ";
      line += readable(place.page);
      if (place.line != 0) line += " " + numbered(words_.line, {place.line});
      if (!place.text.empty()) {
        line += " [" + fit_width(shown(place.text), kAnchorColumns) + "]";
      } else if (!place.tag.empty()) {
        line += " " + shown(tag_name(texts_, place.tag));
      }
    }
    if (finding.where_total > shown_places) {
      line += "; " + numbered(words_.more_places, {finding.where_total - shown_places});
    }
    return line;
  }

  void write_columns(const std::string& id) {
    bool begun = false;
    for (const auto& [site, record] : report_.columns) {
      if (site != id) continue;
      if (!begun) write_heading(words_.columns);
      begun = true;
      out_ << "  " << padded(words_.column_verdicts[static_cast<std::size_t>(record.verdict)], kVerdictColumns) << "  "
           << (record.sight.newest ? format_day(*record.sight.newest) : std::string(10, '-')) << "  "
           << padded(fit_width(shown(record.name), kAnchorColumns / 2), kAnchorColumns / 2) << "  "
           << readable(record.url) << '\n';
    }
    if (begun) out_ << '\n';
  }

  void write_unjudged(const std::string& id, const SummaryRecord* summary) {
    std::uint64_t written = 0;
    for (const PageRecord& record : report_.pages) {
      if (record.site != id || !is_unjudged(record)) continue;
      if (written++ == 0) {
        write_heading(words_.unjudged);
        out_ << "  " << words_.unjudged_note << '\n';
      }
      write_page(record);
    }
    const std::uint64_t all = summary == nullptr ? 0 : summary->blocked + summary->inconclusive;
    if (written > 0 && all > written) out_ << "  " << numbered(words_.more_urls, {all - written}) << '\n';
    if (written > 0) out_ << '\n';
  }

  void write_pages(const std::string& id) {
    bool begun = false;
    for (const PageRecord& record : report_.pages) {
      if (record.site != id || is_unjudged(record)) continue;
      if (!begun) write_heading(words_.page_records);
      begun = true;
      write_page(record);
    }
    if (begun) out_ << '\n';
  }

  void write_heading(std::string_view words) { out_ << style(kBold) << "■ " << words << style(kReset) << '\n'; }

  void write_page(const PageRecord& record) {
    const auto verdict = static_cast<std::size_t>(verdict_of(record.reason));
    out_ << "  " << padded(words_.verdicts[verdict], kVerdictColumns) << "  "
         << padded_left(record.status == 0 ? "-" : std::to_string(record.status), 3) << "  " << readable(record.url);
    const std::string_view reason = reason_texts(texts_, record.reason).name;
    if (!reason.empty()) out_ << "  " << reason;
    out_ << '\n';
  }

  void write_summary(const SummaryRecord& record) {
    const auto pair = [](std::string_view name, const std::string& value) {
      return "  " + std::string(name) + ' ' + value;
    };
    out_ << style(kBold) << words_.summary << style(kReset) << '\n';
    out_ << pair(words_.pages, std::to_string(record.pages)) << pair(words_.requests, std::to_string(record.requests))
         << pair(words_.links, std::to_string(record.links))
         << pair(words_.links_unique, std::to_string(record.links_unique))
         << pair(words_.bytes, bytes_text(record.bytes)) << pair(words_.seconds, seconds_text(record.seconds)) << '\n';
    const auto verdict = [&](Verdict which, std::uint64_t count) {
      return pair(words_.verdicts[static_cast<std::size_t>(which)], std::to_string(count));
    };
    out_ << verdict(Verdict::kBroken, record.broken) << verdict(Verdict::kWrong, record.wrong)
         << verdict(Verdict::kBlocked, record.blocked) << verdict(Verdict::kInconclusive, record.inconclusive) << '\n';
    out_ << "  " << words_.skipped << words_.colon;
    for (std::size_t index = 0; index < kSkipReasons; ++index) {
      out_ << (index == 0 ? "" : "  ") << words_.skips[index] << ' ' << record.skipped[index];
    }
    out_ << '\n';
    out_ << '\n';
  }

  static constexpr std::size_t kPlacesColumns = 6;
  static constexpr std::size_t kVerdictColumns = 12;
  const ReportOptions options_;
  const Texts& texts_;
  const Words& words_;
  std::ostream& out_;
  CollectedReport report_;
  std::size_t severity_columns_ = 0;
  std::size_t state_columns_ = 0;
};

}  // namespace

std::unique_ptr<ReportWriter> make_text_writer(const ReportOptions& options, std::ostream& out) {
  return std::make_unique<TextWriter>(options, out);
}

}  // namespace xuncha
