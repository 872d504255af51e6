#include "daemon/patrol/content_facts.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "core/code_points.h"
#include "core/dates.h"
#include "core/limits.h"
#include "crawler/byte_search.h"
#include "crawler/portal/meta_tags.h"
#include "crawler/portal/portal_text.h"
#include "crawler/text_collapse.h"

namespace xuncha {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

constexpr std::size_t kHeadBytes = 6'000;      // of a page's text: menus, title, byline and the first of its text
constexpr std::size_t kHeadlineBytesMin = 42;  // of a link that is a piece of news: fourteen characters
constexpr std::size_t kDocumentBytesMax = 512u << 10;  // of a home page's bytes that are searched for days
constexpr std::size_t kTextBytesMin = 120;             // forty characters: less is no document's text
constexpr std::size_t kDigitsOfArticle = 5;

std::string name_of_tag(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c != '-' && c != '_' && c != ' ') out.push_back(to_ascii_lower(c));
  }
  return out;
}

void keep_newest(std::optional<CivilDay>& newest, CivilDay day) {
  if (!newest || day > *newest) newest = day;
}

bool is_to_come(CivilDay day, WallTime now) {
  return sys_days(day) > sys_days(beijing_day(now)) + days(1);
}

constexpr std::string_view kFootWords[] = {"版权所有", "主办", "ICP备", "ICP 备", "备案", "承办"};
constexpr std::string_view kFootFiles[] = {"foot", "bottom", "copyright", "dibu", "yejiao", "footer"};
constexpr std::string_view kFilledIn[] = {".load(", "include-html", "data-include", "w3-include"};
// Anything that might be the mark, in the bytes of a page.
constexpr std::string_view kSiteCodeSigns[] = {"标识码", "标识号", "sitecode", "SiteIDCode"};
constexpr std::string_view kIcpSigns[] = {"ICP", "icp", "miit.gov.cn", "miibeian"};
constexpr std::string_view kPoliceSigns[] = {"网安备",    "公安备",    "公安网备", "公安机关备案",
                                             "beian.gov", "beian.mps", "gongan",   "wangan"};
constexpr std::string_view kConacSigns[] = {"conac", "党政机关",        "dzjg", "jgbs", "事业单位标识",
                                            "Conac", "alt=\"事业单位\""};
constexpr std::string_view kReportSigns[] = {"找错", "纠错", "jiucuo", "jcInfo", "zfwzzc", "exposure"};

template <class Words>
FootMark mark_of(const std::string& value, std::string_view document, std::string_view text, const Words& signs) {
  if (!value.empty()) return FootMark::kThere;
  return contains_any(document, signs) || contains_any(text, signs) ? FootMark::kUnreadable : FootMark::kMissing;
}

constexpr std::string_view kScriptSigns[] = {"v-for",         "ng-repeat", "{{",     "$.ajax", "$.getJSON",
                                             "$.post(",       "axios",     "fetch(", "laytpl", "XMLHttpRequest",
                                             "createPageHTML"};

constexpr std::string_view kRepealMarks[] = {"已废止",   "已失效",     "（废止）",   "(废止)",   "【废止】", "[废止]",
                                             "〔废止〕", "（失效）",   "(失效)",     "【失效】", "[失效]",   "全文废止",
                                             "全文失效", "已被废止",   "已宣布失效", "feizhi",   "shixiao",  "文件废止",
                                             "文件失效", "已停止执行", "不再执行",   "已经废止", "已经失效"};

// Each mark holds one of these; few pages do.
constexpr std::string_view kRepealWords[] = {"废止", "失效", "feizhi", "shixiao", "停止执行", "不再执行"};
static_assert(std::all_of(std::begin(kRepealMarks), std::end(kRepealMarks), [](std::string_view mark) {
  return std::any_of(std::begin(kRepealWords), std::end(kRepealWords),
                     [mark](std::string_view word) { return mark.find(word) != std::string_view::npos; });
}));

// The value that stands at a label of the metadata table; nullopt: the label is not there.
std::optional<std::string_view> field(const ArticleFacts& article, std::initializer_list<std::string_view> labels) {
  for (const auto& [label, value] : article.fields) {
    if (std::find(labels.begin(), labels.end(), label) != labels.end()) return strip_all_space(value);
  }
  return std::nullopt;
}

