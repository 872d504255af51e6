#include "crawler/portal/repeals.h"

#include <algorithm>
#include <optional>
#include <string>

#include "crawler/byte_search.h"
#include "crawler/portal/document_number.h"
#include "crawler/portal/portal_text.h"
#include "crawler/text_collapse.h"

namespace xuncha {
namespace {

constexpr std::size_t kTextBytesMax = 256u << 10;
constexpr std::size_t kTitleBytesMost = 600;    // of a document in 《》
constexpr std::size_t kTitleBytesLeast = 15;    // five characters
constexpr std::size_t kNumberBytesMost = 120;   // in brackets behind it
constexpr std::size_t kSentenceBytesMax = 240;  // that is kept for people
constexpr std::size_t kSinceBytesMost = 90;     // 自本办法施行之日起
constexpr std::size_t kRowBytesMost = 900;      // of one row of a list

// Titles of pages that only speak of repeals to come, or of other pages'.
constexpr std::string_view kNoRepeals[] = {"征求意见", "征集意见", "草案", "送审稿", "讨论稿", "征求稿", "解读",
                                           "问答",     "一图",     "拟",   "公示",   "建议",   "提案",   "答复",
                                           "起草说明", "听证",     "论证", "评估",   "备案"};
constexpr std::string_view kRepealWords[] = {"废止", "失效"};
// Lists of several kinds: which rows are repealed only their headings tell.
constexpr std::string_view kMixedLists[] = {"继续有效", "保留", "修改", "修订", "现行有效", "继续执行", "清理结果"};
constexpr std::string_view kBases[] = {"根据", "按照", "依据", "依照", "贯彻", "落实", "要求", "规定，"};
constexpr std::string_view kVerbsBefore[] = {"同时", "予以", "即行", "宣布", "相应", "一并", "一律", "均",
                                             "全部", "也",   "亦",   "即",   "自行", "，",   ",",    " "};
// What stands before the verb and makes it no repeal.
constexpr std::string_view kDenials[] = {"未",   "不",   "拟",   "否",     "部分", "将",     "待",
                                         "建议", "申请", "审议", "修改、", "修改", "修改和", "或者"};
// 《甲》废止前, 废止后: of another time.
constexpr std::string_view kOtherTimes[] = {"前", "后", "之", "时", "期", "或", "和", "与", "、", "的条件"};
constexpr std::string_view kJoints[] = {"、", "和", "及", "以及", "与", " ", "原"};
constexpr std::string_view kPartOf[] = {"第", "中", "有关", "相关", "部分", "的部分", "的第", "的有关", "的相关"};

struct NumberEnd {
  std::string_view number;
  std::size_t begin = 0;  // where the bracket opens
};

// The bracket that `text` ends with, where a number stands in it.
std::optional<NumberEnd> bracket_before(std::string_view text) {
  for (const auto& [open, close] :
       {std::pair<std::string_view, std::string_view>{"（", "）"}, {"(", ")"}, {"[", "]"}, {"【", "】"}}) {
    if (!text.ends_with(close)) continue;
    const std::size_t from = text.size() > kNumberBytesMost ? text.size() - kNumberBytesMost : 0;
    const std::size_t at = text.rfind(open);
    if (at == std::string_view::npos || at < from) continue;
    const std::string_view inner = text.substr(at + open.size(), text.size() - at - open.size() - close.size());
    const auto number = find_document_number(inner);
    return NumberEnd{number ? inner.substr(number->begin, number->end - number->begin) : std::string_view(), at};
  }
  return std::nullopt;
}

bool is_title(std::string_view title) {
  return title.size() >= kTitleBytesLeast && title.size() <= kTitleBytesMost && title.find("。") == title.npos;
}

// Takes one of `words` from the end of `text`.
template <class Words>
bool drop_suffix(std::string_view& text, const Words& words) {
  for (const std::string_view word : words) {
    if (!text.ends_with(word)) continue;
    text.remove_suffix(word.size());
    return true;
  }
  return false;
}

template <class Words>
bool drop_prefix(std::string_view& text, const Words& words) {
  for (const std::string_view word : words) {
    if (!text.starts_with(word)) continue;
    text.remove_prefix(word.size());
    return true;
  }
  return false;
}

// 自本办法施行之日起, 从2024年1月1日起 at the end of `text`.
void drop_since(std::string_view& text) {
  if (!text.ends_with("起")) return;
  const std::size_t from = text.size() > kSinceBytesMost ? text.size() - kSinceBytesMost : 0;
  const std::size_t since = std::max(text.rfind("自") == text.npos ? 0 : text.rfind("自"),
                                     text.rfind("从") == text.npos ? 0 : text.rfind("从"));
  if (since < from || since == 0 || contains_text(text.substr(since), "》")) return;
  text = text.substr(0, since);
  drop_suffix(text, kJoints);
}

class RepealReader {
 public:
  RepealReader(std::string_view title, std::string_view text)
      : title_(cut_utf8(title, kTitleBytesMost)), text_(cut_utf8(text, kTextBytesMax)) {}

