#include "daemon/mail/digest.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "core/civil.h"
#include "core/code_points.h"
#include "core/limits.h"
#include "daemon/mail/digest_items.h"
#include "daemon/mail/mail_texts.h"
#include "daemon/mail/mail_writer.h"
#include "daemon/report/escape.h"
#include "daemon/report/subject.h"

namespace xuncha {
namespace {

std::string minute(WallTime time) {
  return format_beijing(time).substr(0, 16);
}

std::string cut(std::string_view text) {
  return cut_text(text, limits::kMailTextBytesMax);
}

bool is_of_host(char c) {
  return is_ascii_alpha(c) || is_ascii_digit(c) || c == '-' || c == '.';
}

// Written so that no mail program makes a link of it: "http" before "://" or "s://" becomes "hxxp", and the dots of a
// host, which stands behind "://" or "@" or begins with "www.", become "[.]".
std::string defanged(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    std::size_t end = 0;
    while (end < text.size() && is_of_host(text[end])) ++end;
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(end);
    const std::string lower = to_ascii_lower(word);
    const bool is_scheme = text.starts_with("://") && (lower.ends_with("http") || lower.ends_with("https"));
    const bool is_host = out.ends_with("://") || out.ends_with('@') || lower.starts_with("www.");
    for (std::size_t at = 0; at < word.size(); ++at) {
      const bool is_tt = is_scheme && (at == lower.rfind("http") + 1 || at == lower.rfind("http") + 2);
      if (is_host && word[at] == '.') {
        out += "[.]";
      } else {
        out.push_back(is_tt ? 'x' : word[at]);
      }
    }
    if (text.empty()) break;
    out.push_back(text.front());
    text.remove_prefix(1);
  }
  return out;
}

// A text as a double-quoted scalar of YAML 1.2 (7.3.1), for people to copy.
std::string yaml_quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : visible_text(text)) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out + '"';
}

class DigestWriter {
 public:
  explicit DigestWriter(const Digest& digest)
      : digest_(digest),
        texts_(texts(digest.language)),
        mail_(mail_texts(digest.language)),
        items_(digest_items(digest.cases)),
        plan_(plan_digest(items_)),
        out_(digest.language) {}

  DigestText write() {
    write_top();
    for (const DigestPlan::Site& site : plan_.sites) write_site(site);
    if (plan_.sites_left_out > 0) {
      out_.paragraph(numbered(mail_.sites_left_out, {plan_.sites_left_out, plan_.items_left_out}));
    }
    if (example_) {
      out_.paragraph(filled(numbered(mail_.mute, {example_number_}), {{"entry", ignore_entry(*example_)}}));
    }
    if (!digest_.external_url.empty()) out_.link_paragraph(mail_.on_the_web, digest_.external_url);
    out_.footer(mail_.footer);
    return {.subject = subject(), .text = out_.text(), .html = out_.html()};
  }

 private:
  std::string name_of(std::string_view id) const {
    const auto row = digest_.sites.find(id);
    return row == digest_.sites.end() || row->second.name.empty() ? std::string(id) : row->second.name;
  }

  std::string sites_named() const {
    std::string first = plan_.sites.empty() ? std::string() : cut(name_of(plan_.sites[0].id));
    if (plan_.site_count < 2) return first;
    return filled(numbered(mail_.subject_sites, {plan_.site_count}), {{"site", first}});
  }

  std::string subject() const {
    const std::string site = sites_named();
    if (digest_.kind == MailKind::kUrgent && !items_.empty()) {
      const std::string_view problem = rule_texts(texts_, items_[0].findings[0]->rule).title;
      const std::uint64_t more = plan_.opened - std::min<std::uint64_t>(plan_.opened, items_[0].findings.size());
      const std::string pattern =
          more == 0 ? std::string(mail_.subject_urgent) : numbered(mail_.subject_urgent_more, {more});
      return filled(pattern, {{"site", site}, {"problem", problem}});
    }
    const bool is_reminder = plan_.opened == 0 && plan_.closed == 0;
    if (is_reminder) return filled(numbered(mail_.subject_reminder, {plan_.still_open}), {{"site", site}});
    std::string counts;
    const std::array<std::uint64_t, 3> count_of = {plan_.opened, plan_.still_open, plan_.closed};
    for (std::size_t news = 0; news < count_of.size(); ++news) {
      if (count_of[news] == 0) continue;
      if (!counts.empty()) counts += digest_.language == Language::kChinese ? "，" : ", ";
      counts += numbered(mail_.subject_counts[news], {count_of[news]});
    }
    return filled(mail_.subject_digest, {{"site", site}, {"counts", counts}});
  }

