#include "daemon/web/pages.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "core/civil.h"
#include "core/limits.h"
#include "daemon/report/availability_texts.h"
#include "daemon/report/escape.h"
#include "daemon/report/report.h"
#include "daemon/report/subject.h"
#include "daemon/report/texts_tls.h"
#include "daemon/web/page_texts.h"
#include "daemon/web/style.h"

namespace xuncha {
namespace {

// Since the last complete patrol: about when the alert PatrolStalled fires.
constexpr std::size_t kColumnsShown = 500;  // on the page of a site
constexpr int kOverdueIntervals = 3;
constexpr std::chrono::hours kOverdueSlack{1};

std::string shown(std::string_view text) {
  return "<bdi>" + html_text(cut_text(text, limits::kReportTextBytesMax)) + "</bdi>";
}

// Text that may hold URLs.
std::string readable(std::string_view text) {
  return shown(readable_url(text));
}

// A portal's URL: a link where it is http(s), else text. It opens apart and tells the portal nothing.
std::string portal_link(std::string_view url) {
  const std::string href = url.size() <= limits::kReportTextBytesMax ? html_href(url) : std::string();
  std::string text = readable(url);
  if (href.empty()) return text;
  return "<a href=\"" + href + "\" rel=\"noreferrer noopener nofollow\" target=\"_blank\">" + text + "</a>";
}

std::string_view severity_class(Severity severity) {
  return severity_name(severity);
}

std::uint64_t sum(const auto& counts) {
  std::uint64_t total = 0;
  for (const std::uint64_t count : counts) total += count;
  return total;
}

std::uint64_t in_state(const SiteSnapshot& site, FindingState state) {
  return site.findings_by_state[static_cast<std::size_t>(state)];
}

// Does it still say that something is wrong? Open first, then what is being mended, then suspects; nullopt: no.
std::optional<int> urgency(FindingState state) {
  switch (state) {
    case FindingState::kOpen:
      return 0;
    case FindingState::kAcknowledged:
      return 1;
    case FindingState::kMended:
      return 2;
    case FindingState::kSuspect:
      return 3;
    case FindingState::kClosed:
    case FindingState::kIgnored:
      return std::nullopt;
  }
  return std::nullopt;
}

// The order in which people read findings: what is open, the worst first, then by id, so that a page stays as it is.
bool reads_before(const FindingPointer& a, const FindingPointer& b) {
  const auto rank = [](const Finding& finding) {
    return std::pair(urgency(finding.state).value_or(4), -static_cast<int>(finding.severity));
  };
  const auto of_a = rank(*a);
  const auto of_b = rank(*b);
  return of_a != of_b ? of_a < of_b : a->id < b->id;
}

// The mark of a finding: what no longer says that something is wrong is not painted as if it did.
std::string_view finding_class(const Finding& finding) {
  if (urgency(finding.state)) return severity_class(finding.severity);
  return finding.state == FindingState::kClosed ? "good" : "plain";
}

std::optional<Severity> worst_open(const SiteSnapshot& site) {
  for (const Severity severity : {Severity::kCritical, Severity::kMajor, Severity::kMinor, Severity::kInfo}) {
    if (site.findings_open[static_cast<std::size_t>(severity)] > 0) return severity;
  }
  return std::nullopt;
}

// One page of a list.
struct Slice {
  std::size_t page = 1;
  std::size_t pages = 1;
  std::size_t begin = 0;
  std::size_t end = 0;
};
Slice slice_of(std::size_t items, std::size_t a_page, std::size_t wanted) {
  Slice slice;
  slice.pages = std::max<std::size_t>(1, (items + a_page - 1) / a_page);
  slice.page = std::clamp<std::size_t>(wanted, 1, slice.pages);
  slice.begin = (slice.page - 1) * a_page;
  slice.end = std::min(items, slice.begin + a_page);
  return slice;
}

// What the address asks for besides the page itself.
struct PageQuestion {
  std::optional<std::string> language;
  std::size_t page = 1;
};

// Pages are asked for by people: what is not understood is passed over.
PageQuestion read_question(std::string_view query) {
  PageQuestion question;
  for (const auto& [name, value] : query_parameters(query).value_or(QueryParameters{})) {
    if (name == "lang" && parse_language(value)) question.language = value;
    if (name == "page") {
      std::size_t page = 0;
      const char* end = value.data() + value.size();
      const auto [rest, error] = std::from_chars(value.data(), end, page);
      if (error == std::errc() && rest == end) question.page = page;
    }
  }
  return question;
}

class PageWriter {
 public:
  PageWriter(Language language, PageQuestion question, const Snapshot* snapshot)
      : texts_(texts(language)),
        words_(texts_.words),
        page_(page_texts(language)),
        question_(std::move(question)),
        snapshot_(snapshot) {}