bool is_blank_field(const ArticleFacts& article, std::initializer_list<std::string_view> labels) {
  const auto value = field(article, labels);
  return value && (value->empty() || *value == "-" || *value == "--" || *value == "无");
}

std::optional<CivilDay> meta_day(const MetaTags& meta, WallTime now) {
  if (meta.published.empty()) return std::nullopt;
  const auto found = read_date(meta.published.substr(0, 100), now);
  return found && !found->assumed ? std::optional(found->day) : std::nullopt;
}

// How years since 2000 go on behind 二, their zero in any digit (core/date_forms).
constexpr std::string_view kZeros[] = {"〇", "零", "○", "０", "O", "o", "Ｏ", "0"};

// May one of these years stand in the text? Those in other digits are not told apart.
bool may_write_year(std::string_view text, std::chrono::year first, std::chrono::year last) {
  for (std::chrono::year year = first; year < std::chrono::year(2000); ++year) {
    if (contains_text(text, std::to_string(static_cast<int>(year)))) return true;
  }
  const int from = static_cast<int>(first) - 2000;
  const int to = static_cast<int>(last) - 2000;
  for (std::size_t at = find_text(text, "20"); at != text.npos; at = find_text(text, "20", at + 1)) {
    const std::string_view rest = text.substr(at + 2, 2);
    if (rest.size() < 2 || !is_ascii_digit(rest[0]) || !is_ascii_digit(rest[1])) continue;
    const int year = (rest[0] - '0') * 10 + (rest[1] - '0');
    if (year >= from && year <= to) return true;
  }
  for (std::size_t at = find_text(text, "二"); at != text.npos; at = find_text(text, "二", at + 1)) {
    const std::string_view rest = text.substr(at + std::string_view("二").size());
    const auto begins_so = [rest](std::string_view zero) { return rest.starts_with(zero); };
    if (std::any_of(std::begin(kZeros), std::end(kZeros), begins_so)) return true;
  }
  return contains_text(text, "２０");
}

bool is_file_link(const Link& link) {
  const std::string raw = to_ascii_lower(link.raw.substr(0, limits::kUrlBytesMax));
  for (const std::string_view end : {".pdf", ".doc", ".docx", ".wps", ".ofd", ".xls", ".xlsx", ".zip", ".rar"}) {
    if (contains_text(raw, end)) return true;
  }
  return false;
}

bool is_new_mark(std::string_view raw) {
  const std::string address = to_ascii_lower(raw.substr(0, raw.find_first_of("?#")));
  const std::string_view name = std::string_view(address).substr(address.rfind('/') + 1);  // all of it without a "/"
  for (const std::string_view word : {"new.", "new_", "icon_new", "icon-new", "ico_new", "new0", "new1"}) {
    if (name.starts_with(word)) return true;
  }
  return false;
}

// Do the marks stand in the page as they are, with nothing by which a script would find and hide the old ones
// (class="mark" date-value="…")?
bool marks_are_plain(std::string_view document) {
  constexpr std::string_view kHandles[] = {" class", " id", "data", "date", "style", " on", " v-", " :", " name"};
  constexpr std::size_t kTagBytesMax = 600;
  for (std::size_t at = document.find("<img"); at != document.npos; at = document.find("<img", at + 4)) {
    const std::string_view tag = document.substr(at, std::min(document.find('>', at) - at, kTagBytesMax));
    const std::size_t source = tag.find(" src=");
    if (source == tag.npos) continue;
    std::string_view value = tag.substr(source + 5);
    const bool quoted = !value.empty() && (value.front() == '"' || value.front() == '\'');
    value = value.substr(quoted ? 1 : 0);
    value = value.substr(0, value.find_first_of(quoted ? "\"'" : " \t\r\n"));
    if (!is_new_mark(value)) continue;
    const std::string_view before = tag.substr(0, source);
    const std::string_view behind = tag.substr(static_cast<std::size_t>(value.data() + value.size() - tag.data()));
    if (contains_any(before, kHandles) || contains_any(behind, kHandles)) return false;
  }
  return true;
}

}  // namespace