  void write_top() {
    const std::string_view intro = digest_.kind == MailKind::kUrgent ? mail_.intro_urgent
                                   : digest_.since                   ? mail_.intro_digest
                                                                     : mail_.intro_first;
    const std::string from = minute(digest_.since.value_or(digest_.now));
    out_.title(subject());
    out_.paragraph(filled(intro, {{"from", from}, {"to", minute(digest_.now)}}));
    if (digest_.kind == MailKind::kDigest) {
      out_.paragraph(numbered(mail_.totals, {plan_.opened, plan_.still_open, plan_.closed, plan_.site_count}));
    }
    if (digest_.held_back > 0) out_.paragraph(numbered(mail_.held_back, {digest_.held_back}));
  }

  void write_site(const DigestPlan::Site& site) {
    const auto row = digest_.sites.find(site.id);
    const std::string name = name_of(site.id);
    std::string heading = cut(name);
    if (name != site.id) heading += "  " + cut(site.id);
    if (row != digest_.sites.end() && !row->second.unit.empty()) heading += "  " + cut(row->second.unit);
    out_.site(heading);
    std::uint64_t left_out = site.left_out;
    std::optional<News> section;
    for (const DigestItem* item : site.items) {
      if (out_.bytes() > limits::kMailPartBytesMax) {
        left_out += item->findings.size();
        continue;
      }
      if (section != item->news) out_.section(mail_.news[static_cast<std::size_t>(item->news)]);
      section = item->news;
      write_item(*item);
    }
    if (left_out > 0) out_.paragraph(numbered(mail_.left_out, {left_out}));
  }

  void write_item(const DigestItem& item) {
    const Finding& finding = *item.findings[0];
    // What a hijacked target says of itself is written so that nobody gets there.
    const bool is_trap = is_hijack(finding.reason);
    const auto safe = [is_trap](const std::string& text) { return is_trap ? defanged(text) : text; };
    const FindingTexts words = describe(texts_, finding);
    ++number_;
    out_.item(number_, item.severity, title_of(item, words.title, is_trap));
    write_targets(item, is_trap);
    write_places(item, safe);
    const std::string opened = minute(finding.opened.value_or(finding.first_seen));
    if (item.news == News::kClosed) {
      const std::string closed = minute(finding.closed.value_or(finding.last_transition));
      out_.line(mail_.until, filled(mail_.closed_value, {{"opened", opened}, {"closed", closed}}));
      return end_item(finding);
    }
    std::string since = filled(mail_.since_value, {{"opened", opened}, {"seen", minute(finding.last_seen)}});
    if (item.news == News::kStillOpen) {
      const auto days = (digest_.now - finding.opened.value_or(finding.first_seen)) / std::chrono::hours(24);
      if (days > 0) since += numbered(mail_.days_open, {static_cast<std::uint64_t>(days)});
    }
    out_.line(mail_.since, since);
    if (item.news == News::kOpened) {  // those that are still open were told with their proof
      for (const std::string& proof : proofs(finding)) out_.line(mail_.proof, safe(proof));
    }
    write_help(finding, words, safe);
    if (!example_ && !is_trap) {
      example_ = &finding;
      example_number_ = number_;
    }
    end_item(finding);
  }

  std::string title_of(const DigestItem& item, std::string title, bool is_trap) const {
    const Finding& finding = *item.findings[0];
    const std::string_view reason = reason_texts(texts_, finding.reason).name;
    if (!reason.empty()) title += std::string(texts_.words.colon) + std::string(reason);
    if (!item.host.empty()) {
      const std::string host = cut(item.host);
      title += std::string(texts_.words.colon) + filled(numbered(mail_.of_host, {item.findings.size()}),
                                                        {{"host", is_trap ? defanged("@" + host).substr(1) : host}});
    }
    if (finding.episode > 1) title += numbered(mail_.relapse, {finding.episode});
    return title;
  }