  std::string start_page() {
    begin(page_.title, "/");
    out_ += "<h1>" + text(page_.overview) + "</h1>\n";
    const Snapshot& snapshot = *snapshot_;
    if (!snapshot.config.last_reload_successful) out_ += "<p class=\"warn\">" + text(page_.reload_failed) + "</p>\n";
    write_figures(snapshot);
    std::vector<SiteSnapshotPointer> sites = snapshot.sites;
    std::stable_sort(sites.begin(), sites.end(),
                     [](const SiteSnapshotPointer& a, const SiteSnapshotPointer& b) { return harm(*a) > harm(*b); });
    if (sites.empty()) out_ += "<p class=\"card\">" + text(page_.no_sites) + "</p>\n";
    const Slice slice = slice_of(sites.size(), limits::kWebSitesShown, question_.page);
    for (std::size_t index = slice.begin; index < slice.end; ++index) write_site_card(*sites[index]);
    write_pager("/", slice);
    return end();
  }

  std::string site_page(const SiteSnapshot& site) {
    const std::string path = site_path(site.id);
    begin(site.name.empty() ? site.id : site.name, path);
    out_ += back("/", page_.home_page);
    out_ += "<h1>" + shown(site.name.empty() ? site.id : site.name) + "</h1>\n<div class=\"card " +
            std::string(site_class(site)) + "\">\n";
    write_site_facts(site);
    write_availability(site, /*only_alarms=*/false);
    if (const auto& other = site.other_scheme) {
      out_ += "<p class=\"soft\">" + text(other_scheme_name(*other)) + text(words_.colon) +
              text(describe_other_scheme(texts_, *other)) + "</p>\n";
    }
    out_ += "</div>\n<h2>" + text(page_.findings) + "</h2>\n";
    std::vector<FindingPointer> findings;
    for (const FindingPointer& finding : site.findings) {
      // A suspicion that was dropped accused nobody, and is no record of anything mended.
      if (finding->state != FindingState::kClosed || finding->opened) findings.push_back(finding);
    }
    std::sort(findings.begin(), findings.end(), reads_before);
    if (findings.empty()) out_ += "<p class=\"card plain\">" + text(page_.no_findings) + "</p>\n";
    const Slice slice = slice_of(findings.size(), limits::kWebFindingsShown, question_.page);
    for (std::size_t index = slice.begin; index < slice.end; ++index) {
      const Finding& finding = *findings[index];
      const bool stands = urgency(finding.state).has_value();
      if (index == slice.begin || (!stands && urgency(findings[index - 1]->state))) {
        out_ += "<h3>" + text(stands ? page_.open_findings : page_.past_findings) + "</h3>\n";
      }
      out_ += "<div class=\"card " + std::string(finding_class(finding)) + "\">" + finding_line(finding) + "</div>\n";
    }
    write_pager(path, slice);
    if (slice.begin == 0) write_columns(site);
    return end();
  }

