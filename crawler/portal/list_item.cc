#include "crawler/portal/list_item.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/code_points.h"
#include "core/list_years.h"
#include "crawler/ascii.h"
#include "crawler/portal/list_words.h"
#include "crawler/text_collapse.h"

namespace xuncha {
namespace {

constexpr std::size_t kRecordPiecesMax = 120;  // texts of one item that are looked at; a table row has about ten
constexpr std::size_t kNone = static_cast<std::size_t>(-1);

bool has_title_name(std::string_view classes) {
  static constexpr std::string_view kWords[] = {"title", "tit", "bt", "biaoti", "tt"};
  return has_any_name_word(classes, kWords);
}

bool is_heading(std::string_view name) {
  return name.size() == 2 && name[0] == 'h' && name[1] >= '1' && name[1] <= '6';
}

bool is_bracket(std::string_view rest, std::size_t& size) {
  for (const std::string_view mark :
       {"[", "]", "(", ")", "【", "】", "（", "）", "〔", "〕", " ", "|", "-", "/", "·"}) {
    if (!rest.starts_with(mark)) continue;
    size = mark.size();
    return true;
  }
  return false;
}

// Nothing but brackets and blanks.
bool is_bare(std::string_view text) {
  for (std::size_t size = 0; !text.empty(); text.remove_prefix(size)) {
    if (!is_bracket(text, size)) return false;
  }
  return true;
}

bool may_be_items(const FoundDate& date, WallTime now) {
  switch (date.role) {
    case DateRole::kNone:
    case DateRole::kDated:
    case DateRole::kPublished:
    case DateRole::kWritten:
    case DateRole::kUpdated:
    case DateRole::kAsked:
      return may_be_published(date.day, now);
    case DateRole::kClock:  // 2024-04-26 星期五, which no word calls a clock and which is not today
      return date.label_begin == date.begin && date.day != beijing_day(now) && may_be_published(date.day, now);
    default:
      return false;
  }
}

// The text is a date and nothing else.
bool is_date_alone(std::string_view text, WallTime now) {
  if (text.size() > 80) return false;
  const FoundDates found = find_dates(text, now);
  if (found.dates.size() != 1) return false;
  const FoundDate& date = found.dates.front();
  return is_bare(text.substr(0, date.label_begin)) && is_bare(text.substr(date.end));
}

// （星期一）, 周一
bool is_day_of_week(std::string_view text) {
  std::size_t size = 0;
  while (!text.empty() && is_bracket(text, size)) text.remove_prefix(size);
  for (const std::string_view word : {"星期", "周"}) {
    if (!text.starts_with(word)) continue;
    text.remove_prefix(word.size());
    for (const std::string_view day : {"一", "二", "三", "四", "五", "六", "日", "天"}) {
      if (text.starts_with(day)) return is_bare(text.substr(day.size()));
    }
  }
  return false;
}

struct Piece {
  std::string text;
  std::size_t node = 0;
  bool in_title = false;  // below the link that holds the title
};

// The texts of an item.
std::vector<Piece> read_pieces(const ListTree& tree, RecordRange record, std::size_t link) {
  std::vector<Piece> pieces;
  for (std::size_t index = record.begin; index < record.end && pieces.size() < kRecordPiecesMax; ++index) {
    const ListNode& node = tree[index];
    if (!node.is_shown) {
      index = std::max<std::size_t>(node.end, index + 1) - 1;
    } else if (node.is_text && node.characters != 0) {
      const bool in_title = link != kNone && index > link && index < tree[link].end;
      pieces.push_back({collapse_text(node.node.text(), limits::kListTitleBytesMax), index, in_title});
    }
  }
  return pieces;
}

// 相关文件：, 政策原文：: the links behind it in the same element are of other documents.
bool is_reference_label(std::string_view text) {
  text = strip_all_space(text);
  if (text.size() > 45 || !(text.ends_with("：") || text.ends_with(":"))) return false;
  for (const std::string_view word : {"相关", "原文", "解读", "附件", "关联", "延伸"}) {
    if (text.find(word) != std::string_view::npos) return true;
  }
  return false;
}

// The link whose text is the title: one within a heading, else the first that leads where the longest one leads.
std::size_t find_title_link(const ListTree& tree, RecordRange record) {
  std::size_t longest = kNone;
  std::size_t longest_reference = kNone;
  std::uint32_t references = 0;  // the element that holds them
  for (std::size_t index = record.begin; index < record.end; ++index) {
    const ListNode& node = tree[index];
    if (!node.is_shown) {
      index = std::max<std::size_t>(node.end, index + 1) - 1;
      continue;
    }
    if (node.titles == 1 && (is_heading(node.name) || (!node.name.empty() && node.name != "a" &&
                                                       has_title_name(tree.attribute(index, "class"))))) {
      for (std::size_t inner = index; inner < node.end; ++inner) {
        if (tree[inner].name == "a" && tree[inner].titles == 1) return inner;
      }
    }
    if (node.is_text && !node.in_link && node.characters != 0 && is_reference_label(node.node.text())) {
      references = node.parent;
    }
    if (node.name == "a" && node.titles == 1) {
      std::size_t& most = references != 0 && node.parent == references ? longest_reference : longest;
      if (most == kNone || node.characters > tree[most].characters) most = index;
    }
  }
  if (longest == kNone) longest = longest_reference;
  if (longest == kNone) return kNone;
  const std::string_view target = tree.attribute(longest, "href");
  for (std::size_t index = record.begin; index < longest && !target.empty(); ++index) {
    const ListNode& node = tree[index];
    if (node.name == "a" && node.is_shown && node.titles == 1 && tree.attribute(index, "href") == target) return index;
  }
  return longest;
}

// A link that leads to the item where none holds its title: a picture or [详细].
std::size_t find_any_link(const ListTree& tree, RecordRange record) {
  for (std::size_t index = record.begin; index < record.end; ++index) {
    if (tree[index].name == "a" && tree[index].is_shown) return index;
  }
  return kNone;
}

// The text of the part of the link that is the title. A link around the whole item holds its date and summary too.
std::string visible_title(const ListTree& tree, std::size_t link, WallTime now) {
  std::size_t begin = link;
  std::size_t end = tree[link].end;
  for (std::size_t index = link + 1; index < tree[link].end; ++index) {
    const ListNode& node = tree[index];
    if (node.name.empty() || !node.is_shown || node.characters < 4) continue;
    if (!is_heading(node.name) && !has_title_name(tree.attribute(index, "class"))) continue;
    begin = index;
    end = node.end;
    break;
  }
  std::vector<std::string> parts(1);
  CollapsedText text(limits::kListTitleBytesMax);
  const auto close_part = [&] {
    if (!text.empty()) parts.push_back(text.take());
    text.clear();
  };
  for (std::size_t index = begin; index < end; ++index) {
    const ListNode& node = tree[index];
    if (!node.is_shown) {
      index = std::max<std::size_t>(node.end, index + 1) - 1;
      continue;
    }
    const bool is_block = node.name == "p" || node.name == "div" || node.name == "br" || node.name == "li" ||
                          node.name == "dd" || node.name == "dt" || node.name == "td" || is_heading(node.name);
    if (is_block) close_part();
    if (!node.is_text) continue;
    if (node.dates != 0 && is_date_alone(collapse_text(node.node.text(), 100), now)) continue;
    text.append(node.node.text(), HtmlText::kRaw);
  }
  close_part();
  for (std::string& part : parts) {
    if (count_shown_characters(part) >= 4) return std::move(part);
  }
  return parts.size() > 1 ? parts[1] : std::string();
}

// Without the dots that stand for the rest; a single full stop stays.
std::string_view without_dots(std::string_view text) {
  while (true) {
    if (text.ends_with("…") || text.ends_with("．")) {
      text.remove_suffix(3);
    } else if (text.ends_with("..")) {
      while (text.ends_with('.')) text.remove_suffix(1);
    } else {
      return text;
    }
  }
}

std::string without_blanks(std::string_view text) {
  std::string bare;
  for (const char c : text) {
    if (c != ' ') bare.push_back(c);
  }
  return bare;
}

// A title attribute that holds a form: 标题：... 发布时间：...
std::string attribute_title(std::string_view written) {
  std::string text = collapse_text(written, limits::kListTitleBytesMax);
  for (const std::string_view label : {"文章标题：", "文章标题:", "标题：", "标题:"}) {
    if (!text.starts_with(label)) continue;
    text.erase(0, label.size());
    std::size_t end = text.size();
    for (const std::string_view next : {"发布日期", "发布时间", "发表时间", "更新时间", "作者：", "作者:", "来源：",
                                        "来源:", "点击数", "点击次数", "文章作者", "时间：", "作 者：", "作 者:"}) {
      end = std::min(end, text.find(next));
    }
    text.resize(end);
    break;
  }
  return std::string(strip_all_space(text));
}

// The whole title, where the visible one is cut and an attribute of the item holds it.
std::string full_title(const ListTree& tree, RecordRange record, std::string visible) {
  std::string_view stem = without_dots(visible);
  const bool is_cut = stem.size() < visible.size();
  if (stem.size() == visible.size() && visible.ends_with('.')) stem.remove_suffix(1);
  const std::string wanted = without_blanks(stem);
  std::string best;
  for (std::size_t index = record.begin; index < record.end; ++index) {
    if (tree[index].name.empty() || !tree[index].is_shown) continue;
    for (const std::string_view name : {"title", "data-title", "alt"}) {
      const std::string_view written = tree.attribute(index, name);
      if (written.empty() || has_template_code(written)) continue;
      std::string candidate = attribute_title(written);
      if (candidate.size() <= best.size() || is_chrome_text(candidate)) continue;
      const std::string bare = without_blanks(candidate);
      const bool continues = bare.starts_with(wanted) && bare.size() > wanted.size();
      // An uncut text is only continued where it is long enough to be no category.
      if (visible.empty() || (continues && (is_cut || count_shown_characters(wanted) >= 8))) {
        if (without_dots(candidate).size() < candidate.size() && !is_cut && !visible.empty()) continue;
        best = std::move(candidate);
      }
    }
  }
  return best.empty() ? std::move(visible) : best;
}

bool is_numeric(DateForm form) {
  return form == DateForm::kYearMonthDay || form == DateForm::kMonthDay || form == DateForm::kTwoDigitYear;
}

// Takes a date off the front or the end of a title: [04-26] Title, Title (2024-04-26).
std::optional<FoundDate> split_date(std::string& title, WallTime now) {
  if (title.size() > limits::kListDateTextBytes) return std::nullopt;
  const FoundDates found = find_dates(title, now);
  if (found.dates.empty()) return std::nullopt;
  for (const FoundDate* date : {&found.dates.back(), &found.dates.front()}) {
    if (date->place == DatePlace::kSentence || !may_be_items(*date, now)) continue;
    const std::string_view text = title;
    std::string_view before = text.substr(0, date->label_begin);
    std::string_view after = text.substr(date->end);
    const bool is_last = is_bare(after);
    const bool is_first = is_bare(before);
    if (is_last == is_first) continue;
    // A Chinese date in brackets behind a title mostly belongs to it.
    if (!is_numeric(date->form)) continue;
    // Without brackets or a year it may be a number of the title: 关于 1-3
    const bool in_brackets = date->place == DatePlace::kBracketed;
    if (date->form == DateForm::kMonthDay && !in_brackets) continue;
    std::string_view rest = is_last ? before : after;
    std::size_t size = 0;
    if (is_last) {
      for (const std::string_view mark : {"[", "(", "【", "（", "〔", "|", "-", "/"}) {
        rest = strip_all_space(rest);
        if (rest.ends_with(mark)) rest.remove_suffix(mark.size());
      }
    } else {
      while (is_bracket(rest, size)) rest.remove_prefix(size);
    }
    const FoundDate taken = *date;
    title = std::string(strip_all_space(rest));
    return taken;
  }
  return std::nullopt;
}

bool is_year(std::string_view text) {
  return text.size() == 4 && (text.starts_with("19") || text.starts_with("20")) && is_ascii_digit(text[2]) &&
         is_ascii_digit(text[3]);
}

// A date's parts stand in several elements.
bool is_split_date(const std::vector<Piece>& pieces, WallTime now) {
  for (const Piece& piece : pieces) {
    const std::string_view text = piece.text;
    if (text.size() > 16) continue;
    if (is_year(text) || (text.ends_with("年") && is_year(text.substr(0, text.size() - 3)))) return true;
    // 2024-04 or 2024年04月, beside a day
    const bool begins_with_year = text.size() >= 6 && is_year(text.substr(0, 4));
    if (begins_with_year && find_dates(text, now).dates.empty()) return true;
  }
  return false;
}

// Digits and what stands between those of a date.
bool is_date_part(std::string_view text) {
  if (text.empty() || text.size() > 16) return false;
  while (!text.empty()) {
    std::size_t size =
        is_ascii_digit(text.front()) || text.front() == '-' || text.front() == '/' || text.front() == '.';
    for (const std::string_view unit : {"年", "月", "日"}) {
      if (text.starts_with(unit)) size = unit.size();
    }
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

struct DateNumber {
  int value = 0;
  std::size_t digits = 0;
  std::string_view unit;  // what stands behind it
};

std::vector<DateNumber> numbers_of(std::string_view text) {
  std::vector<DateNumber> numbers;
  for (std::size_t at = 0; at < text.size();) {
    if (!is_ascii_digit(text[at])) {
      ++at;
      continue;
    }
    DateNumber number;
    while (at < text.size() && is_ascii_digit(text[at]) && number.digits < 5) {
      number.value = number.value * 10 + (text[at++] - '0');
      ++number.digits;
    }
    for (const std::string_view unit : {"年", "月", "日"}) {
      if (text.substr(at).starts_with(unit)) number.unit = unit;
    }
    numbers.push_back(number);
  }
  return numbers;
}

// Parts that name what they are, or that only one order makes a date of: 26日 2024年04月, 26 04月 2024年, 04/26 2024.
std::optional<FoundDate> date_of_parts(std::string_view text, WallTime now) {
  const std::vector<DateNumber> numbers = numbers_of(text);
  if (numbers.size() != 3) return std::nullopt;
  const auto named = [&](std::string_view unit) -> const DateNumber* {
    const auto found =
        std::find_if(numbers.begin(), numbers.end(), [unit](const DateNumber& number) { return number.unit == unit; });
    return found == numbers.end() ? nullptr : &*found;
  };
  const auto long_one =
      std::find_if(numbers.begin(), numbers.end(), [](const DateNumber& number) { return number.digits == 4; });
  if (long_one == numbers.end()) return std::nullopt;
  const DateNumber* month = named("月");
  const DateNumber* day = named("日");
  // The year first, or month and day in one part: month before day. Else only their units tell. Single digits behind a
  // year count something else: 2024, issue 3, page 12.
  const bool is_padded =
      std::all_of(numbers.begin() + 1, numbers.end(), [](const DateNumber& number) { return number.digits == 2; });
  const bool is_ordered =
      (long_one == numbers.begin() && is_padded) || text.find_first_of("-/.") != std::string_view::npos;
  for (const DateNumber& number : numbers) {
    if (&number == &*long_one || &number == month || &number == day || number.digits > 2) continue;
    if (month == nullptr && (day != nullptr || is_ordered)) {
      month = &number;
    } else if (month != nullptr && day == nullptr) {
      day = &number;
    }
  }
  if (month == nullptr || day == nullptr) return std::nullopt;
  const CivilDay made(std::chrono::year(long_one->value), std::chrono::month(static_cast<unsigned>(month->value)),
                      std::chrono::day(static_cast<unsigned>(day->value)));
  if (!made.ok() || !may_be_published(made, now)) return std::nullopt;
  FoundDate date;
  date.day = date.written = made;
  date.form = DateForm::kSplit;
  date.place = DatePlace::kAlone;
  return date;
}

// The one day that two or three parts behind each other make.
std::optional<FoundDate> read_split_date(const std::vector<Piece>& pieces, WallTime now) {
  std::optional<FoundDate> best;
  for (std::size_t first = 0; first + 1 < pieces.size(); ++first) {
    std::string text;
    for (std::size_t part = first; part < std::min(pieces.size(), first + 3); ++part) {
      if (!is_date_part(pieces[part].text)) break;
      text += (text.empty() ? "" : " ") + pieces[part].text;
      if (part == first) continue;
      auto date = read_date(text, now);
      if (!date || date->form != DateForm::kSplit) date = date_of_parts(text, now);
      if (!date) continue;
      if (best && best->day != date->day) return std::nullopt;
      best = date;
    }
  }
  return best;
}

bool names_other_day(std::string_view text, WallTime now) {
  const FoundDates found = find_dates(text, now);
  return std::any_of(found.dates.begin(), found.dates.end(), [](const FoundDate& date) {
    return date.role == DateRole::kOther || date.role == DateRole::kDeadline || date.role == DateRole::kPeriodBegin;
  });
}

// The one day that the texts beside a title give.
std::optional<FoundDate> read_item_date(const std::vector<Piece>& pieces, WallTime now) {
  std::string joined;
  for (const Piece& piece : pieces) {
    if (piece.in_title && !is_date_alone(piece.text, now)) continue;
    if (piece.text.size() > limits::kListDateTextBytes || joined.size() > 4 * limits::kListDateTextBytes) continue;
    joined += joined.empty() ? "" : " ";
    joined += piece.text;
  }
  if (is_split_date(pieces, now)) {
    if (auto date = read_split_date(pieces, now)) return date;
  }
  std::optional<FoundDate> best;
  bool is_one = true;
  for (const Piece& piece : pieces) {
    if (piece.text.size() > limits::kListDateTextBytes) continue;
    for (const FoundDate& date : find_dates(piece.text, now).dates) {
      if (date.place == DatePlace::kSentence || !may_be_items(date, now)) continue;
      if (piece.in_title && !is_date_alone(piece.text, now)) continue;
      const bool is_published = date.role == DateRole::kPublished;
      const bool best_published = best && best->role == DateRole::kPublished;
      if (!best || (is_published && !best_published)) {
        best = date;
        is_one = true;
      } else if (is_published == best_published && date.day != best->day) {
        is_one = false;
      }
    }
  }
  if (best && is_one) return best;
  const auto date = read_date(joined, now);
  // Two days, of which one is labelled as of another thing: 征集时间：2024-04-01 2024-04-30.
  const bool is_in_doubt = best && date && date->role == DateRole::kNone && names_other_day(joined, now);
  return is_in_doubt ? std::nullopt : date;
}

// A day beside the title, whatever it is of.
bool shows_day(const std::vector<Piece>& pieces, WallTime now) {
  return std::any_of(pieces.begin(), pieces.end(), [now](const Piece& piece) {
    const bool has_digit = std::any_of(piece.text.begin(), piece.text.end(), is_ascii_digit);
    if (piece.in_title || !has_digit || piece.text.size() > limits::kListDateTextBytes) return false;
    const FoundDates found = find_dates(piece.text, now);
    return std::any_of(found.dates.begin(), found.dates.end(), [](const FoundDate& date) {
      return date.place != DatePlace::kSentence && date.role != DateRole::kClock;
    });
  });
}

bool says_pinned(const ListTree& tree, RecordRange record, const std::vector<Piece>& pieces) {
  for (const Piece& piece : pieces) {
    if (piece.text.size() <= 60 && is_pinned_text(piece.text)) return true;
    if (piece.in_title && (piece.text.starts_with("[置顶]") || piece.text.starts_with("【置顶】"))) return true;
  }
  for (std::size_t index = record.begin; index < record.end; ++index) {
    const ListNode& node = tree[index];
    if (node.name.empty() || !node.is_shown) continue;
    static constexpr std::string_view kMarks[] = {"zhiding", "istop", "sticky", "settop"};
    if (has_any_name_word(tree.attribute(index, "class"), kMarks)) return true;
    if (node.name != "img") continue;
    if (is_pinned_text(tree.attribute(index, "alt")) || is_pinned_text(tree.attribute(index, "title"))) return true;
    const std::string_view source = tree.attribute(index, "src");
    if (source.find("zhiding") != std::string_view::npos || source.find("istop") != std::string_view::npos) return true;
  }
  return false;
}

std::string without_pinned_mark(std::string title) {
  for (const std::string_view mark : {"[置顶]", "【置顶】", "（置顶）", "(置顶)", "[顶]", "【顶】", "置顶："}) {
    if (title.starts_with(mark)) title.erase(0, mark.size());
  }
  while (!title.empty()) {
    const auto starts = [&](std::string_view mark) { return title.starts_with(mark); };
    std::size_t size = 0;
    for (const std::string_view mark : {"·", "•", "◆", "■", "●", "▪", "・", "☆", "★", "»", "›", "►", "▶", " "}) {
      if (starts(mark)) size = mark.size();
    }
    if (size == 0) break;
    title.erase(0, size);
  }
  return title;
}

// Of the heads, how many have no cell in the row: those that lead it, since a cell above spans it.
std::size_t cells_spanned(const ListTree& tree, std::size_t row, const ColumnHeads& heads, std::size_t cells) {
  return tree[row].name == "tr" && cells < heads.cells ? heads.cells - cells : 0;
}

// Without the texts of cells whose heads say that they hold no day of publication.
void leave_out_others(const ListTree& tree, RecordRange record, const ColumnHeads& heads, std::vector<Piece>& pieces) {
  const std::vector<std::size_t> cells = cells_of(tree, record.begin);
  const std::size_t spanned = cells_spanned(tree, record.begin, heads, cells.size());
  for (std::size_t position = spanned; position < std::min<std::size_t>(cells.size() + spanned, 64); ++position) {
    if ((heads.others >> position & 1) == 0) continue;
    const std::size_t cell = cells[position - spanned];
    std::erase_if(pieces, [&](const Piece& piece) { return piece.node > cell && piece.node < tree[cell].end; });
  }
}

// Without the days behind a label of such a thing in an element of its own:
// <span>登记日期</span><span>2010-01-11</span>.
void leave_out_events(std::vector<Piece>& pieces) {
  for (std::size_t index = 0; index + 1 < pieces.size();) {
    std::string_view label = strip_all_space(pieces[index].text);
    for (const std::string_view colon : {"：", ":"}) {
      if (label.ends_with(colon)) label.remove_suffix(colon.size());
    }
    const bool is_label = std::none_of(label.begin(), label.end(), is_ascii_digit);  // 备案时间：2024-05-09 is none
    if (!pieces[index].in_title && is_label && is_event_header(label)) {
      pieces.erase(pieces.begin() + static_cast<std::ptrdiff_t>(index) + 1);
    } else {
      ++index;
    }
  }
}

// 标题：... 发布时间：... in the title attribute of a link.
std::optional<FoundDate> date_of_attribute(std::string_view written, WallTime now) {
  const std::string text = collapse_text(written, limits::kListDateTextBytes);
  for (const FoundDate& date : find_dates(text, now).dates) {
    const bool is_labelled = date.role == DateRole::kPublished || date.role == DateRole::kUpdated;
    if (is_labelled && may_be_items(date, now)) return date;
  }
  return std::nullopt;
}

}  // namespace

std::vector<std::size_t> cells_of(const ListTree& tree, std::size_t row) {
  std::vector<std::size_t> cells;
  for (std::size_t child = row + 1; child < tree[row].end; child = tree[child].end) {
    const std::string_view name = tree[child].name;
    if (name == "td" || name == "th") cells.push_back(child);
  }
  if (!cells.empty()) return cells;
  for (std::size_t child = row + 1; child < tree[row].end; child = tree[child].end) {
    if (!tree[child].name.empty()) cells.push_back(child);
  }
  return cells;
}

ColumnHeads read_column_heads(const ListTree& tree, std::size_t row) {
  constexpr std::size_t kHeadBytesMax = 100;
  constexpr std::size_t kCellsMax = 40;
  ColumnHeads heads;
  bool is_published = false;
  const std::vector<std::size_t> cells = cells_of(tree, row);
  heads.cells = cells.size();
  std::uint64_t deadlines = 0;
  bool has_other_day = false;
  for (std::size_t position = 0; position < std::min(cells.size(), kCellsMax); ++position) {
    const std::string text = without_blanks(tree.text_of(cells[position], kHeadBytesMax));
    const bool is_event = is_event_header(text);
    const bool is_deadline = is_deadline_header(text);
    if (!heads.title && is_title_header(text)) heads.title = position;
    if (is_event || is_number_header(text)) heads.others |= std::uint64_t{1} << position;
    if (is_deadline) deadlines |= std::uint64_t{1} << position;
    has_other_day = has_other_day || (!is_event && !is_deadline && (text.ends_with("时间") || text.ends_with("日期")));
    if (is_date_header(text) && (!heads.date || (!is_published && is_published_header(text)))) {
      heads.date = position;
      is_published = is_published_header(text);
    }
  }
  // Beside another day the deadline is not when it was published.
  if (has_other_day) heads.others |= deadlines;
  if (heads.date && (heads.others >> *heads.date & 1) != 0) heads.date.reset();
  return heads;
}

std::string_view quoted_address(std::string_view script) {
  constexpr std::size_t kQuotedMax = 20;
  std::size_t at = 0;
  for (std::size_t seen = 0; seen < kQuotedMax; ++seen) {
    at = script.find_first_of("'\"", at);
    if (at == std::string_view::npos) return {};
    const std::size_t end = script.find(script[at], at + 1);
    if (end == std::string_view::npos) return {};
    const std::string_view text = trim_ascii(script.substr(at + 1, end - at - 1));
    at = end + 1;
    if (text.size() < 4 || text.find_first_of(" <>{}()") != std::string_view::npos) continue;
    const bool is_address = text.starts_with("http://") || text.starts_with("https://") || text.starts_with('/') ||
                            text.starts_with("./") || text.starts_with("../") ||
                            text.find(".htm") != std::string_view::npos ||
                            text.find(".shtml") != std::string_view::npos ||
                            text.find(".jsp") != std::string_view::npos || text.find(".pdf") != std::string_view::npos;
    if (is_address) return text;
  }
  return {};
}

std::optional<Url> link_target(const ListTree& tree, std::size_t link, const Url* base) {
  const std::string_view href = trim_ascii(tree.attribute(link, "href"));
  if (has_template_code(href)) return std::nullopt;
  const bool is_script = starts_with_ignoring_case(href, "javascript:");
  if (!href.empty() && !is_script && !href.starts_with('#')) return parse_url(href, base).url;
  for (const std::string_view name : {"data-href", "data-url", "data-link"}) {
    const std::string_view value = trim_ascii(tree.attribute(link, name));
    if (value.empty() || has_template_code(value)) continue;
    if (auto url = parse_url(value, base).url) return url;
  }
  for (const std::string_view script : {tree.attribute(link, "onclick"), is_script ? href : std::string_view()}) {
    const std::string_view address = quoted_address(script);
    if (address.empty()) continue;
    if (auto url = parse_url(address, base).url) return url;
  }
  return std::nullopt;
}

std::optional<FoundDate> read_day_heading(std::string_view text, WallTime now) {
  const FoundDates found = find_dates(text, now);
  if (found.dates.size() != 1) return std::nullopt;
  const FoundDate& date = found.dates.front();
  const std::string_view rest = text.substr(date.end);
  const bool is_alone = is_bare(text.substr(0, date.label_begin)) && (is_bare(rest) || is_day_of_week(rest));
  // The heading of today with its day of the week reads as a clock.
  const bool is_clock = date.role == DateRole::kClock && date.label_begin == date.begin;
  const bool may_be = is_clock ? may_be_published(date.day, now) : may_be_items(date, now);
  return is_alone && may_be ? std::optional(date) : std::nullopt;
}

RawItem read_item(const ListTree& tree, RecordRange record, const ColumnHeads& heads, const ListPage& page) {
  RawItem raw;
  const std::size_t title_link = find_title_link(tree, record);
  const std::size_t link = title_link != kNone ? title_link : find_any_link(tree, record);
  raw.has_link = link != kNone;
  std::vector<Piece> pieces = read_pieces(tree, record, title_link);
  const bool is_row = tree[record.begin].name == "tr" || tree[record.begin].name == "li";
  if (heads.others != 0 && is_row) leave_out_others(tree, record, heads, pieces);
  leave_out_events(pieces);
  for (const Piece& piece : pieces) raw.is_unfilled = raw.is_unfilled || has_template_code(piece.text);

  if (record.day != 0) raw.date = read_day_heading(tree.text_of(record.day, 200), page.now);
  if (!raw.date && heads.date && tree[record.begin].name == "tr") {
    const std::vector<std::size_t> cells = cells_of(tree, record.begin);
    const std::size_t spanned = cells_spanned(tree, record.begin, heads, cells.size());
    if (*heads.date >= spanned && *heads.date - spanned < cells.size()) {
      const std::size_t cell = cells[*heads.date - spanned];
      raw.date = read_date(tree.text(cell, tree[cell].end, TextJoin::kPieces, 200), page.now);
      raw.has_header = raw.date.has_value();
    }
  }
  if (!raw.date) raw.date = read_item_date(pieces, page.now);

  std::string title;
  if (title_link != kNone) {
    title = visible_title(tree, title_link, page.now);
    if (!raw.date) raw.date = split_date(title, page.now);
    if (!raw.date) raw.date = date_of_attribute(tree.attribute(title_link, "title"), page.now);
  } else {
    const Piece* longest = nullptr;
    for (const Piece& piece : pieces) {
      if (is_date_alone(piece.text, page.now) || is_chrome_text(piece.text)) continue;
      if (longest == nullptr || piece.text.size() > longest->text.size()) longest = &piece;
    }
    if (longest != nullptr) title = longest->text;
  }
  raw.item.title = without_pinned_mark(full_title(tree, record, std::move(title)));
  raw.item.pinned = says_pinned(tree, record, pieces);
  raw.shows_other_day = !raw.date && shows_day(read_pieces(tree, record, title_link), page.now);
  if (link != kNone) {
    raw.is_unfilled = raw.is_unfilled || has_template_code(tree.attribute(link, "href"));
    if (const auto url = link_target(tree, link, page.base)) raw.item.url = url->href();
  }
  return raw;
}

namespace {

constexpr std::size_t kPinnedMax = 5;      // editors pin a handful; more is a list in another order
constexpr std::size_t kDisorderShare = 5;  // of the unpinned rest at most one pair in so many is out of order

bool lacks_year(const FoundDate& date) {
  return date.form == DateForm::kMonthDay || date.form == DateForm::kChineseMonthDay;
}

std::optional<CivilDay> day_of_address(const std::string& url, WallTime now) {
  const auto dated = date_in_url(url);
  if (!dated || !dated->day || !may_be_published(*dated->day, now)) return std::nullopt;
  return dated->day;
}

// The days of items whose dates have no year, by their neighbours; an address that carries the same month and day knows
// it. Items that say they are pinned stand outside of the order.
void infer_days(const std::vector<RawItem>& raw, std::vector<ListItem>& items, WallTime now) {
  std::vector<ListDate> dates;
  std::vector<std::size_t> places;
  for (std::size_t index = 0; index < items.size(); ++index) {
    if (!raw[index].date) continue;
    ListItem& item = items[index];
    const CivilDay day = raw[index].date->day;
    ListDate date{day.month() / day.day(), day.year()};
    if (lacks_year(*raw[index].date)) {
      const auto addressed = day_of_address(item.url, now);
      const bool agrees = addressed && addressed->month() / addressed->day() == date.month_day;
      date.year = agrees ? std::optional(addressed->year()) : std::nullopt;
      item.day.reset();
      if (agrees) item.day = addressed;
    }
    if (item.pinned) continue;
    dates.push_back(date);
    places.push_back(index);
  }
  const std::vector<InferredDay> inferred = infer_years(dates, now);
  for (std::size_t index = 0; index < places.size(); ++index) items[places[index]].day = inferred[index].day;
  for (std::size_t index = 0; index < items.size(); ++index) {
    if (items[index].day) continue;
    items[index].day_source = DaySource::kNone;
    items[index].lacks_year = raw[index].date.has_value();
  }
}

}  // namespace

void mark_pinned(std::vector<ListItem>& items) {
  std::size_t newest = kNone;
  for (std::size_t index = 0; index < items.size(); ++index) {
    if (!items[index].day) continue;
    if (newest == kNone || *items[index].day > *items[newest].day) newest = index;
  }
  if (newest == kNone || newest == 0 || newest > kPinnedMax) return;
  std::size_t disorder = 0;
  const ListItem* before = nullptr;
  for (std::size_t index = newest; index < items.size(); ++index) {
    if (!items[index].day) continue;
    if (before != nullptr && *before->day < *items[index].day) ++disorder;
    before = &items[index];
  }
  if (disorder * kDisorderShare > items.size() - newest) return;
  for (std::size_t index = 0; index < newest; ++index) {
    if (items[index].day) items[index].pinned = true;
  }
}

std::vector<ListItem> finish_items(std::vector<RawItem> raw, WallTime now) {
  std::vector<ListItem> items;
  items.reserve(raw.size());
  bool infers = false;
  for (RawItem& item : raw) {
    ListItem& made = items.emplace_back(std::move(item.item));
    if (item.date) {
      made.day = item.date->day;
      made.day_source = DaySource::kList;
      infers = infers || lacks_year(*item.date);
    } else if (const auto day = item.has_own_date ? std::nullopt : day_of_address(made.url, now)) {
      made.day = day;
      made.day_source = DaySource::kUrl;
    }
  }
  if (infers) infer_days(raw, items, now);
  mark_pinned(items);
  return items;
}

}  // namespace xuncha
