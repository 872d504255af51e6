#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>

#include "core/other_scheme.h"
#include "tests/support/round_harness.h"

// The look at the home page under the other scheme, in the rounds of a continuous patrol, in virtual time.
namespace xuncha {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using test::failure;
using test::page;
using test::redirect;
using test::Reply;
using test::Round;
using test::RoundHarness;

constexpr const char* kPlain = RoundHarness::kHome;
constexpr const char* kSecure = "https://www.patrol.gov.cn/";

class PatrolScheme : public ::testing::Test {
 protected:
  PatrolScheme() {
    harness_.web().set(kPlain, home());
    for (const char* origin : {kPlain, kSecure})
      harness_.web().set(std::string(origin) + "news.html", page("工作动态", {"/news.html"}));
    harness_.options().last_scheme_look = WallTime{};
  }

  static Reply home() { return page("巡查县人民政府", {"/news.html"}); }
  void serve(const std::string& url, Reply reply) { harness_.web().set(url, std::move(reply)); }

  // A round, as the daemon begins it: a look is told when the last one was.
  std::optional<OtherScheme> run() {
    last_ = harness_.run();
    const auto site = harness_.store().find_site("www.patrol.gov.cn");
    const auto patrols = harness_.store().patrols(*site);
    const std::optional<OtherScheme> seen = patrols.value().back().other_scheme;
    if (seen) harness_.options().last_scheme_look = seen->seen;
    return seen;
  }
  std::string saw() {
    const std::optional<OtherScheme> seen = run();
    if (!seen) return "nothing";
    return std::string(scheme_state_name(seen->state)) + (seen->reason == Reason{} ? "" : " ") +
           reason_name(seen->reason);
  }

  RoundHarness harness_;
  Round last_;
};

TEST_F(PatrolScheme, APortalOfHttpMayOfferHttps) {
  serve(kSecure, home());
  const std::optional<OtherScheme> seen = run();
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->url, kSecure);
  EXPECT_EQ(seen->state, SchemeState::kSame);
  EXPECT_EQ(last_.count(kSecure), 1u);
  EXPECT_EQ(last_.count(kPlain), 2u);  // by the crawl, and beside it
  EXPECT_TRUE(harness_.findings().empty());
}

TEST_F(PatrolScheme, NoneOfItIsAFinding) {
  for (const Reply& reply : {failure(TransportError::kConnectRefused), failure(TransportError::kTlsName),
                             failure(TransportError::kTlsExpired), test::status(404), test::status(500), page("nginx"),
                             redirect("https://www.elsewhere.example.com/"), failure(TransportError::kTimeout)}) {
    serve(kSecure, reply);
    const std::string seen = saw();
    EXPECT_TRUE(seen.starts_with("none") || seen.starts_with("broken") || seen.starts_with("other_content")) << seen;
    EXPECT_EQ(last_.count(kSecure), 2u) << seen;  // told by two sights
    EXPECT_GE(last_.count(kPlain), 2u) << seen;   // while the home page opens
    EXPECT_TRUE(harness_.findings().empty()) << seen;
    harness_.clock().move(hours(25));
  }
}

TEST_F(PatrolScheme, ItIsLookedAtOnceADay) {
  serve(kSecure, home());
  int looks = 0;
  const WallTime end = harness_.now() + hours(24 * 3);
  while (harness_.now() < end) {
    if (run()) ++looks;
    harness_.clock().move_to(std::max(last_.next_due, harness_.now() + minutes(10)));
  }
  EXPECT_GE(looks, 2);
  EXPECT_LE(looks, 4);
}

TEST_F(PatrolScheme, APortalOfHttpsMaySendFromHttpOrNotAnswerThere) {
  harness_.options().home = url_from_trusted(kSecure);
  serve(kSecure, home());
  serve(kPlain, redirect(kSecure));
  EXPECT_EQ(saw(), "redirect");
  EXPECT_EQ(last_.count(kPlain), 1u);
  harness_.clock().move(hours(25));
  serve(kPlain, failure(TransportError::kConnectRefused));
  EXPECT_EQ(saw(), "none connect_refused");
  EXPECT_TRUE(harness_.findings().empty());
}

