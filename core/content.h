#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/civil.h"
#include "core/clock.h"

// What the readers of a portal's content hand to the detectors. Plain values.
namespace xuncha {

// What a detector of content says, and why: a word of a closed list, as the detector's header gives it.
enum class ContentVerdict : std::uint8_t { kPass, kFail, kInconclusive };
struct ContentJudgement {
  ContentVerdict verdict = ContentVerdict::kInconclusive;
  std::string_view reason;  // static

  bool fails() const { return verdict == ContentVerdict::kFail; }
};

// One page says that a document is no longer in force: 《…办法》（民发〔2010〕1号）同时废止.
struct RepealStatement {
  std::string title;               // of the document, without 《》
  std::string number;              // its number as it stands there; empty where none does
  std::string sentence;            // where it is said, for people
  std::optional<CivilDay> latest;  // day that the sentence gives: from one to come on it is not yet so
};

// A document as its own page shows it.
struct DocumentSight {
  std::string title;
  std::string number;                  // 文号; empty: none is shown
  std::string validity;                // 有效性, or the mark at the title's end; empty: none
  bool marked = false;                 // the page says somewhere that the document is repealed or expired
  std::optional<CivilDay> published;   // as shown to the reader
  std::optional<CivilDay> written;     // 成文日期
  std::optional<CivilDay> expires;     // 有效期至, 废止日期
  std::optional<CivilDay> meta;        // META PubDate
  bool written_is_labelled = false;    // by a label that means nothing else: 成文日期, 印发日期
  bool published_is_labelled = false;  // by 发布日期 and the like
  bool in_library = false;             // stands in a column of 行政规范性文件
  bool has_table = false;              // a metadata table
  bool has_text = false;
  bool has_file = false;  // the text is attached
  // Labels of the table that stand without a value.
  bool number_is_blank = false;
  bool written_is_blank = false;
  bool published_is_blank = false;
  bool validity_is_blank = false;
};

// What a home page and the pages it leads to show of their days. Days after tomorrow and page clocks are not among
// them.
struct HomeSight {
  std::uint32_t dated = 0;                 // dates that a reader sees on the page
  std::optional<CivilDay> newest_shown;    // of those
  std::optional<CivilDay> newest_hidden;   // of the page's bytes and of the addresses it links to
  std::uint32_t articles_dated = 0;        // pages it links to that give their own day
  std::optional<CivilDay> newest_article;  // of those
  std::uint32_t undated_headlines = 0;     // that lead to other sites, whose days nobody read
  bool cut = false;                        // the page is longer than what is read of it
  bool by_script = false;                  // scripts fill in lists
  bool complete = false;                   // all pages of the site were read
  std::uint32_t columns_dated = 0;         // of the site
  std::uint32_t columns_unread = 0;        // whose list nobody could read
  std::optional<CivilDay> newest_column;   // the newest item of all columns
  bool columns_confirmed = false;          // by that item's own page
};

// What the foot of every page must show (国办发〔2017〕47号 附件 3.3; 国办秘函〔2019〕19号 网站标识, 监督举报入口).
// Numbers are stored: append only.
enum class FootFact : std::uint8_t { kSiteCode, kIcp, kPolice, kConac, kReport };
inline constexpr std::size_t kFootFacts = 5;
// kUnreadable: something of the kind stands there that could not be read. Numbers are stored: append only.
enum class FootMark : std::uint8_t { kThere, kUnreadable, kMissing };
struct FootSight {
  FootMark marks[kFootFacts] = {FootMark::kUnreadable, FootMark::kUnreadable, FootMark::kUnreadable,
                                FootMark::kUnreadable, FootMark::kUnreadable};
  bool has_foot = false;   // the page's own bytes hold a foot: 主办单位, 版权所有, 备案
  bool by_script = false;  // a frame or script is to fill it in: what is missing may come with that
};

// The days that one article gives of itself.
struct ArticleDays {
  std::optional<CivilDay> shown;      // 发布日期, as the reader sees it
  std::optional<CivilDay> meta;       // META PubDate
  std::optional<CivilDay> url;        // t20190520_1.html
  std::optional<CivilDay> signed_on;  // below the text
  bool is_document = false;           // of a number: these are published again with good reason
};

// A page that asks the public for something.
struct ConsultationSight {
  std::optional<CivilDay> deadline;  // the day its text gives as the last
  bool says_open = false;            // 正在征集, 进行中
  bool has_result = false;           // tells a result, or what became of the answers
};

// A list some of whose items are marked as new.
struct NewMarksSight {
  std::uint32_t marks = 0;  // within the list
  std::uint32_t items = 0;
  std::uint32_t items_dated = 0;
  std::optional<CivilDay> newest;  // of the items
};

// What a page is to the rules of content. Numbers are stored: append only.
enum class ContentShape : std::uint8_t { kNone, kHome, kArticle, kDocument, kList };

// What the tree of one page shows.
struct ContentTree {
  ContentShape shape = ContentShape::kNone;
  std::string name;            // by which people know the page, <= 300 bytes
  std::uint32_t tags = 0;      // one bit for each mandated META tag that it carries with a value
  bool owes_tags = false;      // of its shape's family: an article shows a day of its own, a list is sure
  bool is_government = false;  // says so
  std::optional<FootSight> foot;
  std::optional<HomeSight> home;          // of what the page itself shows
  std::optional<DocumentSight> document;  // of every single text; only a kDocument is judged as one
  std::optional<ArticleDays> days;
  std::optional<ConsultationSight> consultation;
  std::optional<NewMarksSight> marks;
  std::vector<RepealStatement> repeals;
  std::optional<CivilDay> repeals_day;        // of the page that says so
  std::optional<CivilDay> repeals_effective;  // from when that holds
};

// What is remembered of one page until it is read anew: a page that is unchanged shows what it showed.
struct ContentRecord {
  std::uint32_t page = 0;             // number of its URL; 0: the site's mark, `read` says since when pages are read so
  std::uint32_t reader = 0;           // version of the code that read it
  WallTime read{};                    // when all of it was read
  std::vector<std::uint64_t> titles;  // hashed keys of the documents that it may be, by its headline
  std::string prolongs;               // key of its headline, where that prolongs a document
  std::optional<CivilDay> own_day;    // that it gives of itself
  bool own_day_is_sure = false;       // by META or a label
  std::shared_ptr<const ContentTree> tree;  // null: it was not worth its cost
};

}  // namespace xuncha
