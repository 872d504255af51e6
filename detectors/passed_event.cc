#include "detectors/passed_event.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>

#include "core/dates.h"

namespace xuncha {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using namespace std::chrono_literals;

constexpr std::size_t kTitleBytesMax = 300;  // a longer one is a text
constexpr std::size_t kBannerBytesMax = 75;  // 25 characters: a slogan, not a piece of news
constexpr days kAfterDeadline{30};
constexpr days kAfterFestival{90};
constexpr days kAfterSessions{180};

constexpr std::string_view kLooksBack[] = {"回顾", "历史", "归档", "往期", "汇总", "盘点", "回眸", "合集", "结果"};
constexpr std::string_view kAsks[] = {"征集", "征求", "报名", "投票", "评选", "申报", "问卷", "调查", "招募", "招聘"};
constexpr std::string_view kSpans[] = {"时间", "日期", "期限"};  // of what a period is: 报名时间
// Behind a festival's word, which then is a name: 建国路, 国庆镇.
constexpr std::string_view kOfNames[] = {"路",   "街",   "镇",   "乡",   "村",   "社区", "大道",
                                         "中学", "小学", "学校", "医院", "酒店", "公司"};
// What else has jubilees.
constexpr std::string_view kFounded[] = {"建校", "建院", "建厂", "建县", "建市", "建区"};
constexpr std::string_view kGreets[] = {"喜迎", "热烈庆祝", "庆祝", "欢度", "迎接", "恭贺", "恭祝", "同庆", "欢庆"};
constexpr std::string_view kTopicSigns[] = {"专题", "专栏", "聚焦", "关注", "直击"};

// What the sessions leave behind, which portals owe to keep.
constexpr std::string_view kOfSessions[] = {"建议", "提案", "议案", "办理", "答复", "报告", "精神"};

// Of topics: words before the year, words behind the event.
constexpr std::string_view kTopicLeads[] = {"聚焦", "关注",     "直击", "喜迎", "迎接", "欢度",
                                            "庆祝", "热烈庆祝", "恭贺", "恭祝", "欢庆"};
constexpr std::string_view kTopicTails[] = {"专题", "专栏", "专题网", "网站", "报道", "特别",
                                            "系列", "假期", "佳节",   "活动", "主题"};
constexpr std::string_view kArchives[] = {"往期",     "归档",     "历年",     "以往",     "历史专题",
                                          "历史专栏", "专题回顾", "专栏回顾", "专题历史", "已结束"};
constexpr std::string_view kTopicMarks[] = {" ", "　", "“", "”", "【", "】", "《", "》", "「", "」", "·", "：",
                                            ":", "-",  "—", "|", "！", "!",  "、", "和", "\"", "[",  "]"};
// Before 两会: what is made of them, not where they meet.
constexpr std::string_view kNoPlaces[] = {"学习", "贯彻", "落实", "宣传", "代表", "委员", "服务", "保障", "讨论",
                                          "安保", "建议", "提案", "精神", "东盟", "海峡", "博览", "峰会", "论坛"};
constexpr std::size_t kPlaceBytesMax = 24;  // 新疆维吾尔自治区

struct Jubilee {
  std::string_view word;
  std::chrono::year founded;
  std::chrono::month_day day;
};
constexpr Jubilee kJubilees[] = {
    {"国庆", 1949y, std::chrono::October / 1},       {"新中国成立", 1949y, std::chrono::October / 1},
    {"共和国成立", 1949y, std::chrono::October / 1}, {"建国", 1949y, std::chrono::October / 1},
    {"建党", 1921y, std::chrono::July / 1},          {"共产党成立", 1921y, std::chrono::July / 1},
    {"建军", 1927y, std::chrono::August / 1},
};
struct Congress {
  std::string_view word;
  CivilDay ended;
};
constexpr Congress kCongresses[] = {{"十九大", 2017y / 10 / 24}, {"二十大", 2022y / 10 / 22}};
struct Festival {
  std::string_view word;
  std::chrono::month_day last;  // of the holiday, in any year
};
constexpr Festival kFestivals[] = {
    {"元旦", std::chrono::January / 3}, {"春节", std::chrono::February / 28}, {"新春", std::chrono::February / 28},
    {"五一", std::chrono::May / 5},     {"劳动节", std::chrono::May / 5},     {"中秋", std::chrono::October / 8},
    {"国庆", std::chrono::October / 8},
};

template <class Words>
bool has_any(std::string_view text, const Words& words) {
  for (const std::string_view word : words) {
    if (text.find(word) != text.npos) return true;
  }
  return false;
}

template <class Words>
bool begins_with_any(std::string_view text, const Words& words) {
  for (const std::string_view word : words) {
    if (text.starts_with(word)) return true;
  }
  return false;
}

// Does `text` end with one of the words? Then it is cut off.
template <class Words>
bool cut_end(std::string_view& text, const Words& words) {
  for (const std::string_view word : words) {
    if (!text.ends_with(word)) continue;
    text.remove_suffix(word.size());
    return true;
  }
  return false;
}

// The word of a festival, which is not part of a name there.
bool has_festival(std::string_view title, std::string_view word) {
  const std::size_t at = title.find(word);
  return at != title.npos && !begins_with_any(title.substr(at + word.size()), kOfNames);
}

bool is_digit(char byte) {
  return byte >= '0' && byte <= '9';
}

// The first run of exactly so many digits, at or after `from`; its end in `end`.
std::optional<int> number_of(std::string_view text, std::size_t digits, std::size_t from, std::size_t& end) {
  for (std::size_t at = from; at < text.size(); ++at) {
    if (!is_digit(text[at])) continue;
    std::size_t stop = at;
    int value = 0;
    for (; stop < text.size() && is_digit(text[stop]) && stop - at <= 4; ++stop)
      value = value * 10 + (text[stop] - '0');
    if (stop - at == digits) {
      end = stop;
      return value;
    }
    while (stop < text.size() && is_digit(text[stop])) ++stop;
    at = stop;
  }
  return std::nullopt;
}

std::optional<int> year_of(std::string_view title, std::size_t& end) {
  const auto year = number_of(title, 4, 0, end);
  return year && *year >= 1997 && *year <= 2100 ? year : std::nullopt;
}

// Is a period, by the words before and behind it, the time to apply (报名时间：…, 申报期限为…)? All others are what is
// applied for: 1月1日至9月30日期间吸纳就业补贴申报.
bool is_time_to_ask(std::string_view before, std::string_view behind) {
  constexpr std::string_view kColons[] = {"：", ":"};
  constexpr std::string_view kLinking[] = {" ", "　", "为", "是", "自", "从"};
  if (begins_with_any(behind, std::array<std::string_view, 4>{"期间", "之间", "内", "以来"})) return false;
  while (cut_end(before, kLinking)) {
  }
  const bool has_colon = cut_end(before, kColons);
  const bool is_span = cut_end(before, kSpans);
  if (!has_colon && !is_span) return false;
  cut_end(before, std::array<std::string_view, 1>{"意见"});
  return cut_end(before, kAsks);
}

// Is a last day named as such (截止3月1日), or is it one of what is applied for (3月1日前出生)?
bool is_last_day(const FoundDate& date, std::string_view before, std::string_view behind) {
  if (date.label_begin < date.begin) return true;
  return begins_with_any(behind, std::array<std::string_view, 3>{"截止", "为止", "止"}) || before.ends_with("请于");
}

std::optional<CivilDay> deadline_of(std::string_view title, WallTime now) {
  if (!has_any(title, kAsks)) return std::nullopt;
  std::optional<CivilDay> last;
  std::string_view before;
  const FoundDates found = find_dates(title, now);
  for (const FoundDate& date : found.dates) {
    if (date.assumed) return std::nullopt;
    const std::string_view behind = title.substr(date.end);
    if (date.role != DateRole::kPeriodEnd) before = title.substr(0, date.begin);  // of a period, before its first day
    const bool is_told = (date.role == DateRole::kDeadline && is_last_day(date, before, behind)) ||
                         (date.role == DateRole::kPeriodEnd && is_time_to_ask(before, behind));
    if (!is_told) continue;
    if (!last || date.day > *last) last = date.day;
  }
  return last;
}

// 70周年, 100周年; `of` is what stands before it.
std::optional<int> anniversary_of(std::string_view title, std::string_view& of) {
  for (const std::size_t digits : {std::size_t{2}, std::size_t{3}}) {
    std::size_t end = 0;
    const auto years = number_of(title, digits, 0, end);
    if (!years || !title.substr(end).starts_with("周年")) continue;
    of = title.substr(0, end - digits);
    while (of.ends_with(' ')) of.remove_suffix(1);
    return years;
  }
  return std::nullopt;
}

std::optional<CivilDay> festival_of(std::string_view title) {
  bool greets = false;
  for (const std::string_view word : kGreets) greets = greets || title.starts_with(word);
  if (!greets || title.size() > kBannerBytesMax) return std::nullopt;
  std::string_view of;
  if (const auto years = anniversary_of(title, of)) {
    if (has_any(title, kFounded)) return std::nullopt;
    for (const Jubilee& jubilee : kJubilees) {
      if (of.ends_with(jubilee.word)) {
        return CivilDay((jubilee.founded + std::chrono::years(*years)) / jubilee.day);
      }
    }
    return std::nullopt;
  }
  if (title.starts_with("喜迎") || title.starts_with("迎接")) {
    for (const Congress& congress : kCongresses) {
      if (title.find(congress.word) != title.npos) return congress.ended;
    }
  }
  std::size_t end = 0;
  const auto year = year_of(title, end);
  if (!year) return std::nullopt;
  for (const Festival& festival : kFestivals) {
    if (has_festival(title, festival.word)) return CivilDay(std::chrono::year(*year) / festival.last);
  }
  return std::nullopt;
}

CivilDay last_of_sessions(int year) {
  return std::chrono::year(year) / std::chrono::March / 31;
}

std::optional<CivilDay> sessions_of(std::string_view title) {
  if (title.size() > kBannerBytesMax || title.find("两会") == title.npos || !has_any(title, kTopicSigns) ||
      has_any(title, kOfSessions)) {
    return std::nullopt;
  }
  std::size_t end = 0;
  const auto year = year_of(title, end);
  if (!year) return std::nullopt;
  return last_of_sessions(*year);
}

std::string without_topic_marks(std::string_view title) {
  std::string bare;
  while (!title.empty()) {
    const auto mark = std::find_if(std::begin(kTopicMarks), std::end(kTopicMarks),
                                   [&](std::string_view each) { return title.starts_with(each); });
    if (mark == std::end(kTopicMarks)) bare.push_back(title.front());
    title.remove_prefix(mark == std::end(kTopicMarks) ? 1 : mark->size());
  }
  return bare;
}

// Cut off at the front, if it stands there.
bool cut_begin(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  text.remove_prefix(word.size());
  return true;
}

std::optional<int> cut_year(std::string_view& text) {
  std::size_t end = 0;
  const auto year = year_of(text, end);
  if (!year || end != 4) return std::nullopt;
  text.remove_prefix(end);
  cut_begin(text, "年");
  return year;
}

// An event that is a topic's whole name with its year.
struct TopicEvent {
  std::string_view name;  // the same in every year
  CivilDay last;
  days after{};  // that it may stand
};

std::optional<TopicEvent> topic_event(std::string_view title) {
  if (title.size() > kBannerBytesMax) return std::nullopt;
  const std::string bare = without_topic_marks(title);
  std::string_view rest = bare;
  while (std::any_of(std::begin(kTopicLeads), std::end(kTopicLeads),
                     [&rest](std::string_view lead) { return cut_begin(rest, lead); })) {
  }
  const auto year = cut_year(rest);
  if (!year) return std::nullopt;
  while (cut_end(rest, kTopicTails)) {
  }
  constexpr std::string_view kSessions = "两会";
  if (rest.ends_with(kSessions)) {
    const std::string_view place = rest.substr(0, rest.size() - kSessions.size());
    if (place.size() > kPlaceBytesMax || has_any(place, kNoPlaces)) return std::nullopt;
    return TopicEvent{kSessions, last_of_sessions(*year), kAfterSessions};
  }
  std::optional<TopicEvent> found;
  while (!rest.empty()) {
    const auto festival = std::find_if(std::begin(kFestivals), std::end(kFestivals),
                                       [&rest](const Festival& each) { return cut_begin(rest, each.word); });
    if (festival == std::end(kFestivals)) return std::nullopt;
    cut_begin(rest, "节");
    const CivilDay last(std::chrono::year(*year) / festival->last);
    if (!found) found = TopicEvent{festival->word, last, kAfterFestival};
    found->last = std::max(found->last, last);
  }
  return found;
}

}  // namespace

