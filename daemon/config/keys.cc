#include "daemon/config/keys.h"

#include <array>
#include <charconv>

#include "core/limits.h"
#include "daemon/config/configuration.h"
#include "daemon/config/revisit.h"
#include "daemon/config/thresholds.h"
#include "daemon/config/values.h"

namespace xuncha {
namespace {

constexpr std::string_view kNone = "–";

struct Row {
  std::string_view name;
  std::string_view type;
  std::string_view standard;
  std::string_view permitted;
  std::string_view meaning;
};

constexpr Row kTop[] = {
    {"sites", "list of maps", kNone, "up to 50,000", "the sites to patrol; this or `sites_files` must be there"},
    {"sites_files", "list of texts", kNone, "names of files, `*` and `?` in the last part",
     "files that hold `sites:` too, seen from this file's folder; read in this order, within a pattern by the bytes of "
     "their names; a file that two patterns name is read once"},
    {"defaults", "map", kNone, "", "options of every site that does not say otherwise"},
    {"rules", "map of maps", kNone, "rules and families of `xuncha rules`",
     "which rules judge, how gravely, by what figures"},
    {"resolvers", "list of texts", "the system's", "up to 8 of `ADDR:PORT`, `[ADDR]:PORT`",
     "DNS servers to ask instead; the next where one fails; a name is told not to exist only when two say so, and to "
     "have no IPv4 or IPv6 address when no second one knows any"},
    {"anchors", "list of texts", kNone, "up to 16 URLs or `ADDR:PORT`",
     "what proves that our own network works, best three on different networks; a URL is asked over IPv4 and IPv6"},
    {"contact", "text", "`postmaster@` this machine", "a mail address or http(s) URL in ASCII",
     "in the User-Agent, so that a portal's people can ask who we are"},
    {"mail", "map", "no mail", "", "digests by mail"},
    {"web", "map", kNone, "", "pages, metrics and API"},
    {"storage", "map", kNone, "", "how much is kept, and how long"},
};

constexpr Row kSite[] = {
    {"home", "URL", kNone, "http or https, without user and password",
     "the home page; must be there. With a path, only what lies below it is the site"},
    {"id", "text", "the host, with `:port` and `~path` where they are not the usual", "1 to 100 of a-z 0-9 . - _ : ~",
     "the name in metrics, API and store; must never change"},
    {"name", "text", kNone, "one line", "网站名称, for people"},
    {"code", "text", kNone, "10 digits, or as bm01000001", "网站标识码"},
    {"unit", "text", kNone, "one line", "主办单位; mail can be routed by it"},
    {"hosts", "list of texts", kNone, "up to 1,000 host names",
     "further hosts that belong to the site; the www. or bare twin and the host that the home page redirects to do so "
     "anyway"},
    {"ignore", "list of maps", kNone, "up to 10,000", "findings that are known and accepted"},
    {"columns", "list of maps", kNone, "up to 2,000", "columns (栏目) that shall not be left to discovery"},
    {"maintenance", "list of maps", kNone, "up to 200", "times in which faults are not told"},
};

constexpr Row kOptions[] = {
    {"own", "true, false", "false", "",
     "the site is ours: robots.txt is read, not obeyed; lifts the bounds that protect "
     "other people's portals"},
    {"laboratory", "true, false", "false", "",
     "a test or demonstration: intervals and spacings from 1s, any `rate` and `per_host`, any load; robots.txt is "
     "obeyed"},
    {"max_pages", "number", "20000", "1 to 200000", "pages crawled; reaching it is told"},
    {"max_depth", "number", "20", "0 to 20", "clicks from the home page"},
    {"rate", "number", "by the host's latency, at most 1", "0.001 to 10; own and laboratory: to 1000, 0 for no limit",
     "requests a second and host"},
    {"per_host", "number", "1", "1 to 2; own and laboratory: to 64", "requests in flight at one host"},
    {"external", "true, false", "true", "", "ask for other hosts' pages that are linked"},
    {"jitter", "number", "0.1", "0 to 0.5",
     "the share by which an interval is stretched or shrunk, so that nothing beats"},
    {"exclude", "list of texts", kNone, "RE2 expressions", "URLs that are not asked for and not judged"},
    {"allow_cidr", "list of texts", kNone, "`10.0.0.0/8`, `fd00::/8`",
     "private addresses that the site may have; all others are never connected to"},
    {"intervals", "map", kNone, "", "how often what is visited again"},
    {"confirmation", "map", kNone, "", "how often a fault is seen before it is told"},
};

constexpr Row kConfirmation[] = {
    {"gone", "list of durations", "[6h]", "1 to 10, each 10m to 7d, 1h in all; laboratory: from 1s",
     "time between the sights of 404, 410 and wrong content; one sight more than entries"},
    {"soft_404", "list of durations", "[6h, 6h]", "the same", "of a missing page that is answered as a page"},
    {"nxdomain", "list of durations", "[1h, 1d]", "the same", "of a name that does not exist"},
    {"transport", "list of durations", "[10m, 6h, 1d]", "the same", "of failed connections, TLS, timeouts"},
    {"server_error", "list of durations", "[10m, 6h, 1d]", "the same", "of status 500 and above"},
    {"recoveries", "number", "2", "1 to 10", "clean sights in a row that close a case"},
    {"recovery", "duration", "10m", "10m to 1d; laboratory: from 1s", "time between those"},
    {"open_case", "duration", "6h", "1h to 7d; laboratory: from 1s",
     "how soon a fault that was told is looked at again"},
    {"blocked", "duration", "1d", "6h to 14d; laboratory: from 1s", "how soon who refuses us is asked again"},
    {"inconclusive", "duration", "30m", "10m to 1d; laboratory: from 1s",
     "how soon what could not be judged is asked again"},
    {"column", "duration", "12h", "12h to 7d; laboratory: from 1s",
     "time between the two readings of a list that it takes to say that a column is stale, blank, undated or lost"},
};

constexpr Row kIgnore[] = {
    {"url", "text", kNone, "this or `rule`", "the subject of the finding"},
    {"rule", "text", kNone, "a rule or family", "all findings of the site by this rule"},
    {"until", "date", "for good", "YYYY-MM-DD", "the last day, in Beijing"},
    {"reason", "text", kNone, "", "why it is accepted; must be there"},
};

constexpr Row kColumn[] = {
    {"url", "URL", kNone, "on the site", "the column's list; must be there, and in one entry only"},
    {"id", "text", "given by xuncha", "1 to 40 of a-z 0-9 - _", "the name in metrics and findings"},
    {"name", "text", "as the page says", "", "for people"},
    {"class", "word", "other", "news, notice, policy, interpretation, guide, report, interaction, topic, other",
     "decides how old its newest item may be, and how often it is visited"},
    {"max_age_days", "number", "by class", "1 to 1096", "how old its newest item may be"},
    {"items", "text", "found by itself", "elements, .classes, #ids, a blank for what stands below",
     "each item of the list, where no reader finds it, as `div.news li`; in place of all readers"},
    {"date", "text", "found by itself", "as `items`", "the date within an item, as `span.date`"},
};

constexpr Row kMaintenance[] = {
    {"from", "time", kNone, "HH:MM, or RFC 3339, or a date", "the beginning; Beijing time where no offset is given"},
    {"to", "time", kNone, "as `from`", "the end; HH:MM not later than `from` is on the next day"},
    {"days", "list of words", "every day", "mon tue wed thu fri sat sun", "the days on which a weekly window begins"},
    {"reason", "text", kNone, "", "for people"},
};

constexpr Row kMail[] = {
    {"server", "map", kNone, "", "the SMTP server; must be there"},
    {"from", "mail address", kNone, "`a@b.cn` or `Name <a@b.cn>`", "the sender; must be there"},
    {"language", "text", "`zh-CN`", "`zh-CN` or `en`", "of the mails"},
    {"laboratory", "true, false", "false", "",
     "a test: a digest every 2s in place of the times of the day, waits of seconds, no bound on mails an hour"},
    {"routes", "list of maps", kNone, "up to 1,000", "who hears of what; must be there"},
};

constexpr Row kServer[] = {
    {"host", "text", kNone, "host name or address", "must be there"},
    {"port", "number", "587, 465, 25 by `security`", "1 to 65535", ""},
    {"security", "word", "starttls", "starttls, tls, none", "`none` with a user only on loopback"},
    {"user", "text", "no log-in", "", ""},
    {"password_file", "text", kNone, "a file not readable by everybody",
     "its first line is the password; seen from this file's folder"},
    {"credential", "text", kNone, "letters, digits, . - _",
     "or the systemd credential that holds it (LoadCredential=)"},
    {"cacert", "text", "the system's", "a file", "certificates that are trusted as well"},
};

constexpr Row kRoute[] = {
    {"to", "list of mail addresses", kNone, "1 to 100", "the recipients; must be there"},
    {"sites", "list of texts", "all", "ids of sites, with * and ?", "only of these"},
    {"units", "list of texts", "all", "units of sites", "only of these"},
    {"severity", "word", "minor", "info, minor, major, critical", "this and graver"},
    {"rules", "list of texts", "all", "rules and families", "only of these"},
    {"digest", "time, or list of them", "\"08:30\"", "HH:MM in Beijing, up to 24", "when the digest is sent"},
};

constexpr Row kWeb[] = {
    {"external_url", "URL", kNone, "without query", "how people reach the pages: the links in mails"},
    {"listen", "list of texts", "[\"127.0.0.1:9788\"]", "up to 16 of `ADDR:PORT`, `[ADDR]:PORT`",
     "where the daemon listens; `--web.listen-address` goes before"},
    {"column_metrics", "true, false", "true", "", "export series for every column"},
};

constexpr Row kStorage[] = {
    {"quota", "size", "the free space", "from 256MiB", "the data directory's share of the disk"},
    {"retention", "map", kNone, "", "how long what is kept"},
};

constexpr Row kRetention[] = {
    {"urls", "duration", "180d", "30d to 3660d", "what is known of a URL after its last sight"},
    {"findings", "duration", "1095d", "30d to 3660d", "closed cases"},
};

constexpr Row kRule[] = {
    {"enabled", "true, false", "true", "", "whether the rule judges"},
    {"severity", "word", "computed", "info, minor, major, critical", "instead of the computed one"},
};

std::string share_text(double share) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), share);
  return {text.data(), end.ptr};
}