  // Those that need somebody first; where they are many, not all of the others.
  void write_columns(const SiteSnapshot& site) {
    if (!site.columns || site.columns->empty()) return;
    std::vector<const ColumnRecord*> columns;
    for (const ColumnRecord& column : *site.columns) columns.push_back(&column);
    const auto weight = [](const ColumnRecord& column) {
      if (column.verdict == ColumnVerdict::kFresh) return 2;
      return column.verdict == ColumnVerdict::kUnknown ? 1 : 0;
    };
    std::sort(columns.begin(), columns.end(), [&](const ColumnRecord* left, const ColumnRecord* right) {
      return std::tuple(weight(*left), left->verdict, left->name, left->url) <
             std::tuple(weight(*right), right->verdict, right->name, right->url);
    });
    out_ += "<h2>" + text(words_.columns) + "</h2>\n<p class=\"soft\">";
    const auto counts = count_verdicts(*site.columns);
    for (std::size_t index = 0, shown_counts = 0; index < kColumnVerdicts; ++index) {
      if (counts[index] == 0) continue;
      out_ += (shown_counts++ == 0 ? "" : " · ") + text(words_.column_verdicts[index]) + " " +
              std::to_string(counts[index]);
    }
    out_ += "</p>\n<table>\n<tr>";
    for (const std::string_view name : {words_.column, words_.verdict, words_.newest, words_.url}) {
      out_ += "<th scope=\"col\">" + text(name) + "</th>";
    }
    out_ += "</tr>\n";
    const std::size_t count = std::min(columns.size(), kColumnsShown);
    for (std::size_t index = 0; index < count; ++index) {
      const ColumnRecord& column = *columns[index];
      out_ += "<tr><td>" + shown(column.name) + "</td><td>" +
              text(words_.column_verdicts[static_cast<std::size_t>(column.verdict)]) + "</td><td>" +
              (column.sight.newest ? format_day(*column.sight.newest) : std::string()) + "</td><td>" +
              portal_link(column.url) + "</td></tr>\n";
    }
    out_ += "</table>\n";
  }

  std::string finding_page(const Finding& finding) {
    const FindingTexts words = describe(texts_, finding);
    const SiteSnapshotPointer site = snapshot_->find_site(finding.site);
    begin(words.title, "/findings/" + finding.id);
    out_ += back(site_path(finding.site), site && !site->name.empty() ? site->name : finding.site);
    out_ += "<h1>" + shown(words.title) + "</h1>\n<div class=\"card " + std::string(finding_class(finding)) +
            "\">\n<p>" + tags(finding) + "</p>\n<dl>\n";
    // What a hijacked address leads to is nothing to click at, and what is misspelt or internal leads nowhere.
    const bool is_text = is_hijack(finding.reason) || is_fault_of_reference(finding.reason);
    entry(words_.subject, is_text ? readable(finding.subject) : subject_link(finding));
    entry(words_.cause, readable(words.detail));
    if (!words.advice.empty()) entry(words_.advice, text(words.advice));
    if (!words.basis.empty()) entry(words_.basis, text(words.basis));
    std::string rule = "<code>" + html_text(finding.rule) + "</code>";
    if (finding.reason.code != ReasonCode::kNone)
      rule += " <code>" + html_text(reason_name(finding.reason)) + "</code>";
    entry(words_.rule, rule);
    entry(words_.first_seen, time(finding.first_seen));
    entry(words_.last_seen, time(finding.last_seen));
    if (finding.opened) entry(words_.opened, time(*finding.opened));
    if (finding.closed) entry(words_.closed, time(*finding.closed));
    if (finding.confirmations > 0) entry(page_.confirmations, std::to_string(finding.confirmations));
    if (finding.episode > 1) entry(page_.episode, std::to_string(finding.episode));
    out_ += "</dl>\n</div>\n";
    write_places(finding);
    write_evidence(finding);
    return end();
  }

  std::string no_page() {
    begin(page_.no_page, "/");
    out_ += back("/", page_.home_page);
    out_ += "<h1>" + text(page_.no_page) + "</h1>\n<p class=\"card plain\">" + text(page_.no_page_hint) + "</p>\n";
    return end();
  }

  std::string starting_page() {
    begin(page_.starting, "/");
    out_ += "<h1>" + text(page_.starting) + "</h1>\n<p class=\"card\">" + text(page_.starting_hint) + "</p>\n";
    return end();
  }

 private:
  // Ours, from the tables of texts.
  static std::string text(std::string_view ours) { return html_text(ours); }
  std::string time(WallTime at) const { return format_beijing(at) + std::string(words_.time_zone); }

  // The language goes along from page to page only where it was asked for; else the browser asks each time.
  std::string address(std::string_view path, std::string_view more = {}) const {
    std::string query(more);
    if (question_.language) query += (query.empty() ? "lang=" : "&lang=") + *question_.language;
    return html_text(query.empty() ? std::string(path) : std::string(path) + "?" + query);
  }
  std::string own_link(std::string_view path, const std::string& html) const {
    return "<a href=\"" + address(path) + "\">" + html + "</a>";
  }
  static std::string site_path(std::string_view id) { return "/sites/" + percent_encode(id); }

