#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/civil.h"

// What a page is to the readers of a portal: plain values between the readers of pages (crawler/portal) and everything
// that judges. Facts only. All texts are UTF-8 with white space collapsed, never longer than the bounds of
// core/limits.h.
namespace xuncha {

// A channel gathers several lists, an info page is a single text without a date's duty, a stub only sends
// on.
enum class PageKind : std::uint8_t {
  kOther,
  kHome,
  kList,
  kChannel,
  kArticle,
  kDocument,
  kInfo,
  kForm,
  kSearch,
  kStub,
};
std::string_view page_kind_name(PageKind kind);  // "home", "list", ...

// Where a day was read. From the strongest to the weakest.
enum class DaySource : std::uint8_t {
  kNone,
  kMeta,     // META PubDate, JSON-LD, <time>
  kLabel,    // 发布日期：2024-04-26
  kVisible,  // stands alone near the title
  kList,     // beside an item of a list
  kUrl,      // t20240426_, /2024/4/26/
  kTail,     // the date below the signature: when it was written
};
std::string_view day_source_name(DaySource source);  // "meta", "label", "visible", "list", "url", "tail", "" for kNone

struct ListItem {
  std::string title;  // in full: of the title attribute where the visible text is cut
  std::string url;    // absolute; empty where the item links nowhere
  std::optional<CivilDay> day;
  DaySource day_source = DaySource::kNone;
  bool pinned = false;      // stands above newer ones: 置顶
  bool lacks_year = false;  // shows a month and a day whose year nothing tells; then `day` is absent
};

enum class ListMethod : std::uint8_t { kMeta, kCms, kMined, kConfig };
std::string_view list_method_name(ListMethod method);  // "meta", "cms", "mined", "config"

// Below it a list is a guess, from which nothing is concluded.
inline constexpr double kListSure = 0.7;

// The main list of a page.
struct ListFacts {
  ListMethod method = ListMethod::kMined;
  double confidence = 0;  // 0 to 1; see kListSure
  std::vector<ListItem> items;
  std::string path;       // where it stands, to find it again: tag and class names from the body down
  std::string next_page;  // absolute URL, empty where none was found
  std::optional<std::uint32_t> total_pages;
  std::optional<std::uint32_t> total_items;
  bool says_empty = false;       // stands empty and says so: 暂无信息
  bool script_rendered = false;  // is filled by a script that no reader understands: nothing is known of its items
  std::string data_url;          // where the script fetches it, for readers of JSON; empty when unknown
  bool data_is_known = false;    // data_url is the list's by the system that made the page; else it is a guess
};

struct ArticleFacts {
  std::string title;
  std::optional<CivilDay> published;  // the day shown to the reader
  DaySource published_source = DaySource::kNone;
  std::optional<CivilDay> written;                          // 成文日期
  std::optional<CivilDay> effective;                        // 施行日期
  std::optional<CivilDay> expires;                          // 有效期至, 废止日期
  std::optional<CivilDay> updated;                          // 更新时间
  std::string doc_number;                                   // 民发〔2024〕12号
  std::string source;                                       // 来源
  std::string issued;                                       // 发布机构
  std::string validity;                                     // 有效性, as it stands
  std::vector<std::pair<std::string, std::string>> fields;  // the metadata table: label and value as they stand
};

// Where the page stands in its site.
struct ColumnFacts {
  std::string name;
  std::string type;               // META ColumnType
  std::vector<std::string> path;  // the breadcrumb, from the home page down
};

// A carousel, a focus block or headline, what a visitor sees first; or a home page's list of topics.
struct SlotItem {
  std::string url;
  std::string image;
  std::string text;
};
struct SlotFacts {
  std::string kind;  // "carousel", "headline", "topics"
  std::vector<SlotItem> items;
};

struct FooterFacts {
  std::string site_code;     // 网站标识码, 10 digits
  std::string icp;           // 京ICP备05070218号
  std::string police;        // 公安备案 number
  std::string conac;         // URL of the 党政机关 mark
  std::string report_entry;  // URL of 政府网站找错
};

struct PortalFacts {
  PageKind kind = PageKind::kOther;
  std::string title;  // of the page without the site's name
  std::string site_name;
  std::optional<ColumnFacts> column;
  std::optional<ArticleFacts> article;
  std::optional<ListFacts> list;
  std::vector<SlotFacts> slots;
  FooterFacts footer;
  std::string main_text;  // apart from template
};

}  // namespace xuncha
