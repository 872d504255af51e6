#include <algorithm>
#include <array>
#include <cstdio>
#include <ostream>

#include "core/civil.h"
#include "core/digest.h"
#include "core/limits.h"
#include "daemon/report/availability_texts.h"
#include "daemon/report/escape.h"
#include "daemon/report/report.h"
#include "daemon/report/subject.h"
#include "daemon/report/texts_tls.h"

namespace xuncha {
namespace {

// The only style sheet: allowed by its hash in the page's content security policy, which allows nothing else. Filters
// work without scripts: unticked boxes hide what stands after them.
constexpr std::string_view kStyle = R"css(
:root{--line:#d8dde3;--soft:#5b6673;--back:#f5f7f9}
*{box-sizing:border-box}
body{margin:0 auto;max-width:72rem;padding:1.5rem;color:#1c232b;background:#fff;
 font:16px/1.65 "PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Source Han Sans SC",sans-serif}
h1{font-size:1.6rem;margin:0 0 .25rem}
h2{font-size:1.35rem;margin:2rem 0 .5rem;border-bottom:2px solid var(--line)}
h3{font-size:1.15rem;margin:1.75rem 0 .25rem}
code,.rule{font:.85em ui-monospace,Consolas,monospace;color:var(--soft)}
p{margin:.25rem 0}
a{color:#0b57a4}
.soft{color:var(--soft)}
.warn{background:#fff4d6;border-left:4px solid #d98a00;padding:.5rem .75rem}
input[type=checkbox]{margin:0 .25rem 0 .75rem}
.card{border:1px solid var(--line);border-left-width:6px;border-radius:4px;margin:.75rem 0;padding:.6rem .9rem;
 overflow-wrap:anywhere}
.critical{border-left-color:#b3001b}
.major{border-left-color:#d9480f}
.minor{border-left-color:#d98a00}
.info{border-left-color:#5b8db8}
.tag{display:inline-block;padding:0 .5rem;margin-right:.4rem;border-radius:3px;background:var(--back);font-size:.85rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem .9rem;margin:.4rem 0}
dt{color:var(--soft)}
dd{margin:0}
ul,ol{margin:.2rem 0;padding-left:1.3rem}
table{border-collapse:collapse;width:100%;font-size:.9rem;margin:.5rem 0}
th,td{border:1px solid var(--line);padding:.2rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
th{background:var(--back)}
summary{cursor:pointer;color:var(--soft)}
#f-critical:not(:checked)~main .critical,#f-major:not(:checked)~main .major,
#f-minor:not(:checked)~main .minor,#f-info:not(:checked)~main .info,
#f-suspect:not(:checked)~main .suspect{display:none}
@media print{body{max-width:none;padding:0;font-size:11pt}input,label,.filter{display:none}
 .card{break-inside:avoid-page}h2,h3{break-after:avoid}a{color:inherit;text-decoration:none}
 details::details-content{content-visibility:visible;block-size:auto}}
)css";

constexpr std::size_t kPlacesOpen = 5;  // places shown before the fold

std::string base64(const std::array<std::uint8_t, 32>& bytes) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t group = 0;
    for (std::size_t index = 0; index < 3; ++index) {
      group = (group << 8) | (at + index < bytes.size() ? bytes[at + index] : 0u);
    }
    for (std::size_t index = 0; index < 4; ++index) {
      const bool padding = at + index > bytes.size();
      out.push_back(padding ? '=' : kAlphabet[(group >> (18 - 6 * index)) & 0x3F]);
    }
  }
  return out;
}

std::string shown(std::string_view text) {
  return html_text(cut_text(text, limits::kReportTextBytesMax));
}

std::string quoted(std::string_view text) {
  return "<bdi>" + shown(text) + "</bdi>";
}

// Text that may hold URLs.
std::string readable(std::string_view text) {
  return quoted(readable_url(text));
}

// A portal's URL as a link where it is http(s), else as text. It opens apart and tells the portal nothing.
std::string link(std::string_view url) {
  const std::string href = url.size() <= limits::kReportTextBytesMax ? html_href(url) : std::string();
  std::string text = readable(url);
  if (href.empty()) return text;
  return "<a href=\"" + href + "\" rel=\"noreferrer noopener nofollow\" target=\"_blank\">" + text + "</a>";
}

std::string seconds_text(double seconds) {
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%.1f s", seconds);
  return text.data();
}

// What a hijacked address leads to is nothing to click at, and what is misspelt or internal leads nowhere.
std::string subject_link(const Texts& texts, const Finding& finding) {
  if (is_hijack(finding.reason) || is_fault_of_reference(finding.reason)) return readable(finding.subject);
  const std::string_view name = subject_name(texts, finding);
  const std::string_view address = subject_address(texts, finding);
  return (name == address ? std::string() : readable(name) + " ") + link(address);
}

class HtmlWriter final : public ReportWriter {
 public:
  HtmlWriter(const ReportOptions& options, std::ostream& out)
      : options_(options), texts_(texts(options.language)), words_(texts_.words), out_(out) {}

  void page(const PageRecord& record) override { report_.pages.push_back(record); }
  void column(const std::string& site, const ColumnRecord& record) override {
    report_.columns.emplace_back(site, record);
  }
  void finding(const Finding& finding) override { report_.findings.push_back(finding); }
  void site(const SiteStatusRecord& record) override { report_.sites.push_back(record); }
  void summary(const SummaryRecord& record) override { report_.summaries.push_back(record); }

  Status finish() override {
    report_.sort();
    write_head();
    write_filters();
    out_ << "<main>\n";
    for (const std::string& id : report_.site_ids()) write_site(id);
    out_ << "</main>\n</body>\n</html>\n";
    return flush_report(out_);
  }

 private:
  void write_head() {
    out_ << "<!DOCTYPE html>\n<html lang=\"" << language_name(options_.language) << "\">\n<head>\n"
         << "<meta charset=\"utf-8\">\n"
         << "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-"
         << base64(sha256(kStyle)) << "'; base-uri 'none'; form-action 'none'\">\n"
         << "<meta name=\"referrer\" content=\"no-referrer\">\n"
         << "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
         << "<title>" << words_.report_title << "</title>\n<style>" << kStyle << "</style>\n</head>\n<body>\n<h1>"
         << words_.report_title << "</h1>\n";
    if (options_.now != WallTime{}) {
      out_ << "<p class=\"soft\">" << words_.generated << words_.colon << format_beijing(options_.now)
           << words_.time_zone << "</p>\n";
    }
  }

  void write_filters() {
    const auto box = [this](std::string_view id, std::string_view label) {
      out_ << "<input type=\"checkbox\" id=\"f-" << id << "\" checked><label for=\"f-" << id << "\">" << label
           << "</label>\n";
    };
    out_ << "<span class=\"filter\">" << words_.filter << "</span>\n";
    for (const Severity severity : {Severity::kCritical, Severity::kMajor, Severity::kMinor, Severity::kInfo}) {
      box(severity_name(severity), words_.severities[static_cast<std::size_t>(severity)]);
    }
    box("suspect", words_.states[static_cast<std::size_t>(FindingState::kSuspect)]);
  }

  void write_site(const std::string& id) {
    out_ << "<section>\n<h2>" << words_.site << ' ' << quoted(id) << "</h2>\n";
    for (const SiteStatusRecord& record : report_.sites) {
      if (record.site == id) write_site_facts(record);
    }
    const SummaryRecord* summary = report_.summary_of(id);
    if (summary != nullptr) write_summary(*summary);
    write_findings(id, summary);
    write_columns(id);
    write_unjudged(id, summary);
    write_pages(id);
    out_ << "</section>\n";
  }

  void write_site_facts(const SiteStatusRecord& record) {
    out_ << "<p>" << words_.home << words_.colon << link(record.home) << "</p>\n";
    if (record.tls_not_after) {
      out_ << "<p>" << words_.certificate_until << words_.colon << format_day(beijing_day(*record.tls_not_after))
           << "</p>\n";
    }
    if (record.availability) {
      for (const std::string& line : describe_availability(texts_, *record.availability))
        out_ << "<p>" << availability_texts(texts_.language).availability << words_.colon << line << "</p>\n";
    }
    if (record.ipv6) {
      out_ << "<p>" << words_.ipv6 << words_.colon << describe_ipv6(texts_, *record.ipv6) << "</p>\n";
    }
    if (const auto& other = record.other_scheme) {
      out_ << "<p>" << other_scheme_name(*other) << words_.colon << describe_other_scheme(texts_, *other) << "</p>\n";
    }
    if (record.own_site) out_ << "<p>" << words_.own_site_note << "</p>\n";
  }

  void write_summary(const SummaryRecord& record) {
    if (!record.judged) out_ << "<p class=\"warn\">" << words_.nothing_judged << "</p>\n";
    if (!record.complete) out_ << "<p class=\"warn\">" << words_.incomplete << "</p>\n";
    out_ << "<table>\n<tr>";
    const auto heads = [this](std::string_view name) { out_ << "<th scope=\"col\">" << name << "</th>"; };
    const auto cell = [this](const auto& value) { out_ << "<td>" << value << "</td>"; };
    for (const std::string_view name :
         {words_.pages, words_.requests, words_.links, words_.links_unique, words_.seconds}) {
      heads(name);
    }
    for (const Verdict verdict : {Verdict::kBroken, Verdict::kWrong, Verdict::kBlocked, Verdict::kInconclusive}) {
      heads(words_.verdicts[static_cast<std::size_t>(verdict)]);
    }
    heads(words_.skipped);
    out_ << "</tr>\n<tr>";
    cell(record.pages);
    cell(record.requests);
    cell(record.links);
    cell(record.links_unique);
    cell(seconds_text(record.seconds));
    cell(record.broken);
    cell(record.wrong);
    cell(record.blocked);
    cell(record.inconclusive);
    std::string skipped;
    for (std::size_t index = 0; index < kSkipReasons; ++index) {
      if (index > 0) skipped += "<br>";
      skipped += std::string(words_.skips[index]) + ' ' + std::to_string(record.skipped[index]);
    }
    cell(skipped);
    out_ << "</tr>\n</table>\n";
  }

  void write_findings(const std::string& id, const SummaryRecord* summary) {
    const std::vector<RuleFindings> rules = report_.by_rule(id);
    if (rules.size() > 1) write_overview(rules);
    for (const RuleFindings& each : rules) write_rule(each);
    if (!rules.empty() || (summary != nullptr && !summary->judged)) return;
    out_ << "<p>" << (summary != nullptr && !summary->complete ? words_.nothing_found_so_far : words_.nothing_found)
         << "</p>\n";
  }

  void write_overview(const std::vector<RuleFindings>& rules) {
    out_ << "<h3>" << words_.overview << "</h3>\n<table>\n";
    for (const RuleFindings& each : rules) {
      out_ << "<tr><td>" << html_text(rule_texts(texts_, each.rule()).title) << "</td><td>" << each.findings.size()
           << "</td></tr>\n";
    }
    out_ << "</table>\n";
  }

  void write_rule(const RuleFindings& each) {
    const RuleTexts words = rule_texts(texts_, each.rule());
    out_ << "<h3>" << html_text(words.title) << " <span class=\"rule\">" << shown(each.rule())
         << "</span></h3>\n<p class=\"soft\">" << numbered(words_.counts, {each.findings.size(), each.places})
         << "</p>\n";
    if (!words.basis.empty()) {
      out_ << "<p class=\"soft\">" << words_.basis << words_.colon << html_text(words.basis) << "</p>\n";
    }
    for (const Finding& finding : each.findings) write_finding(finding);
  }

  void write_finding(const Finding& finding) {
    const FindingTexts words = describe(texts_, finding);
    out_ << "<article class=\"card " << severity_name(finding.severity) << ' ' << finding_state_name(finding.state)
         << "\">\n<p><span class=\"tag\">" << words_.severities[static_cast<std::size_t>(finding.severity)]
         << "</span><span class=\"tag\">" << words_.states[static_cast<std::size_t>(finding.state)] << "</span>"
         << subject_link(texts_, finding) << "</p>\n<dl>\n";
    entry(words_.cause, readable(words.detail));
    if (!words.advice.empty()) entry(words_.advice, html_text(words.advice));
    entry(words_.first_seen, format_beijing(finding.first_seen) + std::string(words_.time_zone));
    if (finding.last_seen != finding.first_seen) {
      entry(words_.last_seen, format_beijing(finding.last_seen) + std::string(words_.time_zone));
    }
    if (finding.opened) entry(words_.opened, format_beijing(*finding.opened) + std::string(words_.time_zone));
    if (finding.closed) entry(words_.closed, format_beijing(*finding.closed) + std::string(words_.time_zone));
    out_ << "</dl>\n";
    write_places(finding);
    write_evidence(finding);
    out_ << "</article>\n";
  }

  void entry(std::string_view name, const std::string& html) {
    out_ << "<dt>" << name << "</dt><dd>" << html << "</dd>\n";
  }

  void write_places(const Finding& finding) {
    if (finding.where_total == 0) return;
    out_ << "<p class=\"soft\">" << words_.where << words_.colon << finding.where_total << "</p>\n<ul>\n";
    for (std::size_t index = 0; index < finding.where.size(); ++index) {
      if (index == kPlacesOpen) {
        out_ << "</ul>\n<details><summary>" << numbered(words_.all_places, {finding.where.size() - kPlacesOpen})
             << "</summary>\n<ul>\n";
      }
      const Place& place = finding.where[index];
      out_ << "<li>" << link(place.page);
      if (!place.text.empty()) out_ << words_.comma << words_.on_page << words_.colon << quoted(place.text);
      const std::string_view region = words_.regions[static_cast<std::size_t>(place.region)];
      if (!region.empty()) out_ << words_.comma << region;
      if (!place.tag.empty()) out_ << words_.comma << shown(tag_name(texts_, place.tag));
      if (place.line != 0) out_ << words_.comma << numbered(words_.line, {place.line});
      out_ << "</li>\n";
    }
    if (finding.where_total > finding.where.size()) {
      out_ << "<li class=\"soft\">" << numbered(words_.more_places, {finding.where_total - finding.where.size()})
           << "</li>\n";
    }
    out_ << "</ul>\n";
    if (finding.where.size() > kPlacesOpen) out_ << "</details>\n";
  }

  void write_evidence(const Finding& finding) {
    const Evidence& evidence = finding.evidence;
    out_ << "<details><summary>" << words_.evidence << "</summary>\n<dl>\n";
    if (!evidence.attempts.empty()) {
      std::string list = "<ol>";
      for (const Attempt& attempt : evidence.attempts)
        list += "<li>" + shown(describe_attempt(texts_, attempt)) + "</li>";
      entry(is_fault_of_reference(finding.reason) ? words_.tried_page : words_.tried, list + "</ol>");
    }
    if (!evidence.redirects.empty()) {
      std::string list = "<ol>";
      for (const RedirectHop& hop : evidence.redirects) {
        list += "<li>" + std::to_string(hop.status) + " → " + link(hop.url) + "</li>";
      }
      entry(words_.redirects, list + "</ol>");
    }
    for (const EvidenceLine& line : evidence_lines(texts_, finding)) entry(line.name, readable(line.value));
    const bool has_headers = std::any_of(evidence.headers.begin(), evidence.headers.end(),
                                         [](const auto& field) { return !is_certificate_field(field.first); });
    if (has_headers) {
      std::string list = "<ul>";
      for (const auto& [name, value] : evidence.headers) {
        if (is_certificate_field(name)) continue;  // stands above, in words
        list += "<li><code>" + shown(name) + "</code>: " + quoted(value) + "</li>";
      }
      entry(words_.headers, list + "</ul>");
    }
    if (!evidence.body_sha256.empty()) entry("SHA-256", "<code>" + shown(evidence.body_sha256) + "</code>");
    out_ << "</dl>\n</details>\n";
  }

  void write_columns(const std::string& id) {
    bool begun = false;
    for (const auto& [site, record] : report_.columns) {
      if (site != id) continue;
      if (!begun) {
        out_ << "<h3>" << words_.columns << "</h3>\n<table>\n<tr>";
        for (const std::string_view name : {words_.column, words_.verdict, words_.newest, words_.url}) {
          out_ << "<th scope=\"col\">" << name << "</th>";
        }
        out_ << "</tr>\n";
      }
      begun = true;
      out_ << "<tr><td>" << shown(record.name) << "</td><td>"
           << words_.column_verdicts[static_cast<std::size_t>(record.verdict)] << "</td><td>"
           << (record.sight.newest ? format_day(*record.sight.newest) : std::string()) << "</td><td>"
           << link(record.url) << "</td></tr>\n";
    }
    if (begun) out_ << "</table>\n";
  }

  void write_unjudged(const std::string& id, const SummaryRecord* summary) {
    std::uint64_t written = 0;
    for (const PageRecord& record : report_.pages) {
      if (record.site != id || !is_unjudged(record)) continue;
      if (written++ == 0) {
        out_ << "<h3>" << words_.unjudged << "</h3>\n<p class=\"soft\">" << words_.unjudged_note << "</p>\n";
        begin_pages();
      }
      write_page(record);
    }
    if (written > 0) out_ << "</table>\n";
    const std::uint64_t all = summary == nullptr ? 0 : summary->blocked + summary->inconclusive;
    if (written > 0 && all > written) out_ << "<p>" << numbered(words_.more_urls, {all - written}) << "</p>\n";
  }

  void write_pages(const std::string& id) {
    bool begun = false;
    for (const PageRecord& record : report_.pages) {
      if (record.site != id || is_unjudged(record)) continue;
      if (!begun) {
        out_ << "<details><summary>" << words_.page_records << "</summary>\n";
        begin_pages();
      }
      begun = true;
      write_page(record);
    }
    if (begun) out_ << "</table>\n</details>\n";
  }

  void begin_pages() {
    out_ << "<table>\n<tr>";
    for (const std::string_view name : {words_.url, words_.verdict, words_.reason, words_.status}) {
      out_ << "<th scope=\"col\">" << name << "</th>";
    }
    out_ << "</tr>\n";
  }

  void write_page(const PageRecord& record) {
    out_ << "<tr><td>" << (is_hijack(record.reason) ? quoted(record.url) : link(record.url)) << "</td><td>"
         << words_.verdicts[static_cast<std::size_t>(verdict_of(record.reason))] << "</td><td>"
         << reason_texts(texts_, record.reason).name << "</td><td>"
         << (record.status == 0 ? std::string() : std::to_string(record.status)) << "</td></tr>\n";
  }

  const ReportOptions options_;
  const Texts& texts_;
  const Words& words_;
  std::ostream& out_;
  CollectedReport report_;
};

}  // namespace

std::unique_ptr<ReportWriter> make_html_writer(const ReportOptions& options, std::ostream& out) {
  return std::make_unique<HtmlWriter>(options, out);
}

}  // namespace xuncha
