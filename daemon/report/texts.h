#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/finding.h"
#include "core/verdict.h"

// Everything the program says to people about findings, one table a language (daemon/report/texts_zh.cc,
// daemon/report/texts_en.cc). Nothing of it is stored: it is rendered at output. Immutable; any thread.
namespace xuncha {

enum class Language : std::uint8_t { kChinese, kEnglish };

// "zh-CN" or "en" (the values of --lang); nullopt for anything else.
std::optional<Language> parse_language(std::string_view name);
std::string_view language_name(Language language);

// --lang decides; without it machine formats are Chinese, and texts for people follow the locale, of which
// only an English one ("en", "en_GB.UTF-8", "en-US") makes English.
enum class Audience : std::uint8_t { kPeople, kMachines };
Language choose_language(std::optional<Language> asked, Audience audience, std::string_view locale);
// The locale of messages by POSIX: the first of LC_ALL, LC_MESSAGES, LANG that is set and not empty; else empty.
std::string message_locale();

// What a rule is called and rests on.
struct RuleTexts {
  std::string_view rule;
  std::string_view title;
  std::string_view basis;     // document and clause
  std::string_view defaults;  // what is judged by default, with the figures
  std::string_view detail;    // pattern; empty: the reason's. {why} stands for the reason's detail
  std::string_view advice;    // empty: the reason's
};

// What one reason means, as a sentence. A key is a reason's name, or http_blocked, http_4xx, http_5xx,
// http_xxx for the statuses without a row of their own.
//
// Patterns: {name} is replaced by a value of the finding's evidence (status address family error seconds tries compared
// limit redirect excerpt control subject places); a part in [ ] is left out when one of its values is absent. `name`
// and `advice` are plain text.
struct ReasonTexts {
  std::string_view reason;
  std::string_view name;    // a few words, for tables
  std::string_view detail;  // pattern
  std::string_view advice;
};

// What the values of a finding's evidence are called. `of` is a reason, or else a rule; an empty name is the general
// one of Words, kUnsaid leaves the value out.
inline constexpr std::string_view kUnsaid = "-";
struct EvidenceTexts {
  std::string_view of;
  std::string_view compared, limit, control, excerpt;
};

// A word of ours that stands in evidence or places for programs, and what people call it.
struct NamedWord {
  std::string_view word;
  std::string_view name;
};

// Single words and phrases of reports. "#" stands for a number (numbered() below).
struct Words {
  std::string_view report_title;
  std::string_view generated;
  std::string_view time_zone;
  std::string_view site;
  std::string_view home;
  std::string_view own_site_note;
  std::string_view overview, nothing_found, nothing_found_so_far;
  std::string_view incomplete, nothing_judged;
  std::string_view if_true;                             // before the advice of what is not confirmed
  std::string_view unjudged, unjudged_note, more_urls;  // "#" in more_urls
  std::string_view rule, severity, state, places, subject, where, cause, advice, basis, evidence, colon, counts, filter;
  std::string_view tried, tried_page, redirects, compared, limit, control, excerpt, headers, first_seen, last_seen,
      line, more_places;
  std::string_view opened, closed;
  std::string_view on_page, other_tag, judged,
      all_places;  // "{}" in other_tag is the tag, "#" in all_places their number
  // Parts of one request's line; "{}" is replaced.
  std::string_view asked_address, answered, failed_in, took, took_little, comma;
  std::string_view summary, pages, requests, links, links_unique, bytes, seconds, skipped, certificate_until;
  std::string_view columns, column, newest;
  std::array<std::string_view, 6> column_verdicts;  // by ColumnVerdict
  std::string_view ipv6;
  std::array<std::string_view, 9> ipv6_stages;    // by Ipv6Stage
  std::array<std::string_view, 9> ipv6_doubts;    // by Ipv6Doubt
  std::array<std::string_view, 6> scheme_states;  // by SchemeState
  std::string_view page_records, url, verdict, reason, status;
  std::string_view text_cut;
  std::array<std::string_view, 4> severities;  // by Severity
  std::array<std::string_view, 6> states;      // by FindingState
  std::array<std::string_view, 6> verdicts;    // by Verdict
  std::array<std::string_view, 5> skips;       // robots budget scope address excluded
  std::array<std::string_view, 6> regions;     // by Region
  std::array<std::string_view, 7> phases;      // by Phase
};

struct Texts {
  Language language;
  std::span<const RuleTexts> rules;
  std::span<const ReasonTexts> reasons;
  std::span<const EvidenceTexts> evidence;
  std::span<const NamedWord> tags;   // HTML elements that carry links
  std::span<const NamedWord> types;  // what a target promises or is (Evidence of wrong_type)
  std::span<const NamedWord> facts;  // what the rules of content name (Evidence of page.metadata, site.veto, ...)
  const Words& words;
};

const Texts& texts(Language language);

// The pattern with each "#" replaced by the next number.
std::string numbered(std::string_view pattern, std::initializer_list<std::uint64_t> numbers);

// The row of a rule or reason; a row of empty texts but the name itself where there is none (a rule of a newer store).
RuleTexts rule_texts(const Texts& texts, std::string_view rule);
ReasonTexts reason_texts(const Texts& texts, Reason reason);

// What one finding says in words. Values come from portals: the sink escapes them.
struct FindingTexts {
  std::string title;
  std::string detail;
  std::string advice;
  std::string basis;
};
FindingTexts describe(const Texts& texts, const Finding& finding);

// What was compared with what, the control, and the excerpt, under names that fit the rule; only what is there.
struct EvidenceLine {
  std::string_view name;
  std::string value;
};
std::vector<EvidenceLine> evidence_lines(const Texts& texts, const Finding& finding);

// One request: when, whom, how it ended and where, how long it took.
std::string describe_attempt(const Texts& texts, const Attempt& attempt);

// What carries the link, as people see it: "img" is a picture. Empty for an empty tag.
std::string tag_name(const Texts& texts, std::string_view tag);

// What a word of ours that names a fault of many pages (the end of HOME#ArticleTitle) is called; empty for what is
// none.
std::string_view fact_name(const Texts& texts, std::string_view rule, std::string_view word);

// Does the fault stand in the page's own text, so that the requests of its evidence are those of the page?
bool is_fault_of_reference(Reason reason);

}  // namespace xuncha
