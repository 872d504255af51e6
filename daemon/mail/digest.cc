#include "daemon/mail/digest.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/civil.h"
#include "core/limits.h"
#include "daemon/mail/digest_items.h"
#include "daemon/mail/mail_texts.h"
#include "daemon/mail/mail_writer.h"
#include "daemon/report/escape.h"

namespace xuncha {
namespace {

std::string minute(WallTime time) {
  return format_beijing(time).substr(0, 16);
}

std::string cut(std::string_view text) {
  return cut_text(text, limits::kMailTextBytesMax);
}

// Written so that no mail program makes a link of it: "http" before "://" or "s://" becomes "hxxp".
std::string defanged(std::string text) {
  for (std::size_t at = text.find("://"); at != std::string::npos; at = text.find("://", at + 1)) {
    std::size_t end = at;
    if (end > 0 && (text[end - 1] == 's' || text[end - 1] == 'S')) --end;
    if (end < 4) continue;
    const auto letter = [&](std::size_t index) { return static_cast<char>(text[end - 4 + index] | 0x20); };
    if (letter(0) == 'h' && letter(1) == 't' && letter(2) == 't' && letter(3) == 'p') text.replace(end - 3, 2, "xx");
  }
  return text;
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
    const std::string pattern = is_reminder
                                    ? numbered(mail_.subject_reminder, {plan_.still_open})
                                    : numbered(mail_.subject_digest, {plan_.opened, plan_.closed, plan_.still_open});
    return filled(pattern, {{"site", site}});
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
    const auto safe = [is_trap](std::string text) { return is_trap ? defanged(std::move(text)) : text; };
    const FindingTexts words = describe(texts_, finding);
    std::string title = words.title;
    const std::string_view reason = reason_texts(texts_, finding.reason).name;
    if (!reason.empty()) title += std::string(texts_.words.colon) + std::string(reason);
    if (!item.host.empty()) {
      const std::string host =
          filled(numbered(mail_.of_host, {item.findings.size()}), {{"host", safe(cut(item.host))}});
      title += std::string(texts_.words.colon) + host;
    }
    if (finding.episode > 1) title += numbered(mail_.relapse, {finding.episode});
    out_.item(item.severity, title);
    write_targets(item, is_trap);
    write_places(item, safe);
    if (item.news == News::kClosed) {
      const std::string opened = minute(finding.opened.value_or(finding.first_seen));
      const std::string closed = minute(finding.closed.value_or(finding.last_transition));
      out_.line(mail_.until, filled(mail_.closed_value, {{"opened", opened}, {"closed", closed}}));
      out_.end_item();
      return;
    }
    const std::string opened = minute(finding.opened.value_or(finding.first_seen));
    out_.line(mail_.since, filled(mail_.since_value, {{"opened", opened}, {"seen", minute(finding.last_seen)}}));
    for (const std::string& proof : proofs(finding)) out_.line(mail_.proof, safe(proof));
    out_.line(mail_.explained, safe(readable_url(words.detail)));
    out_.line(texts_.words.basis, words.basis);
    out_.line(texts_.words.advice, words.advice);
    out_.line(mail_.recheck, filled(recheck_of(mail_, finding.rule), {{"anchor", safe(anchor_of(finding))}}));
    out_.line(mail_.mute, filled(mail_.mute_value, {{"entry", ignore_entry(finding)}}));
    if (!digest_.external_url.empty()) {
      out_.link_line(mail_.page_of_finding, digest_.external_url + "findings/" + finding.id, {});
    }
    out_.end_item();
  }

  void write_targets(const DigestItem& item, bool is_trap) {
    const std::size_t shown = std::min(item.findings.size(), limits::kMailTargetsShown);
    for (std::size_t index = 0; index < shown; ++index) {
      const std::string target = cut_text(readable_url(item.findings[index]->subject), limits::kMailUrlBytesMax);
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
    if (!evidence.attempts.empty()) proofs.push_back(sight(evidence.attempts.front()));
    if (evidence.attempts.size() > 1) proofs.push_back(sight(evidence.attempts.back()));
    if (!evidence.redirects.empty()) {
      std::string chain = std::string(texts_.words.redirects) + std::string(texts_.words.colon);
      const std::size_t shown = std::min(evidence.redirects.size(), limits::kMailRedirectsShown);
      for (std::size_t index = 0; index < shown; ++index) {
        const RedirectHop& hop = evidence.redirects[index];
        chain += (index == 0 ? "" : " ") + std::to_string(hop.status) + " → " + cut(readable_url(hop.url));
      }
      if (evidence.redirects.size() > shown) chain += " …";
      proofs.push_back(std::move(chain));
    }
    for (const EvidenceLine& line : evidence_lines(texts_, finding)) {
      if (line.value == evidence.excerpt) continue;  // stands in the explanation
      proofs.push_back(std::string(line.name) + std::string(texts_.words.colon) + cut(line.value));
    }
    return proofs;
  }

  std::string sight(const Attempt& attempt) const {
    const std::string result = attempt.status != 0 ? numbered(mail_.answered, {attempt.status})
                                                   : filled(mail_.not_answered, {{"error", cut(attempt.error)}});
    std::string sight = filled(mail_.attempt, {{"at", minute(attempt.at)}, {"result", result}});
    if (attempt.address) sight += "  " + format_address(*attempt.address);
    return sight;
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
};

}  // namespace

std::optional<News> news_of(const Finding& finding, const NoticeRecord* told) {
  const bool is_told = told != nullptr && told->episode >= finding.episode;
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
