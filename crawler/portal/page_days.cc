#include "crawler/portal/page_days.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>
#include <utility>

#include "core/dates.h"
#include "crawler/portal/page_title.h"
#include "crawler/portal/portal_text.h"

namespace xuncha {
namespace {

constexpr std::uint32_t kZoneBefore = 24;          // lines before the title: a document's table in one cell a line
constexpr std::uint32_t kZoneBehind = 40;          // lines behind it
constexpr std::uint32_t kZoneBeforeText = 14;      // where no title is shown
constexpr std::uint32_t kTextLineCharacters = 30;  // a line of text: a sentence of this length
constexpr std::size_t kDatedLineBytesMax = 600;    // a longer line is text
constexpr std::uint32_t kLoneLineCharacters = 80;  // a day that stands alone near the title, with what is beside it
constexpr std::uint32_t kNearLines = 2;            // behind the title, where 时间： is no event's
constexpr std::uint32_t kTailLines = 12;           // below the signature attachments may stand
constexpr std::uint32_t kTailLineCharacters = 40;
constexpr std::uint32_t kBelowLines = 6;    // behind the text, where some write 发布日期
constexpr std::uint32_t kClauseLines = 12;  // the last of a text say from when it is in force
constexpr std::size_t kJsonTexts = 20;      // "datePublished" in one page

// What stands beside the day in a byline.
constexpr std::string_view kBylineCompany[] = {"来源", "作者", "浏览", "点击", "阅读", "字号", "字体",
                                               "打印", "编辑", "访问", "人气", "【",   "分享"};

// Right before a label: it is of the text that they name, …
constexpr std::string_view kOtherTextsBefore[] = {"本办法", "本规定", "本条例", "本细则", "本意见", "本标准", "该办法",
                                                  "该规定", "该条例", "该细则", "该意见", "该标准", "该政策", "该文件",
                                                  "原办法", "原规定", "原条例", "原政策", "原文件", "原文"};
// … or may be of another text than the page's.
constexpr std::string_view kDocumentsBefore[] = {"文件", "政策", "办法", "条例", "规定", "细则", "标准", "法规"};

// What begins below a text and is not of it.
constexpr std::string_view kOtherTexts[] = {"评论",   "留言",   "相关",   "推荐", "上一篇",
                                            "下一篇", "上一条", "下一条", "附件"};

template <class Words>
bool ends_with_any(std::string_view text, const Words& words) {
  return std::any_of(std::begin(words), std::end(words),
                     [text](std::string_view word) { return text.ends_with(word); });
}

bool is_body_line(const OutlineLine& line) {
  return line.characters - line.linked_characters >= kTextLineCharacters && has_sentence(line.text) && !is_byline(line);
}

// Days that were found for one purpose: one day, or none where they differ.
class OneDay {
 public:
  void add(CivilDay day) {
    if (!day_) day_ = day;
    if (*day_ != day) differ_ = true;
    if (std::find(all_.begin(), all_.end(), day) == all_.end() && all_.size() < 8) all_.push_back(day);
  }
  std::optional<CivilDay> day() const { return differ_ ? std::nullopt : day_; }
  bool any() const { return day_.has_value(); }
  bool has(CivilDay day) const { return std::find(all_.begin(), all_.end(), day) != all_.end(); }

 private:
  std::optional<CivilDay> day_;
  bool differ_ = false;
  std::vector<CivilDay> all_;
};

// The day of a field's value: one that the value gives in full.
std::optional<CivilDay> day_of_value(std::string_view value, WallTime now) {
  const FoundDates found = find_dates(value.substr(0, kDatedLineBytesMax), now);
  OneDay days;
  for (const FoundDate& date : found.dates) {
    if (date.assumed || date.form == DateForm::kRelative || date.role == DateRole::kClock) continue;
    days.add(date.day);
  }
  return days.day();
}

bool has_digit(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }) ||
         contains_text(text, "年");
}