std::optional<CivilDay> passed_event(std::string_view title, WallTime now) {
  if (title.size() > kTitleBytesMax || has_any(title, kLooksBack)) return std::nullopt;
  const sys_days today = sys_days(beijing_day(now));
  const auto is_over = [today](const std::optional<CivilDay>& day, days after) {
    return day && today - sys_days(*day) > after;
  };
  if (const auto day = deadline_of(title, now); is_over(day, kAfterDeadline)) return day;
  if (const auto day = festival_of(title); is_over(day, kAfterFestival)) return day;
  if (const auto day = sessions_of(title); is_over(day, kAfterSessions)) return day;
  return std::nullopt;
}

std::optional<CivilDay> passed_topic(std::string_view title, std::span<const std::string_view> topics, WallTime now) {
  const bool is_of_archive =
      std::any_of(topics.begin(), topics.end(), [](std::string_view topic) { return has_any(topic, kArchives); });
  if (is_of_archive || title.size() > kTitleBytesMax || has_any(title, kLooksBack)) return std::nullopt;
  const sys_days today = sys_days(beijing_day(now));
  const auto is_over = [today](const TopicEvent& event) { return today - sys_days(event.last) > event.after; };
  if (const auto event = topic_event(title)) {
    // The same of another year beside it: kept year by year, or the old one beside the new.
    const bool has_series = std::any_of(topics.begin(), topics.end(), [&](std::string_view topic) {
      const auto other = topic_event(topic);
      return other && other->name == event->name && other->last.year() != event->last.year();
    });
    return is_over(*event) && !has_series ? std::optional(event->last) : std::nullopt;
  }
  std::string_view of;
  if (anniversary_of(title, of)) {
    const auto day = festival_of(title);
    if (!day) return std::nullopt;
    const CivilDay last = day->year() / std::chrono::December / 31;
    return is_over({.name = of, .last = last, .after = kAfterFestival}) ? std::optional(last) : std::nullopt;
  }
  return passed_event(title, now);
}

}  // namespace xuncha