  std::vector<RepealStatement> read() {
    if (contains_any(title_, kNoRepeals)) return {};
    read_sentence(title_);
    for (std::size_t begin = 0; begin < text_.size() && found_.size() < kRepealsMax;) {
      const std::size_t end = std::min(text_.find("。", begin), text_.size());
      read_sentence(text_.substr(begin, end - begin));
      begin = end + 3;
    }
    if (is_list_of_repeals()) read_rows();
    return std::move(found_);
  }

 private:
  void add(std::string_view title, std::string_view number, std::string_view sentence) {
    title = strip_all_space(title);
    if (!is_title(title) || found_.size() >= kRepealsMax) return;
    const auto known = [&](const RepealStatement& other) { return other.title == title && other.number == number; };
    if (std::any_of(found_.begin(), found_.end(), known)) return;
    found_.push_back({std::string(title), std::string(number),
                      std::string(strip_all_space(cut_utf8(sentence, kSentenceBytesMax))), std::nullopt});
  }

  void read_sentence(std::string_view sentence) {
    for (const std::string_view verb : kRepealWords) {
      std::size_t places = 0;
      for (std::size_t at = sentence.find(verb); at != sentence.npos && ++places <= kRepealsMax;
           at = sentence.find(verb, at + verb.size())) {
        const std::string_view behind = sentence.substr(at + verb.size());
        if (behind.starts_with("《")) {  // 实施《甲》同时废止《乙》
          if (verb == "废止") read_names_behind(sentence, at, at + verb.size());
        } else if (std::none_of(std::begin(kOtherTimes), std::end(kOtherTimes),
                                [behind](std::string_view word) { return behind.starts_with(word); })) {
          read_names_before(sentence, at);
        }
      }
    }
  }

  // 《甲》（一号）、《乙》（二号）同时废止
  void read_names_before(std::string_view sentence, std::size_t verb) {
    std::string_view before = sentence.substr(0, verb);
    for (int words = 0; words < 4 && drop_suffix(before, kVerbsBefore); ++words) {
    }
    drop_since(before);
    drop_suffix(before, kJoints);
    for (std::size_t names = 0; names < kRepealsMax; ++names) {
      std::string_view number;
      if (const auto bracket = bracket_before(before)) {
        number = bracket->number;
        before = before.substr(0, bracket->begin);
      }
      if (!before.ends_with("》")) return;
      const std::size_t open = title_open(before);
      if (open == before.npos) return;
      const std::string_view title = before.substr(open + 3, before.size() - open - 6);
      before = before.substr(0, open);
      add(title, number, excerpt(sentence, open));
      drop_suffix(before, kJoints);
      // Names that a comma parts from these may be of another clause.
      const std::size_t size = before.size();
      drop_suffix(before, kJoints);
      if (before.size() == size && !before.ends_with("》") && !before.ends_with("）") && !before.ends_with(")")) return;
    }
  }

  // Where the 《 stands whose 》 `text` ends with; names stand within names (《关于印发《甲》的通知》).
  static std::size_t title_open(std::string_view text) {
    int depth = 0;
    const std::size_t least = text.size() > kTitleBytesMost + 6 ? text.size() - kTitleBytesMost - 6 : 0;
    for (std::size_t at = text.size(); at >= 3 && at - 3 >= least; --at) {
      const std::string_view mark = text.substr(at - 3, 3);
      if (mark == "》") ++depth;
      if (mark == "《" && --depth == 0) return at - 3;
    }
    return text.npos;
  }

  static std::size_t title_close(std::string_view text) {
    int depth = 0;
    for (std::size_t at = 0; at + 3 <= text.size() && at < kTitleBytesMost; ++at) {
      const std::string_view mark = text.substr(at, 3);
      if (mark == "《") ++depth;
      if (mark == "》" && --depth == 0) return at;
    }
    return text.npos;
  }

  static std::string_view excerpt(std::string_view sentence, std::size_t at) {
    const std::size_t from = at > 30 ? at - 30 : 0;
    std::size_t begin = from;
    while (begin < sentence.size() && (static_cast<unsigned char>(sentence[begin]) & 0xC0) == 0x80) ++begin;
    return sentence.substr(begin);
  }