// The crawl saw it already: nothing is asked for it.
TEST_F(PatrolScheme, AHomePageThatIsSentOnIsKnown) {
  serve(kPlain, redirect(kSecure));
  serve(kSecure, home());
  const std::optional<OtherScheme> seen = run();
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->url, kPlain);
  EXPECT_EQ(seen->state, SchemeState::kRedirect);
  EXPECT_EQ(last_.count(kPlain), 1u);
}

TEST_F(PatrolScheme, ARefreshOrScriptSendsOnAsARedirectDoes) {
  serve(kSecure, {.body = "<html><head><meta http-equiv=refresh content='0;url=http://www.patrol.gov.cn/'></head>"});
  EXPECT_EQ(saw(), "redirect");
  harness_.clock().move(hours(25));
  serve(kSecure, {.body = "<html><script>location.href='/index.html'</script></html>"});
  serve("https://www.patrol.gov.cn/index.html", home());
  EXPECT_EQ(saw(), "ok");
  harness_.clock().move(hours(25));
  serve(kPlain, {.body = "<html><meta http-equiv=refresh content='0;url=https://www.patrol.gov.cn/index.html'>"
                         "<body>正在进入巡查县人民政府网站……</body></html>"});
  EXPECT_EQ(saw(), "ok");
}

TEST_F(PatrolScheme, ARedirectWithoutEndIsNotFollowed) {
  for (int hop = 0; hop < 9; ++hop) {
    const std::string from = hop == 0 ? kSecure : "https://www.patrol.gov.cn/" + std::to_string(hop);
    serve(from, redirect("/" + std::to_string(hop + 1)));
  }
  EXPECT_EQ(saw(), "unknown redirect_limit");
  EXPECT_FALSE(last_.asked("https://www.patrol.gov.cn/4"));
}

TEST_F(PatrolScheme, RobotsTxtAndExclusionsHoldWhereItSendsOn) {
  serve("http://www.patrol.gov.cn/robots.txt", test::file("text/plain", "User-agent: *\nDisallow: /portal/\n"));
  serve(kSecure, redirect("/portal/index.html"));
  serve("https://www.patrol.gov.cn/portal/index.html", home());
  EXPECT_EQ(saw(), "unknown robots");
  EXPECT_FALSE(last_.asked("https://www.patrol.gov.cn/portal/index.html"));
  serve(kSecure, redirect("/private/index.html"));
  harness_.options().exclude = UrlPatterns::compile({"/private/"}).value();
  harness_.clock().move(hours(25));
  EXPECT_EQ(saw(), "unknown excluded");
}

TEST_F(PatrolScheme, ASilentPortIsToldOnlyWhereOthersAnswerThere) {
  serve(kSecure, failure(TransportError::kConnectTimeout));
  EXPECT_EQ(saw(), "unknown connect_timeout");
  harness_.clock().move(hours(25));
  serve(kPlain, page("巡查县人民政府", {"https://www.partner.example.com/"}));
  serve("https://www.partner.example.com/", page("合作单位"));
  EXPECT_EQ(saw(), "none connect_timeout");
}

TEST_F(PatrolScheme, NothingIsAskedWhereItIsNotWantedOrCannotBe) {
  serve(kSecure, home());
  harness_.options().exclude = UrlPatterns::compile({"^https://"}).value();
  EXPECT_EQ(saw(), "nothing");
  harness_.options().exclude = {};
  harness_.options().rules.skip = {"site.tls"};
  EXPECT_EQ(saw(), "nothing");
  harness_.options().rules.skip = {};
  harness_.options().last_scheme_look.reset();
  EXPECT_EQ(saw(), "nothing");
  harness_.options().last_scheme_look = WallTime{};
  serve(kPlain, test::status(500));  // of a home page that is down nothing can be compared
  harness_.clock().move(hours(2));
  EXPECT_EQ(saw(), "nothing");
  EXPECT_EQ(std::count_if(harness_.web().log().begin(), harness_.web().log().end(),
                          [](const auto& request) { return request.url == kSecure; }),
            0);
}

}  // namespace
}  // namespace xuncha
