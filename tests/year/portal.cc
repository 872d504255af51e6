#include "tests/year/portal.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "core/calendar.h"
#include "core/digest.h"

namespace xuncha::year {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using test::Reply;

constexpr std::size_t kPageItems = 8;
constexpr std::size_t kListItems = 24;  // what is older is taken off the list
constexpr std::array<const char*, 12> kTowns = {"东河镇", "西岭镇", "南塘镇", "北山镇", "青石乡", "白云乡",
                                                "柳林镇", "桃源镇", "龙泉乡", "石桥镇", "新安镇", "长兴乡"};
constexpr std::array<const char*, 23> kNews = {
    "走访慰问困难老人",   "开展养老院安全检查", "召开社会救助推进会", "为残疾人送去轮椅",   "举办护理员培训",
    "建成老年助餐点",     "核查低保对象信息",   "组织志愿者服务",     "开展儿童关爱活动",   "推进婚俗改革试点",
    "整治散埋乱葬",       "调研社区服务中心",   "开展防溺水宣传",     "发放临时救助金",     "更新门牌标志",
    "举行慈善捐赠仪式",   "检查殡仪服务收费",   "开展社工进村活动",   "完成村委会换届培训", "启动适老化改造",
    "排查自建房养老机构", "举办重阳文艺演出",   "评议最美家庭"};
constexpr const char* kText =
    "<p>为做好民政工作，县民政局组织工作人员深入乡镇，采取入户走访、座谈交流等方式，详细了解群众的生活状况。</p>"
    "<p>会议指出，民政工作关系民生、连着民心，各乡镇要压实责任，把惠民政策落到实处，确保困难群众生活无忧。</p>";
constexpr const char* kFoot =
    "<p>主办单位：巡查县民政局 网站标识码：3205820001 京ICP备05070218号 京公网安备11010202000001号</p>"
    "<a href='https://bszs.conac.cn/sitename?method=show&id=1'>党政机关</a>"
    "<script src='https://dcs.conac.cn/js/25/x.js'></script>"
    "<a href='https://zfwzgl.www.gov.cn/exposure/jiucuo.html?site_code=3205820001'>我为政府网站找错</a>";
constexpr const char* kSiteTags =
    "<meta name=\"SiteName\" content=\"巡查县民政局\"><meta name=\"SiteDomain\" content=\"www.patrol.gov.cn\">"
    "<meta name=\"SiteIDCode\" content=\"3205820001\">";

std::string digits_of(CivilDay day) {
  std::string digits = format_day(day);
  std::erase(digits, '-');
  return digits;
}

std::string meta(const std::string& name, const std::string& content) {
  return "<meta name=\"" + name + "\" content=\"" + content + "\">";
}

std::string link(const std::string& path, const std::string& title) {
  return "<a href=\"" + path + "\" title=\"" + title + "\">" + title + "</a>";
}

Reply html(std::string body) {
  Reply reply{.body = std::move(body)};
  reply.headers.emplace_back("etag", '"' + std::to_string(hash64(reply.body)) + '"');
  return reply;
}

}  // namespace

Portal::Portal(CivilDay first) {
  columns = {{"news", {.name = "工作动态", .type = "工作动态", .path = "/xwdt/gzdt/", .without_years = true}},
             {"notice", {.name = "通知公告", .type = "通知公告", .path = "/tzgg/"}},
             {"policy", {.name = "政策文件", .type = "政策文件", .path = "/zwgk/zcwj/"}},
             {"reading", {.name = "政策解读", .type = "政策解读", .path = "/zwgk/zcjd/"}},
             {"figures", {.name = "统计数据", .type = "数据发布", .path = "/zwgk/tjsj/"}},
             {"guide", {.name = "办事指南", .type = "办事服务", .path = "/bsfw/bszn/"}},
             {"ask", {.name = "民意征集", .type = "征集调查", .path = "/hdjl/myzj/"}},
             {"staff", {.name = "人事信息", .type = "人事信息", .path = "/zwgk/rsxx/"}}};
  const std::string rule = publish("notice", CivilDay(std::chrono::year(2023) / 5 / 8), "巡查县民政局网站使用须知");
  std::erase(columns["notice"].texts, rule);
  columns["notice"].pinned = rule;
  publish_document(CivilDay(std::chrono::year(2023) / 3 / 3), "巡查县慈善组织扶持办法", "巡民规〔2023〕3号");
  publish_document(CivilDay(std::chrono::year(2024) / 7 / 1), "巡查县临时救助工作规程", "巡民规〔2024〕2号", {},
                   CivilDay(std::chrono::year(2026) / 6 / 30));
  for (sys_days day = sys_days(first) - days(300); day < sys_days(first); day += days(1)) work(day);
}