  void begin(std::string_view title, std::string_view path) {
    out_ = "<!DOCTYPE html>\n<html lang=\"" + std::string(page_.language_name) +
           "\">\n<head>\n<meta charset=\"utf-8\">\n"
           "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
           "<meta name=\"color-scheme\" content=\"light dark\">\n<title>" +
           html_text(cut_text(title, limits::kDetailValueBytesMax)) + " · " + text(page_.subtitle) +
           "</title>\n<link rel=\"stylesheet\" href=\"" + std::string(page_style_path()) +
           "\">\n</head>\n<body>\n<header><div><b>" + own_link("/", text(page_.title)) + "</b><span>" +
           text(page_.subtitle) + "</span><a href=\"" + html_text(path) +
           "?lang=" + std::string(page_.other_language_code) + "\" hreflang=\"" +
           std::string(page_.other_language_code) + "\">" + text(page_.other_language) +
           "</a></div></header>\n<main>\n";
  }

  std::string end() {
    out_ += "</main>\n<footer>";
    const auto part = [this](std::string_view name, const std::string& html) {
      out_ += "<span>" + text(name) + text(words_.colon) + html + "</span>";
    };
    if (snapshot_ != nullptr) {
      part(page_.version, html_text(snapshot_->version));
      part(page_.as_of, time(snapshot_->made));
      part(page_.running_since, time(snapshot_->started));
    }
    out_ += "<a href=\"/metrics\">" + text(page_.metrics) + "</a><a href=\"/api/v1/sites\">" + text(page_.api) +
            "</a></footer>\n</body>\n</html>\n";
    return std::move(out_);
  }

  std::string back(std::string_view path, std::string_view name) const {
    return "<p class=\"soft\">" + own_link(path, "← " + shown(name)) + "</p>\n";
  }

  void write_figures(const Snapshot& snapshot) {
    std::uint64_t open = 0;
    std::uint64_t suspects = 0;
    std::uint64_t faulty = 0;
    for (const SiteSnapshotPointer& site : snapshot.sites) {
      const std::uint64_t here = in_state(*site, FindingState::kOpen);
      open += here;
      faulty += here > 0 ? 1 : 0;
      suspects += in_state(*site, FindingState::kSuspect);
    }
    out_ += "<div class=\"figures\">\n";
    const auto figure = [this](std::uint64_t number, std::string_view name) {
      out_ += "<div><b>" + std::to_string(number) + "</b>" + text(name) + "</div>\n";
    };
    figure(snapshot.sites.size(), page_.sites_count);
    figure(faulty, page_.faulty_count);
    figure(open, page_.open_count);
    figure(suspects, page_.suspect_count);
    out_ += "</div>\n";
  }

  // Sites with the worst open findings first.
  static std::array<std::uint64_t, 5> harm(const SiteSnapshot& site) {
    const auto open = [&site](Severity severity) { return site.findings_open[static_cast<std::size_t>(severity)]; };
    return {open(Severity::kCritical), open(Severity::kMajor), open(Severity::kMinor), open(Severity::kInfo),
            in_state(site, FindingState::kSuspect)};
  }

  // Has it been too long since all of the site was seen? Then "nothing found" says nothing.
  bool is_overdue(const SiteSnapshot& site) const {
    if (!site.last_complete || site.interval.count() <= 0) return false;
    return snapshot_->made - *site.last_complete > kOverdueIntervals * site.interval + kOverdueSlack;
  }

  std::string_view site_class(const SiteSnapshot& site) const {
    if (const auto worst = worst_open(site)) return severity_class(*worst);
    return site.last_complete && !is_overdue(site) ? "good" : "plain";
  }

  std::string site_tag(const SiteSnapshot& site) const {
    std::string_view words = page_.not_yet;
    if (in_state(site, FindingState::kOpen) > 0) {
      words = page_.has_open;
    } else if (in_state(site, FindingState::kSuspect) > 0) {
      words = page_.has_suspects;
    } else if (is_overdue(site)) {
      words = page_.overdue;
    } else if (site.last_complete) {
      words = page_.all_well;
    } else if (sum(site.pages) > 0) {
      words = page_.only_incomplete;
    }
    return "<span class=\"tag " + std::string(site_class(site)) + "\">" + text(words) + "</span>";
  }

