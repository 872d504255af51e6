#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/civil.h"
#include "tests/support/round_harness.h"

namespace xuncha::year {

inline constexpr const char* kHost = "www.patrol.gov.cn";
inline constexpr const char* kHomeUrl = "http://www.patrol.gov.cn/";

// One page with a text: an article, or a document with its table when it has a number.
struct Text {
  std::string title;
  CivilDay shown{};    // 发布日期, beside it in lists too
  CivilDay meta{};     // META PubDate, and the day in its address
  std::string column;  // key of its column
  std::string body;    // HTML
  std::string number;  // 文号
  CivilDay written{};
  std::string validity = "有效";
  std::optional<CivilDay> expires{};
};

struct Column {
  std::string name;
  std::string type;  // META ColumnType
  std::string path;
  std::vector<std::string> texts{};  // paths, the newest first
  std::string pinned{};              // stands above all others
  bool without_years = false;        // its list shows 03-20
  bool is_blank = false;
  bool is_removed = false;  // its list, its texts and all links to it

  std::size_t items() const { return texts.size() + (pinned.empty() ? 0 : 1); }
};

// The portal of a county's civil affairs bureau, as it stands at a moment: pages are written when they are asked for.
// The day's work is work(); what else happens to it is done by its public members. Confined to one thread.
class Portal {
 public:
  // As it stood before that day.
  explicit Portal(CivilDay first);

  // What the editors do on that day: news each working day, the carousel on Mondays, notices on Tuesdays, the headline
  // on Wednesdays, everything else on days of the month.
  void work(CivilDay day);

  test::Reply answer(const Url& url, CivilDay today) const;

  // A new text at the head of a column; its path. `address` is the day in its address, the same as shown where none is
  // given.
  std::string publish(const std::string& column, CivilDay day, const std::string& title, const std::string& body = {},
                      std::optional<CivilDay> address = {});
  std::string publish_document(CivilDay day, const std::string& title, const std::string& number,
                               const std::string& body = {}, std::optional<CivilDay> expires = {});
  // The column stands there from now on; at its old address is nothing, or a redirect.
  enum class OldAddress { kGone, kRedirects };
  void move_column(const std::string& key, const std::string& path, OldAddress old);
  // The home page shows what it shows now, until it is thawed.
  void freeze_home() { frozen_home_ = home(); }
  void thaw_home() { frozen_home_.reset(); }
  // Shows the newest pieces of news.
  void turn_carousel();

  std::map<std::string, Column> columns;  // by key
  std::map<std::string, Text> texts;      // by path
  std::string headline_path;
  std::string headline;
  bool is_redesigned = false;
  bool has_news = true;
  bool has_notices = true;
  bool turns_carousel = true;
  bool turns_headline = true;
  bool is_out_of_reach = false;
  int hour_of_work = 10;  // when the day's work is published

 private:
  struct Picture {
    std::string path;
    std::string title;
  };

  std::string routine_title(std::string_view what);
  std::string home() const;
  std::string frame(const std::string& title, const std::string& tags, const std::string& content) const;
  std::string list(const Column& column, std::size_t first, std::size_t count) const;
  std::string list_page(const std::string& key, std::size_t page) const;
  std::string text_page(const Text& text) const;

  std::vector<Picture> carousel_;
  std::map<std::string, std::string> redirects_;
  std::optional<std::string> frozen_home_;
  std::size_t made_ = 0;
};

}  // namespace xuncha::year