std::uint32_t mandated_tags_of(const PageFacts& page) {
  std::uint32_t bits = 0;
  for (const auto& [name, content] : page.meta) {
    if (name.size() > 40 || is_placeholder(content)) continue;
    const std::string key = name_of_tag(name);
    std::uint32_t bit = 1;
    for (const MandatedTag& tag : mandated_tags()) {
      if (equals_ignoring_case(key, tag.name)) bits |= bit;
      bit <<= 1;
    }
  }
  return bits;
}

bool is_of_government(const PageFacts& page, const FooterFacts& footer) {
  for (const auto& [name, content] : page.meta) {
    if (name_of_tag(name.substr(0, 40)) == "siteidcode") return true;
  }
  return !footer.site_code.empty() || !footer.conac.empty() || !footer.report_entry.empty();
}

FootSight foot_of(const PageFacts& page, const FooterFacts& footer) {
  const std::string_view document = page.document->text;
  const std::string_view text = page.visible_text;
  FootSight sight;
  sight.marks[static_cast<std::size_t>(FootFact::kSiteCode)] =
      mark_of(footer.site_code, document, text, kSiteCodeSigns);
  sight.marks[static_cast<std::size_t>(FootFact::kIcp)] = mark_of(footer.icp, document, text, kIcpSigns);
  sight.marks[static_cast<std::size_t>(FootFact::kPolice)] = mark_of(footer.police, document, text, kPoliceSigns);
  sight.marks[static_cast<std::size_t>(FootFact::kConac)] = mark_of(footer.conac, document, text, kConacSigns);
  sight.marks[static_cast<std::size_t>(FootFact::kReport)] = mark_of(footer.report_entry, document, text, kReportSigns);
  sight.has_foot = contains_any(text, kFootWords);
  sight.by_script = contains_any(document, kFilledIn);
  for (const Link& link : page.links) {
    const bool brings = link.tag == "iframe" || link.tag == "frame" || link.tag == "script" || link.tag == "object";
    if (!brings || link.raw.size() > limits::kUrlBytesMax) continue;
    sight.by_script = sight.by_script || contains_any(to_ascii_lower(link.raw), kFootFiles);
  }
  return sight;
}

HomeSight home_of(const PageFacts& page, const Url& url, bool list_by_script, WallTime now) {
  HomeSight sight;
  const std::string_view document = page.document->text;
  const FoundDates shown = find_dates(page.visible_text, now);
  sight.cut = shown.cut || page.links_cut || page.visible_text.size() + 8 >= limits::kVisibleTextBytesMax ||
              document.size() > kDocumentBytesMax;
  for (const FoundDate& date : shown.dates) {
    const bool beside_items = date.role == DateRole::kNone || date.role == DateRole::kDated ||
                              date.role == DateRole::kPublished || date.role == DateRole::kUpdated;
    if (date.role == DateRole::kClock || is_to_come(date.day, now)) continue;
    if (beside_items) {
      ++sight.dated;
      keep_newest(sight.newest_shown, date.day);
    }
    keep_newest(sight.newest_hidden, date.day);
  }
  if (!sight.cut) {
    const FoundDates hidden = find_dates(document, now);
    // The bytes hold the same dates again: a page of some hundred items has more than are read at once.
    for (const FoundDate& date : hidden.dates) {
      if (date.role != DateRole::kClock && !is_to_come(date.day, now)) keep_newest(sight.newest_hidden, date.day);
    }
    sight.cut = hidden.cut;
  }
  for (const Link& link : page.links) {
    if (link.role != LinkRole::kPage || link.raw.size() > limits::kUrlBytesMax) continue;
    const UrlParse parsed = parse_url(link.raw, &url);
    if (!parsed.url) continue;
    if (const auto date = date_in_url(parsed.url->path())) {
      const CivilDay day =
          date->day ? *date->day : CivilDay(std::chrono::year_month_day_last(date->month / std::chrono::last));
      if (!is_to_come(day, now)) {
        keep_newest(sight.newest_hidden, day);
      } else if (!date->day) {
        keep_newest(sight.newest_hidden, beijing_day(now));  // of this month
      }
    } else if (parsed.url->host() != url.host() && link.text.size() >= kHeadlineBytesMin &&
               link.region != Region::kFooter) {
      ++sight.undated_headlines;
    }
  }
  sight.by_script = list_by_script || contains_any(document, kScriptSigns);
  return sight;
}