std::string Portal::routine_title(std::string_view what) {
  ++made_;
  return std::string(kTowns[made_ % kTowns.size()]) + std::string(what);
}

std::string Portal::publish(const std::string& column, CivilDay day, const std::string& title, const std::string& body,
                            std::optional<CivilDay> address) {
  Column& at = columns.at(column);
  const CivilDay written = address.value_or(day);
  const std::string digits = digits_of(written);
  std::string path = at.path;
  path += digits.substr(0, 6) + "/t" + digits + "_" + std::to_string(100'000 + texts.size()) + ".html";
  texts[path] = {.title = title, .shown = day, .meta = written, .column = column, .body = body.empty() ? kText : body};
  at.texts.insert(at.texts.begin(), path);
  if (at.texts.size() > kListItems) at.texts.resize(kListItems);
  return path;
}

std::string Portal::publish_document(CivilDay day, const std::string& title, const std::string& number,
                                     const std::string& body, std::optional<CivilDay> expires) {
  const std::string path = publish("policy", day, title, body);
  Text& text = texts[path];
  text.number = number;
  text.written = sys_days(day) - days(2);
  text.expires = expires;
  return path;
}

void Portal::work(CivilDay day) {
  const std::chrono::weekday weekday{sys_days(day)};
  const unsigned of_month = static_cast<unsigned>(day.day());
  const std::string month =
      std::to_string(static_cast<int>(day.year())) + "年" + std::to_string(static_cast<unsigned>(day.month())) + "月";
  // New Year's holiday of 2027, of which no notice is known yet.
  const bool is_off = day >= CivilDay(std::chrono::year(2027) / 1 / 1) && day <= std::chrono::year(2027) / 1 / 3;
  const bool works = WorkCalendar::built_in().is_working(day) && !is_off;
  if (works && has_news) publish("news", day, routine_title(kNews[(made_ / kTowns.size()) % kNews.size()]));
  if (works && has_notices && weekday == std::chrono::Tuesday) {
    publish("notice", day, "关于" + routine_title("公益岗位招聘的公告（") + digits_of(day).substr(4) + "）");
  }
  if (of_month == 5) publish("figures", day, month + "民政事业统计数据");
  if (of_month == 12) {
    publish_document(day, routine_title("困难群众救助实施细则") + "（" + month + "）",
                     "巡民发〔" + std::to_string(static_cast<int>(day.year())) + "〕" + std::to_string(made_) + "号");
  }
  if (of_month == 20 && !columns["reading"].is_blank) publish("reading", day, month + "救助政策图解");
  if (of_month == 25 && !columns["staff"].is_removed) publish("staff", day, month + "干部任职公示");
  if (of_month == 8 && static_cast<unsigned>(day.month()) % 2 == 0) {
    publish("guide", day, routine_title("高龄津贴申领办事指南"));
    publish("ask", day, "关于" + routine_title("养老设施布局的问卷") + "（已结束）",
            std::string(kText) + "<p>征集已结束。</p>");
  }
  const std::vector<std::string>& news = columns["news"].texts;
  if (works && turns_carousel && weekday == std::chrono::Monday) turn_carousel();
  if (works && turns_headline && weekday == std::chrono::Wednesday && !news.empty()) {
    headline_path = news.front();
    headline = texts[headline_path].title;
  }
}

void Portal::turn_carousel() {
  const std::vector<std::string>& news = columns["news"].texts;
  carousel_.clear();
  for (std::size_t index = 0; index < std::min<std::size_t>(4, news.size()); ++index) {
    carousel_.push_back({news[index], texts[news[index]].title});
  }
}

void Portal::move_column(const std::string& key, const std::string& path, OldAddress old) {
  Column& column = columns.at(key);
  if (old == OldAddress::kRedirects) redirects_[column.path] = path;
  column.path = path;
}

// --- pages ---------------------------------------------------------------------------------------------------------

std::string Portal::frame(const std::string& title, const std::string& tags, const std::string& content) const {
  const std::string style = is_redesigned ? "/static/2026/" : "/images/style/";
  std::string nav;
  for (const auto& [key, column] : columns) {
    if (!column.is_removed) nav += "<li>" + link(column.path, column.name) + "</li>";
  }
  std::string page = "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>" + title + "</title>" + kSiteTags +
                     tags + "<link rel=\"stylesheet\" href=\"" + style + "main.css\"><script src=\"" + style +
                     "main.js\"></script></head><body>";
  if (is_redesigned) {
    return page + "<header class=\"hd-bar\"><nav class=\"hd-menu\"><ol><li><a href=\"/\">网站首页</a></li>" + nav +
           "</ol></nav></header><section class=\"wrap\">" + content + "</section><footer class=\"site-ft\">" + kFoot +
           "</footer></body></html>";
  }
  return page + "<div class=\"nav\"><ul><li><a href=\"/\">首页</a></li>" + nav + "</ul></div><div class=\"main\">" +
         content + "</div><div class=\"footer\">" + kFoot + "</div></body></html>";
}

std::string Portal::list(const Column& column, std::size_t first, std::size_t count) const {
  std::vector<std::string> paths = column.texts;
  if (!column.pinned.empty()) paths.insert(paths.begin(), column.pinned);
  std::string items;
  for (std::size_t index = first; index < std::min(first + count, paths.size()); ++index) {
    const Text& text = texts.at(paths[index]);
    const std::string day = format_day(text.shown).substr(column.without_years ? 5 : 0);
    if (is_redesigned) {
      items += "<div class=\"item-row\"><em class=\"date\">" + day + "</em><h4>" + link(paths[index], text.title) +
               "</h4></div>\n";
    } else {
      items += "<li>" + link(paths[index], text.title) + "<span>[" + day + "]</span></li>\n";
    }
  }
  return is_redesigned ? "<div class=\"items\">" + items + "</div>" : "<ul class=\"list\">" + items + "</ul>";
}

std::string Portal::home() const {
  std::string pictures;
  for (const Picture& each : carousel_) {
    const std::string image =
        "<img src=\"/images/" + std::to_string(hash64(each.path) % 100'000) + ".jpg\" alt=\"" + each.title + "\">";
    pictures += is_redesigned
                    ? "<li><a href=\"" + each.path + "\" title=\"" + each.title + "\">" + image + "</a></li>\n"
                    : "<div class=\"swiper-slide\"><a href=\"" + each.path + "\">" + image + "<p>" + each.title +
                          "</p></a></div>\n";
  }
  const std::string news = list(columns.at("news"), 0, 7);
  const std::string notices = list(columns.at("notice"), 1, 4);
  const std::string policies = list(columns.at("policy"), 0, 4);
  std::string content;
  if (is_redesigned) {
    content = "<div class=\"headline\"><h2>" + link(headline_path, headline) +
              "</h2></div><div class=\"flexslider\"><ul class=\"slides\">" + pictures +
              "</ul></div><div class=\"col-a\">" + news + "</div><div class=\"col-b\">" + notices +
              "</div><div class=\"col-c\">" + policies + "</div>";
  } else {
    content = "<div class=\"toutiao\"><h2>" + link(headline_path, headline) +
              "</h2></div><div class=\"swiper-container\"><div class=\"swiper-wrapper\">" + pictures +
              "</div></div><div class=\"box1\">" + news + "</div><div class=\"box2\">" + notices +
              "</div><div class=\"box3\">" + policies + "</div>";
  }
  return frame("巡查县民政局", {}, content);
}

std::string Portal::list_page(const std::string& key, std::size_t page) const {
  const Column& column = columns.at(key);
  std::string content = std::string("<div class=\"") + (is_redesigned ? "crumb" : "position") +
                        "\">当前位置：<a href=\"/\">首页</a> &gt; " + link(column.path, column.name) + "</div>";
  content += column.is_blank ? "<div class=\"list\">暂无信息</div>" : list(column, page * kPageItems, kPageItems);
  if (!column.is_blank && (page + 1) * kPageItems < column.items()) {
    content += "<div class=\"page\"><a href=\"index_" + std::to_string(page + 1) + ".html\">下一页</a></div>";
  }
  return frame(column.name + "-巡查县民政局", meta("ColumnName", column.name) + meta("ColumnType", column.type),
               content);
}

std::string Portal::text_page(const Text& text) const {
  const Column& column = columns.at(text.column);
  const std::string tags = meta("ArticleTitle", text.title) + meta("PubDate", format_day(text.meta) + " 09:00") +
                           meta("ContentSource", "县民政局") + meta("ColumnName", column.name) +
                           meta("ColumnType", column.type);
  std::string content = std::string("<div class=\"") + (is_redesigned ? "crumb" : "position") +
                        "\">当前位置：<a href=\"/\">首页</a> &gt; " + link(column.path, column.name) + "</div>";
  if (!text.number.empty()) {
    const auto row = [](const std::string& label, const std::string& value) {
      return "<tr><th>" + label + "</th><td>" + value + "</td></tr>";
    };
    content += "<table class=\"xxgk\">" + row("索引号", "000014349/2026-00012") + row("发布机构", "县民政局") +
               row("发文字号", text.number) + row("成文日期", format_day(text.written)) +
               row("发布日期", format_day(text.shown)) + row("有效性", text.validity);
    if (text.expires) content += row("有效期至", format_day(*text.expires));
    content += "</table>";
  }
  content += "<h1>" + text.title + "</h1>";
  if (text.number.empty()) content += "<p class=\"info\">发布时间：" + format_day(text.shown) + " 来源：县民政局</p>";
  content +=
      std::string("<div class=\"") + (is_redesigned ? "article-content" : "TRS_Editor") + "\">" + text.body + "</div>";
  return frame(text.title, tags, content);
}

Reply Portal::answer(const Url& url, CivilDay today) const {
  const std::string path(url.path());
  if (url.host() != kHost)
    return html("<html><head><title>事业单位</title></head><body><p>党政机关标识</p></body></html>");
  if (path == "/") {
    std::string page = frozen_home_ ? *frozen_home_ : home();
    // A clock that is no news.
    page.insert(page.find("<body>") + 6, "<p>今天是" + format_day(today) + "</p>");
    return html(std::move(page));
  }
  if (path.ends_with(".jpg")) return test::file("image/jpeg", "\xff\xd8\xff\xe0 picture");
  if (path.ends_with(".css")) return test::file("text/css", "body{}");
  if (path.ends_with(".js")) return test::file("text/javascript", "var a=1;");
  if (const auto moved = redirects_.find(path); moved != redirects_.end()) return test::redirect(moved->second);
  if (const auto text = texts.find(path); text != texts.end()) {
    return columns.at(text->second.column).is_removed ? test::status(404) : html(text_page(text->second));
  }
  for (const auto& [key, column] : columns) {
    if (column.is_removed || !path.starts_with(column.path)) continue;
    const std::string name = path.substr(column.path.size());
    if (name.empty()) return html(list_page(key, 0));
    for (std::size_t page = 1; page * kPageItems < column.items(); ++page) {
      if (name == "index_" + std::to_string(page) + ".html") return html(list_page(key, page));
    }
  }
  if (path == "/ztzl/shzzpg/") {
    return html(frame("社会组织评估专题", {}, "<h1>社会组织评估专题</h1>" + std::string(kText)));
  }
  return test::status(404);
}

}  // namespace xuncha::year
