// Speed of the scan on one core: `scan_bench [file.html ...]`. Without files, a list page of its own making.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "crawler/html_scan.h"
#include "crawler/page_scan.h"

namespace {

using SteadyClock = std::chrono::steady_clock;

struct Count {
  std::size_t tags = 0;
  std::size_t attributes = 0;
  std::size_t text_bytes = 0;
  void on_start_tag(const xuncha::HtmlTag& tag) {
    ++tags;
    attributes += tag.attributes.size();
  }
  void on_end_tag(const xuncha::HtmlTag&) { ++tags; }
  void on_text(std::string_view text, xuncha::HtmlText) { text_bytes += text.size(); }
};

// The median of many runs, in microseconds.
template <class F>
double microseconds(F&& run) {
  std::vector<double> times;
  for (int round = 0; round < 400; ++round) {
    const auto begin = SteadyClock::now();
    run();
    times.push_back(std::chrono::duration<double, std::micro>(SteadyClock::now() - begin).count());
  }
  std::nth_element(times.begin(), times.begin() + 200, times.end());
  return times[200];
}

std::string list_page() {
  std::string page =
      "<!DOCTYPE html>\r\n<html>\r\n<head>\r\n<meta charset=\"utf-8\">\r\n<title>通知公告 - 民政局</title>\r\n"
      "<meta name=\"SiteName\" content=\"民政局\">\r\n<link rel=\"stylesheet\" href=\"/css/style.css\">\r\n"
      "<style>\r\n.nav li { float: left; width: 120px }\r\n.list { margin: 0 auto }\r\n</style>\r\n";
  std::string script = "<script type=\"text/javascript\">\r\n";
  for (int line = 0; line < 120; ++line) {
    script += "  $('#tab" + std::to_string(line) +
              "').hover(function () { $(this).addClass('on').siblings().removeClass('on'); });\r\n";
  }
  page += script + "</script>\r\n</head>\r\n<body>\r\n<div class=\"header\"><ul class=\"nav\">\r\n";
  for (int item = 0; item < 12; ++item) {
    page += "  <li><a href=\"/col/col" + std::to_string(item) + "/index.html\" target=\"_blank\">政务公开</a></li>\r\n";
  }
  page += "</ul></div>\r\n<div class=\"main\"><div class=\"list\"><ul>\r\n";
  for (int item = 0; item < 95; ++item) {
    page += "          <li class=\"clearfix\">\r\n            <a href=\"/art/2021/4/" + std::to_string(item % 28 + 1) +
            "/art_1621004_" + std::to_string(30332664 + item) +
            ".html\" target=\"_blank\" title=\"关于进一步做好养老服务机构安全管理工作的通知\">"
            "关于进一步做好养老服务机构安全管理工作的通知</a>\r\n            <span class=\"date\">2021-04-07</span>\r\n"
            "          </li>\r\n";
  }
  page += "</ul></div></div>\r\n<!-- " + std::string(1500, '=') + " -->\r\n<div class=\"footer\">";
  for (int item = 0; item < 6; ++item)
    page += "<a href=\"http://www.example.gov.cn/\"><img src=\"/images/logo.png\" alt=\"\"></a>";
  return page + "</div></body></html>\r\n";
}

void measure(const std::string& name, const std::string& text) {
  Count count;
  xuncha::scan_html(text, count);
  const double tokens = microseconds([&] {
    Count again;
    xuncha::scan_html(text, again);
  });
  auto document = std::make_unique<xuncha::DecodedText>();
  document->text = text;
  std::size_t links = 0;
  const double page = microseconds([&] {
    xuncha::PageFacts facts = xuncha::scan_page(std::move(document));
    links = facts.links.size();
    document = std::move(facts.document);
  });
  std::printf("%-50s %7zu bytes %5zu tags %5zu links  tokens %7.1f us %6.0f MB/s  page %7.1f us %6.0f MB/s\n",
              name.c_str(), text.size(), count.tags, links, tokens, static_cast<double>(text.size()) / tokens, page,
              static_cast<double>(text.size()) / page);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) measure("a list page", list_page());
  for (int index = 1; index < argc; ++index) {
    std::ifstream file(argv[index], std::ios::binary);
    measure(argv[index], std::string(std::istreambuf_iterator<char>(file), {}));
  }
}