OwnDay own_day_of(const PageFacts& page, const MetaTags& meta, WallTime now) {
  if (const auto day = meta_day(meta, now); day && !is_to_come(*day, now)) return {day, true};
  OwnDay own;
  std::optional<CivilDay> any;
  const FoundDates found = find_dates(cut_utf8(page.visible_text, kHeadBytes), now);
  for (const FoundDate& date : found.dates) {
    if (date.role == DateRole::kClock || is_to_come(date.day, now)) continue;
    keep_newest(any, date.day);
    if (date.role == DateRole::kPublished && !date.assumed) keep_newest(own.day, date.day);
  }
  own.sure = own.day.has_value();
  if (any) keep_newest(own.day, *any);
  return own;
}

DocumentSight document_of(const PageFacts& page, const PortalFacts& facts, WallTime now) {
  DocumentSight sight;
  if (!facts.article) return sight;
  const ArticleFacts& article = *facts.article;
  sight.title = article.title;
  sight.number = article.doc_number;
  sight.validity = article.validity;
  sight.published = article.published;
  sight.written = article.written;
  sight.expires = article.expires;
  sight.meta = meta_day(read_meta_tags(page), now);
  sight.written_is_labelled = field(article, {"成文日期", "成文时间", "印发日期", "印发时间", "签发日期"}).has_value();
  // META is asked first; its day is the page's own where the table shows the same.
  const auto shown = field(article, {"发布日期", "发布时间", "公开日期"});
  const auto shown_day = shown ? read_date(shown->substr(0, 100), now) : std::nullopt;
  sight.published_is_labelled = article.published_source == DaySource::kLabel ||
                                article.published_source == DaySource::kVisible ||
                                (shown_day && !shown_day->assumed && article.published == shown_day->day);
  sight.has_table = !article.fields.empty();
  sight.has_text = facts.main_text.size() >= kTextBytesMin;
  sight.has_file = std::any_of(page.links.begin(), page.links.end(), is_file_link);
  const std::string_view document = page.document->text;
  sight.marked = contains_any(document, kRepealWords) && contains_any(document, kRepealMarks);
  if (facts.column) {
    // Not what is only about such documents, or is none yet.
    constexpr std::string_view kNoLibrary[] = {"非规范性", "征求", "草案", "解读", "清理", "备案", "目录", "公告"};
    const auto is_library = [&](const std::string& name) {
      return contains_text(name, "规范性文件") && !contains_any(name, kNoLibrary);
    };
    sight.in_library =
        is_library(facts.column->name) || std::any_of(facts.column->path.begin(), facts.column->path.end(), is_library);
  }
  sight.number_is_blank = is_blank_field(article, {"文号", "发文字号", "发文文号", "文件编号"});
  sight.written_is_blank = is_blank_field(article, {"成文日期", "成文时间"});
  sight.published_is_blank = is_blank_field(article, {"发布日期", "发布时间", "公开日期"});
  sight.validity_is_blank = is_blank_field(article, {"有效性", "时效性", "效力状态", "文件状态", "是否有效"});
  return sight;
}

ArticleDays article_days_of(const PageFacts& page, const PortalFacts& facts, const Url& url, WallTime now) {
  ArticleDays article;
  if (!facts.article) return article;
  article.is_document = !facts.article->doc_number.empty() || !facts.article->fields.empty();
  if (facts.article->published_source == DaySource::kLabel || facts.article->published_source == DaySource::kVisible) {
    article.shown = facts.article->published;
  }
  article.meta = meta_day(read_meta_tags(page), now);
  if (const auto date = date_in_url(url.path())) article.url = date->day;
  article.signed_on = facts.article->written;
  return article;
}