template <std::size_t kRows>
void add(std::vector<KeyInfo>& keys, std::string_view map, const Row (&rows)[kRows]) {
  for (const Row& row : rows) {
    keys.push_back({std::string(map), std::string(row.name), std::string(row.type), std::string(row.standard),
                    std::string(row.permitted), std::string(row.meaning)});
  }
}

void add_intervals(std::vector<KeyInfo>& keys) {
  constexpr std::string_view kMeanings[] = {
      "availability over IPv4",
      "availability over IPv6",
      "the home page",
      "columns of class news",
      "columns of classes notice and policy",
      "all other columns",
      "articles and other pages",
      "attachments",
      "images, styles, scripts",
      "pages of other hosts",
  };
  static_assert(std::size(kMeanings) == kRevisitClasses);
  for (const RevisitInfo& info : all_revisit_classes()) {
    keys.push_back({"intervals", std::string(info.name), "duration", format_span(info.start),
                    format_span(info.min) + " to " + format_span(info.max) + "; own and laboratory: from 1s",
                    std::string(kMeanings[static_cast<std::size_t>(info.revisit_class)])});
  }
}

void add_thresholds(std::vector<KeyInfo>& keys) {
  for (const ThresholdInfo& row : all_thresholds()) {
    const bool is_span = row.span != nullptr;
    keys.push_back({"rules." + std::string(row.rule), std::string(row.name), is_span ? "duration" : "number",
                    is_span ? format_span(row.span_default) : share_text(row.share_default),
                    is_span ? format_span(row.span_min) + " to " + format_span(row.span_max)
                            : share_text(row.share_min) + " to " + share_text(row.share_max),
                    std::string(row.meaning)});
  }
}