  std::string interval_text(std::chrono::seconds interval) const {
    const auto number = static_cast<std::uint64_t>(std::max<std::int64_t>(interval.count(), 0));
    if (number >= 48UL * 3600) return numbered(page_.days, {number / 86400});
    if (number >= 2UL * 3600) return numbered(page_.hours, {number / 3600});
    return numbered(page_.minutes, {(number + 59) / 60});
  }

  void write_site_facts(const SiteSnapshot& site) {
    out_ += "<p>" + site_tag(site);
    for (const Severity severity : {Severity::kCritical, Severity::kMajor, Severity::kMinor, Severity::kInfo}) {
      const std::uint64_t count = site.findings_open[static_cast<std::size_t>(severity)];
      if (count == 0) continue;
      out_ += " <span class=\"tag " + std::string(severity_class(severity)) + "\">" +
              text(words_.severities[static_cast<std::size_t>(severity)]) + " " + std::to_string(count) + "</span>";
    }
    out_ += "</p>\n<p>" + portal_link(site.home) + "</p>\n<p class=\"soft\">";
    auto fact = [this, first = true](std::string_view name, const std::string& html) mutable {
      out_ += (first ? "" : " · ") + text(name) + text(words_.colon) + html;
      first = false;
    };
    if (!site.unit.empty()) fact(page_.unit, shown(site.unit));
    if (!site.code.empty()) fact(page_.code, shown(site.code));
    fact(page_.last_complete, site.last_complete ? time(*site.last_complete) : text(page_.never));
    if (site.patrolling) fact(page_.patrolling, time(*site.patrolling));
    if (site.interval.count() > 0) fact(page_.interval, text(interval_text(site.interval)));
    fact(page_.pages, pages_text(site));
    fact(page_.links_broken, links_broken_text(site));
    out_ += "</p>\n";
    if (site.own_site) out_ += "<p class=\"soft\">" + text(words_.own_site_note) + "</p>\n";
  }

  // On the card of a site only what must be seen.
  void write_availability(const SiteSnapshot& site, bool only_alarms) {
    const ProbeStatusPointer probes = snapshot_->find_probes(site.id);
    if (!probes || !probes->availability) return;
    const AvailabilityState state = probes->availability->main.judged.state;
    const bool is_alarm = state == AvailabilityState::kAtRisk || state == AvailabilityState::kFailed;
    if (only_alarms && !is_alarm) return;
    for (const std::string& line : describe_availability(texts_, *probes->availability)) {
      out_ += "<p class=\"soft\">" + text(availability_texts(texts_.language).availability) + text(words_.colon) +
              text(line) + "</p>\n";
      if (only_alarms) return;
    }
  }

  // "143 (blocked 2, inconclusive 1)": what was not judged is no health.
  std::string pages_text(const SiteSnapshot& site) const {
    std::string parts;
    for (const Verdict verdict : {Verdict::kBlocked, Verdict::kInconclusive}) {
      const auto index = static_cast<std::size_t>(verdict);
      if (site.pages[index] == 0) continue;
      parts += (parts.empty() ? std::string() : text(words_.comma)) + text(words_.verdicts[index]) + " " +
               std::to_string(site.pages[index]);
    }
    return std::to_string(sum(site.pages)) + (parts.empty() ? "" : " (" + parts + ")");
  }

  // "3 (pages 2, images 1)"
  std::string links_broken_text(const SiteSnapshot& site) const {
    std::string parts;
    for (std::size_t index = 0; index < kLinkKinds; ++index) {
      if (site.links_broken[index] == 0) continue;
      parts += (parts.empty() ? std::string() : text(words_.comma)) + text(page_.link_kinds[index]) + " " +
               std::to_string(site.links_broken[index]);
    }
    return std::to_string(sum(site.links_broken)) + (parts.empty() ? "" : " (" + parts + ")");
  }