bool may_be_backdated(const Url& url, const PageFacts& page, const MetaTags& meta, std::uint32_t gap_days,
                      WallTime now) {
  const auto filed = date_in_url(url.path());
  if (!filed || !filed->day) return false;
  const auto is_later = [&](CivilDay day) { return sys_days(day) - sys_days(*filed->day) >= days(gap_days); };
  if (!is_later(beijing_day(now))) return false;
  const std::string_view head = cut_utf8(page.visible_text, kHeadBytes);
  const CivilDay earliest(sys_days(*filed->day) + days(gap_days));
  // Most old articles end here: a day that counts as shown has its year.
  if (!may_write_year(head, earliest.year(), beijing_day(now).year())) return false;
  const std::optional<CivilDay> meta_says = meta_day(meta, now);
  if (!meta_says || is_later(*meta_says)) return false;
  const FoundDates found = find_dates(head, now);
  return std::any_of(found.dates.begin(), found.dates.end(), [&](const FoundDate& date) {
    return date.role == DateRole::kPublished && is_later(date.day) && !is_to_come(date.day, now);
  });
}

ConsultationSight consultation_of(const PageFacts& page, const PortalFacts& facts, WallTime now) {
  ConsultationSight sight;
  constexpr std::string_view kOpen[] = {"正在征集",     "征集状态：进行中", "状态：进行中", "征集进行中",
                                        "状态：征集中", "状态： 进行中",    "状态： 征集中"};
  constexpr std::string_view kResults[] = {"征集结果", "结果反馈", "采纳情况", "反馈结果", "意见反馈情况",
                                           "已结束",   "结果公布", "公众意见", "征集情况"};
  sight.says_open = contains_any(facts.main_text, kOpen);
  sight.has_result = contains_any(page.visible_text, kResults);
  const FoundDates found = find_dates(cut_utf8(facts.main_text, kHeadBytes), now);
  for (const FoundDate& date : found.dates) {
    if ((date.role == DateRole::kDeadline || date.role == DateRole::kPeriodEnd) && !date.assumed) {
      keep_newest(sight.deadline, date.day);
    }
  }
  return sight;
}

NewMarksSight new_marks_of(const PageFacts& page, const PortalFacts& facts, const Url& url, WallTime now) {
  NewMarksSight sight;
  if (!facts.list || facts.list->confidence < kListSure) return sight;
  std::set<std::string> items;
  for (const ListItem& item : facts.list->items) {
    ++sight.items;
    if (!item.url.empty()) items.insert(item.url);
    if (!item.day) continue;
    ++sight.items_dated;
    keep_newest(sight.newest, *item.day);
  }
  if (sight.newest && is_to_come(*sight.newest, now)) return {};
  if (!marks_are_plain(page.document->text)) return {};
  bool in_list = false;
  for (const Link& link : page.links) {
    if (link.raw.size() > limits::kUrlBytesMax) continue;
    if (link.tag == "a") {
      const UrlParse parsed = parse_url(link.raw, &url);
      in_list = parsed.url && items.contains(std::string(parsed.url->href()));
    } else if (link.tag == "img" && in_list) {
      if (is_new_mark(link.raw) && !link.hidden) ++sight.marks;
    }
  }
  return sight;
}

ContentKind may_be_content(const Url& url, const PageFacts& page, const MetaTags& meta, std::string_view headline) {
  const std::string_view head = std::string_view(page.visible_text).substr(0, kHeadBytes / 2);
  constexpr std::string_view kDocumentLabels[] = {"索引号", "发文字号", "文号：", "文 号", "文　号"};
  if (contains_any(head, kDocumentLabels)) return ContentKind::kDocument;
  constexpr std::string_view kAsks[] = {"征求意见", "意见征集", "公开征集", "民意征集", "网上调查", "投票"};
  if (contains_any(headline, kAsks)) return ContentKind::kConsultation;
  if (!meta.article_title.empty()) return ContentKind::kArticle;
  const std::string_view path = url.path();
  std::size_t digits = 0;
  for (const char byte : path.substr(path.rfind('/') + 1)) {
    digits = is_ascii_digit(byte) ? digits + 1 : 0;
    if (digits >= kDigitsOfArticle) return ContentKind::kArticle;
  }
  return ContentKind::kNone;
}

std::string_view headline_of(const PageFacts& page, const MetaTags& meta) {
  if (!meta.article_title.empty()) return meta.article_title;
  if (!page.headings.empty() && page.headings.front().size() >= 12) return page.headings.front();
  return page.title;
}

}  // namespace xuncha