  // What it means and what to do: at length once, then by the number of the item that says it.
  template <class Safe>
  void write_help(const Finding& finding, const FindingTexts& words, const Safe& safe) {
    const std::string_view recheck = recheck_of(mail_, finding.rule);
    const std::string key = words.basis + '\n' + words.advice + '\n' + std::string(recheck);
    const auto [row, is_new] = helps_.try_emplace(key, Help{number_, words.detail});
    if (is_new || row->second.detail != words.detail) out_.line(mail_.explained, safe(readable_url(words.detail)));
    if (!is_new) return out_.line(mail_.help, numbered(mail_.as_item, {row->second.number}));
    out_.line(texts_.words.basis, words.basis);
    out_.line(texts_.words.advice, words.advice);
    out_.line(mail_.recheck, filled(recheck, {{"anchor", safe(anchor_of(finding))}}));
  }

  void end_item(const Finding& finding) {
    if (!digest_.external_url.empty()) {
      out_.link_line(mail_.page_of_finding, digest_.external_url + "findings/" + finding.id, {});
    }
    out_.end_item();
  }

  void write_targets(const DigestItem& item, bool is_trap) {
    const std::size_t shown = std::min(item.findings.size(), limits::kMailTargetsShown);
    for (std::size_t index = 0; index < shown; ++index) {
      const std::string target =
          cut_text(readable_url(subject_name(texts_, *item.findings[index])), limits::kMailUrlBytesMax);
      out_.line(mail_.target, is_trap ? defanged(target) + std::string(mail_.defanged) : target);
    }
    if (item.findings.size() > shown) {
      out_.line(mail_.target, numbered(mail_.more_addresses, {item.findings.size() - shown}));
    }
  }

  template <class Safe>
  void write_places(const DigestItem& item, const Safe& safe) {
    const Finding& finding = *item.findings[0];
    const std::size_t wanted = item.news == News::kClosed ? 1 : limits::kMailPlacesShown;
    const std::size_t shown = std::min(finding.where.size(), wanted);
    for (std::size_t index = 0; index < shown; ++index) {
      const Place& place = finding.where[index];
      std::string note;
      if (!place.text.empty()) note += "  " + safe(filled(mail_.anchor, {{"anchor", cut(place.text)}}));
      if (place.line != 0) note += "  " + numbered(texts_.words.line, {place.line});
      const bool is_subject = place.page == finding.subject;
      if (is_subject || place.page.size() > limits::kMailUrlBytesMax) {
        out_.line(mail_.where, safe(cut_text(place.page, limits::kMailUrlBytesMax)) + note);
      } else {
        out_.link_line(mail_.where, place.page, note);
      }
    }
    if (item.places > shown) out_.line(mail_.where, numbered(mail_.places, {item.places}));
  }

  std::string anchor_of(const Finding& finding) const {
    if (finding.where.empty() || finding.where[0].text.empty()) return std::string(mail_.no_anchor);
    return filled(mail_.anchor, {{"anchor", cut(finding.where[0].text)}});
  }

  // The first and the last sight, the way that it took, and what proved that we were well.
  std::vector<std::string> proofs(const Finding& finding) const {
    std::vector<std::string> proofs;
    const Evidence& evidence = finding.evidence;
    const std::vector<Attempt>& attempts = evidence.attempts;
    if (attempts.size() > 1 && result_of(attempts.front()) == result_of(attempts.back())) {
      const std::uint64_t times = std::max<std::uint64_t>(finding.confirmations, 2);
      proofs.push_back(filled(numbered(mail_.attempts, {times}), {{"from", minute(attempts.front().at)},
                                                                  {"to", minute(attempts.back().at)},
                                                                  {"result", result_of(attempts.back())}}));
    } else {
      if (!attempts.empty()) proofs.push_back(sight(attempts.front()));
      if (attempts.size() > 1) proofs.push_back(sight(attempts.back()));
    }
    if (!evidence.redirects.empty()) {
      std::string chain = std::string(texts_.words.redirects) + std::string(texts_.words.colon);
      const std::size_t shown = std::min(evidence.redirects.size(), limits::kMailRedirectsShown);
      for (std::size_t index = 0; index < shown; ++index) {
        const RedirectHop& hop = evidence.redirects[index];
        chain += (index == 0 ? "" : "; ") + std::to_string(hop.status) + " → " + cut(readable_url(hop.url));
      }
      if (evidence.redirects.size() > shown) chain += "; …";
      proofs.push_back(std::move(chain));
    }
    if (finding.rule == "page.injected") return proofs;  // its counts and words stand in its meaning
    const bool is_status = !attempts.empty() && evidence.compared == std::to_string(attempts.back().status);
    for (const EvidenceLine& line : evidence_lines(texts_, finding)) {
      if (line.value == evidence.excerpt) continue;  // stands in the explanation
      if (is_status && line.value == evidence.compared) continue;
      if (line.value == evidence.control && evidence.control.find("://") != std::string::npos) {
        proofs.push_back(filled(mail_.control, {{"control", cut(evidence.control)}}));
      } else {
        proofs.push_back(std::string(line.name) + std::string(texts_.words.colon) + cut(line.value));
      }
    }
    return proofs;
  }