bool is_full(const FoundDate& date) {
  return !date.assumed && date.form != DateForm::kRelative && date.form != DateForm::kTwoDigitYear &&
         date.form != DateForm::kEpoch;
}

class DayReader {
 public:
  explicit DayReader(const DayQuestion& question)
      : q_(question), lines_(question.outline.lines()), today_(beijing_day(question.now)) {}

  PageDays read() {
    read_zone();
    read_fields_days();
    if (!published_.any()) read_below();
    PageDays days;
    choose(days);
    days.written = written_.any() ? written_.day() : promulgated_.day();
    days.effective = effective_.day();
    days.expires = expires_.day();
    days.updated = updated_.day();
    if (!days.written) days.written = tail_day();
    read_clauses(days);
    return days;
  }

 private:
  void read_fields_days() {
    for (std::size_t index = 0; index < q_.fields.size(); ++index) {
      const Field& field = q_.fields[index];
      OneDay* days = days_of(field.kind);
      if (days == nullptr || field.value.empty() || is_vague(field)) continue;
      const auto day = day_of_value(field.value, q_.now);
      if (!day) continue;
      if (field.kind == FieldKind::kPublished && !may_be_published(*day, q_.now)) continue;
      const bool of_table = index >= q_.table.first && index < q_.table.second;
      if (!of_table) {
        // Labels within the text are of what it is about: a standard's 实施日期.
        if (is_inner(field.line) && field.kind != FieldKind::kPublished) continue;
        if (field.kind == FieldKind::kPublished) days = published_in(*day, field.line, words_before(field));
        if (days == nullptr) continue;
      }
      if (field.label == "公布日期" || field.label == "颁布日期") days = &promulgated_;
      days->add(*day);
    }
  }

  // Within the text, where title and byline stand outside of it.
  bool is_inner(std::uint32_t line) const {
    if (!q_.block.is_known || q_.zone.title_end <= q_.zone.title_begin) return false;
    return q_.block.line_begin >= q_.zone.title_end && line >= q_.block.line_begin && line < q_.block.line_end;
  }

  // Where a day behind a label of publication belongs that `before` stands right before; null: it is of another text.
  OneDay* published_in(CivilDay day, std::uint32_t line, std::string_view before) {
    if (ends_with_any(before, kOtherTextsBefore)) return nullptr;
    const bool is_doubtful = is_inner(line) || ends_with_any(before, kDocumentsBefore) || is_quoted(day, line);
    return is_doubtful ? &inner_ : &published_;
  }

  // In the text below the unlabelled day right behind the title, not in the next line, and older than it, with nothing
  // of a byline beside it: no text is published before the day in its header.
  bool is_quoted(CivilDay day, std::uint32_t line) const {
    return header_ && line > header_->second + 1 && day < header_->first &&
           !contains_any(lines_[line].text, kBylineCompany);
  }

  void note_header(CivilDay day, std::uint32_t line) {
    const bool is_behind_title = q_.zone.title_end > q_.zone.title_begin && line >= q_.zone.title_end;
    if (!header_ && is_behind_title && line < q_.zone.title_end + kNearLines) header_ = {day, line};
  }

  // What the line of a field has before its label.
  std::string_view words_before(const Field& field) const {
    const std::string_view text = lines_[field.line].text;
    const std::size_t at = text.find(field.label);
    return at == std::string_view::npos ? std::string_view() : text.substr(0, at);
  }

  static bool is_vague(const Field& field) { return field.label == "时间" || field.label == "日期"; }

  OneDay* days_of(FieldKind kind) {
    switch (kind) {
      case FieldKind::kPublished:
        return &published_;
      case FieldKind::kWritten:
        return &written_;
      case FieldKind::kEffective:
        return &effective_;
      case FieldKind::kExpires:
        return &expires_;
      case FieldKind::kUpdated:
        return &updated_;
      default:
        return nullptr;
    }
  }