std::string cell(std::string_view text) {
  return text.empty() ? std::string() : " " + std::string(text);
}

// What stands above the table of a map.
std::string heading(const std::string& map) {
  if (map.empty()) return "### The file";
  if (map == "options") return "### `defaults`, and each of `sites`";
  return "### `" + map + "`";
}

}  // namespace

std::vector<KeyInfo> all_keys() {
  std::vector<KeyInfo> keys;
  add(keys, "", kTop);
  add(keys, "sites[]", kSite);
  add(keys, "options", kOptions);
  add_intervals(keys);
  add(keys, "confirmation", kConfirmation);
  add(keys, "ignore[]", kIgnore);
  add(keys, "columns[]", kColumn);
  add(keys, "maintenance[]", kMaintenance);
  add(keys, "rules.RULE", kRule);
  add_thresholds(keys);
  add(keys, "mail", kMail);
  add(keys, "mail.server", kServer);
  add(keys, "mail.routes[]", kRoute);
  add(keys, "web", kWeb);
  add(keys, "storage", kStorage);
  add(keys, "storage.retention", kRetention);
  return keys;
}

std::string keys_markdown() {
  std::string text;
  const std::string* map = nullptr;
  const std::vector<KeyInfo> keys = all_keys();
  for (const KeyInfo& key : keys) {
    if (map == nullptr || *map != key.map) {
      text += "\n" + heading(key.map) +
              "\n\n| key | type | default | permitted | meaning |\n| --- | --- | --- | --- | --- |\n";
      map = &key.map;
    }
    text += "| `" + key.name + "` |" + cell(key.type) + " |" + cell(key.standard) + " |" + cell(key.permitted) + " |" +
            cell(key.meaning) + " |\n";
  }
  return text;
}

}  // namespace xuncha