  void write_site_card(const SiteSnapshot& site) {
    out_ += "<section class=\"card " + std::string(site_class(site)) + "\">\n<h2>" +
            own_link(site_path(site.id), shown(site.name.empty() ? site.id : site.name)) + "</h2>\n";
    write_site_facts(site);
    write_availability(site, /*only_alarms=*/true);
    std::vector<FindingPointer> findings;
    for (const FindingPointer& finding : site.findings) {
      if (urgency(finding->state)) findings.push_back(finding);
    }
    const std::size_t shown_count = std::min(findings.size(), limits::kWebFindingsOfSiteShown);
    std::partial_sort(findings.begin(), findings.begin() + static_cast<std::ptrdiff_t>(shown_count), findings.end(),
                      reads_before);
    if (!findings.empty()) {
      out_ += "<ul class=\"findings\">\n";
      for (std::size_t index = 0; index < shown_count; ++index) {
        out_ += "<li>" + finding_line(*findings[index]) + "</li>\n";
      }
      if (findings.size() > shown_count) {
        out_ += "<li>" +
                own_link(site_path(site.id), text(numbered(page_.more_findings, {findings.size() - shown_count}))) +
                "</li>\n";
      }
      out_ += "</ul>\n";
    }
    out_ += "</section>\n";
  }

  std::string tags(const Finding& finding) const {
    const std::string state = finding.state == FindingState::kClosed ? "tag good" : "tag";
    return "<span class=\"tag " + std::string(finding_class(finding)) + "\">" +
           text(words_.severities[static_cast<std::size_t>(finding.severity)]) + "</span> <span class=\"" + state +
           "\">" + text(words_.states[static_cast<std::size_t>(finding.state)]) + "</span>";
  }

  // By its name, with an address to look at.
  std::string subject_link(const Finding& finding) const {
    const std::string_view name = subject_name(texts_, finding);
    const std::string_view address = subject_address(texts_, finding);
    return (name == address ? std::string() : readable(name) + " ") + portal_link(address);
  }

  std::string finding_line(const Finding& finding) const {
    const FindingTexts words = describe(texts_, finding);
    return tags(finding) + " " + own_link("/findings/" + html_text(finding.id), shown(words.title)) + "<br>" +
           readable(subject_name(texts_, finding)) + "<br><span class=\"soft\">" + readable(words.detail) + " " +
           text(words_.first_seen) + text(words_.colon) + time(finding.first_seen) +
           (finding.closed ? text(words_.comma) + text(words_.closed) + text(words_.colon) + time(*finding.closed)
                           : "") +
           "</span>";
  }

  void write_pager(std::string_view path, const Slice& slice) {
    if (slice.pages == 1) return;
    out_ += "<nav class=\"pager\">";
    const auto to = [&](std::size_t page, std::string_view words) {
      out_ += "<a href=\"" + address(path, "page=" + std::to_string(page)) + "\">" + text(words) + "</a>";
    };
    if (slice.page > 1) to(slice.page - 1, page_.previous_page);
    out_ += "<span>" + text(numbered(page_.page_of, {slice.page, slice.pages})) + "</span>";
    if (slice.page < slice.pages) to(slice.page + 1, page_.next_page);
    out_ += "</nav>\n";
  }

  void entry(std::string_view name, const std::string& html) {
    out_ += "<dt>" + text(name) + "</dt><dd>" + html + "</dd>\n";
  }

  void write_places(const Finding& finding) {
    if (finding.where_total == 0) return;
    out_ +=
        "<h2>" + text(words_.where) + " (" + std::to_string(finding.where_total) + ")</h2>\n<div class=\"card\"><ul>\n";
    for (const Place& place : finding.where) {
      std::string note;
      const auto add = [&](const std::string& html) {
        if (!html.empty()) note += (note.empty() ? std::string() : text(words_.comma)) + html;
      };
      if (!place.text.empty()) add(text(words_.on_page) + text(words_.colon) + shown(place.text));
      add(text(words_.regions[static_cast<std::size_t>(place.region)]));
      if (!place.tag.empty()) add(shown(tag_name(texts_, place.tag)));
      if (place.line != 0) add(text(numbered(words_.line, {place.line})));
      out_ += "<li>" + portal_link(place.page);
      if (!note.empty()) out_ += "<br><span class=\"soft\">" + note + "</span>";
      out_ += "</li>\n";
    }
    if (finding.where_total > finding.where.size()) {
      out_ += "<li class=\"soft\">" + text(numbered(words_.more_places, {finding.where_total - finding.where.size()})) +
              "</li>\n";
    }
    out_ += "</ul></div>\n";
  }

