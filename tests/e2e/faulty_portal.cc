#include "tests/e2e/faulty_portal.h"

#include <array>
#include <map>
#include <utility>

namespace xuncha::test {
namespace {

using portal::Answer;
using portal::Fault;
using portal::FaultKind;
using portal::Host;

constexpr std::array<const char*, 12> kColumns = {"政务要闻", "通知公告", "政策文件", "政策解读",
                                                  "规划计划", "财政信息", "人事信息", "应急管理",
                                                  "民生服务", "重点领域", "统计数据", "图片新闻"};

std::string number(int value) {
  std::string text = std::to_string(value);
  return std::string(4 - text.size(), '0') + text;
}

std::string column_path(int column) {
  return "/lm" + std::to_string(column) + "/";
}

std::string article_path(int column, int article) {
  return column_path(column) + "t2026_" + number(article) + ".html";
}

std::string article_title(int column, int article) {
  return "青山区" + std::string(kColumns[static_cast<std::size_t>(column)]) + "第" + std::to_string(article + 1) +
         "期工作情况";
}

std::string link(const std::string& url, const std::string& text) {
  return "<a href=\"" + url + "\">" + text + "</a>";
}

// What stands in the articles besides their text, by column and article.
using Extras = std::map<std::pair<int, int>, std::string>;

Extras planted() {
  Extras extras;
  extras[{0, 3}] = link("/fj/quedan.pdf", "附件：缺失的清单") + link("/fj/tongji.pdf", "附件：统计表");
  extras[{0, 17}] = link("/old/2019.html", "往年文件");
  extras[{1, 5}] = link("/xitong/chaxun.html", "查询系统");
  extras[{1, 40}] = link("/xitong/duankai.html", "在线办理");
  extras[{2, 9}] = link("/fj/kong.doc", "附件：空文件");
  extras[{2, 30}] = link("/fj/zhenshi.pdf", "附件：错误类型");
  extras[{3, 12}] = link("/go/duanlian", "跳转到失效页面");
  extras[{3, 90}] = link("/go/shouye", "关于做好2018年度绩效评价工作的通知");
  extras[{4, 21}] = link("/go/zhengchang", "跳转到正常页面");
  extras[{4, 66}] = link("/sso/denglu", "统一登录");
  extras[{5, 8}] = link("/wenjian/yi.html", "《财政资金绩效考核办法》全文");
  extras[{5, 70}] = link("/wenjian/er.html", "《青山区政务公开工作要点》全文");
  extras[{6, 33}] = link("http://192.168.10.8/oa/login.do", "内部办公系统");
  extras[{7, 14}] = link("http://www.beizhan.org.cn/tingzhi.html", "友邻网站旧文");
  extras[{7, 80}] = link("http://www.beizhan.org.cn/zhengchang.html", "友邻网站");
  extras[{8, 2}] = link("http://www.yizhuxiao.org.cn/", "已注销的网站");
  extras[{8, 99}] = "<img src=\"/images/queshi.png\" alt=\"缺图\">";
  std::string farm = "<div style=\"position:absolute;left:-9999px;top:-9999px;height:0;overflow:hidden\">";
  for (int index = 0; index < 14; ++index) {
    farm += link("http://www.yule" + std::to_string(index) + "qipai.example/", "娱乐平台" + std::to_string(index));
  }
  extras[{10, 60}] = farm + "</div>";
  extras[{11, 120}] = link("/lm3/t2099_0001.html", "尚未发布的稿件") + link("/fj/quedan.pdf", "缺失的清单");
  return extras;
}

std::string page(const std::string& title, const std::string& body) {
  std::string html = "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>" + title +
                     "</title></head>\n<body>\n<nav><a href=\"/\">首页</a>\n";
  for (std::size_t column = 0; column < kColumns.size(); ++column) {
    html += link(column_path(static_cast<int>(column)), kColumns[column]) + "\n";
  }
  return html + "<a href=\"/bangzhu/shiyong.html\">使用帮助</a></nav>\n" + body +
         "\n<footer>青山区人民政府办公室主办</footer></body></html>\n";
}

Answer html(const std::string& title, const std::string& body) {
  Answer answer;
  answer.charset = "utf-8";
  answer.body = page(title, body);
  return answer;
}

Answer status(int code) {
  Answer answer = html("提示", "<p>请求未能完成。</p>");
  answer.status = code;
  return answer;
}

Answer redirect(const std::string& location) {
  Answer answer;
  answer.status = 302;
  answer.headers.emplace_back("Location", location);
  return answer;
}

Answer file(const std::string& type, const std::string& body) {
  Answer answer;
  answer.content_type = type;
  answer.body = body;
  return answer;
}

void add_planted_targets(Host& host) {
  host.pages["/fj/tongji.pdf"] = file("application/pdf", "%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n");
  host.pages["/fj/kong.doc"] = file("application/msword", "");
  host.pages["/fj/zhenshi.pdf"] = html("系统提示", "<p>文件正在整理。</p>");
  host.pages["/old/2019.html"] = status(410);
  host.pages["/xitong/chaxun.html"] = status(500);
  host.pages["/xitong/duankai.html"].fault = Fault{FaultKind::kReset, 0};
  host.pages["/go/duanlian"] = redirect("/go/duanlian2");
  host.pages["/go/duanlian2"] = redirect("/old/yichu.html");
  host.pages["/go/shouye"] = redirect("/");
  host.pages["/go/zhengchang"] = redirect("/lm4/t2026_0001.html");
  host.pages["/sso/denglu"] = redirect("/sso/jiancha");
  host.pages["/sso/denglu"].headers.emplace_back("Set-Cookie", "sid=1; Path=/");
  host.pages["/sso/jiancha"] = redirect("/sso/denglu");
  host.pages["/wenjian/yi.html"] =
      html("《城市绿化养护规程》", "<h1>《城市绿化养护规程》</h1><p>第一条 为加强养护工作制定本规程。</p>");
  host.pages["/wenjian/er.html"] =
      html("《青山区政务公开工作要点》", "<h1>《青山区政务公开工作要点》</h1><p>一、加强主动公开。</p>");
}

}  // namespace

portal::Portal faulty_portal(const FaultyPortalShape& shape) {
  const Extras extras = planted();
  Host host;
  host.name = kFaultyHost;
  std::string front;
  for (int column = 0; column < shape.columns; ++column) {
    std::string list;
    for (int article = 0; article < shape.articles_each; ++article) {
      const std::string path = article_path(column, article);
      const std::string title = article_title(column, article);
      std::string body = "<h1>" + title + "</h1>\n<p>本期共有" + std::to_string(article + 1) +
                         "项工作，现将有关情况予以公布，欢迎社会各界监督。</p>\n";
      if (const auto extra = extras.find({column, article}); extra != extras.end()) body += extra->second + "\n";
      if (article > 0) body += link(article_path(column, article - 1), "上一篇") + "\n";
      host.pages[path] = html(title, body);
      const std::string item = "<li>" + link(path, title) + "</li>\n";
      list += item;
      if (article < 3) front += item;
    }
    // The second name of a list page, as templates have it: a twin that must count once.
    list += link("index.html", "本栏目");
    const Answer list_page = html(std::string(kColumns[static_cast<std::size_t>(column)]), "<ul>\n" + list + "</ul>\n");
    host.pages[column_path(column)] = list_page;
    host.pages[column_path(column) + "index.html"] = list_page;
  }
  add_planted_targets(host);
  host.pages["/"] = html("青山区人民政府", "<ul>\n" + front + "</ul>\n");
  for (auto& [path, answer] : host.pages) answer.delay = shape.delay;

  Host neighbour;
  neighbour.name = "www.beizhan.org.cn";
  neighbour.pages["/"] = html("北站街道", "<p>欢迎访问。</p>");
  neighbour.pages["/zhengchang.html"] = html("北站街道", "<p>欢迎访问。</p>");

  portal::Portal portal;
  portal.name = "faulty";
  portal.home = kFaultyHome;
  portal.hosts = {std::move(host), std::move(neighbour)};
  portal.names["www.yizhuxiao.org.cn"] = {portal::DnsKind::kNxdomain, {}};
  return portal;
}

bool is_ordinary_article(const std::string& path) {
  static const Extras extras = planted();
  const std::size_t slash = path.find('/', 1);
  if (!path.starts_with("/lm") || slash == std::string::npos) return false;
  const std::string file_name = path.substr(slash + 1);
  if (!file_name.starts_with("t2026_")) return false;
  return extras.count({std::stoi(path.substr(3, slash - 3)), std::stoi(file_name.substr(6, 4))}) == 0;
}

}  // namespace xuncha::test