  void read_zone() {
    for (std::uint32_t index = q_.zone.begin; index < q_.zone.end; ++index) {
      if (index >= q_.zone.title_begin && index < q_.zone.title_end) continue;
      const OutlineLine& line = lines_[index];
      if (line.text.size() > kDatedLineBytesMax || !has_digit(line.text)) continue;
      if (line.region == Region::kFooter || line.linked_characters * 2 > line.characters) continue;
      FoundDates found = find_dates(line.text, q_.now);
      std::string spaced;
      std::string_view text = line.text;
      if (touches_words(found) && !line.pieces.empty()) {
        // The cells of a byline stand side by side on the page: what touches in the text does not there.
        spaced = with_blanks_between(line);
        FoundDates apart = find_dates(spaced, q_.now);
        if (apart.dates.size() == found.dates.size()) {
          found = std::move(apart);
          text = spaced;
        }
      }
      for (const FoundDate& date : found.dates) {
        // A value that fields have read under its label is not read once more without it.
        const bool is_value = is_value_of_field(index, text.substr(date.begin, date.end - date.begin));
        const bool is_near = index < q_.zone.title_end + kNearLines;
        take(date, index, text.substr(0, date.label_begin), index >= q_.zone.title_end && !is_value, is_near);
      }
    }
  }

  static bool touches_words(const FoundDates& found) {
    return std::any_of(found.dates.begin(), found.dates.end(),
                       [](const FoundDate& date) { return date.place == DatePlace::kSentence; });
  }

  static std::string with_blanks_between(const OutlineLine& line) {
    std::string spaced;
    std::size_t from = 0;
    for (const auto border : line.pieces) {
      if (border <= from || border > line.text.size()) continue;
      spaced.append(line.text, from, border - from);
      spaced += ' ';
      from = border;
    }
    spaced.append(line.text, from);
    return spaced;
  }

  bool is_value_of_field(std::uint32_t index, std::string_view date) const {
    return std::any_of(q_.fields.begin(), q_.fields.end(), [&](const Field& field) {
      if (is_vague(field) || field.kind == FieldKind::kOther || field.kind == FieldKind::kSource) return false;
      return (field.line == index || field.value_line == index) && contains_text(field.value, date);
    });
  }

  void take(const FoundDate& date, std::uint32_t index, std::string_view before, bool may_stand_alone, bool is_near) {
    if (!is_full(date)) return;
    const OutlineLine& line = lines_[index];
    const bool publishable = may_be_published(date.day, q_.now);
    switch (date.role) {
      case DateRole::kPublished:
        if (!publishable) break;
        if (OneDay* const days = published_in(date.day, index, before)) days->add(date.day);
        break;
      case DateRole::kDated:
        // 时间： without anything else of a byline beside it may be when something takes place.
        if (!publishable || !may_stand_alone) break;
        if (contains_any(line.text, kBylineCompany) || contains_text(line.text, "发布")) {
          dated_.add(date.day);
          note_header(date.day, index);
        } else if (is_near) {
          vague_.add(date.day);
        }
        break;
      case DateRole::kUpdated:
        updated_.add(date.day);
        break;
      case DateRole::kNone: {
        const bool free = date.place != DatePlace::kSentence || is_glued_to_source(date, line);
        if (!free || line.characters > kLoneLineCharacters || has_sentence(line.text)) break;
        if (!may_stand_alone || date.day == today_) break;
        if (!publishable || !q_.is_chinese || date.form == DateForm::kEnglish) break;
        if (is_signed(date, index)) break;
        if (is_in_brackets_alone(date, line)) {
          held_.add(date.day);
        } else {
          (is_inner(index) ? inner_lone_ : lone_).add(date.day);
          note_header(date.day, index);
        }
        break;
      }
      default:
        break;
    }
  }

  // 来源：某报2024-03-02 08:12. Without a time of day it may be the newspaper's own.
  static bool is_glued_to_source(const FoundDate& date, const OutlineLine& line) {
    return date.time && line.text.substr(0, date.begin).find("来源") != std::string_view::npos;
  }

