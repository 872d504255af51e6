#include "tests/support/mail_office.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/storage/small_store.h"

namespace xuncha::test {
namespace {

std::string decode_base64(std::string_view text) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  std::uint32_t group = 0;
  int bits = 0;
  for (const char c : text) {
    const std::size_t value = kAlphabet.find(c);
    if (value == std::string_view::npos) continue;
    group = group << 6 | static_cast<std::uint32_t>(value);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    out.push_back(static_cast<char>(group >> bits & 0xff));
  }
  return out;
}

std::string between(const std::string& text, std::string_view begin, std::string_view end) {
  const std::size_t at = text.find(begin);
  if (at == std::string::npos) return {};
  const std::size_t from = at + begin.size();
  return text.substr(from, text.find(end, from) - from);
}

}  // namespace

ReadMail read_mail_text(const std::string& to, const std::string& bytes) {
  ReadMail mail;
  mail.to = to;
  mail.message_id = between(bytes, "Message-ID: <", ">");
  const std::string part = between(bytes, "text/plain", "--=_xuncha");
  mail.text = decode_base64(std::string_view(part).substr(part.find("\r\n\r\n")));
  return mail;
}

std::vector<std::string> ReadMail::under(std::string_view heading) const {
  std::vector<std::string> urls;
  bool inside = false;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find("\r\n", at), text.size());
    const std::string_view line = std::string_view(text).substr(at, end - at);
    at = end + 2;
    constexpr std::string_view kTarget = "  问题网址：";
    if (line.starts_with("---- ")) inside = line.find(heading) != std::string_view::npos;
    if (line.starts_with("====")) inside = false;
    if (inside && line.starts_with(kTarget)) urls.emplace_back(line.substr(kTarget.size()));
  }
  std::sort(urls.begin(), urls.end());
  return urls;
}

Office::Office() : scratch_(std::make_unique<Scratch>()), directory_(scratch_->path()) {
  start();
}

Office::Office(const std::filesystem::path& directory) : directory_(directory) {
  start();
}

void Office::start() {
  if (!configuration.mail) {
    configuration.mail.emplace();
    configuration.mail->server.host = "127.0.0.1";
    configuration.mail->server.port = 25;
    configuration.mail->from = {"巡查", "xuncha@example.gov.cn"};
  }
  Result<std::unique_ptr<Store>> opened = Store::open(directory_, small_store_options());
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  store = std::move(opened).value();
  mailer = std::make_unique<HandMailer>();
  desk = std::make_unique<MailDesk>(*store, *mailer, clock, times);
  if (configured_) configure();
}

void Office::restart() {
  desk.reset();
  mailer.reset();
  store.reset();
  start();
}

void Office::configure() {
  configured_ = true;
  const Status taken = desk->configure(std::make_shared<const Configuration>(configuration));
  ASSERT_TRUE(taken.ok()) << taken.error().message;
}

SiteConfig& Office::add_site(const std::string& id, const std::string& unit) {
  SiteConfig site;
  site.id = id;
  site.unit = unit;
  site.home = *parse_url("https://" + id + "/").url;
  configuration.sites.push_back(site);
  EXPECT_TRUE(store->site(id).ok());
  return configuration.sites.back();
}

MailRoute& Office::add_route(std::vector<std::string> to) {
  MailRoute route;
  for (std::string& address : to) route.to.push_back({"", std::move(address)});
  configuration.mail->routes.push_back(std::move(route));
  return configuration.mail->routes.back();
}

std::string Office::url(const std::string& site, const std::string& name) {
  return "https://" + site + "/" + name;
}

void Office::commit(Finding finding, FindingState to) {
  TransitionRecord transition{finding.id, finding.state, to, clock.wall(), finding.episode, "patrol"};
  finding.state = to;
  finding.last_transition = clock.wall();
  if (to == FindingState::kOpen) finding.opened = clock.wall();
  if (to == FindingState::kClosed) finding.closed = clock.wall();
  Visit visit;
  visit.site = store->site(finding.site).value();
  visit.findings = {finding};
  visit.transitions = {transition};
  const Status written = store->commit(visit);
  ASSERT_TRUE(written.ok()) << written.error().message;
  desk->note(finding);
}

void Office::open(const std::string& site, const std::string& name, Severity severity, const std::string& rule,
                  Reason reason) {
  Evidence evidence;
  evidence.compared = "404";
  Finding finding =
      make_finding(site, rule, url(site, name), url(site, name), reason, severity, evidence, clock.wall());
  const auto known = store->finding(store->site(site).value(), finding.id);
  if (known.ok() && known.value()) {
    finding = *known.value();
    if (finding.state == FindingState::kClosed) ++finding.episode;
  }
  finding.severity = severity;
  commit(finding, FindingState::kOpen);
}

void Office::set_state(const std::string& site, const std::string& name, FindingState state, const std::string& rule) {
  const auto finding = store->finding(store->site(site).value(), finding_id(site, rule, url(site, name)));
  ASSERT_TRUE(finding.ok() && finding.value()) << name;
  commit(*finding.value(), state);
}

void Office::tick(MailOutcome outcome) {
  const Status ticked = desk->tick(clock.wall());
  ASSERT_TRUE(ticked.ok()) << ticked.error().message;
  while (!mailer->items.empty()) {
    HandMailer::Item item = std::move(mailer->items.front());
    mailer->items.pop_front();
    ++tries;
    if (outcome == MailOutcome::kAccepted) inbox.push_back(read_mail_text(item.job.to, item.job.text));
    item.on_result({outcome, outcome == MailOutcome::kAccepted ? "" : "RCPT: 451 later", {}});
  }
}

void Office::pass(Milliseconds time, MailOutcome outcome) {
  const WallTime end = clock.wall() + time;
  for (int turn = 0; turn < 100'000; ++turn) {
    tick(outcome);
    const WallTime wake = desk->wake_at();
    if (wake > end) break;
    if (wake > clock.wall()) clock.pass(wake - clock.wall());
    ASSERT_LT(turn, 99'999) << "the desk wakes for nothing";
  }
  if (end > clock.wall()) clock.pass(end - clock.wall());
  tick(outcome);
}

}  // namespace xuncha::test
