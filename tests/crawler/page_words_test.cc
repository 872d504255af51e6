#include "crawler/page_words.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "crawler/page_scan.h"
#include "crawler/text_digest.h"

namespace xuncha {
namespace {

PageFacts scan(std::string text) {
  auto document = std::make_unique<DecodedText>();
  document->text = std::move(text);
  return scan_page(std::move(document));
}

std::string body_of(int sentences) {
  std::string text;
  for (int index = 0; index < sentences; ++index)
    text += "<p>各县市区民政局要做好本年度养老服务机构的安全检查和登记工作。</p>";
  return text;
}

TEST(NotFoundWording, IsFoundInProminentPlaces) {
  EXPECT_EQ(not_found_wording(scan("<title>页面不存在</title>")).place, WordingPlace::kTitle);
  EXPECT_EQ(not_found_wording(scan("<title>404</title>")).phrase, "404");
  EXPECT_EQ(not_found_wording(scan("<title>404 Not Found</title>")).phrase, "404 not found");
  EXPECT_EQ(not_found_wording(scan("<h1>您访问的页面已被删除</h1>")).place, WordingPlace::kHeading);
  EXPECT_EQ(not_found_wording(scan("<p>对不起，该文章不存在！")).place, WordingPlace::kShortPage);
  EXPECT_EQ(not_found_wording(scan("<p>抱歉，网页未找到</p>" + body_of(40))).place, WordingPlace::kOpening);
}

TEST(AlertWording, IsOfAPageThatOnlyOpensABox) {
  EXPECT_EQ(alert_wording("<script>alert('文件不存在！');history.back();</script>"), "文件不存在");
  EXPECT_EQ(alert_wording("<script>alert('请先登录');history.back();</script>"), "");
  EXPECT_EQ(alert_wording("<script>function f(){alert('文件不存在')}</script>"), "");
  EXPECT_EQ(alert_wording("<script>alert('文件不存在')</script><script src=/app.js></script>"), "");
  EXPECT_EQ(alert_wording("<script>alert('文件不存在"), "");
  EXPECT_EQ(alert_wording("<script>alert('文件不存在')</script>" + std::string(2'000, ' ')), "");
}

TEST(NotFoundWording, IsSilentInArticles) {
  for (const std::string& page : {
           body_of(30) + "<p>点击后提示页面不存在的，请刷新。</p>" + body_of(5),
           std::string("<title>民政局公告2021年第404号</title><h1>第404号公告</h1>") + body_of(2),
           std::string("<title>关于系统错误导致数据偏差的情况说明和后续处理办法的公告（第三次）</title>") + body_of(30),
           std::string("<p>本局位于404路公交车站旁。</p>"),
           body_of(1),
           std::string(),
       }) {
    EXPECT_FALSE(not_found_wording(scan(page))) << page.substr(0, 100);
  }
}

TEST(ChallengeSigns, AreKnown) {
  EXPECT_EQ(challenge_signs(521, "Set-Cookie: __jsluid_h=1", "<script>x</script>").kind, "jiasule");
  EXPECT_EQ(challenge_signs(412, "", "<meta content='x' r='m'><script>$_ts=window['$_ts'];if(!$_ts)$_ts={};").kind,
            "ruishu");
  EXPECT_EQ(challenge_signs(200, "", "<html><script>var arg1='ABC';</script></html>").kind, "acw_sc");
  EXPECT_EQ(challenge_signs(200, "", "<title>访问验证</title><p>请输入验证码").kind, "captcha");
  EXPECT_EQ(challenge_signs(403, "", "<p>您的请求已被拦截").kind, "gateway");
}

TEST(ChallengeSigns, AreSilentOnOrdinaryPages) {
  EXPECT_FALSE(challenge_signs(200, "", "<h1>关于登录时请输入验证码的说明</h1>" + body_of(20)));
  EXPECT_FALSE(challenge_signs(200, "", "<h1>安全验证升级公告</h1>" + body_of(20)));
  EXPECT_FALSE(challenge_signs(200, "", body_of(2)));
  EXPECT_FALSE(challenge_signs(404, "", "<h1>404 Not Found</h1>"));
  EXPECT_FALSE(challenge_signs(200, "Set-Cookie: __jsluid_h=1", body_of(20)));
}

TEST(HijackWording, IsKnown) {
  EXPECT_FALSE(hijack_wording("本域名出售，联系电话", "example.com").parked.empty());
  EXPECT_FALSE(hijack_wording("This Domain is for sale! Inquire now.", "").parked.empty());
  EXPECT_FALSE(hijack_wording("真人娱乐 百家乐 老虎机 注册送彩金", "澳门新葡京").gambling.empty());
  EXPECT_FALSE(hijack_wording("亚博体育投注平台 电子游艺 现金网", "首页").gambling.empty());
}

TEST(HijackWording, IsSilentOnNearMisses) {
  const char* const kTexts[] = {
      "公安机关打击网络赌博专项行动，查处百家乐、老虎机、真人娱乐平台",
      "关于整治赌博机的通知：严禁老虎机、捕鱼机、百家乐",
      "福利彩票公益金使用情况公告 投注 快三 赔率",
      "中国福利彩票双色球投注规则 快三 时时彩停售",
      "体育彩票竞猜 投注 赔率 下注提示",
      "警惕网络博彩陷阱：注册送彩金、百家乐、老虎机都是骗局",
      "某赌场案一审宣判，法院认定开设娱乐城、百家乐",
      "外围环境整治工程 太阳城社区",
      "太阳城老年公寓 威尼斯人酒店考察",
      "六合彩 投注 赌场 是境外用语",
      "澳门特别行政区博彩业统计：赌场、百家乐收入",
      "棋牌游戏室备案 老年活动中心",
      "捕鱼季开渔仪式 返水工程 外围堤防",
      "娱乐城商圈改造",
      "真人视讯会议系统采购",
      "赔率计算与概率论课程",
      "域名转让管理办法（试行）",
      "关于政府网站域名已过期处置的通知",
      "警惕不法分子出售此域名行骗",
      "中国互联网络域名管理办法：域名出售、域名转让",
      "电子游艺厅安全检查情况",
      "现金网点分布 投注站选址",
      "北京赛车场 汽车拉力赛",
      "",
  };
  for (const char* const text : kTexts) {
    const HijackWording found = hijack_wording(text, "某市民政局");
    EXPECT_TRUE(found.parked.empty()) << text;
    EXPECT_TRUE(found.gambling.empty()) << text;
  }
}

TEST(TextDigest, LikeTextsAreNear) {
  std::string page;
  for (int index = 0; index < 60; ++index)
    page += "对不起，您访问的页面不存在或已被删除，请返回首页重新查找" +
            std::string(1, static_cast<char>('a' + index % 26));
  EXPECT_EQ(simhash64(page), simhash64("  " + page + "\n"));
  EXPECT_LE(simhash_distance(simhash64(page), simhash64(page + "编号7f3a")), 3);
  EXPECT_GT(simhash_distance(simhash64(page), simhash64(body_of(30))), 10);
  EXPECT_EQ(simhash64(""), 0u);
  EXPECT_NE(simhash64("ab"), 0u);
  EXPECT_EQ(text_similarity(page, page), 1.0);
  EXPECT_EQ(text_similarity("", page), 0.0);
  EXPECT_LT(text_similarity(page, body_of(30)), 0.6);
  EXPECT_EQ(normalised_text(" A 12:30\n B"), "a : b");
}

}  // namespace
}  // namespace xuncha