  // 2024年1月15日 alone below a sentence: the text has begun, and this is its signature.
  bool is_signed(const FoundDate& date, std::uint32_t index) const {
    if (!is_written_out(date) || date.place != DatePlace::kAlone) return false;
    return std::any_of(lines_.begin() + q_.zone.title_end, lines_.begin() + index,
                       [](const OutlineLine& line) { return has_sentence(line.text); });
  }

  static bool is_written_out(const FoundDate& date) {
    return date.form == DateForm::kChinese || date.form == DateForm::kChineseNumerals;
  }

  // （2024年1月15日）
  static bool is_in_brackets_alone(const FoundDate& date, const OutlineLine& line) {
    constexpr std::uint32_t kCharactersMax = 18;
    const bool in_brackets = line.text.starts_with("（") || line.text.starts_with("(");
    return is_written_out(date) && in_brackets && date.place != DatePlace::kSentence &&
           line.characters <= kCharactersMax;
  }

  // 发布日期：… below the text, before anything else begins there.
  void read_below() {
    const auto count = static_cast<std::uint32_t>(lines_.size());
    const std::uint32_t from = std::max(q_.zone.end, q_.block.line_end > 3 ? q_.block.line_end - 3 : 0);
    for (std::uint32_t index = from; index < std::min(count, q_.block.line_end + kBelowLines); ++index) {
      const OutlineLine& line = lines_[index];
      if (line.linked_characters * 2 > line.characters || line.region == Region::kFooter) break;
      if (line.characters > kLoneLineCharacters || has_sentence(line.text)) continue;
      if (contains_any(line.text, kOtherTexts)) break;
      for (const FoundDate& date : find_dates(line.text, q_.now).dates) {
        const bool is_label = date.role == DateRole::kPublished && date.label_begin < date.begin;
        if (!is_full(date) || !is_label || date.place == DatePlace::kSentence) continue;
        if (ends_with_any(line.text.substr(0, date.label_begin), kOtherTextsBefore)) continue;
        if (may_be_published(date.day, q_.now)) below_.add(date.day);
      }
    }
  }

  void choose(PageDays& days) {
    const OneDay machine = machine_day();
    const OneDay* shown = nullptr;
    for (const OneDay* const candidate : {&published_, &dated_, &lone_, &below_, &inner_, &inner_lone_, &vague_}) {
      if (shown == nullptr && candidate->any()) shown = candidate;
    }
    std::optional<CivilDay> day = shown != nullptr ? shown->day() : std::nullopt;
    // Of several that are shown, the one that META means.
    if (shown != nullptr && !day && machine.day() && shown->has(*machine.day())) day = machine.day();
    if (day) {
      days.published = day;
      days.is_shown = true;
      days.source = shown == &lone_ || shown == &inner_lone_ ? DaySource::kVisible : DaySource::kLabel;
      if (machine.day() == day) days.source = DaySource::kMeta;
      return;
    }
    if (shown != nullptr) return;  // two that differ
    if (machine.any()) {
      days.published = machine.day();
      if (days.published) days.source = DaySource::kMeta;
      return;
    }
    const auto in_url = q_.url != nullptr ? date_in_url(q_.url->path()) : std::nullopt;
    if (in_url && in_url->day && may_be_published(*in_url->day, q_.now)) {
      days.published = in_url->day;
      days.source = DaySource::kUrl;
    } else if (held_.day()) {
      days.published = held_.day();
      days.source = DaySource::kVisible;
      days.is_shown = true;
    }
  }

  // What machines are told: META, else JSON-LD, else <time>.
  OneDay machine_day() const {
    OneDay day;
    const auto add = [&](std::string_view text) {
      if (const auto found = read_date(text.substr(0, 100), q_.now); found && !found->assumed) day.add(found->day);
    };
    if (!q_.meta.published.empty()) add(q_.meta.published);
    if (!day.any()) {
      for (const std::string_view text : attribute_days()) add(text);
    }
    return day;
  }