  std::string result_of(const Attempt& attempt) const {
    std::string result = attempt.status != 0 ? numbered(mail_.answered, {attempt.status})
                                             : filled(mail_.not_answered, {{"error", cut(attempt.error)}});
    if (attempt.address) result += "  " + format_address(*attempt.address);
    return result;
  }

  std::string sight(const Attempt& attempt) const {
    return filled(mail_.attempt, {{"at", minute(attempt.at)}, {"result", result_of(attempt)}});
  }

  // What silences this finding: its address where it has one of its own, else its rule; for a month.
  std::string ignore_entry(const Finding& finding) const {
    const bool is_rule = finding.rule.starts_with("site.");
    const std::string what =
        is_rule ? "rule: " + finding.rule : "url: " + yaml_quoted(cut_text(finding.subject, limits::kMailUrlBytesMax));
    const std::string until = format_day(beijing_day(digest_.now + limits::kMailMuteProposed));
    return "- {" + what + ", until: " + until + ", reason: " + yaml_quoted(mail_.mute_reason) + "}";
  }

  const Digest& digest_;
  const Texts& texts_;
  const MailTexts& mail_;
  const std::vector<DigestItem> items_;
  const DigestPlan plan_;
  MailWriter out_;

  struct Help {
    std::uint64_t number = 0;  // of the item that says it at length
    std::string detail;
  };
  std::uint64_t number_ = 0;  // of the item being written
  std::map<std::string, Help> helps_;
  const Finding* example_ = nullptr;  // of an entry of `ignore`
  std::uint64_t example_number_ = 0;
};

}  // namespace

std::optional<News> news_of(const Finding& finding, const NoticeRecord* told) {
  // A certificate that ends is told of again each time that it comes nearer, a veto when it is reached.
  const bool is_told_again = finding.rule == "site.tls" || finding.rule == "site.veto";
  const bool is_nearer = told != nullptr && is_told_again && finding.last_transition > told->at;
  const bool is_told = told != nullptr && told->episode >= finding.episode && !is_nearer;
  switch (finding.state) {
    case FindingState::kOpen:
      return is_told ? News::kStillOpen : News::kOpened;
    case FindingState::kAcknowledged:
    case FindingState::kMended:
      return News::kStillOpen;  // somebody knows of it: no news, told or not
    case FindingState::kClosed:
      return told != nullptr ? std::optional(News::kClosed) : std::nullopt;
    case FindingState::kSuspect:
    case FindingState::kIgnored:
      break;
  }
  return std::nullopt;
}

void trim_for_digest(Finding& finding) {
  if (finding.where.size() > limits::kMailPlacesShown) finding.where.resize(limits::kMailPlacesShown);
  for (Place& place : finding.where) place.text = cut(place.text);
  std::vector<Attempt>& attempts = finding.evidence.attempts;
  if (attempts.size() > 2) attempts.erase(attempts.begin() + 1, attempts.end() - 1);
  for (Attempt& attempt : attempts) attempt.error = cut(attempt.error);
  std::vector<RedirectHop>& redirects = finding.evidence.redirects;
  if (redirects.size() > limits::kMailRedirectsShown + 1) {
    redirects.erase(redirects.begin() + static_cast<std::ptrdiff_t>(limits::kMailRedirectsShown), redirects.end() - 1);
  }
  finding.evidence.headers.clear();
  for (std::string* text :
       {&finding.evidence.excerpt, &finding.evidence.compared, &finding.evidence.limit, &finding.evidence.control}) {
    *text = cut(*text);
  }
}

bool is_worth_mailing(const Digest& digest) {
  bool any = false;
  for (const DigestCase& row : digest.cases) {
    if (row.news == News::kOpened) return true;
    if (row.news == News::kClosed && digest.kind == MailKind::kDigest) return true;
    any = true;
  }
  return any && digest.kind == MailKind::kDigest && digest.since && digest.now - *digest.since >= limits::kMailReminder;
}

DigestText write_digest(const Digest& digest) {
  return DigestWriter(digest).write();
}

}  // namespace xuncha