  void write_evidence(const Finding& finding) {
    const Evidence& evidence = finding.evidence;
    out_ += "<h2>" + text(words_.evidence) + "</h2>\n<div class=\"card\"><dl>\n";
    if (!evidence.attempts.empty()) {
      std::string list = "<ol>";
      for (const Attempt& attempt : evidence.attempts)
        list += "<li>" + shown(describe_attempt(texts_, attempt)) + "</li>";
      entry(is_fault_of_reference(finding.reason) ? words_.tried_page : words_.tried, list + "</ol>");
    }
    if (!evidence.redirects.empty()) {
      std::string list = "<ol>";
      for (const RedirectHop& hop : evidence.redirects) {
        list += "<li>" + std::to_string(hop.status) + " → " + portal_link(hop.url) + "</li>";
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
        list += "<li><code>" + html_text(name) + "</code>: " + shown(value) + "</li>";
      }
      entry(words_.headers, list + "</ul>");
    }
    if (!evidence.body_sha256.empty()) entry("SHA-256", "<code>" + html_text(evidence.body_sha256) + "</code>");
    out_ += "</dl></div>\n";
  }

  const Texts& texts_;
  const Words& words_;
  const PageTexts& page_;
  const PageQuestion question_;
  const Snapshot* snapshot_;
  std::string out_;
};

HttpResponse html(std::string body) {
  return {.status = 200, .content_type = "text/html; charset=utf-8", .body = std::move(body), .headers = {}};
}

HttpResponse style_sheet() {
  HttpResponse response{.status = 200, .content_type = "text/css; charset=utf-8", .body{}, .headers = {}};
  response.body = page_style();
  response.headers.emplace_back("Cache-Control", "public, max-age=31536000, immutable");
  return response;
}

}  // namespace

Language page_language(std::optional<std::string_view> asked, std::string_view accept_language) {
  if (asked) {
    if (const auto language = parse_language(*asked)) return *language;
  }
  double chinese = 0;
  double english = 0;
  while (!accept_language.empty()) {
    std::string_view range = accept_language.substr(0, accept_language.find(','));
    accept_language.remove_prefix(std::min(range.size() + 1, accept_language.size()));
    while (range.starts_with(' ')) range.remove_prefix(1);
    double weight = 1;
    if (const std::size_t q = range.find("q="); q != std::string_view::npos) {
      if (std::from_chars(range.data() + q + 2, range.data() + range.size(), weight).ec != std::errc()) weight = 0;
    }
    const std::string_view language = range.substr(0, range.find_first_of("-; "));
    if (language == "zh") chinese = std::max(chinese, weight);
    if (language == "en") english = std::max(english, weight);
  }
  return english > chinese ? Language::kEnglish : Language::kChinese;
}

HttpResponse answer_page(const HttpRequest& request, const Snapshot* snapshot) {
  if (request.path == page_style_path()) return style_sheet();
  PageQuestion question = read_question(request.query);
  const Language language = page_language(question.language, request.header("accept-language"));
  const auto segments = path_segments(request.path);
  const bool is_start = segments && segments->empty();
  const bool is_site = segments && segments->size() == 2 && (*segments)[0] == "sites";
  const bool is_finding = segments && segments->size() == 2 && (*segments)[0] == "findings";
  if (!is_start && !is_site && !is_finding) {
    return error_response(request.path, 404, "not_found", "There is nothing here.");
  }
  PageWriter writer(language, std::move(question), snapshot);
  // An old mail may lead here.
  const auto nothing = [&writer] {
    HttpResponse missing = html(writer.no_page());
    missing.status = 404;
    return missing;
  };
  HttpResponse response;
  if (snapshot == nullptr) {
    response = html(writer.starting_page());
    response.status = 503;
    response.headers.emplace_back("Retry-After", "5");
  } else if (is_start) {
    response = html(writer.start_page());
  } else if (is_site) {
    const auto site = snapshot->find_site((*segments)[1]);
    response = site ? html(writer.site_page(*site)) : nothing();
  } else {
    const auto finding = snapshot->find_finding((*segments)[1]);
    response = finding ? html(writer.finding_page(*finding)) : nothing();
  }
  response.headers.emplace_back("Content-Language", std::string(language_name(language)));
  response.headers.emplace_back("Vary", "Accept-Language");
  return response;
}

}  // namespace xuncha