  // itemprop=datePublished, "datePublished" of JSON-LD, else the time elements of the page.
  std::vector<std::string_view> attribute_days() const {
    std::vector<std::string_view> sure;
    std::vector<std::string_view> times;
    for (const OutlineElement& element : q_.outline.elements()) {
      if (sure.size() + times.size() > kJsonTexts) break;
      if (element.name == HtmlName::kScript) add_json_days(element.node, sure);
      const auto property = element.node.attribute("itemprop");
      const bool is_time = element.node.name() == "time";
      if (!property && !is_time) continue;
      const auto content = element.node.attribute(is_time ? "datetime" : "content");
      if (!content || content->empty()) continue;
      const bool published = property && contains_text(*property, "datePublished");
      const bool marked =
          is_time && (published || element.node.attribute("pubdate").has_value() || says_published(element.node));
      if (published || marked) {
        sure.push_back(*content);
      } else if (is_time && element.region != Region::kAside && element.region != Region::kFooter) {
        times.push_back(*content);
      }
    }
    return sure.empty() ? times : sure;
  }

  static bool says_published(HtmlNode node) {
    const std::string words = PageOutline::element_words(node);
    return contains_text(words, "publish") || contains_text(words, "entry-date") || contains_text(words, "posted");
  }

  static void add_json_days(HtmlNode script, std::vector<std::string_view>& days) {
    const auto type = script.attribute("type");
    if (!type || !contains_text(*type, "ld+json") || script.child_count() == 0) return;
    const std::string_view text = script.child(0).text();
    constexpr std::string_view kName = "\"datePublished\"";
    for (std::size_t at = text.find(kName); at != std::string_view::npos && days.size() < kJsonTexts;
         at = text.find(kName, at)) {
      at += kName.size();
      const std::size_t open = text.find('"', at);
      if (open == std::string_view::npos || open > at + 10) continue;
      const std::size_t close = text.find('"', open + 1);
      if (close == std::string_view::npos || close > open + 100) continue;
      days.push_back(text.substr(open + 1, close - open - 1));
    }
  }

  // The day below the signature, alone at the end of the text or before what is attached to it.
  std::optional<CivilDay> tail_day() const {
    if (q_.signed_at) return find_dates(lines_[*q_.signed_at].text, q_.now).dates.front().day;
    const std::uint32_t end = q_.block.line_end;
    const std::uint32_t begin = std::max(q_.block.line_begin, end > kTailLines ? end - kTailLines : 0);
    for (std::uint32_t index = end; index > begin; --index) {
      const OutlineLine& line = lines_[index - 1];
      if (index - 1 < q_.zone.end || line.characters > kTailLineCharacters || line.linked_characters != 0) continue;
      if (!has_digit(line.text) && !contains_text(line.text, "〇") && !contains_text(line.text, "○")) continue;
      const FoundDates found = find_dates(line.text, q_.now);
      if (found.dates.size() != 1 || !is_full(found.dates.front())) continue;
      const FoundDate& date = found.dates.front();
      const bool alone =
          date.place == DatePlace::kAlone || date.place == DatePlace::kBracketed || date.place == DatePlace::kLast;
      const bool own = date.role == DateRole::kNone || date.role == DateRole::kWritten;
      if (alone && own && may_be_published(date.day, q_.now)) return date.day;
    }
    return std::nullopt;
  }