  // 决定废止《甲》（一号）、《乙》
  void read_names_behind(std::string_view sentence, std::size_t verb, std::size_t behind) {
    const std::string_view before = sentence.substr(0, verb);
    for (const std::string_view denial : kDenials) {
      if (before.ends_with(denial)) return;
    }
    std::string_view rest = sentence.substr(behind);
    struct Named {
      std::string_view title;
      std::string_view number;
    };
    std::vector<Named> named;
    while (rest.starts_with("《") && named.size() < kRepealsMax) {
      const std::size_t close = title_close(rest);
      if (close == rest.npos) return;
      named.push_back({rest.substr(3, close - 3), {}});
      rest.remove_prefix(close + 3);
      for (const auto& [open, end] : {std::pair<std::string_view, std::string_view>{"（", "）"}, {"(", ")"}}) {
        const std::size_t closed = rest.starts_with(open) ? rest.find(end) : rest.npos;
        if (closed == rest.npos || closed > kNumberBytesMost) continue;
        const std::string_view inner = rest.substr(open.size(), closed - open.size());
        if (const auto number = find_document_number(inner)) {
          named.back().number = inner.substr(number->begin, number->end - number->begin);
        }
        rest.remove_prefix(closed + end.size());
        break;
      }
      if (!drop_prefix(rest, kJoints)) break;
      drop_prefix(rest, kJoints);
    }
    for (const std::string_view part : kPartOf) {
      if (rest.starts_with(part) && !named.empty()) {
        named.pop_back();
        break;
      }
    }
    for (const Named& name : named) add(name.title, name.number, excerpt(sentence, verb));
  }

  bool is_list_of_repeals() const {
    if (!contains_any(title_, kRepealWords) || contains_any(title_, kMixedLists)) return false;
    return !contains_any(text_, kMixedLists);
  }

  // Rows of a list: a name in 《》 or a cell, and its number behind it.
  void read_rows() {
    std::size_t begin = 0;
    while (begin < text_.size() && found_.size() < kRepealsMax) {
      const std::string_view rest = text_.substr(begin);
      const std::size_t mark = rest.find("号");
      if (mark == rest.npos) return;
      const std::size_t end = mark + 3;
      const std::string_view row = rest.substr(0, end);
      begin += end;
      if (row.size() > kRowBytesMost) continue;
      read_row(row);
    }
  }

  void read_row(std::string_view row) {
    // The number that ends here, with the name before it.
    std::size_t from = row.size() > kNumberBytesMost ? row.size() - kNumberBytesMost : 0;
    while (from < row.size() && (static_cast<unsigned char>(row[from]) & 0xC0) == 0x80) ++from;
    const auto number = find_document_number(row.substr(from));
    if (!number || from + number->end != row.size()) return;
    const std::string_view found = row.substr(from + number->begin, number->end - number->begin);
    std::string_view name = row.substr(0, from + number->begin);
    if (contains_any(name, kBases)) return;
    for (bool again = true; again;) {
      again = drop_suffix(name, kOpeners);
    }
    if (name.ends_with("》")) {
      const std::size_t open = title_open(name);
      if (open != name.npos) add(name.substr(open + 3, name.size() - open - 6), found, row.substr(open));
      return;
    }
    // A cell of a table: what stands behind the last blank.
    const std::size_t blank = name.rfind(' ');
    if (blank == name.npos) return;
    name = name.substr(blank + 1);
    if (contains_text(name, "。") || contains_text(name, "：") || contains_text(name, "《")) return;
    add(name, found, row.substr(blank + 1));
  }

  static constexpr std::string_view kOpeners[] = {"（", "(", " ", "【", "["};

  const std::string_view title_;
  const std::string_view text_;
  std::vector<RepealStatement> found_;
};

}  // namespace

bool may_repeal(std::string_view title, std::string_view text) {
  constexpr std::string_view kVerb = "废止";
  bool says = contains_any(title, kRepealWords);
  for (std::size_t at = find_text(text, kVerb); !says && at != text.npos; at = find_text(text, kVerb, at + 1)) {
    const std::string_view before = text.substr(0, at);
    const std::string_view behind = text.substr(at + kVerb.size());
    says = before.ends_with("同时") || before.ends_with("起") || before.ends_with("予以") || behind.starts_with("《");
  }
  return says && !contains_any(title, kNoRepeals);
}

std::vector<RepealStatement> read_repeals(std::string_view title, std::string_view text) {
  return RepealReader(title, text).read();
}

}  // namespace xuncha
