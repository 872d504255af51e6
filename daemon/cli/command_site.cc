#include "daemon/cli/command_site.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "core/civil.h"
#include "core/clock.h"
#include "core/site.h"
#include "daemon/cli/check.h"
#include "daemon/cli/exit_code.h"
#include "daemon/patrol/page_fetch.h"
#include "daemon/report/escape.h"
#include "daemon/report/record_json.h"
#include "storage/store.h"

namespace xuncha {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint64_t kPages = 500;  // columns stand near the home page
constexpr std::uint32_t kDepth = 4;
constexpr std::size_t kIdBytes = 32;  // of those that are made of an address
constexpr std::size_t kTextBytes = 300;
constexpr int kPagesMax = 10'000;  // of answers

// A double-quoted scalar of YAML 1.2, of which JSON's strings are part.
std::string yaml_text(std::string_view text) {
  return Json(clean_utf8(visible_text(cut_text(text, kTextBytes))))
      .dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string comment(std::string_view text) {
  return clean_utf8(visible_text(cut_text(text, kTextBytes)));
}

bool is_id_byte(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9');
}

// The last folder of the address that says something: /zwgk/tzgg/index.html is tzgg. An id of its own, so that it stays
// when the address changes.
std::string id_of(const Url& url, std::set<std::string>& taken) {
  std::string name;
  const std::string path(url.path().substr(0, url.path().rfind('/')));
  for (std::size_t end = path.size(); name.empty() && end > 0;) {
    const std::size_t begin = path.rfind('/', end - 1);
    if (begin == std::string::npos) break;
    for (const char byte : path.substr(begin + 1, end - begin - 1)) {
      const char lower = byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
      if (is_id_byte(lower)) name.push_back(lower);
    }
    end = begin;
  }
  if (name.empty()) name = "column";
  if (name.size() > kIdBytes) name.resize(kIdBytes);
  // Ids that the program gives itself are c and eight hexadecimal digits: no other may look so.
  if (name.size() == 9 && name[0] == 'c') name += "-x";
  std::string id = name;
  for (int number = 2; !taken.insert(id).second; ++number) id = name + "-" + std::to_string(number);
  return id;
}

bool owes_nothing(const ColumnRecord& column) {
  return column.standing || column.archived || column.container;
}

class DiscoveryWriter final : public ReportWriter {
 public:
  DiscoveryWriter(const DiscoveryOptions& options, std::ostream& out) : options_(options), out_(out) {}

  void page(const PageRecord&) override {}
  void finding(const Finding&) override {}
  void site(const SiteStatusRecord&) override {}
  void column(const std::string&, const ColumnRecord& record) override { columns_.push_back(record); }
  void summary(const SummaryRecord& record) override {
    complete_ = record.complete;
    pages_ = record.pages;
  }

  Status finish() override {
    std::sort(columns_.begin(), columns_.end(),
              [](const ColumnRecord& left, const ColumnRecord& right) { return left.url < right.url; });
    write_head();
    out_ << "sites:\n  - home: " << yaml_text(options_.home.without_fragment()) << '\n';
    write_hosts();
    if (!options_.allow_cidr.empty()) {
      out_ << "    allow_cidr: [";
      for (std::size_t index = 0; index < options_.allow_cidr.size(); ++index)
        out_ << (index == 0 ? "" : ", ") << yaml_text(format_cidr(options_.allow_cidr[index]));
      out_ << "]\n";
    }
    write_columns();
    write_others();
    return flush_report(out_);
  }

 private:
  std::string_view say(std::string_view chinese, std::string_view english) const {
    return options_.language == Language::kChinese ? chinese : english;
  }

  void write_head() {
    out_ << "# " << say("由 xuncha site discover 生成：", "Made by xuncha site discover: ")
         << comment(options_.home.without_fragment()) << "  " << format_day(beijing_day(options_.now)) << '\n';
    out_ << "# "
         << say("请核对后用于 xunchad 的配置。写在这里的栏目以这里为准；删去的条目仍由程序自行识别。",
                "Correct it, then use it in xunchad's configuration. What stands here wins; what is left out is found "
                "by the program itself.")
         << '\n';
    if (!complete_) {
      out_ << "# "
           << say("只巡查了部分页面，栏目可能不全；可加大 --max-pages 再试。",
                  "Not all of the site was seen: there may be more columns; try a larger --max-pages.")
           << " (" << pages_ << ")\n";
    }
  }

  // The home page may redirect to a host that the configuration must name.
  void write_hosts() {
    const SiteScope scope(options_.home);
    std::set<std::string> hosts;
    for (const ColumnRecord& column : columns_) {
      const UrlParse parsed = parse_url(column.url);
      if (parsed.url && !scope.contains(*parsed.url)) hosts.emplace(parsed.url->host());
    }
    if (hosts.empty()) return;
    out_ << "    hosts: [";
    for (auto host = hosts.begin(); host != hosts.end(); ++host)
      out_ << (host == hosts.begin() ? "" : ", ") << yaml_text(*host);
    out_ << "]\n";
  }

  void write_columns() {
    std::set<std::string> ids;
    bool begun = false;
    for (const ColumnRecord& column : columns_) {
      const UrlParse parsed = parse_url(column.url);
      if (owes_nothing(column) || !parsed.url) continue;
      if (!std::exchange(begun, true)) out_ << "    columns:\n";
      out_ << "      - id: " << id_of(*parsed.url, ids) << "\n        name: " << yaml_text(column.name)
           << "\n        url: " << Json(column.url).dump(-1, ' ', false, Json::error_handler_t::replace)
           << "\n        class: " << column_class_name(column.column_class) << "  # " << say("依据：", "by: ")
           << (column.class_reason.empty() ? std::string(say("名称未说明", "its name says nothing"))
                                           : comment(column.class_reason))
           << "\n        max_age_days: " << std::max<std::uint32_t>(column.max_age_days, 1) << "\n        # "
           << say("列表：", "list: ") << list_method_name(column.sight.method) << ' '
           << std::lround(column.sight.confidence * 100) << "%, " << column.sight.items << say(" 条", " items");
      if (column.sight.newest) out_ << say("，最新 ", ", newest ") << format_day(*column.sight.newest);
      out_ << ", " << column_verdict_name(column.verdict) << " (" << comment(column.reason) << ")\n";
      if (column.sight.confidence < kListSure) {
        out_ << "        # "
             << say("列表没有读准。可指定每一条（先用 xuncha inspect --items 试）：",
                    "its list is not sure. Name its items (try them with xuncha inspect --items): ")
             << "items: \"div.news li\"\n";
      }
    }
    if (!begun) out_ << "    # " << say("没有找到有更新义务的栏目。", "No column was found that owes news.") << '\n';
  }

  void write_others() {
    bool begun = false;
    for (const ColumnRecord& column : columns_) {
      if (!owes_nothing(column)) continue;
      if (!std::exchange(begun, true)) {
        out_ << "# " << say("以下栏目不要求定期更新，未列入：", "These owe no news and are left out:") << '\n';
      }
      out_ << "#   " << comment(column.name) << "  " << comment(column.url) << "  ("
           << (column.container ? "container" : (column.archived ? "archived" : "no_duty")) << ")\n";
    }
  }

  DiscoveryOptions options_;
  std::ostream& out_;
  std::vector<ColumnRecord> columns_;
  bool complete_ = false;
  std::uint64_t pages_ = 0;
};

void print_site(const Json& site, const SiteListQuestion& question, std::ostream& out) {
  if (question.format == ListFormat::kJson) {
    out << site.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
    return;
  }
  const auto text = [&site](const char* key) {
    return site.contains(key) && site[key].is_string() ? visible_text(site[key].get<std::string>()) : std::string();
  };
  std::string last;
  if (site.contains("patrol") && site["patrol"].is_object() && site["patrol"]["last_complete"].is_string())
    last = visible_text(site["patrol"]["last_complete"].get<std::string>());
  std::uint64_t open = 0;
  if (site.contains("findings_open") && site["findings_open"].is_object()) {
    for (const auto& [severity, count] : site["findings_open"].items())
      open += count.is_number_unsigned() ? count.get<std::uint64_t>() : 0;
  }
  const bool chinese = question.language == Language::kChinese;
  out << text("site") << "  " << text("name") << "\n    " << text("home") << "\n    "
      << (chinese ? "最近一次完整巡查：" : "last complete patrol: ")
      << (last.empty() ? (chinese ? "还没有" : "none yet") : last)
      << (chinese ? "；已确认的问题：" : "; confirmed findings: ") << open << '\n';
}

Status list_from_server(const SiteListQuestion& question, std::ostream& out) {
  const SystemClock clock;
  const UrlParse server = parse_url(question.server);
  if (!server.url) return Error{ErrorCode::kUsage, "--server", question.server + " is no http(s) URL"};
  std::string cursor;
  for (int pages = 0; pages < kPagesMax; ++pages) {
    const UrlParse url = parse_url("/api/v1/sites?limit=1000" + cursor, &*server.url);
    auto answer = fetch_from_daemon(*url.url, clock);
    if (!answer) return answer.error();
    const Json page = Json::parse(answer.value(), nullptr, /*allow_exceptions=*/false);
    if (!page.is_object() || !page.contains("data") || !page["data"].is_array())
      return Error{ErrorCode::kUnavailable, question.server, "what answers there is no xunchad"};
    for (const Json& site : page["data"]) {
      if (site.is_object()) print_site(site, question, out);
    }
    if (!page.contains("next") || !page["next"].is_string()) break;
    cursor = "&cursor=" + page["next"].get<std::string>();
  }
  return flush_report(out);
}

Status list_from_directory(const SiteListQuestion& question, std::ostream& out) {
  const auto store = Store::open_read_only(question.data_dir);
  if (!store) return store.error();
  for (const std::string& id : store.value()->sites()) {
    const auto handle = store.value()->find_site(id);
    if (!handle) continue;
    Json site = {{"record", "site"}, {"schema", 1}, {"site", id}, {"home", nullptr}};
    const Status read = store.value()->for_each_url(*handle, [&site](const UrlEntry& entry) {
      const bool is_first = entry.record.url_class == UrlClass::kHome && site["home"].is_null();
      if (is_first) site["home"] = entry.record.url;
    });
    if (!read) return read;
    auto patrols = store.value()->patrols(*handle);
    if (!patrols) return patrols.error();
    Json last;
    for (const PatrolRecord& patrol : patrols.value()) {
      if (patrol.complete && patrol.ended) last = format_time(*patrol.ended);
    }
    site["patrol"] = {{"last_complete", last}};
    std::map<std::string, std::uint64_t> open;
    const Status counted = store.value()->for_each_finding(*handle, [&open](const Finding& finding) {
      if (finding.state == FindingState::kOpen) ++open[std::string(severity_name(finding.severity))];
    });
    if (!counted) return counted;
    site["findings_open"] = open;
    print_site(site, question, out);
  }
  return flush_report(out);
}

}  // namespace

std::unique_ptr<ReportWriter> make_discovery_writer(const DiscoveryOptions& options, std::ostream& out) {
  return std::make_unique<DiscoveryWriter>(options, out);
}

int run_site_discover(CheckOptions options) {
  if (!options.max_pages) options.max_pages = kPages;
  if (!options.max_depth) options.max_depth = kDepth;
  options.external = false;
  options.rules.only = {"column"};
  const DiscoveryOptions discovery{.home = options.urls.front(),
                                   .allow_cidr = options.allow_cidr,
                                   .language = options.language,
                                   .now = options.now.value_or(SystemClock().wall())};
  const int code = run_patrols(options, [&](std::ostream& out) { return make_discovery_writer(discovery, out); });
  return code == kExitFindings ? static_cast<int>(kExitClean) : code;
}

Status print_site_list(const SiteListQuestion& question, std::ostream& out) {
  return question.server.empty() ? list_from_directory(question, out) : list_from_server(question, out);
}

}  // namespace xuncha