  // 本办法自2024年1月1日起施行，有效期至2028年12月31日: of the text itself, near its end.
  void read_clauses(PageDays& days) const {
    OneDay effective;
    OneDay expires;
    const std::uint32_t end = q_.block.line_end;
    const std::uint32_t begin = std::max(q_.block.line_begin, end > kClauseLines ? end - kClauseLines : 0);
    for (std::uint32_t index = begin; index < end; ++index) {
      const std::string_view text = lines_[index].text;
      if (text.size() > 4 * kDatedLineBytesMax || !has_digit(text)) continue;
      for (const FoundDate& date : find_dates(text, q_.now).dates) {
        if (!is_full(date)) continue;
        if (!contains_text(sentence_before(text, date.begin), "本")) continue;
        if (date.role == DateRole::kEffective) effective.add(date.day);
        if (date.role == DateRole::kExpires) expires.add(date.day);
      }
    }
    if (!days.effective) days.effective = effective.day();
    if (!days.expires) days.expires = expires.day();
  }

  // From the last full stop before `end`.
  static std::string_view sentence_before(std::string_view text, std::size_t end) {
    const std::string_view before = text.substr(0, end);
    std::size_t begin = 0;
    for (const std::string_view stop : {"。", "；"}) {
      const std::size_t at = before.rfind(stop);
      if (at != std::string_view::npos) begin = std::max(begin, at + stop.size());
    }
    return before.substr(begin);
  }

  const DayQuestion& q_;
  const std::vector<OutlineLine>& lines_;
  const CivilDay today_;
  OneDay published_;
  OneDay dated_;
  OneDay lone_;
  OneDay vague_;
  OneDay below_;
  OneDay inner_;                                              // labelled, within the text
  OneDay inner_lone_;                                         // alone, within the text
  std::optional<std::pair<CivilDay, std::uint32_t>> header_;  // the first unlabelled day behind the title, its line
  OneDay held_;
  OneDay written_;
  OneDay promulgated_;
  OneDay effective_;
  OneDay expires_;
  OneDay updated_;
};

}  // namespace

HeadZone find_head_zone(const PageOutline& outline, const MainBlock& block, std::uint32_t title_begin,
                        std::uint32_t title_end, std::uint32_t after) {
  const auto count = static_cast<std::uint32_t>(outline.lines().size());
  HeadZone zone;
  const bool shown = title_end > title_begin;
  const std::uint32_t anchor = shown ? title_begin : block.line_begin;
  const std::uint32_t before = shown ? kZoneBefore : kZoneBeforeText;
  zone.begin = anchor > before ? anchor - before : 0;
  if (after <= anchor) zone.begin = std::max(zone.begin, after);
  zone.title_begin = shown ? title_begin : zone.begin;
  zone.title_end = shown ? title_end : zone.begin;
  zone.end = zone.title_end;
  const std::uint32_t last = std::min(count, zone.title_end + kZoneBehind);
  while (zone.end < last && !is_body_line(outline.lines()[zone.end])) ++zone.end;
  if (!shown && !block) zone.begin = zone.end;
  return zone;
}

std::optional<std::uint32_t> find_signature_day(const PageOutline& outline, const HeadZone& zone,
                                                const MainBlock& block, WallTime now) {
  constexpr std::uint32_t kDayCharacters = 16;
  constexpr std::uint32_t kOfficeCharacters = 40;
  const auto& lines = outline.lines();
  bool has_text = false;
  for (std::uint32_t index = std::max(block.line_begin, zone.title_end) + 1; index < block.line_end; ++index) {
    const OutlineLine& office = lines[index - 1];
    const OutlineLine& line = lines[index];
    has_text |= has_sentence(office.text);
    if (!has_text || line.characters > kDayCharacters || line.linked_characters != 0) continue;
    if (office.characters > kOfficeCharacters || has_sentence(office.text) || !names_site(office.text)) continue;
    if (!contains_text(line.text, "年")) continue;
    const FoundDates found = find_dates(line.text, now);
    if (found.dates.size() != 1 || !is_full(found.dates.front())) continue;
    const FoundDate& date = found.dates.front();
    if (date.place == DatePlace::kAlone && date.role == DateRole::kNone && may_be_published(date.day, now))
      return index;
  }
  return std::nullopt;
}

PageDays read_page_days(const DayQuestion& question) {
  return DayReader(question).read();
}

}  // namespace xuncha
